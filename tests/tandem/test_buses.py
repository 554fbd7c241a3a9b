"""What every bus promises, on the one of this process and on a real NATS server; and two relays on one NATS."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import pytest

from relays import SHOP, FakeClock, Side, eventually, frame, serving
from tandem.__main__ import main
from tandem.bus import Bucket, Bus
from tandem.bus_memory import MemoryBus
from tandem.bus_nats import NatsBus
from tandem.config import configure
from tandem.errors import BusError

LIFETIMES = configure().lifetimes


@contextmanager
def nats_server(store: Path, port: int) -> Iterator[None]:
    """A NATS server with JetStream."""
    server = Path(sys.executable).parent / "nats-server"
    command = [str(server), "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(store)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        for line in process.stderr:
            if "Server is ready" in line:
                break
        yield
        process.terminate()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture(scope="session")
def nats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a NATS server with JetStream."""
    port = free_port()
    with nats_server(tmp_path_factory.mktemp("nats"), port):
        yield f"nats://127.0.0.1:{port}"


@pytest.fixture(params=["memory", "nats"])
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    bus: Bus = MemoryBus(FakeClock(), LIFETIMES)
    if request.param == "nats":
        bus = NatsBus(request.getfixturevalue("nats"), LIFETIMES)
    await bus.open()
    for key in ("a", "b"):
        await bus.delete(Bucket.PINS, key)
    yield bus
    await bus.close()


async def test_only_the_first_claims_a_key(bus: Bus) -> None:
    assert await bus.create(Bucket.PINS, "a", b"1")
    assert not await bus.create(Bucket.PINS, "a", b"2")
    entry = await bus.get(Bucket.PINS, "a")
    assert entry is not None
    assert entry.value == b"1"


async def test_of_many_at_once_one_claims_a_key(bus: Bus) -> None:
    assert sum(await asyncio.gather(*(bus.create(Bucket.PINS, "a", b"%d" % n) for n in range(20)))) == 1


async def test_a_key_that_was_deleted_can_be_claimed_again(bus: Bus) -> None:
    await bus.create(Bucket.PINS, "a", b"1")
    await bus.delete(Bucket.PINS, "a")
    assert await bus.get(Bucket.PINS, "a") is None
    assert await bus.create(Bucket.PINS, "a", b"2")


async def test_what_is_not_there_is_none_and_can_be_deleted(bus: Bus) -> None:
    assert await bus.get(Bucket.PINS, "b") is None
    await bus.delete(Bucket.PINS, "b")
    assert not await bus.update(Bucket.PINS, "b", b"1", 1)


async def test_a_value_is_replaced_only_by_who_has_seen_it(bus: Bus) -> None:
    await bus.create(Bucket.PINS, "a", b"1")
    entry = await bus.get(Bucket.PINS, "a")
    assert entry is not None
    assert await bus.update(Bucket.PINS, "a", b"2", entry.revision)
    assert not await bus.update(Bucket.PINS, "a", b"3", entry.revision)


async def test_counters_count_everybody(bus: Bus) -> None:
    before = await bus.add("tries", 0)
    counts = await asyncio.gather(*(bus.add("tries", 1) for _ in range(10)))
    assert sorted(counts) == list(range(before + 1, before + 11))
    assert await bus.add("tries", -1) == before + 9


async def test_a_room_gets_what_is_published_in_order_until_one_leaves(bus: Bus) -> None:
    got: list[bytes] = []
    lost: list[bool] = []
    unsubscribe = await bus.subscribe("1.agent", got.append, lambda: lost.append(True))
    for number in range(50):
        await bus.publish("1.agent", b"%d" % number)
    await bus.publish("other.agent", b"elsewhere")
    await eventually(lambda: len(got) == 50)
    await unsubscribe()
    await bus.publish("1.agent", b"too late")
    assert got == [b"%d" % number for number in range(50)]
    assert not lost


async def test_what_has_expired_is_gone() -> None:
    clock = FakeClock()
    bus = MemoryBus(clock, LIFETIMES)
    await bus.create(Bucket.PINS, "a", b"1")
    clock.advance(601)
    assert await bus.get(Bucket.PINS, "a") is None
    assert await bus.create(Bucket.PINS, "a", b"2")


