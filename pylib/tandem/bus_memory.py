"""The bus of a relay that is alone: dictionaries in this process. config.py chooses it by default."""

from __future__ import annotations

from dataclasses import dataclass

from tandem.bus import Bucket, Entry, Leave, Lifetimes, Lost, Receive
from tandem.clock import Clock

TIDY_SECONDS = 60.0


@dataclass(frozen=True)
class _Kept:
    entry: Entry
    until: float


class MemoryBus:
    """A bus within this process."""

    def __init__(self, clock: Clock, lifetimes: Lifetimes) -> None:
        self._clock = clock
        self._lifetimes = lifetimes
        self._kept: dict[tuple[Bucket, str], _Kept] = {}
        self._rooms: dict[str, list[Receive]] = {}
        self._revision = 0
        self._tidy_at = 0.0

    async def open(self) -> None:
        """Nothing to connect to."""

    async def close(self) -> None:
        """Nothing to let go of."""

    async def create(self, bucket: Bucket, key: str, value: bytes) -> bool:
        """Keep a value unless there is one already; whether it was kept."""
        self._tidy()
        if self._find(bucket, key):
            return False
        self._keep(bucket, key, value)
        return True

    async def get(self, bucket: Bucket, key: str) -> Entry | None:
        """The value, if there is one."""
        return self._find(bucket, key)

    async def update(self, bucket: Bucket, key: str, value: bytes, revision: int) -> bool:
        """Replace a value unless somebody else has since `revision`; whether it was replaced."""
        entry = self._find(bucket, key)
        if entry is None or entry.revision != revision:
            return False
        self._keep(bucket, key, value)
        return True

    async def delete(self, bucket: Bucket, key: str) -> None:
        """Forget a value, if there is one."""
        self._kept.pop((bucket, key), None)

    async def add(self, key: str, amount: int) -> int:
        """Change a counter, which starts at 0, and answer it as it is then."""
        self._tidy()
        entry = self._find(Bucket.COUNTS, key)
        count = amount + (int(entry.value) if entry else 0)
        self._keep(Bucket.COUNTS, key, str(count).encode())
        return count

    async def publish(self, room: str, message: bytes) -> None:
        """Send to everyone in a room."""
        for receive in list(self._rooms.get(room, [])):
            receive(message)

    async def subscribe(self, room: str, receive: Receive, lost: Lost) -> Leave:
        """Get what is published to a room from now on. Nothing is ever lost here."""
        del lost
        self._rooms.setdefault(room, []).append(receive)

        async def leave() -> None:
            self._rooms[room].remove(receive)
            if not self._rooms[room]:
                del self._rooms[room]

        return leave

    def _find(self, bucket: Bucket, key: str) -> Entry | None:
        kept = self._kept.get((bucket, key))
        return kept.entry if kept and self._clock.now() < kept.until else None

    def _keep(self, bucket: Bucket, key: str, value: bytes) -> None:
        self._revision += 1
        until = self._clock.now() + self._lifetimes[bucket]
        self._kept[bucket, key] = _Kept(Entry(value, self._revision), until)

    def _tidy(self) -> None:
        now = self._clock.now()
        if now >= self._tidy_at:
            self._tidy_at = now + TIDY_SECONDS
            self._kept = {key: kept for key, kept in self._kept.items() if now < kept.until}
