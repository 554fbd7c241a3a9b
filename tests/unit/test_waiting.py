"""A time limit that holds: for work that never ends, that fails by itself, and whose caller gives up."""

from __future__ import annotations

import asyncio
import time

import pytest

from cotab._waiting import TimeLimitError, in_time


async def test_work_in_time_gives_its_result() -> None:
    assert await in_time(asyncio.sleep(0, "done"), 5) == "done"


async def test_work_that_takes_too_long_is_cancelled() -> None:
    work = asyncio.ensure_future(asyncio.Event().wait())
    with pytest.raises(TimeLimitError):
        await in_time(work, 0.01)
    await asyncio.wait({work})
    assert work.cancelled()


async def test_a_limit_does_not_count_the_time_in_which_nothing_could_answer() -> None:
    async def answer_after_the_window_was_blocked() -> str:
        await asyncio.sleep(0)
        time.sleep(0.3)  # noqa: ASYNC251 - as a window that something else blocks
        await asyncio.sleep(0.001)
        return "answer"

    assert await in_time(answer_after_the_window_was_blocked(), 0.2) == "answer"


async def test_a_timeout_of_the_work_itself_is_its_own() -> None:
    async def slow_relay() -> None:
        raise TimeoutError("the relay")

    with pytest.raises(TimeoutError, match="the relay") as raised:
        await in_time(slow_relay(), 5)
    assert not isinstance(raised.value, TimeLimitError)


async def test_who_gives_up_waiting_takes_the_work_along() -> None:
    work = asyncio.ensure_future(asyncio.Event().wait())
    waiting = asyncio.ensure_future(in_time(work, 5))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting, work})
    assert work.cancelled()
