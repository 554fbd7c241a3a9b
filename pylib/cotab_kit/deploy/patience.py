"""How long a command waits, all in all, and what it says meanwhile: a line every ten seconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

Sleep = Callable[[float], Awaitable[object]]
Result = TypeVar("Result")

LIMIT = 600.0  # seconds
EVERY = 10.0


@dataclass
class Patience:
    """The time that a command may still wait. `emit` takes a line for people.

    Every wait raises TimeoutError where it would be longer than what is left.
    """

    sleep: Sleep
    emit: Callable[[str], None]
    left: float = LIMIT
    silent: float = 0.0

    async def wait(self, seconds: float, line: Callable[[float], str], *, silently: bool = False) -> None:
        """Wait, and say so: at once, or `silently` only when nothing was said for ten seconds.

        `line` makes the text from the seconds that are still to wait.
        """
        if seconds > self.left:
            raise TimeoutError
        while seconds > 0:
            if not silently or self.silent >= EVERY:
                self._say(line(seconds))
            part = min(seconds, EVERY - self.silent)
            await self.sleep(part)
            seconds, silently = seconds - part, True
            self.left, self.silent = self.left - part, self.silent + part

    async def answer(self, request: Coroutine[Any, Any, Result], what: str) -> Result:
        """Await an answer of the network. Only what takes longer than ten seconds counts as waiting."""
        started, task = time.monotonic(), asyncio.ensure_future(request)
        try:
            while not (await asyncio.wait({task}, timeout=EVERY))[0]:
                self.left -= EVERY
                if self.left <= 0:
                    raise TimeoutError
                self._say(f"No answer yet to {what}, after {time.monotonic() - started:.0f} s")
        finally:
            task.cancel()  # without effect on one that is done
        return await task

    def _say(self, text: str) -> None:
        self.silent = 0.0
        self.emit(text)