async def test_missing_numbers_on_nats_are_noticed(nats: str) -> None:
    bus = NatsBus(nats, LIFETIMES)
    await bus.open()
    got: list[bytes] = []
    lost: list[bool] = []
    await bus.subscribe("gap.agent", got.append, lambda: lost.append(True))
    await bus.publish("gap.agent", b"1")
    bus._numbers["gap.agent"] += 1
    await bus.publish("gap.agent", b"3")
    await eventually(lambda: len(got) == 2)
    assert lost == [True]
    await bus.close()


@pytest.mark.full
async def test_a_bus_that_is_not_there_is_said() -> None:
    with pytest.raises(BusError, match="does not answer"):
        await NatsBus("nats://127.0.0.1:1", LIFETIMES).open()


def test_a_relay_without_its_bus_says_so_and_does_not_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tandem.bus_nats.CONNECT_TIMEOUT", 0.1)
    monkeypatch.setattr("tandem.__main__.log_to_stderr", lambda: None)
    with pytest.raises(SystemExit) as end:
        main(["--bus", "nats://127.0.0.1:1"])
    assert end.value.code == 2
    assert "Start it first" in capsys.readouterr().err


async def test_agent_and_customer_meet_on_different_relays(nats: str) -> None:
    clock = FakeClock()
    async with serving(clock, nats=nats) as one, serving(clock, nats=nats) as two:
        created = await one.session()
        agent = await one.open("agent", created["token"])
        joined = (await two.join(pin=created["pin"])).json()
        customer = await two.open("customer", joined["ticket"])
        await customer.send(t="consent", view=True)
        await agent.until("consent")
        await customer.chunk(0, b"across", key=True)
        while not isinstance(got := await agent.next(), bytes):
            pass
        assert got == frame(0, b"across", key=True)
        await customer.send(t="control", allowed=True)
        await agent.until("control")
        await agent.send(t="act", n=1, do="click", id=1)
        assert (await customer.until("act"))["n"] == 1
        await agent.cut()
        await customer.until("peer")
        agent = await two.open("agent", created["token"])
        assert agent.welcome["state"] == "live"
        await customer.send(t="end")
        assert (await agent.until("ended"))["reason"] == "customer"
        assert (await one.join(SHOP, pin=created["pin"])).status_code == 404


async def test_the_customer_of_a_chat_is_asked_from_another_relay(nats: str) -> None:
    clock, token = FakeClock(), "7-7-7-7"
    async with (
        serving(clock, nats=nats, local_agent="Ada") as one,
        serving(clock, nats=nats, local_agent="Ada") as two,
    ):
        visitor = await Side.open(two, "visitor", {"t": "hello", "v": 1, "ticket": token})
        sessions = [await one.session() for _ in range(2)]
        agent = await one.open("agent", sessions[1]["token"])
        async with one.http() as http:
            headers = await one.agent()
            for each in sessions:
                asked = await http.post(f"/api/sessions/{each['id']}/ask", json={"token": token}, headers=headers)
                assert asked.json() == {"here": True}
                assert (await visitor.until("ask"))["session"] == each["id"]
                if each is sessions[0]:
                    await http.delete(f"/api/sessions/{each['id']}", headers=headers)
                    await visitor.until("withdraw")
        await visitor.send(t="asking", session=sessions[1]["id"])
        assert (await agent.until("asked"))["state"] == "asking"
        await visitor.send(t="answer", session=sessions[1]["id"], yes=True)
        joined = await visitor.until("joined")
        customer = await two.open("customer", joined["ticket"])
        await customer.send(t="consent", view=True)
        await agent.until("consent")
        stolen = await Side.open(one, "visitor", {"t": "hello", "v": 1, "ticket": token})
        assert stolen.welcome["code"] == "taken"


async def test_after_a_restart_of_nats_both_sides_are_told_and_the_relay_serves_on(tmp_path: Path) -> None:
    clock, port = FakeClock(), free_port()
    async with AsyncExitStack() as stack:
        with nats_server(tmp_path / "before", port):
            relay = await stack.enter_async_context(serving(clock, nats=f"nats://127.0.0.1:{port}"))
            agent, customer = await relay.both()
        with nats_server(tmp_path / "after", port):
            ended = [asyncio.ensure_future(side.until("ended")) for side in (agent, customer)]
            async with asyncio.timeout(10):
                while not all(each.done() for each in ended):
                    clock.advance(5)
                    await asyncio.sleep(0.05)
            assert [each.result()["reason"] for each in ended] == ["lost", "lost"]
            again, _ = await relay.both()
            assert again.welcome["state"] == "waiting"
            await stack.aclose()
