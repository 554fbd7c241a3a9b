"""Where code of a session is at work, when one interpreter serves many: whose errors and whose lines these are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from cotab._js.interface import JsValue

__all__ = ["Home", "Place", "at_work"]

_AT_WORK: ContextVar[Place | None] = ContextVar("at_work", default=None)


class Place:
    """One session in a resident. `document` is that of its tab, or None while it has none.

    `owner` answers who gets what a task that is made now raises, if nobody awaits it; `log` takes a line of its log.
    """

    def __init__(
        self,
        document: Callable[[], JsValue],
        owner: Callable[[], Callable[[BaseException], None]],
        log: Callable[[str], None],
    ) -> None:
        self.document = document
        self.owner = owner
        self._log = log
        self._line = ""

    def write(self, text: str) -> None:
        """Take what the session's code prints; whole lines go into its log."""
        *lines, self._line = f"{self._line}{text}".split("\n")
        for line in lines:
            self._log(line)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Do something as this session; tasks that are made meanwhile belong to it for good."""
        token = _AT_WORK.set(self)
        try:
            yield
        finally:
            _AT_WORK.reset(token)

    def bound(self, call: Callable[..., JsValue]) -> Callable[..., JsValue]:
        """Return a function that is called as this session's."""

        def called(*arguments: JsValue) -> JsValue:
            with self.entered():
                return call(*arguments)

        return called


class Home:
    """The document that one owner of callbacks works in: the page's, or that of a session's tab. `js` is the page."""

    def __init__(self, js: JsValue, place: Place | None) -> None:
        self._js = js
        self.place = place
        self._backstage: JsValue = None

    def element(self, element_id: str) -> JsValue:
        """Return an element; of a session that has no tab now, one that nobody sees."""
        document = self._document
        return self._js.document.createElement("div") if document is None else document.getElementById(element_id)

    def window(self) -> JsValue:
        """Return the global object of the tab, or of the page."""
        document = self._document
        return self._js.globalThis if document is None else document.defaultView

    def backstage(self) -> JsValue:
        """Return an element that stays while tabs come and go."""
        if self._backstage is None:
            self._backstage = self._js.document.createElement("div")
            self._js.document.body.append(self._backstage)
        return self._backstage

    def close(self) -> None:
        """Take away what is backstage."""
        if self._backstage is not None:
            self._backstage.remove()

    @property
    def _document(self) -> JsValue:
        return (self.place.document() or None) if self.place else self._js.document


def at_work() -> Place | None:
    """Return the session whose code runs now; None for what belongs to none."""
    return _AT_WORK.get()
