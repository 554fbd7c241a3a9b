"""Guards in front of calls that do harm in a page without a word: they refuse, or say what has happened, and where.

What `cotab check` finds is in the table of cotab/_limits.py; this is for what it cannot see, such as a package's code.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
import time
from collections.abc import Callable
from typing import Any, NoReturn

from cotab._limits import DEBUGGER, LOOP, SLEEP, Limit, LimitError, place_in

__all__ = ["install_guards"]

# A shorter sleep is not felt.
FELT_SECONDS = 0.1


def install_guards(warn: Callable[[str], None]) -> None:
    """Put the guards in front of this interpreter's functions; a page does so once."""
    sys.breakpointhook = _refuser(DEBUGGER)
    loop = type(asyncio.get_running_loop())
    # A loop that is entered a second time never comes back to what it was doing.
    for name in ("run_until_complete", "run_forever"):
        setattr(loop, name, _refuser(LOOP))
    time.sleep = _sleeping(time.sleep, warn)


def _refuser(limit: Limit) -> Callable[..., NoReturn]:
    def refuse(*arguments: object, **_words: object) -> NoReturn:
        for each in arguments:
            if inspect.iscoroutine(each):
                each.close()  # Python would complain that nobody awaited it
        raise LimitError(limit)

    return refuse


def _sleeping(sleep: Callable[[Any], None], warn: Callable[[str], None]) -> Callable[[Any], None]:
    """Let a function sleep as before, and say afterwards who has blocked the window."""

    def sleep_and_say(seconds: Any, /) -> None:  # noqa: ANN401 - whatever time.sleep takes
        sleep(seconds)
        if seconds >= FELT_SECONDS:
            caller = sys._getframe(1)  # noqa: SLF001 - the only way to know who it was
            place = place_in(caller, caller.f_lineno)
            warn(f"{place}: time.sleep({seconds:g}) has blocked this window for as long: {SLEEP}")

    return sleep_and_say
