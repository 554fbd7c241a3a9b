"""A subscription of one handler to one event of a JavaScript object."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from cotab.errors import JsError

__all__ = ["Listening"]


class Listening:
    """A subscription of one handler to one event; see Subscription. While it lasts it is in `kept`."""

    def __init__(self, stop: Callable[[], object], retire: Callable[[], None], kept: list[Listening]) -> None:
        self._stop: Callable[[], object] | None = stop
        self._retire, self._kept = retire, kept
        kept.append(self)

    def cancel(self) -> None:
        """See Subscription."""
        if self._stop is None:
            return
        stop, self._stop = self._stop, None
        with suppress(JsError):  # an SDK that is already gone has nothing to unsubscribe from
            stop()
        self._retire()
        self._kept.remove(self)
