"""Guards in front of calls that do harm in a page, or fail there in words that help nobody.

What `cotab check` finds is in the table of cotab/_limits.py; this is for what it cannot see, such as a package's code.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
import time
from collections.abc import Callable
from typing import Any, NoReturn

from cotab._limits import DEBUGGER, LOOP, SLEEP, Limit, LimitError

__all__ = ["install_guards"]


def install_guards() -> None:
    """Put the guards in front of this interpreter's functions; a page does so once."""
    sys.breakpointhook = _refuser(DEBUGGER)
    refuse_sleep = _refuser(SLEEP)

    def sleep(seconds: Any, /) -> None:  # noqa: ANN401 - whatever time.sleep takes
        if seconds > 0:
            refuse_sleep()

    time.sleep = sleep
    loop = type(asyncio.get_running_loop())
    # A loop that is entered a second time never comes back to what it was doing.
    for name in ("run_until_complete", "run_forever"):
        setattr(loop, name, _refuser(LOOP))


def _refuser(limit: Limit) -> Callable[..., NoReturn]:
    def refuse(*arguments: object, **_words: object) -> NoReturn:
        for each in arguments:
            if inspect.iscoroutine(each):
                each.close()  # Python would complain that nobody awaited it
        raise LimitError(limit)

    return refuse
