"""What the pages of sessions show beside their documents, for viewers that ask: in memory, and nowhere else.

An asset comes in chunks as `frames.py` reads them, each with the hash of the whole before its part. It is kept for
its session alone, as it came, within bounds, and is gone when the session ends or has been without a connection for its
grace period.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tandem.frames import HEADER_BYTES, read_chunk

DIGEST_BYTES = 32
BODY = HEADER_BYTES + DIGEST_BYTES
MAX_ASSET = 2 * 1024 * 1024


@dataclass
class _Kept:
    """What one session has: chunks by hash, the oldest first, and the one that is still coming."""

    assets: dict[bytes, list[bytes]] = field(default_factory=dict)
    digest: bytes = b""
    coming: list[bytes] = field(default_factory=list)

    @property
    def size(self) -> int:
        return sum(_size(chunks) for chunks in self.assets.values())


class Assets:
    """At most `per_session` bytes of a session, whose oldest assets make room, and `in_all` of all sessions."""

    def __init__(self, per_session: int, in_all: int) -> None:
        self._per_session = per_session
        self._in_all = in_all
        self._sessions: dict[str, _Kept] = {}
        self._holders: Counter[str] = Counter()
        self.size = 0

    @contextmanager
    def held(self, session: str, grace: float) -> Iterator[None]:
        """Keep what a session has while a connection lasts, and for `grace` seconds after the last one."""
        self._holders[session] += 1
        try:
            yield
        finally:
            self._holders[session] -= 1
            if not self._holders[session]:
                del self._holders[session]
                asyncio.get_running_loop().call_later(grace, self._expire, session)

    def add(self, session: str, chunk: bytes) -> None:
        """Take in a chunk. An asset that is whole is kept if its hash is right; what is malformed is dropped."""
        header = read_chunk(chunk)
        if header is None or len(chunk) < BODY:
            return
        kept = self._sessions.setdefault(session, _Kept())
        digest = chunk[HEADER_BYTES:BODY]
        if header.number == 0:
            kept.digest, kept.coming = digest, []
        if digest != kept.digest or header.number != len(kept.coming):
            return
        kept.coming.append(chunk)
        if _size(kept.coming) > MAX_ASSET:
            kept.digest, kept.coming = b"", []
        elif header.last:
            chunks, kept.digest, kept.coming = kept.coming, b"", []
            self._keep(kept, digest, chunks)

    def _keep(self, kept: _Kept, digest: bytes, chunks: list[bytes]) -> None:
        content = hashlib.sha256()
        for chunk in chunks:
            content.update(chunk[BODY:])
        size = _size(chunks)
        if content.digest() != digest or digest in kept.assets or size > self._per_session:
            return
        while kept.assets and kept.size + size > self._per_session:
            self.size -= _size(kept.assets.pop(next(iter(kept.assets))))
        if self.size + size <= self._in_all:
            kept.assets[digest] = chunks
            self.size += size

    def get(self, session: str, digest: bytes) -> list[bytes]:
        """Return the chunks of an asset of a session; none, if it is not there."""
        kept = self._sessions.get(session)
        return kept.assets.get(digest, []) if kept else []

    def forget(self, session: str) -> None:
        """Drop everything of a session."""
        kept = self._sessions.pop(session, None)
        if kept:
            self.size -= kept.size

    def _expire(self, session: str) -> None:
        if session not in self._holders:
            self.forget(session)


def _size(chunks: list[bytes]) -> int:
    return sum(len(chunk) for chunk in chunks)
