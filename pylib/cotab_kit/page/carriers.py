"""Binaries as web resources: gzip + base64 in well-formed XML, in parts below the size limit. Called by build.py.

Dataverse has no web resource type for wasm, zip or JSON (facts: dataverse.md, section 4). carriers.js in the page is
the counterpart.
"""

from __future__ import annotations

import gzip
import os
import re
import zlib
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Of the memory image level 9 saves 1 % more and takes five times as long, at every change of an author's code.
LEVEL = 7

HEADER = '<?xml version="1.0" encoding="utf-8"?>\n'


@dataclass(frozen=True)
class Carrier:
    """One binary, carried. `parts` are the XML texts by file name, `gzip` is the length of the gzip stream."""

    name: str
    type: str
    raw: int
    gzip: int
    digest: str
    parts: dict[str, str]

    def entry(self) -> dict[str, object]:
        """What the page has to know of it."""
        return {"parts": list(self.parts), "gzip": self.gzip, "type": self.type, "digest": self.digest}


def carry(name: str, content: bytes, media_type: str, limit: int, cache: Path) -> Carrier:
    """Carry `content` in parts of at most `limit` bytes each. Compressed forms are kept in `cache`."""
    packed = _compressed(content, cache)
    text = b64encode(packed).decode()
    stem = re.sub(r"[^A-Za-z0-9]", "_", name)
    room = (limit - 500) // 4 * 4  # what is left beside the XML around it, in whole groups of base64
    pieces = [text[start : start + room] for start in range(0, len(text), room)]
    parts = dict(_part(stem, number, len(pieces), piece) for number, piece in enumerate(pieces, 1))
    return Carrier(name, media_type, len(content), len(packed), sha256(content).hexdigest()[:16], parts)


def _part(stem: str, number: int, count: int, piece: str) -> tuple[str, str]:
    name = f"{stem}.xml" if count == 1 else f"{stem}_{number}.xml"
    return name, f'{HEADER}<carrier part="{number}" of="{count}" encoding="gzip+base64">{piece}</carrier>\n'


def _compressed(content: bytes, cache: Path) -> bytes:
    kept = cache / "gzip" / f"{sha256(content).hexdigest()}-{LEVEL}-{zlib.ZLIB_RUNTIME_VERSION}.gz"
    if kept.is_file():
        return kept.read_bytes()
    packed = gzip.compress(content, compresslevel=LEVEL, mtime=0)
    kept.parent.mkdir(parents=True, exist_ok=True)
    partial = kept.with_name(f"{kept.name}.{os.getpid()}.partial")
    partial.write_bytes(packed)
    partial.replace(kept)
    return packed


def part_names(carriers: list[Carrier]) -> Iterator[str]:
    """The names of all parts of all carriers."""
    for carrier in carriers:
        yield from carrier.parts
