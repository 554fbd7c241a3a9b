"""What relays share: a small store with compare-and-set, and rooms to which messages are published.

One relay alone uses bus_memory.py; several behind a load balancer use bus_nats.py. Both keep everything for a
limited time and nothing on a disk. sessions.py, pins.py and connection.py call it.
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


Lifetimes = Mapping[Bucket, float]
Receive = Callable[[bytes], None]
Lost = Callable[[], None]
Leave = Callable[[], Awaitable[None]]


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
        """Let go of the connection."""

    async def create(self, bucket: Bucket, key: str, value: bytes) -> bool:
        """Keep a value unless there is one already; whether it was kept."""

    async def get(self, bucket: Bucket, key: str) -> Entry | None:
        """The value, if there is one."""

    async def update(self, bucket: Bucket, key: str, value: bytes, revision: int) -> bool:
        """Replace a value unless somebody else has since `revision`; whether it was replaced."""

    async def delete(self, bucket: Bucket, key: str) -> None:
        """Forget a value, if there is one."""

    async def add(self, key: str, amount: int) -> int:
        """Change a counter of Bucket.COUNTS, which starts at 0, and answer it as it is then."""

    async def publish(self, room: str, message: bytes) -> None:
        """Send to everyone in a room, in order, at most once."""

    async def subscribe(self, room: str, receive: Receive, lost: Lost) -> Leave:
        """Get what is published to a room from now on; `lost` is called where messages are missing."""
