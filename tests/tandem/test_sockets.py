"""Agent and customer as two real WebSocket clients of a relay that is really served."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from relays import DESKTOP, SHOP, FakeClock, Served, Side, dial, eventually, frame, serving
from tandem.bus_memory import MemoryBus


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def relay(clock: FakeClock) -> AsyncIterator[Served]:
    async with serving(clock) as served:
        yield served


async def test_a_customer_joins_by_pin_and_the_agent_sees_what_it_sends(relay: Served) -> None:
    agent, customer = await relay.both()
    await customer.chunk(0, b"snapshot", key=True)
    assert await agent.next() == frame(0, b"snapshot", key=True)
    await agent.send(t="laser", x=1, y=2)
    assert await customer.until("laser") == {"t": "laser", "x": 1, "y": 2}


async def test_a_customer_joins_by_link_once(relay: Served) -> None:
    created = await relay.session()
    page, _, token = created["link"].partition("#tandem=")
    assert page == f"{SHOP}/cart"
    assert (await relay.join(token=token)).json()["agent"] == "Agent"
    assert (await relay.join(token=token)).status_code == 404
    assert (await relay.join(pin=created["pin"])).status_code == 404


async def test_the_welcome_says_what_the_session_is(relay: Served) -> None:
    created = await relay.session()
    agent = await relay.open("agent", created["token"])
    expected = {"role": "agent", "session": created["id"], "mode": "cobrowse", "state": "waiting", "peer": False}
    assert expected.items() <= agent.welcome.items()


async def test_nothing_is_seen_before_the_consent(relay: Served) -> None:
    created = await relay.session()
    agent = await relay.open("agent", created["token"])
    customer = await relay.open("customer", (await relay.join(pin=created["pin"])).json()["ticket"])
    await customer.chunk(0, b"too early", key=True)
    for kind in ("page", "attention", "asset"):
        await customer.send(t=kind, title="too early")
    await customer.send(t="consent", view=True)
    await customer.chunk(1, b"now", key=True)
    assert (await agent.next())["t"] == "peer"
    assert (await agent.next())["t"] == "consent"
    assert await agent.next() == frame(1, b"now", key=True)
    await customer.send(t="page", title="now")
    assert await agent.next() == {"t": "page", "title": "now"}


async def test_refusing_to_be_seen_ends_the_session_for_both(relay: Served) -> None:
    created = await relay.session()
    agent = await relay.open("agent", created["token"])
    customer = await relay.open("customer", (await relay.join(pin=created["pin"])).json()["ticket"])
    await customer.send(t="consent", view=False)
    for side in (agent, customer):
        assert (await side.until("ended"))["reason"] == "customer"
        assert await side.closed() == 1000


async def test_an_agent_acts_only_while_control_is_allowed(relay: Served) -> None:
    agent, customer = await relay.both()
    await agent.send(t="act", n=1, do="click", id=3)
    await customer.send(t="control", allowed=True)
    assert (await agent.until("control"))["allowed"] is True
    await agent.send(t="act", n=2, do="click", id=3)
    assert (await customer.until("act"))["n"] == 2
    await customer.send(t="control", allowed=False)
    await agent.until("control")
    await agent.send(t="act", n=3, do="click", id=3)
    await agent.send(t="tool", tool=None)
    assert (await customer.next())["t"] == "tool"


async def test_a_newer_connection_replaces_the_former(relay: Served) -> None:
    agent, customer = await relay.both()
    newer = await relay.open("customer", str(customer.ticket))
    await customer.until("replaced")
    assert await customer.closed() == 4001
    await newer.chunk(0, b"again", key=True)
    while not isinstance(got := await agent.next(), bytes):
        assert got["t"] == "peer"
        assert got["here"] is True
    assert got == frame(0, b"again", key=True)


async def test_a_side_that_comes_back_within_the_grace_period_goes_on(relay: Served, clock: FakeClock) -> None:
    agent, customer = await relay.both()
    await customer.cut()
    assert (await agent.until("peer"))["here"] is False
    clock.advance(30)
    customer = await relay.open("customer", str(customer.ticket))
    assert customer.welcome["state"] == "live"
    assert (await agent.until("peer"))["here"] is True


@pytest.mark.parametrize("leaves", ["agent", "customer"])
async def test_after_the_grace_period_the_side_that_is_left_is_told(
    relay: Served, clock: FakeClock, leaves: str
) -> None:
    agent, customer = await relay.both()
    gone, left = (agent, customer) if leaves == "agent" else (customer, agent)
    await gone.cut()
    assert (await left.until("peer"))["here"] is False
    clock.advance(121)
    assert (await left.until("ended"))["reason"] == "lost"
    assert await left.closed() == 1000
    late = await relay.open(leaves, str(gone.ticket))
    assert late.welcome == {"t": "ended", "reason": "lost"}
    assert await relay.metric('tandem_sessions_ended_total{reason="lost"}') == 1


@pytest.mark.parametrize("first", ["agent", "customer"])
async def test_a_session_survives_a_restart_with_the_same_secret(clock: FakeClock, first: str) -> None:
    async with serving(clock) as relay:
        agent, customer = await relay.both()
        port = int(relay.origin.rpartition(":")[2])
    async with serving(clock, port=port) as relay:
        tickets = {"agent": str(agent.ticket), "customer": str(customer.ticket)}
        second = "customer" if first == "agent" else "agent"
        sides = {role: await relay.open(role, tickets[role]) for role in (first, second)}
        await sides["customer"].chunk(0, b"goes on", key=True)
        while not isinstance(got := await sides["agent"].next(), bytes):
            pass
        assert got == frame(0, b"goes on", key=True)


async def test_a_relay_that_runs_for_long_makes_no_session_again(clock: FakeClock) -> None:
    async with serving(clock) as relay:
        agent, _ = await relay.both()
        port = int(relay.origin.rpartition(":")[2])
    async with serving(clock, port=port) as relay:
        clock.advance(121)
        assert (await relay.open("agent", str(agent.ticket))).welcome == {"t": "ended", "reason": "lost"}


async def test_a_relay_with_another_secret_believes_no_ticket(clock: FakeClock) -> None:
    async with serving(clock) as relay:
        agent, _ = await relay.both()
    async with serving(clock, secret="b" * 40) as relay:
        refused = await relay.open("agent", str(agent.ticket))
        assert refused.welcome["code"] == "unauthorized"
        assert await refused.closed() == 4401


@pytest.mark.parametrize(
    ("role", "origin"),
    [("agent", DESKTOP), ("agent", SHOP), ("agent", None), ("customer", "http://evil.test"), ("customer", None)],
)
async def test_pages_of_other_origins_cannot_connect(relay: Served, role: str, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await dial(relay, role, origin)
    assert refused.value.response.status_code == 403


async def test_one_side_cannot_use_the_ticket_of_the_other(relay: Served) -> None:
    created = await relay.session()
    refused = await relay.open("customer", created["token"])
    assert (refused.welcome["t"], await refused.closed()) == ("error", 4401)


async def test_the_hello_must_come_in_time(relay: Served, clock: FakeClock) -> None:
    socket = Side(await dial(relay, "customer", SHOP), None)
    await asyncio.wait_for(_advance_until_closed(socket, clock), 5)
    assert socket.socket.close_code == 4408


async def _advance_until_closed(side: Side, clock: FakeClock) -> None:
    closed = asyncio.ensure_future(side.socket.wait_closed())
    while not closed.done():
        clock.advance(11)
        await asyncio.wait({closed}, timeout=0.01)


@pytest.mark.parametrize("hello", [{}, {"t": "hello"}, {"t": "hello", "v": 2}, {"t": "act"}])
async def test_a_hello_that_is_none_is_refused(relay: Served, hello: dict[str, object]) -> None:
    refused = await Side.open(relay, "customer", hello)
    assert refused.welcome["code"] == "bad_hello"
    assert await refused.closed() == 4400


@pytest.mark.parametrize(
    "junk",
    [
        "",
        "{",
        "[]",
        '{"t":1}',
        '{"t":"welcome"}',
        '{"t":"page","title":NaN}',
        "[" * 60_000,
        json.dumps({"t": "page", "title": "x" * 65_536}),
        b"",
        b"\x01\x01\x00",
        b"\x09\x00\x00\x00\x00\x00x",
        b"\x01\xff\x00\x00\x00\x00x",
    ],
    ids=range(12),
)
async def test_malformed_messages_are_dropped_and_the_session_goes_on(relay: Served, junk: str | bytes) -> None:
    agent, customer = await relay.both()
    await customer.socket.send(junk)
    await customer.send(t="visible", here=True)
    assert await agent.next() == {"t": "visible", "here": True}


async def test_messages_cut_at_any_byte_do_not_end_a_session(relay: Served) -> None:
    agent, customer = await relay.both()
    whole = frame(7, b"payload", key=True)
    for length in range(len(whole) + 1):
        await customer.socket.send(whole[:length])
    got = [await agent.next() for _ in range(len(whole) - 5)]
    assert got == [whole[:length] for length in range(6, len(whole) + 1)]


async def test_a_chunk_that_is_too_large_closes_the_connection_but_not_the_session(relay: Served) -> None:
    agent, customer = await relay.both()
    await customer.chunk(0, bytes(300 * 1024))
    assert await customer.closed() == 1009
    assert (await agent.until("peer"))["here"] is False


async def test_an_agent_whose_viewer_is_loaded_anew_was_never_away(clock: FakeClock) -> None:
    async with serving(clock, linger_seconds=3) as relay:
        agent, customer = await relay.both()
        await agent.cut()
        again = await relay.open("agent", str(agent.ticket))
        assert (await customer.until("peer"))["here"] is True
        clock.advance(3)
        await again.send(t="end")
        told = await customer.next()
        assert (told["t"], told["reason"]) == ("ended", "agent")


async def test_an_agent_who_does_not_come_back_is_away_a_moment_later(clock: FakeClock) -> None:
    async with serving(clock, linger_seconds=3) as relay:
        agent, customer = await relay.both()
        await agent.cut()
        await eventually(lambda: clock.soonest <= clock.now() + 3)
        clock.advance(3)
        assert (await customer.until("peer"))["here"] is False


async def test_either_side_ends_the_session_with_a_bye(relay: Served) -> None:
    agent, customer = await relay.both()
    await agent.send(t="end")
    assert (await customer.until("ended"))["reason"] == "agent"
    assert (await agent.until("ended"))["reason"] == "agent"
    assert await relay.metric('tandem_sessions_ended_total{reason="agent"}') == 1


async def test_a_flood_of_control_messages_is_slowed_down_and_nothing_of_it_is_lost(
    relay: Served, clock: FakeClock
) -> None:
    agent, customer = await relay.both()
    for number in range(1100):
        await agent.send(t="laser", x=number, y=0)
    await eventually(lambda: clock.soonest < clock.now() + 0.1)
    clock.advance(1)
    for number in range(1100):
        assert (await customer.until("laser"))["x"] == number


async def test_a_slow_viewer_gets_a_fresh_snapshot_instead_of_a_growing_queue(clock: FakeClock) -> None:
    async with serving(clock, queue_bytes=400_000) as relay:
        agent, customer = await relay.both()
        agent.socket.transport.pause_reading()
        number = 0
        while not await relay.metric('tandem_dropped_total{reason="slow_viewer"}'):
            for _ in range(20):
                number += 1
                await customer.chunk(number, _noise(100_000))
        agent.socket.transport.resume_reading()
        reading = asyncio.ensure_future(_until_key(agent))
        await customer.until("resync")
        await customer.chunk(number + 1, b"fresh", key=True)
        assert await asyncio.wait_for(reading, 5) == frame(number + 1, b"fresh", key=True)
        assert await relay.metric("tandem_resyncs_total") == 1


async def _until_key(agent: Side) -> bytes:
    while True:
        got = await agent.next()
        if isinstance(got, bytes) and got[1] & 4:
            return got


def _noise(size: int) -> bytes:
    return bytes((index * 2654435761 >> 11) & 255 for index in range(1000)) * (size // 1000)


async def test_a_session_that_ends_while_a_side_comes_is_over_for_it_too(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed = MemoryBus.subscribe
    async with serving(clock) as relay:
        created = await relay.session()

        async def late(bus: MemoryBus, *given: Any) -> Any:  # noqa: ANN401 - whatever it takes
            async with relay.http() as http:
                await http.delete(f"/api/sessions/{created['id']}", headers=await relay.agent())
            return await subscribed(bus, *given)

        monkeypatch.setattr(MemoryBus, "subscribe", late)
        agent = await relay.open("agent", created["token"])
        assert (await agent.until("ended"))["reason"] == "agent"
        assert await agent.closed() == 1000


async def test_a_wish_for_a_picture_is_never_too_deep_to_go_on(relay: Served) -> None:
    agent, customer = await relay.both()
    for depth in range(800, 1000, 5):
        await agent.socket.send('{"t":"want","hash":' + "[" * depth + "]" * depth + "}")
    await agent.send(t="laser")
    assert await customer.until("laser")
