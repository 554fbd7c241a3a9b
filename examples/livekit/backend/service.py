"""An example of the backend: it gives tokens for single rooms of a LiveKit server, whose keys it alone has.

It keeps nothing: what is known of a room is in the LiveKit server, and the key in a customer's link is computed from
the room's name. What it lacks is your sign-in: see `agent_of`.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from livekit import api
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

CUSTOMERS_PAGE = Path(__file__).with_name("customer.html")
CUSTOMERS_SCRIPT = Path(__file__).with_name("customer.js")


@dataclass(frozen=True)
class Config:
    """The LiveKit server, as browsers and this service reach it, and the origins of the tabs."""

    url: str
    key: str
    secret: str
    tabs: tuple[str, ...]


def agent_of(_request: Request) -> str:
    """Return the name of the agent who asks. Put your sign-in here, and answer with status 401 where it fails."""
    return "Agent"


@dataclass(frozen=True)
class Backend:
    """The routes."""

    config: Config

    @asynccontextmanager
    async def livekit(self) -> AsyncIterator[api.LiveKitAPI]:
        """Talk to the LiveKit server."""
        async with api.LiveKitAPI(self.config.url, self.config.key, self.config.secret) as server:
            yield server

    async def open(self, request: Request) -> Response:
        """Open the room of a conversation; the same one for everybody who opens it."""
        agent, conversation = agent_of(request), (await request.json())["conversation"]
        name = self.signed(f"conversation {conversation}")[:32]
        async with self.livekit() as server:
            await server.room.create_room(api.CreateRoomRequest(name=name, empty_timeout=600, departure_timeout=60))
        return self.invitation(request, name, agent)

    async def join(self, request: Request) -> Response:
        """Let an agent into a room that is there."""
        agent, name = agent_of(request), request.path_params["room"]
        return self.invitation(request, name, agent) if await self.exists(name) else Response(status_code=404)

    async def close(self, request: Request) -> Response:
        """End a session for everyone."""
        agent_of(request)
        await self.delete(request.path_params["room"])
        return Response(status_code=204)

    async def customer(self, request: Request) -> Response:
        """Let a customer into a room, or out of it for good. The key of the link is the proof of being invited."""
        name, wish = request.path_params["room"], await request.json()
        if not hmac.compare_digest(self.signed(f"customer {name}"), str(wish.get("key"))):
            return Response(status_code=403)
        if not await self.exists(name):
            return Response(status_code=404)
        if wish.get("leave"):
            await self.delete(name)
            return Response(status_code=204)
        grants = api.VideoGrants(room_join=True, room=name, can_publish_sources=["screen_share"], can_subscribe=False)
        token = self.token(f"customer-{secrets.token_hex(8)}", str(wish.get("name") or "Customer")[:60], grants)
        return JSONResponse({"url": self.config.url, "token": token})

    def invitation(self, request: Request, name: str, agent: str) -> JSONResponse:
        """Answer with what the tab needs. Each tab has an identity of its own: LiveKit lets no two into a room."""
        grants = api.VideoGrants(room_join=True, room=name, can_publish=False)
        token = self.token(f"agent-{secrets.token_hex(8)}", agent, grants)
        link = f"{str(request.base_url).rstrip('/')}/join#{name}.{self.signed(f'customer {name}')}"
        return JSONResponse({"room": name, "url": self.config.url, "token": token, "link": link})

    def token(self, identity: str, name: str, grants: api.VideoGrants) -> str:
        """Make a token for one participant of one room."""
        token = api.AccessToken(self.config.key, self.config.secret).with_identity(identity).with_name(name)
        return token.with_grants(grants).to_jwt()

    async def exists(self, name: str) -> bool:
        """Ask the LiveKit server for a room."""
        async with self.livekit() as server:
            return bool((await server.room.list_rooms(api.ListRoomsRequest(names=[name]))).rooms)

    async def delete(self, name: str) -> None:
        """Close a room, if it is there; everybody in it is told."""
        if await self.exists(name):
            async with self.livekit() as server:
                await server.room.delete_room(api.DeleteRoomRequest(room=name))

    def signed(self, text: str) -> str:
        """Compute what nobody without the secret can."""
        return hmac.new(self.config.secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def create_app(config: Config, sdk: Path) -> Starlette:
    """Make the backend; `sdk` is the folder with the bundled livekit-client, for the customer's page."""
    backend = Backend(config)

    files = {"join": CUSTOMERS_PAGE, "customer.js": CUSTOMERS_SCRIPT} | {path.name: path for path in sdk.glob("*.js")}

    async def file(request: Request) -> Response:
        path = files.get(request.path_params["name"])
        return FileResponse(path) if path else Response(status_code=404)

    cors = Middleware(CORSMiddleware, allow_origins=config.tabs, allow_methods=["*"], allow_headers=["content-type"])
    routes = [
        Route("/rooms", backend.open, methods=["POST"]),
        Route("/rooms/{room}", backend.close, methods=["DELETE"]),
        Route("/rooms/{room}/agents", backend.join, methods=["POST"]),
        Route("/rooms/{room}/customers", backend.customer, methods=["POST"]),
        Route("/{name}", file),
    ]
    return Starlette(routes=routes, middleware=[cors])
