"""Agents and customers of many sessions, in a process of their own.

Its arguments are AGENTS CUSTOMERS SESSIONS MESSAGES; the first two are the origins of the relays that either side uses.
tandem_relay.py starts it, and reads the figures (`Figures`, as JSON) from its standard output.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict, astuple, dataclass
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tandem_processes import SHOP, Cost, Node

AT_ONCE = 20
CHANGE = [
    {
        "type": 3,
        "timestamp": 1_800_000_000_000 + n,
        "data": {"source": 0, "texts": [{"id": n, "value": "•" * (n % 40)}]},
    }
    for n in range(8)
]
PAYLOAD = json.dumps(CHANGE).encode()


@dataclass(frozen=True)
class Figures:
    """Of one run: seconds on the clock, of the relays' CPU and of its garbage collector, and bytes of their memory."""

    sessions: int
    messages: int
    start_seconds: float
    start_cpu: float
    message_seconds: float
    message_cpu: float
    message_collecting: float
    memory: int


@dataclass(frozen=True)
class LiveSession:
    """A live session."""

    agent: ClientConnection
    customer: ClientConnection

    async def exchange(self, before: int, messages: int) -> None:
        """Send changes of a page after so many, the next one when the agent has got the last."""
        for number in range(before + 1, before + messages + 1):
            await self.customer.send(b"\1\1" + number.to_bytes(4, "big") + PAYLOAD)
            await until(self.agent, bytes)


class Clients:
    """Opens sessions between two relays, which may be the same one."""

    def __init__(self, agents: Node, customers: Node) -> None:
        self.agents, self.customers = agents, customers
        self.gate = asyncio.Semaphore(AT_ONCE)
        self.http = httpx.AsyncClient(trust_env=False, timeout=60)
        self.headers: dict[str, str] = {}

    async def sign_in(self) -> None:
        """Become an agent."""
        answer = await self.http.post(f"{self.agents.relay}/api/sign-in", headers={"origin": self.agents.relay})
        self.headers = {"authorization": f"Bearer {answer.json()['token']}"}

    async def open(self) -> LiveSession:
        """A session in which the customer has agreed."""
        async with self.gate:
            made = await self.post(
                f"{self.agents.relay}/api/sessions", {"mode": "cobrowse", "site": SHOP}, self.headers
            )
            agent = await dial(self.agents.relay, "agent", self.agents.relay, made["token"])
            token = made["link"].partition("#tandem=")[2]
            joined = await self.post(f"{self.customers.relay}/api/join", {"token": token}, {"origin": SHOP})
            customer = await dial(self.customers.relay, "customer", SHOP, joined["ticket"])
            await customer.send('{"t":"consent","view":true}')
            await until(agent, "consent")
            return LiveSession(agent, customer)

    async def post(self, url: str, body: object, headers: dict[str, str]) -> dict[str, Any]:
        """A request that must succeed."""
        answer = await self.http.post(url, json=body, headers=headers)
        answer.raise_for_status()
        content: dict[str, Any] = answer.json()
        return content

    def cost(self) -> tuple[float, Cost]:
        """The clock, and what the relays have cost."""
        costs = [node.cost() for node in {self.agents, self.customers}]
        return time.perf_counter(), Cost(*(sum(values) for values in zip(*map(astuple, costs), strict=True)))


async def dial(relay: str, role: str, origin: str, ticket: str) -> ClientConnection:
    """Connect, and say hello."""
    address = f"{relay.replace('http', 'ws')}/ws/{role}"
    protocols = [Subprotocol("tandem.1")]
    socket = await connect(
        address,
        origin=Origin(origin),
        subprotocols=protocols,
        proxy=None,
        max_queue=None,
        open_timeout=60,
        ping_interval=None,
    )
    await socket.send(json.dumps({"t": "hello", "v": 1, "ticket": ticket}))
    await until(socket, "welcome")
    return socket


async def until(socket: ClientConnection, wanted: str | type[bytes]) -> None:
    """Read on to a control message, or to a chunk."""
    while True:
        data = await socket.recv()
        if isinstance(data, bytes) if wanted is bytes else isinstance(data, str) and json.loads(data)["t"] == wanted:
            return


async def run(agents: Node, customers: Node, count: int, messages: int) -> Figures:
    """Open the sessions, up to a first message each, let all of them send, close."""
    clients = Clients(agents, customers)
    await clients.sign_in()
    before, cost = clients.cost()
    sessions = await asyncio.gather(*(clients.open() for _ in range(count)))
    await asyncio.gather(*(session.exchange(0, 1) for session in sessions))
    opened, opened_cost = clients.cost()
    each = max(1, messages // count)
    await asyncio.gather(*(session.exchange(1, each) for session in sessions))
    sent, sent_cost = clients.cost()
    return Figures(
        count,
        each * count,
        opened - before,
        opened_cost.cpu - cost.cpu,
        sent - opened,
        sent_cost.cpu - opened_cost.cpu,
        sent_cost.collecting - opened_cost.collecting,
        opened_cost.memory - cost.memory,
    )


def main() -> None:
    """Print the figures."""
    agents, customers, sessions, messages = sys.argv[1:]
    figures = asyncio.run(run(Node(agents, ""), Node(customers, ""), int(sessions), int(messages)))
    sys.stdout.write(json.dumps(asdict(figures)) + "\n")


if __name__ == "__main__":
    main()
