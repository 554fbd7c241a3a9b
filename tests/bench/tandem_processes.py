"""The processes of Tandem's benchmarks: relays (tandem_node.py) and a NATS server.

Used by tandem_relay.py and tandem_mirror.py.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

HERE = Path(__file__).parent
SHOP = "http://shop.test"


@dataclass(frozen=True)
class Cost:
    """What a process has cost: seconds of CPU and of its garbage collector; bytes of memory, and of WebSockets."""

    cpu: float
    collecting: float
    memory: int
    received: int


@dataclass(frozen=True)
class Node:
    """Where a relay is, and the pages beside it."""

    relay: str
    site: str

    def cost(self) -> Cost:
        """What it has cost up to now."""
        return Cost(**httpx.get(f"{self.relay}/bench", trust_env=False, timeout=30).json())


@contextmanager
def node(*arguments: str | Path) -> Iterator[Node]:
    """A relay in a process of its own."""
    command = [sys.executable, "-W", "ignore::DeprecationWarning", HERE / "tandem_node.py", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None:
                raise RuntimeError("the relay has no output")
            where = Node(**json.loads(process.stdout.readline()))
            httpx.get(f"{where.relay}/health", trust_env=False, timeout=30)
            yield where
        finally:
            process.terminate()


@contextmanager
def nats() -> Iterator[str]:
    """The address of a NATS server with JetStream."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Path(sys.executable).parent / "nats-server"
    with tempfile.TemporaryDirectory() as store:
        command: list[str | Path] = [server, "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", store]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            for line in process.stderr or ():
                if "Server is ready" in line:
                    break
            yield f"nats://127.0.0.1:{port}"
            process.terminate()
