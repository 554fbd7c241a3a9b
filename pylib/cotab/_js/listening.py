"""A subscription of one handler to one event of a JavaScript object."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from cotab.errors import JsError

if TYPE_CHECKING:
    from cotab._js.interface import JsValue
    from cotab._js.pyodide import Bridge

__all__ = ["Listening"]


class Listening:
    """A subscription of one handler to one event; see Subscription."""

    def __init__(self, bridge: Bridge, stop: Callable[[], object], handle: JsValue) -> None:
        self._bridge = bridge
        self._stop: Callable[[], object] | None = stop
        self._handle = handle
        bridge._subscriptions.append(self)  # noqa: SLF001 - one thing in two classes

    def cancel(self) -> None:
        """See Subscription."""
        if self._stop is None:
            return
        stop, self._stop = self._stop, None
        with suppress(JsError):  # an SDK that is already gone has nothing to unsubscribe from
            stop()
        self._bridge.retire(self._handle)
        self._bridge._subscriptions.remove(self)  # noqa: SLF001 - as above
