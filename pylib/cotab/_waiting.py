"""A time limit that holds whatever the awaited code does, tasks, and what may come out of code that is not cotab's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from inspect import iscoroutine
from typing import Any, TypeVar

__all__ = [
    "ADAPTER_ERRORS",
    "ExitError",
    "TimeLimitError",
    "contained",
    "in_time",
    "retrieve_exception",
    "spawn",
]

Result = TypeVar("Result")

# What an author's code may raise. Waiting for a task of one's own that was cancelled is an error like any other; so is
# exit(), which ends nothing in a page.
ADAPTER_ERRORS = (Exception, asyncio.CancelledError, SystemExit)


STRETCHES = 4
"""A limit is waited for in so many parts, and loses one at most while the window is blocked: no answer can arrive then.

Few, as browsers give a hidden page its timers late.
"""


class ExitError(RuntimeError):
    """A SystemExit of an author's code, from within a task."""


class TimeLimitError(TimeoutError):
    """The end of `in_time`'s time limit; a TimeoutError of the work itself is not one of these."""


async def in_time(work: Awaitable[Result], seconds: float) -> Result:
    """Return the result of `work`. Raises TimeLimitError after so many seconds in which the window was not blocked.

    `work` is cancelled then, but not waited for as asyncio.wait_for does: it may swallow its cancellation and go on.
    """
    task: asyncio.Future[Result] = asyncio.ensure_future(contained(work))
    task.add_done_callback(retrieve_exception)
    if iscoroutine(work):
        task.add_done_callback(lambda _: work.close())  # see `contained`
    try:
        for _ in range(STRETCHES):
            if not task.done():
                await asyncio.wait({task}, timeout=seconds / STRETCHES)
    except asyncio.CancelledError:
        task.cancel()
        raise
    if not task.done():
        task.cancel()
        raise TimeLimitError
    return task.result()


async def contained(work: Awaitable[Result]) -> Result:
    """Await work. Raises ExitError for a SystemExit, which asyncio lets out of the event loop rather than keep it.

    Whoever makes a task of this closes `work` when it is done: cancelled at once, it has never been awaited.
    """
    try:
        return await work
    except SystemExit as error:
        raise ExitError(f"SystemExit: {error}").with_traceback(error.__traceback__) from None


def spawn(work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> None:
    """Let `work` go on by itself, as a task that is in `tasks` until it ends: asyncio would not keep it alive."""
    task = asyncio.get_running_loop().create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)


def retrieve_exception(task: asyncio.Future[Any]) -> None:
    """Take note of a failure that may be nobody's matter any more; asyncio would complain about a lost exception."""
    if not task.cancelled():
        task.exception()
