"""The bus of a relay that is alone: dictionaries in this process."""

from __future__ import annotations

from dataclasses import dataclass

from tandem.bus import Bucket, Entry, Lifetimes, OnLost, OnMessage, Unsubscribe
from tandem.clock import Clock

TIDY_SECONDS = 60.0


@dataclass(frozen=True)
class _Stored:
    entry: Entry
    until: float


class MemoryBus:
    """A bus within this process."""

    def __init__(self, clock: Clock, lifetimes: Lifetimes) -> None:
        self._clock = clock
        self._lifetimes = lifetimes
        self._stored: dict[tuple[Bucket, str], _Stored] = {}
        self._subscribers: dict[str, list[OnMessage]] = {}
        self._revision = 0
        self._tidy_at = 0.0

    async def open(self) -> None:
        """Do nothing: there is nothing to connect to."""

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""

    async def create(self, bucket: Bucket, key: str, value: bytes) -> bool:
        """Store a value unless there is one already, and return whether it was stored."""
        self._tidy()
        if self._find(bucket, key):
            return False
        self._store(bucket, key, value)
        return True

    async def get(self, bucket: Bucket, key: str) -> Entry | None:
        """Return the value, if there is one."""
        return self._find(bucket, key)

    async def update(self, bucket: Bucket, key: str, value: bytes, revision: int) -> bool:
        """Replace a value unless somebody else has since `revision`, and return whether it was replaced."""
        entry = self._find(bucket, key)
        if entry is None or entry.revision != revision:
            return False
        self._store(bucket, key, value)
        return True

    async def delete(self, bucket: Bucket, key: str) -> None:
        """Delete a value, if there is one."""
        self._stored.pop((bucket, key), None)

    async def add(self, key: str, amount: int) -> int:
        """Add to a counter, which starts at 0, and return the sum."""
        self._tidy()
        entry = self._find(Bucket.COUNTS, key)
        count = amount + (int(entry.value) if entry else 0)
        self._store(Bucket.COUNTS, key, str(count).encode())
        return count

    async def publish(self, subject: str, message: bytes) -> None:
        """Send to every subscriber of a subject."""
        for on_message in list(self._subscribers.get(subject, [])):
            on_message(message)

    async def subscribe(self, subject: str, on_message: OnMessage, on_lost: OnLost) -> Unsubscribe:
        """Receive what is published to a subject from now on. Nothing is ever lost here."""
        del on_lost
        self._subscribers.setdefault(subject, []).append(on_message)

        async def unsubscribe() -> None:
            self._subscribers[subject].remove(on_message)
            if not self._subscribers[subject]:
                del self._subscribers[subject]

        return unsubscribe

    def _find(self, bucket: Bucket, key: str) -> Entry | None:
        stored = self._stored.get((bucket, key))
        return stored.entry if stored and self._clock.now() < stored.until else None

    def _store(self, bucket: Bucket, key: str, value: bytes) -> None:
        self._revision += 1
        until = self._clock.now() + self._lifetimes[bucket]
        self._stored[bucket, key] = _Stored(Entry(value, self._revision), until)

    def _tidy(self) -> None:
        now = self._clock.now()
        if now >= self._tidy_at:
            self._tidy_at = now + TIDY_SECONDS
            self._stored = {key: stored for key, stored in self._stored.items() if now < stored.until}
