"""What waits for one side takes bounded memory, whatever the other one sends."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Callable

import pytest

from tandem.frames import MAX_TEXT
from tandem.outbox import MAX_TEXT_BYTES, SLOW, Close, Item, Outbox

LIMIT = 500_000


def small_chunk(outbox: Outbox, number: int) -> None:
    outbox.chunk(bytes([1, 1]) + number.to_bytes(4, "big"))


def large_text(outbox: Outbox, _number: int) -> None:
    outbox.text("x" * MAX_TEXT)


def small_text(outbox: Outbox, number: int) -> None:
    outbox.text(str(number))


@pytest.mark.parametrize("send", [small_chunk, large_text, small_text])
def test_what_waits_for_a_side_that_reads_nothing_is_bounded(send: Callable[[Outbox, int], None]) -> None:
    outbox = Outbox(LIMIT)
    tracemalloc.start()
    try:
        for number in range(20_000 if send is not large_text else 1_000):
            send(outbox, number)
        assert tracemalloc.get_traced_memory()[0] < 1.5 * max(LIMIT, MAX_TEXT_BYTES if send is large_text else 0)
    finally:
        tracemalloc.stop()


async def test_who_cannot_follow_the_texts_gets_those_that_wait_and_is_closed_once() -> None:
    outbox = Outbox(LIMIT)
    for number in range(1_000):
        large_text(outbox, number)
    outbox.close(1000)
    sent: list[Item] = []
    while Close(SLOW) not in sent:
        item = await outbox.next()
        sent += [item] if item is not None else []
    assert 0 < (len(sent) - 1) * MAX_TEXT <= MAX_TEXT_BYTES
    assert {type(each) for each in sent[:-1]} == {str}
    small_chunk(outbox, 1)
    small_text(outbox, 2)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(outbox.next(), 0)
