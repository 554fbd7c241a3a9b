"""What tandem_mirror.py loads, and the plain WebSocket that bare rrweb goes over. Served by tandem_node.py.

The same page (tandem_pages.py) is served alone, with bare rrweb (`/bare`), with the customer script (`/tandem`) and
with OpenReplay's tracker (`/peer`); which page it is and its size are in the address. `/replay`, `/agent` and `/peer`
are the other side.
"""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from tandem_pages import PAGES as CUSTOMERS
from tandem_pages import frame, picture
from tandem_peer import PeerServer

PAGES = Path(__file__).parent / "pages"
SCRIPTS = {"record.js": "@rrweb/record/dist/record.umd.min.cjs", "replay.js": "@rrweb/replay/dist/replay.umd.min.cjs"}


async def icon(_request: Request) -> Response:
    """Answer the browser's own question."""
    return Response(status_code=204)


async def framed(request: Request) -> Response:
    """A page within a frame."""
    return HTMLResponse(frame(request.path_params["rows"]))


async def shown(request: Request) -> Response:
    """A picture."""
    return Response(picture(request.path_params["number"]), media_type="image/png")


def site(relay: str, modules: Path, peer: Path) -> Starlette:
    """The application. `modules` is node_modules, where rrweb is; `peer` the folder with OpenReplay's script."""
    scripts = {
        "alone": "",
        "bare": '<script src="/script/record.js"></script>',
        "tandem": f'<script src="{relay}/tandem.js" ALLOW async></script>',
        "peer": '<script src="/peer.js" type="module"></script>',
    }
    listeners: set[WebSocket] = set()

    async def customer(request: Request) -> Response:
        page = CUSTOMERS[request.path_params["page"]]
        tag = scripts[request.path_params["kind"]].replace("ALLOW", page.allow)
        return HTMLResponse(page.html(request.path_params["nodes"], tag))

    async def script(request: Request) -> Response:
        return FileResponse(modules / SCRIPTS[request.path_params["name"]], media_type="text/javascript")

    async def peer_script(_request: Request) -> Response:
        return FileResponse(peer / "page.js", media_type="text/javascript")

    async def other_side(request: Request) -> Response:
        text = (PAGES / f"{request.url.path.strip('/')}.html").read_text("utf-8")
        return HTMLResponse(text.replace("RELAY", relay))

    async def echo(socket: WebSocket) -> None:
        """What one sends, all others get."""
        await socket.accept()
        listeners.add(socket)
        try:
            while True:
                text = await socket.receive_text()
                for each in listeners - {socket}:
                    await each.send_text(text)
        except WebSocketDisconnect:
            listeners.discard(socket)

    return Starlette(
        routes=[
            Route("/favicon.ico", icon),
            Route("/script/{name}", script),
            Route("/replay", other_side),
            Route("/agent", other_side),
            Route("/peer", other_side),
            Route("/peer.js", peer_script),
            Route("/frame/{rows:int}", framed),
            Route("/picture/{number:int}", shown),
            Route("/{kind}/{page}/{nodes:int}", customer),
            WebSocketRoute("/echo", echo),
            *PeerServer().routes,
        ]
    )
