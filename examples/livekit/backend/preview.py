"""What the preview starts: the backend, and a LiveKit server for it.

That is the one at COTAB_LIVEKIT_URL (with LIVEKIT_API_KEY and LIVEKIT_API_SECRET), else `livekit-server` if it is on
the path, else the stand-in.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Protocol

from starlette.applications import Starlette

from cotab_kit.serving import Served

from . import service

# Those of `livekit-server --dev`.
KEY, SECRET = "devkey", "secret"
BUILT = Path(__file__).parents[1] / "dist" / "webresources"


class Preview(Protocol):
    """What the backend needs of the preview."""

    @property
    def desktop(self) -> str:
        """Where the agent's desktop is."""


def factory(preview: Preview) -> Starlette:
    """Make the backend as an ASGI application; the LiveKit server runs for as long as it does."""

    @asynccontextmanager
    async def running(app: Starlette) -> AsyncIterator[None]:
        (sdk,) = BUILT.glob("*_/*/npm")
        with livekit() as (url, key, secret):
            app.mount("/", service.create_app(service.Config(url, key, secret, (preview.desktop,)), sdk))
            yield

    return Starlette(lifespan=running)


@contextmanager
def livekit() -> Iterator[tuple[str, str, str]]:
    """Find or run a LiveKit server: its address, key and secret."""
    if url := os.environ.get("COTAB_LIVEKIT_URL"):
        yield url, os.environ["LIVEKIT_API_KEY"], os.environ["LIVEKIT_API_SECRET"]
    elif program := shutil.which("livekit-server"):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        process = subprocess.Popen([program, "--dev", "--bind", "127.0.0.1", "--port", str(port)])
        try:
            _wait_for(process, port)
            yield f"ws://127.0.0.1:{port}", KEY, SECRET
        finally:
            process.terminate()
            process.wait()
    else:
        from .stand_in import create_app  # noqa: PLC0415 - it needs aiortc, which no real server does

        secret = secrets.token_hex(32)
        with Served(create_app(KEY, secret), ws="websockets-sansio") as server:
            yield server.url.replace("http", "ws", 1), KEY, secret


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the server takes connections. Raises RuntimeError if it has ended instead."""
    while process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"livekit-server has ended with the code {process.returncode}")
