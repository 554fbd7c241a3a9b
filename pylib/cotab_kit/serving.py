"""Serve an ASGI application on this machine, on a free port, until it is closed.

For the desktop, the customer's site, a provider's service (sidecar.py), and tests whose browser needs an address.
"""

from __future__ import annotations

import socket
import threading
import time
from typing import Any, Self

import uvicorn
from starlette.types import ASGIApp

from cotab_kit.errors import DesktopError


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


def listening(port: int, host: str = "127.0.0.1") -> socket.socket:
    """A listening socket, so that the first request finds the door open before uvicorn is up. Raises OSError.

    It says that it is TCP: only then does asyncio send without delay. Each answer would take 40 ms longer.
    """
    plain = socket.create_server((host, port))
    return socket.socket(plain.family, plain.type, socket.IPPROTO_TCP, fileno=plain.detach())


def _listen(port: int) -> socket.socket:
    try:
        return listening(port)
    except OSError as error:
        raise DesktopError(
            f"The desktop cannot listen on port {port}: {error.strerror or error}",
            hint="Choose another port, or leave it out to get a free one.",
        ) from error
