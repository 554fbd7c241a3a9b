"""Watch the browser's console during a test: an error nobody expected fails it.

Opting out is explicit: `expect`, with a pattern that must then occur.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, WebError


LATE = 2.0  # seconds that an expected error may take after the test


@dataclass(frozen=True)
class Entry:
    """One line of the console, or an error that no handler caught."""

    kind: str
    text: str
    where: str

    @property
    def is_error(self) -> bool:
        """Whether a test must have expected it."""
        return self.kind in {"error", "uncaught"}

    def __str__(self) -> str:
        return f"[{self.kind}] {self.text}" + (f" ({self.where})" if self.where else "")


class ConsoleWatch:
    """The console of every page and frame of a browser context."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self.entries: list[Entry] = []
        self._required: list[str] = []
        self._allowed: list[str] = []
        context.on("console", self._on_console)
        context.on("weberror", self._on_uncaught)

    def expect(self, pattern: str, *, optional: bool = False) -> None:
        """Expect errors matching the regular expression; one must occur unless it is optional."""
        (self._allowed if optional else self._required).append(pattern)

    @property
    def missing(self) -> list[str]:
        """Expected errors that have not occurred."""
        errors = [str(entry) for entry in self.entries if entry.is_error]
        return [pattern for pattern in self._required if not any(re.search(pattern, error) for error in errors)]

    @property
    def unexpected(self) -> list[str]:
        """Errors that nobody expected."""
        errors = [str(entry) for entry in self.entries if entry.is_error]
        known = self._required + self._allowed
        return [error for error in errors if not any(re.search(pattern, error) for pattern in known)]

    def settle(self) -> None:
        """Let everything the console still owes arrive, then wait for expected errors that are late."""
        for page in self._context.pages:
            page.evaluate("() => null")
        end = time.monotonic() + LATE
        while self.missing and self._context.pages and time.monotonic() < end:
            self._context.pages[0].wait_for_timeout(20)

    def check(self) -> None:
        """Raise AssertionError if it is not as expected."""
        faults = [f"not expected: {error}" for error in self.unexpected]
        faults += [f"expected, but did not occur: {pattern}" for pattern in self.missing]
        if faults:
            raise AssertionError("\n".join(["The browser's console:", *faults]))

    @property
    def text(self) -> str:
        """The whole console."""
        return "\n".join(map(str, self.entries)) or "(empty)"

    def _on_console(self, message: ConsoleMessage) -> None:
        location = message.location
        where = f"{location['url']}:{location['lineNumber'] + 1}" if location["url"] else ""
        self.entries.append(Entry(message.type, message.text, where))

    def _on_uncaught(self, error: WebError) -> None:
        where = error.page.url if error.page else ""
        self.entries.append(Entry("uncaught", error.error.stack or str(error.error), where))
