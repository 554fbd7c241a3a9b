"""The preview's server: web resources, the top window, a little of the Web API, a page of another origin.

`create_app` makes the ASGI application, `serve` runs it in a thread of its own. Used by the `preview` command
and by cotab_kit.testing.
"""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Self

import uvicorn
from starlette.applications import Starlette
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route

from cotab_kit.errors import PreviewError
from cotab_kit.preview.webapi import Org
from cotab_kit.preview.webresources import TypedFiles, WebResources, policies, version_token
from cotab_kit.serving import listening

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from starlette.requests import Request

STATIC = Path(__file__).with_name("static")
_STATIC_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}


def create_app(
    dist: Path, *, policy: str = "default", frame_sources: Sequence[str] = (), org: Org | None = None
) -> Starlette:
    """The preview of the built project in `dist`.

    `policy` is the organisation's Content-Security-Policy where the address names none; webresources.policies
    has their names.
    """
    folder, report, org = dist / "webresources", dist / "build.json", org or Org()
    known = policies(frame_sources)
    resources = WebResources(folder, policy, known)

    async def about(_request: Request) -> Response:
        facts = {"token": version_token(folder), "policies": list(known), "policy": policy}
        return JSONResponse(facts, headers={"cache-control": "no-store"})

    async def build(_request: Request) -> Response:
        if not report.is_file():
            return JSONResponse({"name": None, "pages": {}, "files": []}, headers={"cache-control": "no-store"})
        return FileResponse(report, media_type="application/json", headers={"cache-control": "no-store"})

    return Starlette(
        routes=[
            Route("/", _page("top.html")),
            Route("/embed", _page("embed.html")),
            Route("/favicon.ico", _no_icon),
            Route("/preview/org.json", about),
            Route("/preview/build.json", build),
            *org.routes(),
            Mount("/preview/static", TypedFiles(STATIC, _STATIC_TYPES)),
            Mount("/WebResources", resources),
            Mount("/{token}/WebResources", resources),
        ]
    )


class Preview:
    """A running preview server. Close it, or use it as a context manager."""

    def __init__(self, dist: Path, org: Org, server: uvicorn.Server, listener: socket.socket) -> None:
        host, port = listener.getsockname()[:2]
        self.url = f"http://{host}:{port}"
        self.dist = dist
        self.org = org
        self._server = server
        self._thread = threading.Thread(target=server.run, args=([listener],), name="cotab-preview", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Run until something stops the server; for the command line."""
        while self._thread.is_alive():  # a join without a limit would not see Ctrl+C on Windows
            self._thread.join(0.5)

    def close(self) -> None:
        """Stop serving. Doing so twice is harmless."""
        self._server.should_exit = True
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


def serve(
    dist: Path,
    *,
    port: int = 0,
    host: str = "127.0.0.1",
    policy: str = "default",
    frame_sources: Sequence[str] = (),
) -> Preview:
    """Serve the preview of `dist` until it is closed; port 0 takes any free one."""
    org = Org()
    app = create_app(dist, policy=policy, frame_sources=frame_sources, org=org)
    config = uvicorn.Config(app, ws="none", lifespan="off", log_level="warning", timeout_graceful_shutdown=1)
    return Preview(dist, org, uvicorn.Server(config), _listen(host, port))


def _listen(host: str, port: int) -> socket.socket:
    try:
        return listening(port, host)
    except OSError as error:
        raise PreviewError(
            f"The preview cannot listen on {host}:{port}: {error.strerror or error}",
            hint="Choose another port, or leave it out to get a free one.",
        ) from error


async def _no_icon(_request: Request) -> Response:
    """Browsers ask for it by themselves; a 404 would be an error on the console."""
    return Response(status_code=204)


def _page(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def page(_request: Request) -> Response:
        return FileResponse(STATIC / name, headers={"cache-control": "no-cache"}, media_type=_STATIC_TYPES[".html"])

    return page
