"""The bus of several relays, on NATS: JetStream's key-value store in memory, and its subjects.

nats-py drops messages of a subscriber that is too slow, so every publisher numbers what it sends to a subject and the
subscriber finds out where numbers are missing. A server that was away may have forgotten everything: its buckets are
made again, and something counts as missing for every subscriber.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import KeyValueConfig, StorageType
from nats.js.errors import KeyNotFoundError, KeyWrongLastSequenceError
from nats.js.kv import KeyValue

from tandem.bus import Bucket, Entry, Lifetimes, OnLost, OnMessage, Unsubscribe
from tandem.errors import BusError
from tandem.logs import note

PREFIX = "tandem"
SENDER_BYTES = 8
NUMBER_BYTES = 8
MAX_TRIES = 200
MAX_SUBJECTS = 50_000
CONNECT_TIMEOUT = 3.0
RECONNECT_INTERVAL = 0.5


@dataclass
class _Order:
    """The last number of each publisher to one subject."""

    last: dict[bytes, int] = field(default_factory=dict)

    def is_next(self, sender: bytes, number: int) -> bool:
        before = self.last.get(sender)
        self.last[sender] = number
        return before is None or number in {1, before + 1}  # a publisher that has tidied up begins at 1


class NatsBus:
    """A bus on a NATS server with JetStream."""

    def __init__(self, url: str, lifetimes: Lifetimes) -> None:
        self._url = url
        self._lifetimes = lifetimes
        self._client: Client | None = None
        self._buckets: dict[Bucket, KeyValue] = {}
        self._numbers: dict[str, int] = {}
        self._sender = secrets.token_bytes(SENDER_BYTES)
        self._subscribers: list[OnLost] = []

    async def open(self) -> None:
        """Connect, and make the buckets if they are not there. Raises BusError."""
        try:
            # It would try for ever: later, when NATS is away for a while, that is wanted; at the start it is not.
            async with asyncio.timeout(CONNECT_TIMEOUT):
                self._client = await nats.connect(
                    self._url,
                    error_cb=_on_error,
                    reconnected_cb=self._on_reconnected,
                    reconnect_time_wait=RECONNECT_INTERVAL,
                    max_reconnect_attempts=-1,
                )
            await self._make_buckets()
        except (NatsError, OSError) as error:
            await self.close()
            why = str(error) or f"no answer within {CONNECT_TIMEOUT:.0f} s"
            text = f"NATS at {self._url} does not answer, or has no JetStream ({why}). Start it first."
            raise BusError(text) from error

    async def _make_buckets(self) -> None:
        stream = self._connected().jetstream()
        for bucket in Bucket:
            config = KeyValueConfig(
                bucket=f"{PREFIX}-{bucket}", ttl=self._lifetimes[bucket], storage=StorageType.MEMORY
            )
            self._buckets[bucket] = await stream.create_key_value(config)

    async def _on_reconnected(self) -> None:
        note("bus", reconnected=True)
        try:
            await self._make_buckets()
        except NatsError as error:
            await _on_error(error)
        for on_lost in list(self._subscribers):
            on_lost()

    async def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def create(self, bucket: Bucket, key: str, value: bytes) -> bool:
        """Store a value unless there is one already, and return whether it was stored."""
        try:
            await self._bucket(bucket).create(key, value)
        except KeyWrongLastSequenceError:
            return False
        except NatsError as error:
            raise BusError("NATS does not answer.") from error
        return True

    async def get(self, bucket: Bucket, key: str) -> Entry | None:
        """Return the value, if there is one."""
        try:
            entry = await self._bucket(bucket).get(key)
        except KeyNotFoundError:
            return None
        except NatsError as error:
            raise BusError("NATS does not answer.") from error
        return Entry(entry.value or b"", entry.revision or 0)

    async def update(self, bucket: Bucket, key: str, value: bytes, revision: int) -> bool:
        """Replace a value unless somebody else has since `revision`, and return whether it was replaced."""
        try:
            await self._bucket(bucket).update(key, value, last=revision)
        except KeyWrongLastSequenceError:
            return False
        except NatsError as error:
            raise BusError("NATS does not answer.") from error
        return True

    async def delete(self, bucket: Bucket, key: str) -> None:
        """Delete a value, if there is one."""
        try:
            await self._bucket(bucket).delete(key)
        except NatsError as error:
            raise BusError("NATS does not answer.") from error

    async def add(self, key: str, amount: int) -> int:
        """Add to a counter, which starts at 0, and return the sum."""
        for _ in range(MAX_TRIES):
            entry = await self.get(Bucket.COUNTS, key)
            count = amount + (int(entry.value) if entry else 0)
            value = str(count).encode()
            if entry is None:
                done = await self.create(Bucket.COUNTS, key, value)
            else:
                done = await self.update(Bucket.COUNTS, key, value, entry.revision)
            if done:
                return count
        raise BusError("A counter changes faster than the bus can follow.")

    async def publish(self, subject: str, message: bytes) -> None:
        """Send to every subscriber of a subject, numbered."""
        if len(self._numbers) >= MAX_SUBJECTS:
            self._numbers.clear()
        number = self._numbers[subject] = self._numbers.get(subject, 0) + 1
        head = self._sender + number.to_bytes(NUMBER_BYTES, "big")
        try:
            await self._connected().publish(f"{PREFIX}.{subject}", head + message)
        except NatsError as error:
            raise BusError("NATS does not take a message.") from error

    async def subscribe(self, subject: str, on_message: OnMessage, on_lost: OnLost) -> Unsubscribe:
        """Receive what is published to a subject from now on; `on_lost` is called where numbers are missing."""
        order = _Order()

        async def on_numbered(message: Msg) -> None:
            data = message.data
            number = int.from_bytes(data[SENDER_BYTES : SENDER_BYTES + NUMBER_BYTES], "big")
            if not order.is_next(data[:SENDER_BYTES], number):
                on_lost()
            on_message(data[SENDER_BYTES + NUMBER_BYTES :])

        client = self._connected()
        try:
            subscription = await client.subscribe(f"{PREFIX}.{subject}", cb=on_numbered)
            await client.flush()
        except NatsError as error:
            raise BusError("NATS does not take a subscription.") from error
        self._subscribers.append(on_lost)

        async def unsubscribe() -> None:
            self._subscribers.remove(on_lost)
            if not client.is_closed:
                await subscription.unsubscribe()

        return unsubscribe

    def _bucket(self, bucket: Bucket) -> KeyValue:
        self._connected()
        return self._buckets[bucket]

    def _connected(self) -> Client:
        if self._client is None:
            raise BusError("The bus is not open.")
        return self._client


async def _on_error(error: Exception) -> None:
    note("bus", error=type(error).__name__)
