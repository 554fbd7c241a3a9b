"""A relay in a process of its own that tells what it cost; with --site also what the pages of tandem_mirror.py load.

tandem_relay.py and tandem_mirror.py start it, and read the origins from its standard output. `/bench` answers with the
seconds of CPU, the memory and the bytes that came in over WebSockets, as they were on the wire.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import mmap
import socket
import sys
import time
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from tandem.app import create_app
from tandem.config import configure
from tandem.frames import MAX_CHUNK
from tandem.sockets import SERVER
from tandem_processes import SHOP
from tandem_site import site

SECRET = "a secret of the benchmark, long enough to sign with"  # noqa: S105 - signs nothing outside it
MAX_BARE = 64 * 1024 * 1024  # bare rrweb sends a snapshot as one message
STATM = Path("/proc/self/statm")


class Counting(WebSocketsSansIOProtocol):
    """The WebSockets of uvicorn, with the bytes that came in."""

    received = 0

    def data_received(self, data: bytes) -> None:
        """Count, and go on."""
        Counting.received += len(data)
        super().data_received(data)


class Collector:
    """Seconds of CPU that Python's garbage collector takes, but for what is collected here to measure memory."""

    def __init__(self) -> None:
        self.began = self.seconds = self.own = 0.0
        gc.callbacks.append(self.on)

    def on(self, phase: str, _info: dict[str, int]) -> None:
        """Count from its start to its stop."""
        if phase == "start":
            self.began = time.process_time()
        else:
            self.seconds += time.process_time() - self.began

    def collect(self) -> None:
        """Leave nothing behind that memory would be measured with."""
        began, seconds = time.process_time(), self.seconds
        gc.collect()
        self.seconds = seconds
        self.own += time.process_time() - began


COLLECTOR = Collector()


def cost(_request: Request) -> JSONResponse:
    """What this process has cost up to now, other than asking this."""
    COLLECTOR.collect()
    cpu = time.process_time() - COLLECTOR.own
    memory, received = resident(), Counting.received
    return JSONResponse({"cpu": cpu, "collecting": COLLECTOR.seconds, "memory": memory, "received": received})


def resident() -> int:
    """Bytes of memory; 0 where the system does not say."""
    return int(STATM.read_text("ascii").split()[1]) * mmap.PAGESIZE if STATM.exists() else 0


async def serve(bus: str | None, modules: Path | None, peer: Path | None, assets: Path | None) -> None:
    """Serve on free ports until it is ended."""
    relay_socket, site_socket = (socket.create_server(("127.0.0.1", 0), backlog=2048) for _ in range(2))
    relay_origin, site_origin = (f"http://127.0.0.1:{each.getsockname()[1]}" for each in (relay_socket, site_socket))
    shop = site_origin if modules else SHOP
    settings: dict[str, Any] = {"agent_origins": (shop,), "customer_origins": (shop,), "secret": SECRET, "bus": bus}
    app = create_app(configure(**settings, **({"assets": assets} if assets else {})))
    app.router.routes.append(Route("/bench", cost))
    sys.stdout.write(json.dumps({"relay": relay_origin, "site": site_origin}) + "\n")
    sys.stdout.flush()
    serving = [_run(app, relay_socket, MAX_CHUNK)]
    if modules and peer:
        serving.append(_run(site(relay_origin, modules, peer), site_socket, MAX_BARE))
    await asyncio.gather(*serving)


async def _run(app: Starlette, listener: socket.socket, largest: int) -> None:
    settings = {**SERVER, "ws": Counting, "ws_max_size": largest}
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1, **settings)
    await uvicorn.Server(config).serve([listener])


def main() -> None:
    """Read the options, and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bus")
    parser.add_argument("--site", type=Path, help="node_modules, to serve the pages too")
    parser.add_argument("--peer", type=Path, help="the folder with OpenReplay's script")
    parser.add_argument("--assets", type=Path)
    options = parser.parse_args()
    asyncio.run(serve(options.bus, options.site, options.peer, options.assets))


if __name__ == "__main__":
    main()
