"""How fast one side may send control messages: faster than any hand. Who sends more waits: TCP holds the rest back."""

from __future__ import annotations

from tandem.clock import Clock

PER_SECOND = 200
AT_ONCE = 1000


class Pace:
    """`at_once` messages without waiting, and after that so many `per_second`."""

    def __init__(self, clock: Clock, per_second: float = PER_SECOND, at_once: int = AT_ONCE) -> None:
        self._clock = clock
        self._each = 1 / per_second
        self._credit = at_once / per_second
        self._due = 0.0

    async def wait(self) -> None:
        """Return when the next message may be read."""
        now = self._clock.now()
        self._due = max(self._due, now) + self._each
        if (ahead := self._due - now - self._credit) > 0:
            await self._clock.sleep(ahead)
