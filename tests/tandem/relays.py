"""A relay for tests: served for real on loopback, with a clock that the test turns."""

from __future__ import annotations

import asyncio
import json
import math
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tandem.app import create_app
from tandem.clock import Clock
from tandem.config import Config, configure
from tandem.sockets import SERVER

DESKTOP, SHOP = "http://desktop.test", "http://shop.test"
SECRET = "a secret of the tests, long enough to sign with"  # noqa: S105 - signs nothing outside tests


class FakeClock:
    """Time stands still until `advance`."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self._now = now
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._now + seconds, future))
        await future

    @property
    def soonest(self) -> float:
        """When the next of those who sleep is due."""
        return min((at for at, future in self._sleepers if not future.done()), default=math.inf)

    def advance(self, seconds: float) -> None:
        self._now += seconds
        due = [future for at, future in self._sleepers if at <= self._now]
        self._sleepers = [(at, future) for at, future in self._sleepers if at > self._now]
        for future in due:
            if not future.done():
                future.set_result(None)


@dataclass
class Served:
    """A running relay."""

    origin: str
    config: Config

    def http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.origin, trust_env=False, timeout=5)

    async def agent(self) -> dict[str, str]:
        """The headers of a signed-in agent."""
        async with self.http() as http:
            answer = await http.post("/api/sign-in", headers={"origin": self.origin})
            return {"authorization": f"Bearer {answer.json()['token']}"}

    async def session(self, **wanted: object) -> dict[str, Any]:
        async with self.http() as http:
            body = {"mode": "cobrowse", "conversation": "1", "site": f"{SHOP}/cart", **wanted}
            answer = await http.post("/api/sessions", json=body, headers=await self.agent())
            assert answer.status_code == 201, answer.text
            created: dict[str, Any] = answer.json()
            return created

    async def join(self, origin: str = SHOP, **shown: object) -> httpx.Response:
        async with self.http() as http:
            return await http.post("/api/join", json=shown, headers={"origin": origin})

    async def leave(self, ticket: object, to: str, origin: str = SHOP) -> httpx.Response:
        async with self.http() as http:
            shown = {"ticket": ticket, "origin": to}
            return await http.post("/api/leave", json=shown, headers={"origin": origin})

    async def metric(self, line: str) -> float:
        async with self.http() as http:
            for each in (await http.get("/metrics")).text.splitlines():
                if each.startswith(line + " "):
                    return float(each.rpartition(" ")[2])
        return 0.0

    async def open(self, role: str, ticket: str, origin: str = SHOP) -> Side:
        """Connect as one side and say hello."""
        return await Side.open(self, role, {"t": "hello", "v": 1, "ticket": ticket}, origin)

    async def both(self) -> tuple[Side, Side]:
        """Agent and customer in a session that is live."""
        created = await self.session()
        agent = await self.open("agent", created["token"])
        joined = (await self.join(pin=created["pin"])).json()
        customer = await self.open("customer", joined["ticket"])
        await customer.send(t="consent", view=True)
        await agent.until("consent")
        return agent, customer


class Side:
    """One side's WebSocket."""

    def __init__(self, socket: ClientConnection, ticket: object) -> None:
        self.socket = socket
        self.ticket = ticket
        self.welcome: dict[str, Any] = {}

    @classmethod
    async def open(cls, relay: Served, role: str, hello: dict[str, Any], origin: str = SHOP) -> Side:
        side = cls(await dial(relay, role, relay.origin if role == "agent" else origin), hello.get("ticket"))
        await side.send(**hello)
        side.welcome = await side.next()
        return side

    async def send(self, **message: object) -> None:
        await self.socket.send(json.dumps(message))

    async def chunk(self, number: int, payload: bytes = b"x", *, key: bool = False, last: bool = True) -> None:
        await self.socket.send(frame(number, payload, key=key, last=last))

    async def next(self) -> Any:  # noqa: ANN401 - JSON or bytes
        """The next message: a control message as a dict, a chunk as bytes."""
        async with asyncio.timeout(5):
            data = await self.socket.recv()
        return data if isinstance(data, bytes) else json.loads(data)

    async def until(self, kind: str) -> dict[str, Any]:
        while True:
            message = await self.next()
            if isinstance(message, dict) and message["t"] == kind:
                return message

    async def closed(self) -> int | None:
        async with asyncio.timeout(5):
            await self.socket.wait_closed()
        return self.socket.close_code

    async def cut(self) -> None:
        """Lose the connection without a word."""
        self.socket.transport.abort()
        await self.socket.wait_closed()


def frame(number: int, payload: bytes, *, key: bool = False, last: bool = True) -> bytes:
    return bytes([1, (4 if key else 0) | (1 if last else 0)]) + number.to_bytes(4, "big") + payload


async def dial(relay: Served, role: str, origin: str | None) -> ClientConnection:
    return await connect(
        f"{relay.origin.replace('http', 'ws')}/ws/{role}",
        origin=Origin(origin) if origin else None,
        subprotocols=[Subprotocol("tandem.1")],
        proxy=None,
        max_size=None,
    )


@asynccontextmanager
async def serving(
    clock: Clock,
    *,
    nats: str | None = None,
    port: int = 0,
    **settings: Any,  # noqa: ANN401 - whatever a relay can be set to
) -> AsyncIterator[Served]:
    """A relay on a free port, or on the one it had before."""
    base: dict[str, Any] = {"agent_origins": (DESKTOP,), "customer_origins": (SHOP,), "secret": SECRET, "bus": nats}
    base |= {"linger_seconds": 0}  # a clock that stands still would let them linger for ever
    config = configure(**(base | settings))
    async with served_app(create_app(config, clock=clock), port=port) as origin:
        yield Served(origin, config)


@asynccontextmanager
async def served_app(app: Starlette, *, port: int = 0) -> AsyncIterator[str]:
    """Serve an application on loopback; the origin is where."""
    listener = socket.create_server(("127.0.0.1", port))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1, **SERVER))
    task = asyncio.create_task(server.serve([listener]))
    try:
        await eventually(lambda: server.started or task.done())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()


async def eventually(condition: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - whatever the test waits for
            await asyncio.sleep(0.01)
