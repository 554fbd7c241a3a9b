"""What the kit says while it works: a spinner in a terminal, plain short lines in a log, and little in CI.

Everything goes to stderr, so that what a command prints is its result alone. Every part that takes longer
than a moment receives a `Steps` from the command that runs it.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORTH_TELLING = 1.0  # seconds


class Steps:
    """Reports the steps of a command. `quiet` leaves only what a step is called, when it begins."""

    def __init__(self, console: Console, *, quiet: bool = False) -> None:
        self.console = console
        self.quiet = quiet

    @classmethod
    def for_this_terminal(cls) -> Steps:
        """Report to stderr: as the terminal allows, and quietly in CI."""
        return cls(Console(stderr=True, highlight=False), quiet=bool(os.environ.get("CI")))

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show that something is under way for as long as the block runs, and then how long it took."""
        started = time.monotonic()
        if self._animated:
            # "line" consists of ASCII: it can be shown by every console.
            with self.console.status(title, spinner="line"):
                yield
            self._print(f"{title}: {_took(started) or 'done'}")
            return
        self._print(title)
        yield
        if not self.quiet and _took(started):
            self._print(f"{title}: {_took(started)}")

    def fresh(self, what: str) -> None:
        """Say that a part of the work was found done by an earlier run."""
        if not self.quiet:
            self._print(f"{what}: up to date")

    def note(self, text: str) -> None:
        """Say something the author should know in any case."""
        self._print(text)

    @property
    def _animated(self) -> bool:
        return self.console.is_interactive and not self.quiet

    def _print(self, text: str) -> None:
        self.console.print(text, markup=False, soft_wrap=True)


def _took(started: float) -> str:
    seconds = time.monotonic() - started
    return f"{seconds:.0f} s" if seconds >= _WORTH_TELLING else ""
