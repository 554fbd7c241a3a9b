"""The pages that tandem_mirror.py mirrors, and the plain WebSocket that bare rrweb goes over. Served by tandem_node.py.

The same page is served alone, with bare rrweb (`/bare`), and with the customer script (`/tandem`); its size is in the
address. `/replay` and `/agent` are the other side.
"""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

PAGES = Path(__file__).parent / "pages"
SCRIPTS = {"record.js": "@rrweb/record/dist/record.umd.min.cjs", "replay.js": "@rrweb/replay/dist/replay.umd.min.cjs"}
NODES_PER_ROW = 12

ROW = (
    '<li class="row"><a href="/item/{n}"><img alt="" width="40" height="40"></a><h3>Article {n}</h3>'
    '<p>Of <b>good</b> make</p><button type="button">Buy</button></li>'
)
STYLE = (
    "body{font:14px sans-serif}ul{display:grid;grid-template-columns:repeat(6,1fr);gap:4px;padding:0}"
    ".row{list-style:none;border:1px solid #ccc;contain:content}.row.hot{background:#fde}"
)


def page(nodes: int, script: str) -> str:
    """A shop of about as many nodes, elements and texts."""
    rows = "".join(ROW.format(n=n) for n in range(nodes // NODES_PER_ROW))
    return (
        f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Shop</title>"
        f"<style>{STYLE}</style>{script}</head>"
        f"<body><h1 id=probe data-tandem-allow>0</h1><ul id=rows>{rows}</ul><p id=end>End</p></body></html>"
    )


def site(relay: str, modules: Path) -> Starlette:
    """The application. `modules` is node_modules, where rrweb is."""
    scripts = {
        "alone": "",
        "bare": '<script src="/script/record.js"></script>',
        "tandem": f'<script src="{relay}/tandem.js" async></script>',
    }
    listeners: set[WebSocket] = set()

    async def customer(request: Request) -> Response:
        return HTMLResponse(page(int(request.path_params["nodes"]), scripts[request.path_params["kind"]]))

    async def script(request: Request) -> Response:
        return FileResponse(modules / SCRIPTS[request.path_params["name"]], media_type="text/javascript")

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

    async def icon(_request: Request) -> Response:
        return Response(status_code=204)

    return Starlette(
        routes=[
            Route("/favicon.ico", icon),
            Route("/script/{name}", script),
            Route("/replay", other_side),
            Route("/agent", other_side),
            Route("/{kind}/{nodes:int}", customer),
            WebSocketRoute("/echo", echo),
        ]
    )
