"""A stand-in of Cobrowse.io's API for tests and the preview, where nobody has an account. It is not Cobrowse.io.

It speaks as much of the API as the Agent SDK and the customer's SDK need for a session, the devices of a visitor and
the events of both. `/session/...` is a page in place of the viewer: the customer's SDK sends its page as frames of a
format of its own, which are counted there, not drawn.
"""

from __future__ import annotations

import secrets
from base64 import b64decode
from collections.abc import Awaitable, Callable
from contextlib import suppress
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
LICENSE = "license"

# What an agent by the API and a customer by the SDK may change.
CHANGES = {"state", "full_device", "remote_control"}

# How the customer's SDK says in a WebSocket's subprotocols what it wants to hear of.
BEARER = "cbio.http.headers.authorization.bearer."

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
    devices: dict[str, Json] = field(default_factory=dict)
    seen: dict[str, Json] = field(default_factory=dict)
    listeners: dict[str, set[WebSocket]] = field(default_factory=dict)

    def is_agent(self, request: Request) -> bool:
        """Return whether the request has a token of the backend's."""
        try:
            jwt.decode(request.headers.get("authorization", "").removeprefix("Bearer "), self.key)
        except (JoseError, ValueError):
            return False
        return True

    def agents(self, handler: Handler) -> Handler:
        """Let only agents through."""

        async def checked(request: Request) -> Response:
            return await handler(request) if self.is_agent(request) else refused(401, "jwt invalid")

        return checked

    def anyone(self, handler: Handler) -> Handler:
        """Let agents through, and customers, whose SDK knows the license key."""

        async def checked(request: Request) -> Response:
            known = request.headers.get("x-cobrowselicense") == LICENSE or self.is_agent(request)
            return await handler(request) if known else refused(401, "jwt invalid")

        return checked

    # Sessions

    async def create(self, request: Request) -> Response:
        """Make a session."""
        asked, name = await request.json(), secrets.token_hex(8)
        session: Json = {"id": name, "code": f"{secrets.randbelow(10**6):06}", "state": "pending", "full_device": "off"}
        session |= {"remote_control": "off", "custom_data": asked.get("custom_data", {}), "agents": [{"name": "Agent"}]}
        session |= {"agent": {"name": "Agent"}, "require_consent": True}
        for channel in ("control", "stream"):
            session |= {f"{channel}_token": secrets.token_hex(8), f"{channel}_url": "/"}
        self.sessions[name] = session
        return JSONResponse(session)

    async def get(self, request: Request) -> Response:
        """Tell a session by its id or its code."""
        session = self.find(request.path_params["session"])
        return JSONResponse(session) if session else refused(404, "session not found")

    async def update(self, request: Request) -> Response:
        """Change a session, for the agent or for the customer."""
        session = self.find(request.path_params["session"])
        if session is None:
            return refused(404, "session not found")
        await self.change(session, await request.json(), "agent_ended" if self.is_agent(request) else "device_ended")
        return JSONResponse(session)

    async def from_viewer(self, request: Request) -> Response:
        """Change a session for the page in place of the viewer, and tell what has come of the customer's page."""
        session, changes = self.find(request.path_params["session"]), await request.json()
        if session is None:
            return refused(404, "session not found")
        await self.change(session, changes, "agent_ended")
        seen = self.seen.get(session["stream_token"], {})
        if seen and not seen["title"] and session["state"] == "active":
            await self.tell(session["stream_token"], "sync", {"id": secrets.token_hex(8)})
        return JSONResponse({"session": session, "seen": seen})

    async def point(self, request: Request) -> Response:
        """Show the agent's pointer in the customer's page."""
        session = self.find(request.path_params["session"])
        if session is None:
            return refused(404, "session not found")
        at = {"type": "Laser", "agent": "Agent", "colour": "#0078d4", "state": "touchmove", **await request.json()}
        await self.tell(session["stream_token"], "laser", at)
        return JSONResponse({})

    def find(self, name: str) -> Json | None:
        """Find a session by its id or its code."""
        return next((each for each in self.sessions.values() if name in (each["id"], each["code"])), None)

    async def change(self, session: Json, changes: Json, ended_reason: str) -> None:
        """Change a session that is not over, and tell everybody who listens."""
        wanted = {name: value for name, value in changes.items() if name in CHANGES}
        if not wanted or session["state"] == "ended":
            return
        session.update(wanted)
        if session["state"] == "ended":
            session.setdefault("ended_reason", ended_reason)
        await self.tell(session["control_token"], "session", session)

    # Devices

    async def register(self, request: Request) -> Response:
        """Take a customer's device, as its SDK describes it."""
        name, about = request.path_params["device"], await request.json()
        known = self.devices.setdefault(name, {"id": name, "connectable": True})
        known |= {"device": about.get("device", {}), "custom_data": about.get("custom_data", {})}
        known |= {"notification_url": "/", "notification_token": name, "next_registration": 3600}
        return JSONResponse(known)

    async def listed(self, request: Request) -> Response:
        """List the devices of a visitor."""
        visitor = request.query_params.get("filter_user_id")
        return JSONResponse([each for each in self.devices.values() if each["custom_data"].get("user_id") == visitor])

    async def notify(self, request: Request) -> Response:
        """Ask on a device."""
        session = self.find((await request.json())["session"])
        if session is None:
            return refused(404, "session not found")
        await self.tell(request.path_params["device"], "notification", {"cobrowseio-code": session["code"]})
        return JSONResponse({})

    async def me(self, _request: Request) -> Response:
        """Tell where events come from."""
        return JSONResponse({"id": "agent", "notification_token": "events", "notification_url": "/"})

    # Events

    async def events(self, socket: WebSocket) -> None:
        """Hear a socket, and send it the events of what it wants to hear of."""
        given = [name.removeprefix(BEARER) for name in socket.scope["subprotocols"] if name.startswith(BEARER)]
        token = b64decode(given[0] + "==").decode() if given else ""
        await socket.accept("cbor")
        try:
            while True:
                message = cbor2.loads(await socket.receive_bytes())
                await self.hear(socket, token, message["event"], message.get("data"))
                if "id" in message:
                    await socket.send_bytes(cbor2.dumps({"ack": message["id"]}))
        except WebSocketDisconnect:
            return
        finally:
            for sockets in self.listeners.values():
                sockets.discard(socket)

    async def hear(self, socket: WebSocket, token: str, event: str, data: Any) -> None:  # noqa: ANN401 - of the SDKs
        """Take what the agent's SDK subscribes to, and what the customer's sends of its page."""
        seen = self.seen.setdefault(token, {"frames": 0, "title": ""})
        if event == "subscribe":
            self.listeners.setdefault(data, set()).add(socket)
        elif event == "filter":
            self.listeners.setdefault(token, set()).add(socket)
            seen["title"] = ""  # of a page that the customer may have left; the viewer asks for that of this one
        elif event == "screen":
            seen["title"] = data["title"]
        elif event == "frame":
            seen["frames"] += 1

    async def tell(self, token: str, event: str, data: Json) -> None:
        """Send an event to everybody who wants to hear of it."""
        for socket in list(self.listeners.get(token, ())):
            with suppress(WebSocketDisconnect, RuntimeError):  # it has gone, and is not out of the list yet
                await socket.send_bytes(cbor2.dumps({"event": event, "data": data}))

    def routes(self) -> list[BaseRoute]:
        """List the routes of the API, and of the page in place of the viewer."""
        agents, anyone = self.agents, self.anyone
        return [
            Route("/api/1/sessions", agents(self.create), methods=["POST"]),
            Route("/api/1/sessions/{session}", anyone(self.get)),
            Route("/api/1/sessions/{session}", anyone(self.update), methods=["PUT"]),
            Route("/api/1/devices", agents(self.listed)),
            Route("/api/1/devices/{device}", anyone(self.register), methods=["PUT"]),
            Route("/api/1/devices/{device}/notifications", agents(self.notify), methods=["POST"]),
            Route("/api/1/users/me", agents(self.me)),
            WebSocketRoute("/sockets/1/ws", self.events),
            Route("/stand-in/{session}", self.from_viewer, methods=["POST"]),
            Route("/stand-in/{session}/pointer", self.point, methods=["POST"]),
            Route("/session/{session}", file("viewer.html")),
            Route("/customer.js", file("customer.js")),
        ]


def file(name: str) -> Handler:
    """Make what answers with a file."""

    async def answer(_request: Request) -> Response:
        return FileResponse(PAGES / name)

    return answer
