"""Serve an ASGI application on this machine, on a free port, until it is closed; serve files with types of our own."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path, PurePath
from typing import Any, Self

import uvicorn
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from cotab_kit.errors import DesktopError

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


class Served:
    """A running server. Close it, or use it as a context manager. `options` are uvicorn's."""

    def __init__(self, app: ASGIApp, *, port: int = 0, **options: Any) -> None:  # noqa: ANN401 - whatever uvicorn takes
        listener = _listen(port)
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        chosen = {"ws": "none", "lifespan": "off", "log_level": "warning", "timeout_graceful_shutdown": 1, **options}
        config = uvicorn.Config(app, **chosen)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listener],), name="cotab-desktop", daemon=True)
        self._thread.start()

    @property
    def is_up(self) -> bool:
        """Wait until it has started; False if the application's own start has failed."""
        while self._thread.is_alive() and not self._server.started:
            time.sleep(0.01)
        return self._thread.is_alive()

    def wait(self) -> None:
        """Run until something stops the server; for the command line."""
        while self._thread.is_alive():  # a join without a limit would not see Ctrl-C on Windows
            self._thread.join(0.5)

    def close(self) -> None:
        """Stop serving. Doing so twice is harmless."""
        self._server.should_exit = True
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


def _listen(port: int) -> socket.socket:
    """Open a listening socket, so that the first request finds the door open before uvicorn is up.

    It says that it is TCP: only then does asyncio send without delay. Each answer would take 40 ms longer.
    """
    try:
        plain = socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise DesktopError(
            f"The desktop cannot listen on port {port}: {error.strerror or error}",
            hint="Choose another port, or leave it out to get a free one.",
        ) from error
    return socket.socket(plain.family, plain.type, socket.IPPROTO_TCP, fileno=plain.detach())


class TypedFiles(StaticFiles):
    """The files of a folder with Content-Types from a table of ours: Windows' registry has its own ideas."""

    def __init__(self, folder: Path, types: Mapping[str, str] = TYPES) -> None:
        super().__init__(directory=folder)
        self._types = types

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Answer with the file and its type; 404 if there is no such type."""
        content_type = self._types.get(PurePath(full_path).suffix.lower())
        if content_type is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, f"{scope['path']}: there is no such type of file here")
        response = super().file_response(full_path, stat_result, scope, status_code)
        if response.status_code != HTTPStatus.NOT_MODIFIED:
            response.headers["content-type"] = content_type
        response.headers["cache-control"] = "no-cache"
        return response
