"""What relays share: a small store with compare-and-set, and subjects to which messages are published.

One relay alone needs bus_memory.py; several behind a load balancer need bus_nats.py. Both keep everything for a
limited time and nothing on a disk.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Bucket(StrEnum):
    """The kinds of things kept; each has a lifetime in seconds after its last change."""

    SESSIONS = "sessions"
    PINS = "pins"
    COUNTS = "counts"
    SIGN_INS = "sign-ins"
    CODES = "codes"
    VISITORS = "visitors"


Lifetimes = Mapping[Bucket, float]
OnMessage = Callable[[bytes], None]
OnLost = Callable[[], None]
Unsubscribe = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Entry:
    """A value and its revision, which `update` wants back."""

    value: bytes
    revision: int


class Bus(Protocol):
    """Every method raises BusError when the bus cannot be reached."""

    async def open(self) -> None:
        """Connect. Call it once, before anything else."""

    async def close(self) -> None:
        """Close the connection."""

    async def create(self, bucket: Bucket, key: str, value: bytes) -> bool:
        """Store a value unless there is one already, and return whether it was stored."""

    async def get(self, bucket: Bucket, key: str) -> Entry | None:
        """Return the value, if there is one."""

    async def update(self, bucket: Bucket, key: str, value: bytes, revision: int) -> bool:
        """Replace a value unless somebody else has since `revision`, and return whether it was replaced."""

    async def delete(self, bucket: Bucket, key: str) -> None:
        """Delete a value, if there is one."""

    async def add(self, key: str, amount: int) -> int:
        """Add to a counter of Bucket.COUNTS, which starts at 0, and return the sum."""

    async def publish(self, subject: str, message: bytes) -> None:
        """Send to every subscriber of a subject, in order, at most once."""

    async def subscribe(self, subject: str, on_message: OnMessage, on_lost: OnLost) -> Unsubscribe:
        """Receive what is published to a subject from now on; `on_lost` is called where messages are missing."""
