"""Binaries as web resources: zstd + base64 in well-formed XML, in parts below the size limit.

Dataverse has no web resource type for wasm, zip or JSON (docs/internals/dataverse.md#types). carriers.js in the page is
the counterpart.
"""

from __future__ import annotations

import re
import sys
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from cotab_kit.tools.cache import Cache

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from cotab_kit.build import page_config

if TYPE_CHECKING:
    from pathlib import Path

SNAPSHOT_TYPE = "application/octet-stream"

# zstd's levels. The higher one saves a tenth and takes ten times as long: too long for the snapshot, which is
# another one at every change of an author's code.
LEVEL, SNAPSHOT_LEVEL = 19, 12

# What every start reads is carried as it is, if it is no longer than this: loading the decoder takes some milliseconds.
SMALL = 50_000

HEADER = '<?xml version="1.0" encoding="utf-8"?>\n'


@dataclass(frozen=True)
class Carrier:
    """A binary, carried. `parts` are the XML texts by file name, `packed` is its length as it is carried."""

    name: str
    type: str
    size: int
    packed: int
    digest: str
    parts: dict[str, str]

    def entry(self) -> page_config.Carrier:
        """Describe it for the page."""
        return {
            "parts": list(self.parts),
            "packed": self.packed,
            "size": self.size,
            "type": self.type,
            "digest": self.digest,
        }


def carry(name: str, content: bytes, media_type: str, limit: int, cache: Path) -> Carrier:
    """Carry `content` in parts of at most `limit` bytes each. Compressed forms are kept in `cache`."""
    packed = _packed(content, SNAPSHOT_LEVEL if media_type == SNAPSHOT_TYPE else LEVEL, cache)
    text = b64encode(packed).decode()
    stem = re.sub(r"[^A-Za-z0-9]", "_", name)
    room = (limit - 500) // 4 * 4  # what is left beside the XML around it, in whole groups of base64
    pieces = [text[start : start + room] for start in range(0, len(text), room)] or [""]
    parts = dict(_part(stem, number, len(pieces), piece) for number, piece in enumerate(pieces, 1))
    return Carrier(name, media_type, len(content), len(packed), sha256(content).hexdigest()[:16], parts)


def _part(stem: str, number: int, count: int, piece: str) -> tuple[str, str]:
    name = f"{stem}.xml" if count == 1 else f"{stem}_{number}.xml"
    return name, f'{HEADER}<carrier part="{number}" of="{count}" encoding="base64">{piece}</carrier>\n'


def _packed(content: bytes, level: int, cache: Path) -> bytes:
    """Compress the content where that is of use, which the page can tell by the length."""
    compressed = content if len(content) <= SMALL else _compressed(content, level, cache)
    return compressed if len(compressed) < len(content) else content


def _compressed(content: bytes, level: int, cache: Path) -> bytes:
    parameter = zstd.CompressionParameter
    options: dict[int, int] = {parameter.compression_level: level, parameter.checksum_flag: 1}  # finds damaged parts

    def make(out: Path) -> None:
        out.write_bytes(zstd.compress(content, options=options))

    inputs = {"content": content, "level": level, "zstd": zstd.zstd_version}
    return Cache(cache / "zstd").get(inputs, make, _whole_frame)


def _whole_frame(path: Path) -> bytes:
    packed = path.read_bytes()
    if zstd.get_frame_size(packed) != len(packed):
        raise ValueError(path)
    return packed


def inflate(packed: bytes, size: int) -> bytes:
    """Unpack what a carrier holds, from its base64 decoded, as the page does."""
    return packed if len(packed) == size else zstd.decompress(packed)


def part_names(carriers: list[Carrier]) -> Iterator[str]:
    """Name all parts of all carriers."""
    for carrier in carriers:
        yield from carrier.parts
