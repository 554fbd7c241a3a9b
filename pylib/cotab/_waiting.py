"""A time limit that holds whatever the awaited code does, and what may come out of code that is not cotab's.

Used wherever cotab awaits an adapter, an SDK or Dynamics.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

__all__ = ["TROUBLE", "OutOfTimeError", "in_time", "taken_note_of"]

Result = TypeVar("Result")

# What an author's code may raise. Waiting for a task of one's own that was cancelled is trouble like any other.
TROUBLE = (Exception, asyncio.CancelledError)


class OutOfTimeError(TimeoutError):
    """The time limit of `in_time` is over; a TimeoutError of the work itself is not one of these."""


async def in_time(work: Awaitable[Result], seconds: float) -> Result:
    """The result of `work`. Raises OutOfTimeError after so many seconds.

    `work` is cancelled then, but not waited for as asyncio.wait_for does: it may swallow its cancellation and go on.
    """
    task: asyncio.Future[Result] = asyncio.ensure_future(work)
    task.add_done_callback(taken_note_of)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    except asyncio.CancelledError:
        task.cancel()
        raise
    if not done:
        task.cancel()
        raise OutOfTimeError
    return task.result()


def taken_note_of(task: asyncio.Future[Any]) -> None:
    """For work whose failure may be nobody's matter any more: without this asyncio complains about a lost exception."""
    if not task.cancelled():
        task.exception()
