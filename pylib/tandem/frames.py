"""What the relay reads of messages: the six bytes before a binary chunk, and the type of a text message.

The payload of a chunk is never looked at. What comes in may be anything.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

HEADER_BYTES = 6
MAX_CHUNK = 256 * 1024 + HEADER_BYTES
MAX_TEXT = 64 * 1024
ASSET = 3
KINDS = {1, 2, ASSET}
KEY = 4
LAST = 1
KNOWN_FLAGS = 7

FROM_CUSTOMER = frozenset(
    {"consent", "control", "attention", "page", "asset", "visible", "covered"}
    | {"refused", "done", "pong", "ping", "signal", "share", "end"}
)
SHOWING = frozenset({"page", "attention", "asset"})
"""What tells of the customer's page, as chunks do, and so waits for the consent."""

FROM_AGENT = frozenset(
    {"resync", "want", "ask", "tool", "laser", "highlight", "draw"} | {"act", "ping", "pong", "signal", "end"}
)


@dataclass(frozen=True)
class Chunk:
    """The header of a binary chunk."""

    kind: int
    last: bool
    key: bool
    number: int


def read_chunk(data: bytes) -> Chunk | None:
    """Read the header, or return nothing when this is no chunk or too large a one."""
    if not HEADER_BYTES <= len(data) <= MAX_CHUNK or data[0] not in KINDS or data[1] & ~KNOWN_FLAGS:
        return None
    return Chunk(data[0], bool(data[1] & LAST), bool(data[1] & KEY), int.from_bytes(data[2:6], "big"))


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON; browsers would not read it")


def read_text(text: str) -> dict[str, Any] | None:
    """Read a control message, or return nothing when it is malformed, has no type or is too large."""
    if len(text) > MAX_TEXT or len(text.encode("utf-8", "replace")) > MAX_TEXT:
        return None
    try:
        message = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) and isinstance(message.get("t"), str) else None
