"""What waits to be sent to one side, bounded: a slow viewer gets a fresh snapshot later instead of a growing queue.

When it is full, chunks are dropped up to the next key message; once it has drained by half, the customer is asked
for one. Control messages are never dropped; too many of them, or too large ones, close the connection. What counts is
the memory that a message takes: a page may send a great many that are small.
"""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from dataclasses import dataclass

from tandem.frames import ASSET, read_chunk

MAX_TEXTS = 2000
MAX_TEXT_BYTES = 4 * 1024 * 1024
PLACE = 8  # bytes in the queue itself
SLOW = 4008
ASK_AGAIN_SECONDS = 5.0


@dataclass(frozen=True)
class Close:
    """Close the socket once everything before is sent."""

    code: int


Item = str | bytes | Close


class Outbox:
    """A queue of at most `limit` bytes of chunks."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._items: deque[Item] = deque()
        self._bytes = 0
        self._texts = 0
        self._text_bytes = 0
        self._closing = False
        self._woken = asyncio.Event()
        self._dropped: int | None = None
        self._dropping = False
        self._asked_at: float | None = None

    def first(self, text: str) -> None:
        """Send a message before everything that waits."""
        self._items.appendleft(text)
        self._count(text, 1)
        self._woken.set()

    def text(self, text: str) -> None:
        """Send a control message."""
        if self._closing:
            return
        if self._texts >= MAX_TEXTS or self._text_bytes + _memory(text) > MAX_TEXT_BYTES:
            self.close(SLOW)
        else:
            self._put(text)

    def close(self, code: int) -> None:
        """Close after what waits; nothing comes after that."""
        if not self._closing:
            self._put(Close(code))
            self._closing = True

    def chunk(self, data: bytes) -> bool:
        """Send a chunk, or drop it; return whether it will be sent."""
        header = read_chunk(data)
        if header is None or self._closing:
            return False
        if header.kind == ASSET:  # nothing builds upon it, and whoever misses it asks again
            return self._add(data) if self._fits(data) else False
        if self._dropping and header.key and header.number != self._dropped and self._fits(data):
            self._dropping = False
        if not self._dropping and not self._fits(data):
            self.lost()
        if self._dropping:
            self._dropped = header.number
            return False
        return self._add(data)

    def lost(self) -> None:
        """Drop everything up to the next key message: something before it is missing."""
        self._dropping = True
        self._asked_at = None
        self._woken.set()

    def wants_key(self, now: float) -> bool:
        """Return whether to ask the customer for a key message now: once every five seconds."""
        if not self._dropping or self._bytes > self._limit // 2:
            return False
        if self._asked_at is not None and now < self._asked_at + ASK_AGAIN_SECONDS:
            return False
        self._asked_at = now
        return True

    async def next(self) -> Item | None:
        """Wait for what to send next; None when it is time to ask `wants_key` again."""
        if not self._items:
            self._woken.clear()
            await self._woken.wait()
        if not self._items:
            return None
        item = self._items.popleft()
        self._count(item, -1)
        return item

    def _count(self, item: Item, sign: int) -> None:
        if isinstance(item, bytes):
            self._bytes += sign * _memory(item)
        elif isinstance(item, str):
            self._texts += sign
            self._text_bytes += sign * _memory(item)

    def _fits(self, data: bytes) -> bool:
        return self._bytes + _memory(data) <= self._limit

    def _add(self, data: bytes) -> bool:
        self._put(data)
        return True

    def _put(self, item: Item) -> None:
        self._items.append(item)
        self._count(item, 1)
        self._woken.set()


def _memory(item: str | bytes) -> int:
    return sys.getsizeof(item) + PLACE
