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
OVERHEAD = 256  # bytes that Python takes for a chunk, and for what it is found by


@dataclass
class _Asset:
    """Chunks, and what they take: summed up as they come, for a page may send a great many that are small."""

    chunks: list[bytes] = field(default_factory=list)
    size: int = 0

    def append(self, chunk: bytes) -> None:
        self.chunks.append(chunk)
        self.size += len(chunk) + OVERHEAD


@dataclass
class _Kept:
    """What one session has: assets by hash, the oldest first, and the one that is still coming."""

    assets: dict[bytes, _Asset] = field(default_factory=dict)
    size: int = 0
    digest: bytes = b""
    coming: _Asset = field(default_factory=_Asset)

    def put(self, digest: bytes, asset: _Asset) -> int:
        self.assets[digest] = asset
        self.size += asset.size
        return asset.size

    def drop_oldest(self) -> int:
        size = self.assets.pop(next(iter(self.assets))).size
        self.size -= size
        return size


class Assets:
    """At most `per_session` bytes of a session, whose oldest assets make room, and `in_all` of all sessions."""

    def __init__(self, per_session: int, in_all: int) -> None:
        self._per_session = per_session
        self._in_all = in_all
        self._sessions: dict[str, _Kept] = {}
        self._holders: Counter[str] = Counter()
        self._expiring: dict[str, asyncio.TimerHandle] = {}
        self.size = 0

    @contextmanager
    def held(self, session: str, grace: float) -> Iterator[None]:
        """Keep what a session has while a connection lasts, and for `grace` seconds after the last one."""
        self._holders[session] += 1
        if expiring := self._expiring.pop(session, None):
            expiring.cancel()
        try:
            yield
        finally:
            self._holders[session] -= 1
            if not self._holders[session]:
                del self._holders[session]
                self._expiring[session] = asyncio.get_running_loop().call_later(grace, self._expire, session)

    def add(self, session: str, chunk: bytes) -> None:
        """Take in a chunk. An asset that is whole is kept if its hash is right; what is malformed is dropped."""
        header = read_chunk(chunk)
        if header is None or len(chunk) < BODY:
            return
        kept = self._sessions.setdefault(session, _Kept())
        digest = chunk[HEADER_BYTES:BODY]
        if header.number == 0:
            kept.digest, kept.coming = digest, _Asset()
        if digest != kept.digest or header.number != len(kept.coming.chunks):
            return
        kept.coming.append(chunk)
        if kept.coming.size > MAX_ASSET:
            kept.digest, kept.coming = b"", _Asset()
        elif header.last:
            whole, kept.digest, kept.coming = kept.coming, b"", _Asset()
            self._keep(kept, digest, whole)

    def _keep(self, kept: _Kept, digest: bytes, asset: _Asset) -> None:
        content = hashlib.sha256()
        for chunk in asset.chunks:
            content.update(chunk[BODY:])
        if content.digest() != digest or digest in kept.assets or asset.size > self._per_session:
            return
        while kept.assets and kept.size + asset.size > self._per_session:
            self.size -= kept.drop_oldest()
        if self.size + asset.size <= self._in_all:
            self.size += kept.put(digest, asset)

    def get(self, session: str, digest: bytes) -> list[bytes]:
        """Return the chunks of an asset of a session; none, if it is not there."""
        kept = self._sessions.get(session)
        asset = kept.assets.get(digest) if kept else None
        return asset.chunks if asset else []

    def forget(self, session: str) -> None:
        """Drop everything of a session."""
        kept = self._sessions.pop(session, None)
        if kept:
            self.size -= kept.size

    def _expire(self, session: str) -> None:
        del self._expiring[session]
        self.forget(session)
