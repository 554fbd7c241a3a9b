"""A time limit that holds whatever the awaited code does. Used wherever cotab awaits an adapter or Dynamics."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

__all__ = ["in_time"]

Result = TypeVar("Result")


async def in_time(work: Coroutine[Any, Any, Result], seconds: float) -> Result:
    """The result of `work`, or TimeoutError after so many seconds.

    `work` is cancelled then, but not waited for as asyncio.wait_for does: it may swallow its cancellation and go on.
    """
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait({task}, timeout=seconds)
    if not done:
        task.add_done_callback(_taken_note_of)
        task.cancel()
        raise TimeoutError
    return task.result()


def _taken_note_of(task: asyncio.Future[Any]) -> None:
    """What becomes of it is nobody's matter any more; without this asyncio would complain about a lost exception."""
    if not task.cancelled():
        task.exception()
