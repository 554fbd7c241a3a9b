"""The progress of the kit's work: a spinner in a terminal, plain short lines in a log, and little in CI.

Everything goes to stderr, so that what a command prints is its result alone. Every part that takes longer
than a moment receives a `Steps` from the command that runs it.
"""

from __future__ import annotations

import os
import re
import time
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

_WORTH_TELLING = 1.0  # seconds
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def harmless(text: str) -> str:
    """Strip from somebody else's text, such as a name out of an org, what a terminal would obey."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


class Steps:
    """The steps of a command, reported. `quiet` leaves only what a step is called, when it begins."""

    def __init__(self, console: Console, *, quiet: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self.console = console
        self.quiet = quiet
        self._clock = clock

    @classmethod
    def for_this_terminal(cls) -> Steps:
        """Report to stderr: as the terminal allows, and quietly in CI."""
        return cls(Console(stderr=True, highlight=False), quiet=bool(os.environ.get("CI")))

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show that something is under way for as long as the block runs, and then how long it took."""
        started = self._clock()
        with self._announced(title):
            yield
        took = self._clock() - started
        if took >= _WORTH_TELLING and not self.quiet:
            self._print(f"{title}: {took:.0f} s")
        elif self._animated:
            self._print(f"{title}: done")

    def fresh(self, what: str) -> None:
        """Report that a part of the work was found done by an earlier run."""
        if not self.quiet:
            self._print(f"{what}: up to date")

    def note(self, text: str) -> None:
        """Report something the author should know in any case."""
        self._print(text)

    def _announced(self, title: str) -> AbstractContextManager[object]:
        if self._animated:
            # "line" consists of ASCII: it can be shown by every console.
            return self.console.status(Text(harmless(title)), spinner="line")
        self._print(title)
        return nullcontext()

    @property
    def _animated(self) -> bool:
        return self.console.is_interactive and not self.quiet

    def _print(self, text: str) -> None:
        self.console.print(harmless(text), markup=False, soft_wrap=True)
