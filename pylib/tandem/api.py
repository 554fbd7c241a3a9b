"""The relay's HTTP API: agents create and end sessions, customers join them, operators look after it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tandem.codes import is_code
from tandem.config import site_origin
from tandem.errors import LimitError, RefusedError
from tandem.logs import note
from tandem.relay import Agent, Relay
from tandem.session import Mode, Role, Session, State
from tandem.sessions import unknown_session
from tandem.tokens import MAX_LENGTH

Body = TypeVar("Body", bound=BaseModel)
MAX_BODY = 16 * 1024
LOCAL = "local"
NAMELESS = "Agent"


class _Claimed(BaseModel):
    """The agent, as Dynamics says."""

    model_config = ConfigDict(extra="ignore")

    name: Annotated[str, Field(max_length=100)]
    email: Annotated[str, Field(max_length=300)] = ""
    entra_id: Annotated[str, Field(max_length=100)] = ""


class _Wanted(BaseModel):
    model_config = ConfigDict(extra="ignore")

    mode: Mode
    conversation: str = Field(default="", max_length=200)
    site: Annotated[str, Field(max_length=2000)] | None = None
    agent: _Claimed | None = None


class _Leave(BaseModel):
    model_config = ConfigDict(extra="ignore")

    ticket: Annotated[str, Field(max_length=MAX_LENGTH)]
    origin: Annotated[str, Field(max_length=300)]


class _Visitor(BaseModel):
    model_config = ConfigDict(extra="ignore")

    token: Annotated[str, Field(max_length=100)]


class _Join(BaseModel):
    model_config = ConfigDict(extra="ignore")

    pin: Annotated[str, Field(max_length=20)] | None = None
    token: Annotated[str, Field(max_length=200)] | None = None


def refusal(_request: Request, error: Exception) -> Response:
    """Answer every refusal in one form."""
    if not isinstance(error, RefusedError):  # pragma: no cover - registered for RefusedError alone
        raise error
    body: dict[str, object] = {"error": error.code, "message": str(error)}
    headers = {}
    if isinstance(error, LimitError):
        body["retry_after"] = error.retry_after
        headers["retry-after"] = str(error.retry_after)
    return JSONResponse(body, error.status, headers)


def unavailable(_request: Request, _error: Exception) -> Response:
    """Answer while the bus cannot be reached."""
    return JSONResponse(
        {"error": "unavailable", "message": "The relay is not available. Try again soon."},
        HTTPStatus.SERVICE_UNAVAILABLE,
    )


class Api:
    """The endpoints of one relay."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    def routes(self) -> list[Route]:
        """List the endpoints."""
        return [
            Route("/health", self._health),
            Route("/metrics", self._metrics),
            Route("/api/config", self._config),
            Route("/api/sign-in", self._sign_in, methods=["POST"]),
            Route("/api/sessions", self._create, methods=["POST"]),
            Route("/api/sessions/{id}", self._show, methods=["GET"]),
            Route("/api/sessions/{id}", self._end, methods=["DELETE"]),
            Route("/api/sessions/{id}/ask", self._ask, methods=["POST"]),
            Route("/api/visitors", self._visitor, methods=["POST"]),
            *self._to_customers("/api/join", self._joined),
            *self._to_customers("/api/leave", self._left),
        ]

    async def _health(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def _metrics(self, _request: Request) -> Response:
        return Response(self._relay.metrics.text(), media_type="text/plain; version=0.0.4")

    async def _config(self, _request: Request) -> Response:
        config = self._relay.config
        ice = list(config.ice_servers)
        answer = {"protocol": 1, "sign_in": config.sign_in, "ice_servers": ice, "grace_seconds": config.grace_seconds}
        return JSONResponse(answer)

    async def _sign_in(self, request: Request) -> Response:
        if self._relay.config.sign_in != "local":
            raise RefusedError(HTTPStatus.NOT_FOUND, "unknown", "Agents sign in at /sign-in.")
        self._relay.require_own(request)
        expires = int(self._relay.config.agent_seconds)
        given = self._relay.config.local_agent
        local = Agent(LOCAL, given or NAMELESS, bool(given))
        return JSONResponse({"token": self._relay.agent_token(local), "name": local.name, "expires_in": expires})

    async def _create(self, request: Request) -> Response:
        agent = self._relay.agent(request)
        wanted = await _body(request, _Wanted)
        claimed = wanted.agent or _Claimed(name="")
        name = agent.shown(claimed.name, (claimed.email, claimed.entra_id))
        session = await self._relay.sessions.create(wanted.mode, agent.id, name, self._site(wanted.site))
        expires = int(self._relay.config.pin_seconds)
        return JSONResponse({**self._described(session), "expires_in": expires}, HTTPStatus.CREATED)

    def _site(self, wanted: str | None) -> str | None:
        """Choose the page an invitation link leads to: it must be one on which customers may join."""
        if wanted is None:
            return next(iter(self._relay.config.sites), None)
        try:
            if site_origin(wanted) in self._relay.config.joinable and "#" not in wanted:
                return wanted
        except ValueError:
            pass
        raise RefusedError(
            HTTPStatus.BAD_REQUEST, "site", "This site is not listed. Start the relay with --customer-origin or --site."
        )

    async def _show(self, request: Request) -> Response:
        agent = self._relay.agent(request)
        session = await self._relay.sessions.of_agent(request.path_params["id"], agent.id)
        return JSONResponse({**self._described(session), "state": session.state})

    def _described(self, session: Session) -> dict[str, object]:
        sessions = self._relay.sessions
        return {
            "id": session.id,
            "mode": session.mode,
            "pin": session.pin,
            "link": sessions.link(session),
            "token": sessions.ticket(session, Role.AGENT),
        }

    async def _end(self, request: Request) -> Response:
        agent = self._relay.agent(request)
        identity = request.path_params["id"]
        session = await self._relay.sessions.find(identity)
        if session is not None and session.agent == agent.id:
            await self._relay.sessions.change(identity, lambda each: each.end("agent"))
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def _visitor(self, request: Request) -> Response:
        """Say whether the customer of a chat may be asked now."""
        self._relay.agent(request)
        _, visitor = await self._relay.visitors.known((await _body(request, _Visitor)).token)
        return JSONResponse({"here": visitor.connection is not None})

    async def _ask(self, request: Request) -> Response:
        """Ask the customer of a chat to join this session, on the page they are on."""
        agent, visitors = self._relay.agent(request), self._relay.visitors
        asked = await _body(request, _Visitor)
        session = await self._relay.sessions.of_agent(request.path_params["id"], agent.id)
        if session.state is not State.WAITING:
            raise RefusedError(HTTPStatus.CONFLICT, "joined", "A customer has joined this session.")
        key, visitor = await visitors.known(asked.token)
        other = await self._relay.sessions.find(visitor.session) if visitor.session else None
        if other is not None and other.id != session.id and other.state is State.WAITING:
            raise visitors.asked_already()
        await visitors.ask(key, visitor, session.id)
        note("customer asked", session=session.id)
        return JSONResponse({"here": visitor.connection is not None})

    def _to_customers(self, path: str, ask: Callable[[Request, str], Awaitable[dict[str, object]]]) -> list[Route]:
        """List an endpoint that answers pages of customers, refusals included, as browsers want it across origins."""

        async def post(request: Request) -> Response:
            origin = self._relay.require_customer(request)
            try:
                answer: Response = JSONResponse(await ask(request, origin))
            except RefusedError as error:
                answer = refusal(request, error)
            answer.headers.update(_cors(origin))
            return answer

        return [Route(path, post, methods=["POST"]), Route(path, self._preflight, methods=["OPTIONS"])]

    async def _joined(self, request: Request, origin: str) -> dict[str, object]:
        asked = await _body(request, _Join)
        sessions = self._relay.sessions
        if asked.token is not None and is_code(asked.token):
            session, passage = await sessions.enter(asked.token, origin)
            more = {"from": passage.left, "view": session.shows(origin), "control": session.control}
            return {**self._relay.admission(session, origin), **more}
        if asked.token is not None:
            session = await sessions.join_by_link(asked.token)
        else:
            address = request.client.host if request.client else ""
            session = await sessions.join_by_pin(asked.pin or "", address, origin)
        return self._relay.admission(session, origin)

    async def _left(self, request: Request, origin: str) -> dict[str, object]:
        """Issue a code, to a page that is seen, for another origin on which customers may be."""
        asked = await _body(request, _Leave)
        claims = self._relay.claims(asked.ticket, Role.CUSTOMER, origin)
        if asked.origin not in self._relay.config.joinable:
            raise RefusedError(HTTPStatus.FORBIDDEN, "origin", "This site is not listed.")
        session = await self._relay.sessions.find(claims["sid"])
        if session is None or not session.shows(origin):
            raise unknown_session()
        return {"code": await self._relay.sessions.codes.issue(session.id, origin, asked.origin)}

    async def _preflight(self, request: Request) -> Response:
        origin = self._relay.require_customer(request)
        allowed = {"access-control-allow-methods": "POST", "access-control-allow-headers": "content-type"}
        return Response(
            status_code=HTTPStatus.NO_CONTENT, headers={**_cors(origin), **allowed, "access-control-max-age": "600"}
        )


def _cors(origin: str) -> dict[str, str]:
    return {"access-control-allow-origin": origin, "vary": "origin"}


async def _body(request: Request, model: type[Body]) -> Body:
    """Read the request's JSON. Raises RefusedError."""
    content = b""
    async for part in request.stream():
        content += part
        if len(content) > MAX_BODY:
            raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "The request is too large.")
    try:
        return model.model_validate(json.loads(content))
    except (ValidationError, ValueError, RecursionError) as error:
        raise RefusedError(
            HTTPStatus.BAD_REQUEST, "invalid", "The request is not as the documentation says."
        ) from error
