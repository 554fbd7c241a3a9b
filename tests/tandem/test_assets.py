"""Pictures that the relay keeps for a session: bounded, by their hash, for nobody else, and gone with it."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from relays import FakeClock, Served, eventually, serving
from tandem.assets import BODY, OVERHEAD, Assets
from tandem.frames import ASSET

SIZE = 100 + OVERHEAD


def chunks(content: bytes, digest: bytes | None = None, size: int = 40) -> list[bytes]:
    """A picture as a customer's script sends it."""
    parts = [content[at : at + size] for at in range(0, len(content), size)]
    digest = digest or hashlib.sha256(content).digest()
    heads = [bytes([ASSET, at == len(parts) - 1]) + at.to_bytes(4, "big") for at in range(len(parts))]
    return [head + digest + part for head, part in zip(heads, parts, strict=True)]


def picture(mark: int) -> bytes:
    return bytes([mark]) * (SIZE - OVERHEAD - BODY)


def give(assets: Assets, session: str, sent: list[bytes]) -> None:
    for chunk in sent:
        assets.add(session, chunk)


def has(assets: Assets, session: str, content: bytes) -> bool:
    return b"".join(each[BODY:] for each in assets.get(session, hashlib.sha256(content).digest())) == content


def test_a_picture_is_kept_for_its_session_alone() -> None:
    assets = Assets(5000, 5000)
    give(assets, "one", chunks(b"picture" * 20))
    assert has(assets, "one", b"picture" * 20)
    assert assets.get("two", hashlib.sha256(b"picture" * 20).digest()) == []
    assets.forget("one")
    assert not has(assets, "one", b"picture" * 20)
    assert assets.size == 0


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(chunks(b"x" * 100, digest=b"y" * 32), id="another hash"),
        pytest.param(chunks(b"x" * 100)[1:], id="no beginning"),
        pytest.param(chunks(b"x" * 100)[:1] + chunks(b"x" * 100)[2:], id="a gap"),
        pytest.param([bytes([ASSET, 1, 0, 0, 0, 0]) + b"short"], id="no hash"),
        pytest.param(chunks(b"x" * 1200), id="more than a session may have"),
    ],
)
def test_what_is_malformed_or_too_large_is_not_kept(sent: list[bytes]) -> None:
    assets = Assets(1000, 5000)
    give(assets, "one", sent)
    assert assets.size == 0
    give(assets, "one", chunks(b"good"))
    assert has(assets, "one", b"good")


def test_the_oldest_of_a_session_makes_room_and_other_sessions_do_not() -> None:
    assets = Assets(2 * SIZE, 3 * SIZE)
    for mark in (1, 2, 3):
        give(assets, "one", chunks(picture(mark), size=SIZE))
    assert [has(assets, "one", picture(mark)) for mark in (1, 2, 3)] == [False, True, True]
    for mark in (4, 5):
        give(assets, "two", chunks(picture(mark), size=SIZE))
    assert [has(assets, "two", picture(mark)) for mark in (4, 5)] == [True, False]
    assert assets.size == 3 * SIZE


async def test_it_goes_a_grace_period_after_the_last_connection() -> None:
    assets = Assets(1000, 1000)
    with assets.held("one", 0):
        give(assets, "one", chunks(b"picture"))
        with assets.held("one", 0):
            pass
        await turns()
        assert has(assets, "one", b"picture")
    assert has(assets, "one", b"picture")
    await turns()
    assert assets.size == 0


async def test_who_comes_back_within_the_grace_period_and_goes_again_has_a_new_one() -> None:
    assets = Assets(1000, 1000)
    with assets.held("one", 0):
        give(assets, "one", chunks(b"picture"))
    with assets.held("one", 60):
        pass
    await turns()
    assert has(assets, "one", b"picture")


@pytest.mark.parametrize(
    "small",
    [
        pytest.param([bytes([ASSET, 0]) + n.to_bytes(4, "big") + b"d" * 32 for n in range(4000)], id="chunks"),
        pytest.param([chunks(n.to_bytes(4, "big"))[0] for n in range(4000)], id="assets"),
    ],
)
def test_a_great_many_that_are_small_take_time_and_memory_as_they_are_many(small: list[bytes]) -> None:
    steps = Counter[str]()
    assets = Assets(1000 * (BODY + 4 + OVERHEAD), 10**9)
    sys.setprofile(lambda _frame, event, _of: steps.update([event]))
    try:
        give(assets, "one", small)
    finally:
        sys.setprofile(None)
    assert steps.total() < 60 * len(small)
    assert assets.size <= 1000 * (BODY + 4 + OVERHEAD)


async def turns() -> None:
    """Let what is due now happen."""
    for _ in range(3):
        await asyncio.sleep(0)


@pytest.fixture
async def relay() -> AsyncIterator[Served]:
    async with serving(FakeClock()) as served:
        yield served


async def test_the_relay_answers_for_the_customer_where_it_can(relay: Served) -> None:
    agent, customer = await relay.both()
    content = b"picture"
    want = {"name": "https://shop.test/a.png", "ids": [7], "hash": hashlib.sha256(content).hexdigest()}
    await agent.send(t="want", **want)
    assert await customer.until("want") == {"t": "want", **want}
    (chunk,) = chunks(content)
    await customer.socket.send(chunk)
    assert await agent.next() == chunk
    await agent.send(t="want", **want)
    assert await agent.next() == chunk
    await agent.send(t="want", **{**want, "hash": "no hash"})
    assert (await customer.until("want"))["hash"] == "no hash"


async def test_it_goes_with_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    assets = Assets(1000, 1000)
    monkeypatch.setattr("tandem.app.Assets", lambda *_: assets)
    async with serving(FakeClock()) as relay:
        agent, customer = await relay.both()
        await customer.socket.send(chunks(b"picture")[0])
        await agent.next()
        assert assets.size > 0
        await agent.send(t="end")
        await customer.until("ended")
        await eventually(lambda: assets.size == 0)


async def test_nothing_is_kept_without_the_consent(relay: Served) -> None:
    created = await relay.session()
    agent = await relay.open("agent", created["token"])
    customer = await relay.open("customer", (await relay.join(pin=created["pin"])).json()["ticket"])
    (chunk,) = chunks(b"too early")
    await customer.socket.send(chunk)
    await customer.send(t="consent", view=True)
    await agent.until("consent")
    await agent.send(t="want", name="a", ids=[], hash=hashlib.sha256(b"too early").hexdigest())
    assert (await customer.until("want"))["name"] == "a"
