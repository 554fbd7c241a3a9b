"""OpenReplay's tracker with its assist client, and a stand-in of its server, for tandem_mirror.py.

Both come from npm, by the lock in `peer`, and are used here alone; they and all that they need are under the MIT
License, but for web-vitals (Apache-2.0). The server's part and the player are not on npm. The stand-in says as much of
the protocol as a live session needs: the start of a session over HTTP, and events of Socket.IO over one WebSocket. It
hands on what the tracker sends to the agent's page, which draws nothing of it.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from cotab_kit.layout import Workspace, kit_files
from cotab_kit.progress import Steps
from cotab_kit.tools.cache import Cache
from cotab_kit.tools.esbuild import Bundle, BundleConfig, Run, run_esbuild
from cotab_kit.tools.node import Node, ensure_node

FOLDER = Path(__file__).with_name("peer")
PACKAGES = Path(__file__).parents[1] / "web" / "bundling" / "packages.mjs"
LATER = 600_000  # milliseconds until the first sign of life, after the bench is over
OPENED = f'0{{"sid":"1","upgrades":[],"pingInterval":{LATER},"pingTimeout":{LATER},"maxPayload":100000000}}'
CONNECTED = '40{"sid":"1"}'
NEW_AGENT = '42["NEW_AGENT","agent",{}]'
CONNECT = "40"
EVENT = "42"  # a message of Engine.IO that is an event of Socket.IO
STARTED = {"token": "1", "userUUID": "1", "sessionID": "1", "projectID": "1", "delay": 0, "assistOnly": True}


def peer_script(workspace: Workspace, tools: Node, steps: Steps) -> Path:
    """Return the folder with page.js, bundled with the locked packages."""
    files = replace(kit_files(), package_json=FOLDER / "package.json", package_lock=FOLDER / "package-lock.json")
    home = Workspace(workspace.caches / "peer")
    home.root.mkdir(parents=True, exist_ok=True)
    packages = ensure_node(home, files, steps, dev=False)
    config = BundleConfig(FOLDER, (Run(("page.js",)),), plugins={PACKAGES: {"modules": str(packages.modules)}})

    def make(aside: Path) -> None:
        with steps.step("Bundling OpenReplay"):
            run_esbuild(tools, config, aside)

    return Cache(workspace.cache / "peer").get(config.inputs(FOLDER / "package-lock.json"), make, Bundle.read).folder


class PeerServer:
    """The stand-in. An agent who connects sees whoever is there; what they send, all agents get."""

    def __init__(self) -> None:
        self.customers: set[WebSocket] = set()
        self.agents: set[WebSocket] = set()

    @property
    def routes(self) -> list[BaseRoute]:
        """Where it is asked."""
        return [
            Route("/ingest/v1/web/start", self.start, methods=["POST"]),
            Route("/ingest/{path:path}", self.other, methods=["GET", "POST"]),
            Route("/present", self.present),
            WebSocketRoute("/ws-assist/socket/", self.customer),
            WebSocketRoute("/ws-agent", self.agent),
        ]

    async def start(self, _request: Request) -> Response:
        """A session, for live viewing alone."""
        return JSONResponse({**STARTED, "startTimestamp": int(time.time() * 1000)})

    async def other(self, _request: Request) -> Response:
        """Whatever else it asks for."""
        return JSONResponse({})

    async def present(self, _request: Request) -> Response:
        """How many customers are connected."""
        return JSONResponse(len(self.customers))

    async def customer(self, socket: WebSocket) -> None:
        """A tracker: it opens, connects, and sends events."""
        await socket.accept()
        await socket.send_text(OPENED)
        async for text in socket.iter_text():
            if text.startswith(EVENT):
                for each in self.agents:
                    await each.send_text(text.removeprefix(EVENT))
            elif text.startswith(CONNECT):
                await socket.send_text(CONNECTED)
                self.customers.add(socket)
        self.customers.discard(socket)

    async def agent(self, socket: WebSocket) -> None:
        """An agent's page: whoever is there is told, and sends their page."""
        await socket.accept()
        self.agents.add(socket)
        for each in self.customers:
            await each.send_text(NEW_AGENT)
        async for _ in socket.iter_text():
            pass
        self.agents.discard(socket)
