"""Agents sign in with any OpenID Connect issuer: code flow with PKCE, state and nonce, in a pop-up of the viewer.

What must survive the trip to the issuer is kept in a signed cookie of the relay; the viewer fetches the token from the
relay (handover.py), so no secret is ever in a web resource.
"""

from __future__ import annotations

import html
import secrets
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import httpx2
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from tandem.errors import RefusedError, TokenError
from tandem.handover import Handover
from tandem.logs import note
from tandem.relay import Agent, Relay
from tandem.tokens import Kind

COOKIE = "tandem-sign-in"
TRIP_TIMEOUT = 600
ALGORITHMS = ["RS256", "PS256", "ES256"]
LEEWAY = 60
KNOWN_BY = ("oid", "preferred_username", "upn")  # of Entra ID, as administrators set them
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><link rel="icon" href="data:,">
<body><h1>{title}</h1><p>{text}</p>{script}"""
CLOSE = '<script nonce="{nonce}">window.close()</script>'

Handler = Callable[[Request], Awaitable[Response]]


class SignIn:
    """The sign-in with one issuer. `transport` stands for the network in tests."""

    def __init__(self, relay: Relay, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self._relay = relay
        self._config = relay.config
        self._transport = transport
        self._handover = Handover(relay)
        self._metadata: dict[str, Any] | None = None

    def routes(self) -> list[Route]:
        """List where the pop-up starts, where the issuer sends it back to, and where the viewer asks who it was."""
        return [
            Route("/sign-in", _readable(self._start)),
            Route("/sign-in/callback", _readable(self._callback)),
            Route("/sign-in/claim", self._handover.answer, methods=["POST"]),
        ]

    async def _start(self, request: Request) -> Response:
        trip = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
        trip["viewer"] = self._handover.viewer(request)
        async with self._client(request) as client:
            try:
                issuer = await self._issuer()
            except (httpx2.HTTPError, ValueError, KeyError) as error:
                raise RefusedError(
                    HTTPStatus.BAD_GATEWAY, "issuer", "The sign-in service does not answer. Try again later."
                ) from error
            url, _ = client.create_authorization_url(
                issuer["authorization_endpoint"],
                state=trip["state"],
                nonce=trip["nonce"],
                code_verifier=trip["verifier"],
            )
        answer = RedirectResponse(url, HTTPStatus.FOUND)
        cookie = self._relay.tokens.issue(Kind.SIGN_IN, trip, TRIP_TIMEOUT)
        secure = self._relay.origin(request).startswith("https:")
        answer.set_cookie(COOKIE, cookie, TRIP_TIMEOUT, path="/sign-in", secure=secure, httponly=True, samesite="lax")
        return answer

    async def _callback(self, request: Request) -> Response:
        trip = self._relay.tokens.read(Kind.SIGN_IN, request.cookies.get(COOKIE))
        if not secrets.compare_digest(request.query_params.get("state", "").encode(), trip["state"].encode()):
            raise TokenError("This sign-in was not started here. Start again.")
        try:
            agent = await self._agent(request, trip)
        except (httpx2.HTTPError, OAuthError, JoseError, ValueError, KeyError) as error:
            note("sign-in failed", error=type(error).__name__)
            raise TokenError("The sign-in did not succeed. Close this window and start again.") from error
        await self._handover.store(trip["viewer"], agent)
        answer = _page(HTTPStatus.OK, "Signed in", "You are signed in. You can close this window.", close=True)
        answer.delete_cookie(COOKIE, path="/sign-in")
        return answer

    async def _agent(self, request: Request, trip: dict[str, Any]) -> Agent:
        issuer = await self._issuer()
        async with self._client(request) as client:
            answer = await client.fetch_token(
                issuer["token_endpoint"], code=request.query_params["code"], code_verifier=trip["verifier"]
            )
            keys = (await client.request("GET", issuer["jwks_uri"], withhold_token=True)).raise_for_status().json()
        claims = self._verified(answer["id_token"], KeySet.import_key_set(keys), trip["nonce"])
        name = claims.get("name") or claims.get("preferred_username") or "Agent"
        known = tuple(str(claims[each]).lower() for each in KNOWN_BY if claims.get(each))
        return Agent(f"{claims['iss']} {claims['sub']}", str(name)[:100], bool(claims.get("name")), known)

    def _verified(self, token: str, keys: KeySet, nonce: str) -> dict[str, Any]:
        claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            now=lambda: int(self._relay.clock.now()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self._config.issuer or ""},
            aud={"essential": True, "value": self._config.client_id or ""},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)
        return claims

    async def _issuer(self) -> dict[str, Any]:
        """Fetch the issuer's metadata, once. Raises ValueError unless it is the issuer that was configured."""
        if self._metadata is None:
            url = f"{(self._config.issuer or '').rstrip('/')}/.well-known/openid-configuration"
            async with httpx2.AsyncClient(transport=self._transport, timeout=10) as client:
                metadata = (await client.get(url)).raise_for_status().json()
            if metadata["issuer"] != self._config.issuer:
                raise ValueError("the metadata is another issuer's")
            self._metadata = metadata
        return self._metadata

    def _client(self, request: Request) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            client_id=self._config.client_id,
            client_secret=self._config.client_secret,
            token_endpoint_auth_method="client_secret_post" if self._config.client_secret else "none",
            scope="openid profile",
            redirect_uri=f"{self._relay.origin(request)}/sign-in/callback",
            code_challenge_method="S256",
            transport=self._transport,
            timeout=10,
        )


def _readable(handle: Handler) -> Handler:
    """Show a refusal as a page: people see it, not programs."""

    async def answer(request: Request) -> Response:
        try:
            return await handle(request)
        except RefusedError as error:
            return _page(error.status, "Not signed in", str(error))

    return answer


def _page(status: HTTPStatus, title: str, text: str, *, close: bool = False) -> Response:
    nonce = secrets.token_urlsafe(16)
    script = CLOSE.format(nonce=nonce) if close else ""
    answer = HTMLResponse(PAGE.format(title=html.escape(title), text=html.escape(text), script=script), status)
    policy = f"default-src 'none'; script-src 'nonce-{nonce}'; img-src data:; base-uri 'none'"
    answer.headers["content-security-policy"] = policy
    answer.headers["cache-control"] = "no-store"
    return answer
