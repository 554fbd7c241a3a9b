"""A stand-in of Cobrowse.io's API for tests and the preview, where nobody has an account. It is not Cobrowse.io.

It speaks as much of the API as the Agent SDK needs for a session, the devices of a visitor and the events of both, and
it has two pages: `/session/...` in place of the viewer, and `/customer`, where you play the customer. No page is
recorded or shown: what the agent sees is a text that says so.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cbor2
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

PAGES = Path(__file__).parent
OPEN = {"pending", "authorizing", "active"}

# What the customer's page, and the agent by the API, may change.
CHANGES = {"state", "full_device", "remote_control"}

Json = dict[str, Any]
Handler = Callable[[Request], Awaitable[Response]]


def refused(status: int, message: str) -> JSONResponse:
    """Answer as the API does where something is wrong."""
    return JSONResponse({"id": message.replace(" ", "_"), "message": message}, status)


@dataclass
class StandIn:
    """The API, with all that it knows. `key` tells the tokens that the backend has signed."""

    key: RSAKey
    sessions: dict[str, Json] = field(default_factory=dict)
    listeners: dict[str, set[WebSocket]] = field(default_factory=dict)

    def authorized(self, handler: Handler) -> Handler:
        """Let only those through who have a token of the backend's."""

        async def checked(request: Request) -> Response:
            try:
                jwt.decode(request.headers.get("authorization", "").removeprefix("Bearer "), self.key)
            except (JoseError, ValueError):
                return refused(401, "jwt invalid")
            return await handler(request)

        return checked

    async def create(self, request: Request) -> Response:
        """Make a session."""
        asked, name = await request.json(), secrets.token_hex(8)
        session: Json = {"id": name, "code": f"{secrets.randbelow(10**6):06}", "state": "pending", "full_device": "off"}
        session |= {"remote_control": "off", "custom_data": asked.get("custom_data", {}), "agents": [{"name": "Agent"}]}
        self.sessions[name] = {**session, "control_token": secrets.token_hex(8)}
        return JSONResponse(self.sessions[name])

    async def get(self, request: Request) -> Response:
        """Tell a session by its id or its code."""
        session = self.find(request.path_params["session"])
        return JSONResponse(session) if session else refused(404, "session not found")

    async def update(self, request: Request) -> Response:
        """Change a session for the agent."""
        session = self.find(request.path_params["session"])
        if session is None:
            return refused(404, "session not found")
        await self.change(session, await request.json(), "agent_ended")
        return JSONResponse(session)

    async def as_customer(self, request: Request) -> Response:
        """Change a session for whoever plays the customer. Changing nothing is looking, also when it is over."""
        session, changes = self.find(request.path_params["session"]), await request.json()
        if session is None or (changes and session["state"] not in OPEN):
            return refused(404, "session not found")
        await self.change(session, changes, "device_ended")
        return JSONResponse(session)

    async def devices(self, request: Request) -> Response:
        """List the one device that every visitor has here."""
        visitor = request.query_params.get("filter_user_id", "")
        about = {"device": "Stand-in", "app_name": "Shop", "platform": "web"}
        return JSONResponse(
            [{"id": f"d-{visitor}", "custom_data": {"user_id": visitor}, "device": about, "connectable": True}]
        )

    async def notify(self, request: Request) -> Response:
        """Ask on a device."""
        session = self.find((await request.json())["session"])
        if session is None:
            return refused(404, "session not found")
        await self.change(session, {"state": "authorizing"}, "")
        return JSONResponse({})

    async def me(self, _request: Request) -> Response:
        """Tell where events come from."""
        return JSONResponse({"id": "agent", "notification_token": "events", "notification_url": "/"})

    async def events(self, socket: WebSocket) -> None:
        """Send the events of what is subscribed to, for as long as the socket is there."""
        await socket.accept("cbor")
        try:
            while True:
                message = cbor2.loads(await socket.receive_bytes())
                if message["event"] == "subscribe":
                    self.listeners.setdefault(message["data"], set()).add(socket)
                if "id" in message:
                    await socket.send_bytes(cbor2.dumps({"ack": message["id"]}))
        except WebSocketDisconnect:
            for sockets in self.listeners.values():
                sockets.discard(socket)

    def find(self, name: str) -> Json | None:
        """Find a session by its id or its code."""
        return next((each for each in self.sessions.values() if name in (each["id"], each["code"])), None)

    async def change(self, session: Json, changes: Json, ended_reason: str) -> None:
        """Change a session, and tell everybody who listens."""
        session.update({name: value for name, value in changes.items() if name in CHANGES})
        if session["state"] == "ended":
            session.setdefault("ended_reason", ended_reason)
        for socket in list(self.listeners.get(session["control_token"], ())):
            await socket.send_bytes(cbor2.dumps({"event": "session", "data": session}))

    def routes(self) -> list[BaseRoute]:
        """List the routes of the API, and of the two pages."""
        known = self.authorized
        return [
            Route("/api/1/sessions", known(self.create), methods=["POST"]),
            Route("/api/1/sessions/{session}", known(self.get)),
            Route("/api/1/sessions/{session}", known(self.update), methods=["PUT"]),
            Route("/api/1/devices", known(self.devices)),
            Route("/api/1/devices/{device}/notifications", known(self.notify), methods=["POST"]),
            Route("/api/1/users/me", known(self.me)),
            WebSocketRoute("/sockets/1/ws", self.events),
            Route("/stand-in/{session}", self.as_customer, methods=["POST"]),
            Route("/session/{session}", page("viewer")),
            Route("/customer", page("customer")),
        ]


def page(name: str) -> Handler:
    """Make what answers with a page."""

    async def answer(_request: Request) -> Response:
        return FileResponse(PAGES / f"{name}.html")

    return answer
