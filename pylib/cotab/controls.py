"""Buttons and links of the adapter's own, beside those of the tab and in their look."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import TYPE_CHECKING

from cotab._tasks import Tasks, name_of
from cotab._waiting import ADAPTER_ERRORS
from cotab.errors import AdapterError

if TYPE_CHECKING:
    from cotab._js.interface import Browser

__all__ = ["Control", "Controls"]

PREFIX = "own-"
SCHEMES = ("https://", "http://")


class Control:
    """A button or a link of the adapter's. It is gone when the session is over."""

    def __init__(self, browser: Browser, element_id: str) -> None:
        self._browser = browser
        self._element_id = element_id

    def show(self, label: str | None = None) -> None:
        """Show it, with another label if you name one."""
        text = {} if label is None else {"text": label}
        self._browser.update({self._element_id: {"hidden": False, **text}})

    def hide(self) -> None:
        """Hide it."""
        self._browser.update({self._element_id: {"hidden": True}})


class Controls:
    """The buttons and links of one session. Each has a name, by which tests know it."""

    def __init__(self, browser: Browser, tasks: Tasks) -> None:
        self._browser = browser
        self._tasks = tasks
        self._names: list[str] = []
        self._busy: set[str] = set()

    def button(self, name: str, label: str, on_press: Callable[[], object]) -> Control:
        """Make a button; while a coroutine function is at work on a press, further ones do nothing."""
        element_id = self._make(name, "button", lambda: self._pressed(element_id, on_press))
        self._browser.update({element_id: {"text": label}})
        return Control(self._browser, element_id)

    def link(self, name: str, label: str, url: str) -> Control:
        """Make a link, which opens in a window of its own that knows nothing of this one."""
        if not url.startswith(SCHEMES):
            raise AdapterError(f"{url!r} is no address that begins with https:// or http://")
        element_id = self._make(name, "a", None)
        opens = {"text": label, "href": url, "target": "_blank", "rel": "noopener noreferrer"}
        self._browser.update({element_id: opens})
        return Control(self._browser, element_id)

    def remove(self) -> None:
        """Remove all of them."""
        for element_id in self._names:
            self._browser.remove_control(element_id)
        self._names.clear()

    def _make(self, name: str, tag: str, on_press: Callable[[], None] | None) -> str:
        element_id = f"{PREFIX}{name}"
        if element_id in self._names:
            again = "keep what made it, and call its show() and hide()"
            raise AdapterError(f"there is a button or link {name!r} already; {again}")
        self._names.append(element_id)
        self._browser.add_control(element_id, tag, on_press)
        return element_id

    def _pressed(self, element_id: str, on_press: Callable[[], object]) -> None:
        if element_id in self._busy:
            return
        try:
            result = on_press()
        except ADAPTER_ERRORS as error:
            self._tasks.on_error(error)
            return
        if isawaitable(result):
            self._busy.add(element_id)
            self._browser.update({element_id: {"aria-disabled": "true"}})
            self._tasks.handle(self._finish(element_id, result), name_of(on_press))

    async def _finish(self, element_id: str, work: Awaitable[object]) -> None:
        try:
            await work
        finally:
            self._busy.discard(element_id)
            self._browser.update({element_id: {"aria-disabled": None}})
