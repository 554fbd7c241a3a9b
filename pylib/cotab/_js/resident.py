"""The page of one session in a resident: what it shows is kept there, and shown again by each tab that comes.

`shell` is the session's own (webresource/page/resident_session.js); requests, storage and time are the resident's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cotab._js.interface import JsObject, Scope
from cotab._js.page import PageBrowser
from cotab._tasks import Tasks

__all__ = ["SessionPage"]


class SessionPage(PageBrowser):
    """The Browser of one session. `window` is the resident's."""

    def __init__(self, window: JsObject, make_scope: Callable[[Tasks], Scope], shell: JsObject) -> None:
        super().__init__(window, make_scope, shell)

    def query(self) -> str:
        """See Browser."""
        return str(self._shell.get("query"))

    def update(self, element_id: str, changes: Mapping[str, str | bool | None]) -> None:
        """See Browser."""
        self._shell.call("update", element_id, changes)

    def on_click(self, element_id: str, handler: Callable[[], None]) -> None:
        """See Browser."""
        self._shell.call("onClick", element_id, handler)

    def add_control(self, element_id: str, tag: str, on_press: Callable[[], None] | None) -> None:
        """See Browser."""
        self._shell.call("addControl", element_id, tag, on_press)

    def remove_control(self, element_id: str) -> None:
        """See Browser."""
        self._shell.call("removeControl", element_id)
