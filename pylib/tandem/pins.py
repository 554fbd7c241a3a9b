"""PINs of six digits, and the limits that stop people from guessing them.

A try is counted before the PIN is looked up, so that many at once are no way around the limits, and forgiven when it
was right. One address is stopped first and then counts nowhere else, so it cannot lock out the others.
"""

from __future__ import annotations

import hashlib
import math
import secrets
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address, ip_network

from tandem.bus import Bucket, Bus
from tandem.clock import Clock
from tandem.config import Config
from tandem.errors import BusError, LimitError, RefusedError
from tandem.metrics import Metrics

DIGITS = 6
MAX_CLAIMS = 50


class Pins:
    """The PINs and the tries of all relays on one bus."""

    def __init__(self, bus: Bus, clock: Clock, config: Config, metrics: Metrics) -> None:
        self._bus = bus
        self._clock = clock
        self._config = config
        self._metrics = metrics

    async def claim(self, session: str) -> str:
        """Take a PIN that no other session has."""
        for _ in range(MAX_CLAIMS):
            pin = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
            if await self.claim_this(pin, session):
                return pin
        raise BusError("Nearly all PINs are in use. Shorten --pin-seconds or wait.")

    async def claim_this(self, pin: str, session: str) -> bool:
        """Take a certain PIN, for a session that had it before; return whether it was free."""
        return await self._bus.create(Bucket.PINS, pin, session.encode())

    async def release(self, pin: str, session: str) -> None:
        """Give a PIN back, unless it has expired and is another session's by now: nobody joins with it any more."""
        entry = await self._bus.get(Bucket.PINS, pin)
        if entry and entry.value == session.encode():
            await self._bus.delete(Bucket.PINS, pin)

    async def find(self, pin: str, address: str, site: str) -> str:
        """Return the session of a PIN. Raises LimitError, or RefusedError when there is none."""
        counted = await self._count(address, site)
        entry = await self._bus.get(Bucket.PINS, pin) if _is_pin(pin) else None
        if entry is None:
            self._metrics.wrong_pins.labels("unknown").inc()
            raise RefusedError(HTTPStatus.NOT_FOUND, "unknown", "No session has this PIN, or it has expired.")
        for key in counted:
            await self._bus.add(key, -1)
        return entry.value.decode()

    async def _count(self, address: str, site: str) -> list[str]:
        now, size = self._clock.now(), self._config.window_seconds
        window = math.floor(now / size)
        counted: list[str] = []
        for reason, who, limit in self._limits(address, site):
            key = f"{window}.{hashlib.sha256(f'{reason} {who}'.encode()).hexdigest()}"
            if await self._bus.add(key, 1) > limit:
                for earlier in counted[1:] if reason != "address" else ():
                    await self._bus.add(earlier, -1)
                self._metrics.wrong_pins.labels(reason).inc()
                raise LimitError(math.ceil((window + 1) * size - now))
            counted.append(key)
        return counted

    def _limits(self, address: str, site: str) -> list[tuple[str, str, int]]:
        return [
            ("address", network(address), self._config.tries_per_address),
            ("site", site, self._config.tries_per_site),
            ("all", "", self._config.tries_in_all),
        ]


def network(address: str) -> str:
    """Group IPv6 addresses by the /64 that belongs to one customer of a provider; those of IPv4 stay one by one."""
    try:
        parsed = ip_address(address)
    except ValueError:  # whatever the proxy wrote
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))


def _is_pin(pin: str) -> bool:
    return len(pin) == DIGITS and pin.isascii() and pin.isdigit()
