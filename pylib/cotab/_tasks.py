"""The tasks of one session: what they raise ends it, what the adapter spawned ends with it, what hangs is told.

The page and the stand-in for host tests run all work of an adapter's through this, so that they cannot differ.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine
from inspect import isawaitable, iscoroutine
from typing import Any, TypeVar

from cotab._limits import NO_COROUTINE, NOT_CALLED, LimitError, need_function
from cotab._waiting import ADAPTER_ERRORS, TimeLimitError, contained, in_time
from cotab.errors import ProviderTimeoutError

__all__ = ["PROMISE", "Tasks", "name_of", "watch_tasks"]

Result = TypeVar("Result")

# What an unawaited promise is called: its rejection is only logged, because JavaScript has many that mean nothing.
PROMISE = "promise"

# A task that failed may still be awaited so much later; then the error was somebody's after all.
GRACE_SECONDS = 1.0


def name_of(target: object) -> str:
    """Return what a function is called in its author's code."""
    return str(getattr(target, "__qualname__", None) or type(target).__name__)


class Tasks:
    """The tasks of one session. `on_error` gets what they raise, `warn` a sentence about each that hangs.

    A handler hangs when it is at work for more than `patience` seconds.
    """

    def __init__(
        self, on_error: Callable[[BaseException], None], warn: Callable[[str], None] = print, patience: float = 30.0
    ) -> None:
        self.on_error = on_error
        self._warn = warn
        self._patience = patience
        self._handlers: set[asyncio.Task[Any]] = set()
        self._spawned: set[asyncio.Task[Any]] = set()
        self._stopped = False

    def spawn(self, work: Awaitable[Result], *, name: str = "") -> asyncio.Task[Result]:
        """Start work that ends with the session: it is cancelled then. What it raises goes to the owner."""
        if not isawaitable(work):
            raise LimitError(NOT_CALLED if callable(work) else NO_COROUTINE)
        task: asyncio.Task[Result] = self._start(contained(work), self._spawned, name or name_of(work))
        task.add_done_callback(self._spawned_done)
        if iscoroutine(work):
            task.add_done_callback(lambda _: work.close())  # see `contained`
        if self._stopped:
            task.cancel()
        return task

    def poll(self, work: Callable[[], object], seconds: float) -> asyncio.Task[None]:
        """Call a function or coroutine function now, and again `seconds` after it was done, until the session ends."""
        need_function(work)
        return self.spawn(self._polling(work, seconds), name=name_of(work))

    def handle(self, work: Awaitable[object], name: str, limit: float | None = None) -> None:
        """Let a handler go on by itself, for `limit` seconds at most; it may finish after the session."""
        self._start(self._handler(work, name, limit), self._handlers, name)

    def stop(self) -> None:
        """Cancel what was spawned, now and from now on."""
        self._stopped = True
        for task in list(self._spawned):
            task.cancel()

    async def pause(self, seconds: float) -> None:
        """Wait between two calls of a poll."""
        await asyncio.sleep(seconds)

    async def _polling(self, work: Callable[[], object], seconds: float) -> None:
        while True:
            result = work()
            if isawaitable(result):
                await result
            await self.pause(seconds)

    def _start(self, work: Coroutine[Any, Any, Any], tasks: set[asyncio.Task[Any]], name: str) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work, name=name)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return task

    def _spawned_done(self, task: asyncio.Task[Any]) -> None:
        if not task.cancelled():
            error = task.exception()
            if error is not None:
                self.on_error(error)
        elif not task.cancelling():  # nobody cancelled it: it waited for something that was
            self.on_error(asyncio.CancelledError(f"{task.get_name()}() waited for what was cancelled"))

    async def _handler(self, work: Awaitable[object], name: str, limit: float | None) -> None:
        hanging = f"cotab: {name}() is at work for {self._patience:g} seconds; what it awaits has not answered"
        alarm = asyncio.get_running_loop().call_later(self._patience, self._warn, hanging)
        try:
            await (work if limit is None else in_time(work, limit))
        except TimeLimitError:
            self.on_error(ProviderTimeoutError(f"{name}() was not done within {limit:g} seconds"))
        except ADAPTER_ERRORS as error:
            self.on_error(error)
        finally:
            alarm.cancel()


def watch_tasks(owner: Callable[[], Callable[[BaseException], None]], log: Callable[[BaseException], None]) -> None:
    """Have every task of this loop watched from now on: a failure that nobody awaits goes to whom it belongs to.

    `owner` is asked when a task is made, and is given the failure; `log` gets those of unawaited promises. The loop's
    own complaint comes when the task is collected, which is never as long as an adapter keeps it, and names nobody.
    """
    loop = asyncio.get_running_loop()
    create = type(loop).create_task

    def make(work: Any, **options: Any) -> asyncio.Task[Any]:  # noqa: ANN401 - asyncio's signature
        task: asyncio.Task[Any] = create(loop, work, **options)
        on_error = owner()
        task.add_done_callback(lambda task: _when_lost(task, on_error, log))
        return task

    # Not by a task factory, with which Pyodide's loop cannot name a task: it calls a function that asyncio has no more.
    loop.create_task = make  # type: ignore[assignment, method-assign]
    loop.set_exception_handler(lambda loop, context: _callback_failed(loop, context, owner()))
    # Pyodide's loop asks it (pyodide/webloop.py); without it exit() in a task ends what the page runs in.
    loop._system_exit_handler = lambda _code: _exited(loop, owner())  # type: ignore[attr-defined] # noqa: SLF001


def _when_lost(
    task: asyncio.Future[Any], on_error: Callable[[BaseException], None], log: Callable[[BaseException], None]
) -> None:
    def look() -> None:
        if _is_lost(task):
            error = task.exception()
            name = task.get_name() if isinstance(task, asyncio.Task) else ""
            if error is not None:
                (log if name.startswith(PROMISE) else on_error)(error)

    if _is_lost(task):
        task.get_loop().call_later(GRACE_SECONDS, look)


def _is_lost(task: asyncio.Future[Any]) -> bool:
    """Return whether a task failed and nobody has asked for the error; asyncio itself decides its complaint by this."""
    return not task.cancelled() and bool(getattr(task, "_log_traceback", False))


def _exited(loop: asyncio.AbstractEventLoop, on_error: Callable[[BaseException], None]) -> None:
    """Give exit() to the owner as well: it may come from a call_later(). Whoever awaits its task hears of it before."""
    error = sys.exception()
    if error is not None:
        loop.call_later(GRACE_SECONDS, on_error, error)


def _callback_failed(
    loop: asyncio.AbstractEventLoop, context: dict[str, Any], on_error: Callable[[BaseException], None]
) -> None:
    """Give to the owner what a call_soon() or call_later() has raised; anything else is logged as ever."""
    error = context.get("exception")
    if "handle" in context and isinstance(error, Exception):
        on_error(error)
    else:
        loop.default_exception_handler(context)
