"""One-time codes with which a customer's session goes along to another origin of the same customer.

A code is in an address for a moment, so it is worth little there: it is good once, for 30 seconds, and for pages of the
one origin it was issued for, as the browser says of them. Whoever shows it, it is used up.
"""

from __future__ import annotations

import hashlib
import secrets
from http import HTTPStatus

from pydantic import BaseModel

from tandem.bus import Bucket, Bus
from tandem.clock import Clock
from tandem.config import CODE_SECONDS
from tandem.errors import RefusedError

CODE_BYTES = 24
USED = b"used"


class Passage(BaseModel):
    """What a code is good for: the session, and the origins it leads from and to."""

    session: str
    left: str
    entered: str
    until: float


class Codes:
    """The codes of all relays on one bus, which keeps their hashes alone."""

    def __init__(self, bus: Bus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock

    async def issue(self, session: str, left: str, entered: str) -> str:
        """Issue a code that nobody can guess."""
        code = secrets.token_urlsafe(CODE_BYTES)
        passage = Passage(session=session, left=left, entered=entered, until=self._clock.now() + CODE_SECONDS)
        await self._bus.create(Bucket.CODES, _key(code), passage.model_dump_json().encode())
        return code

    async def redeem(self, code: str, origin: str) -> Passage:
        """Return what a code is good for, to the first who asks. Raises RefusedError."""
        entry = await self._bus.get(Bucket.CODES, _key(code))
        if entry and entry.value != USED and await self._bus.update(Bucket.CODES, _key(code), USED, entry.revision):
            passage = Passage.model_validate_json(entry.value)
            if passage.entered == origin and self._clock.now() < passage.until:
                return passage
        raise RefusedError(HTTPStatus.NOT_FOUND, "unknown", "This code is used, has expired or is another site's.")


def is_code(token: str) -> bool:
    """Tell a code from an invitation, which has two parts."""
    return "." not in token


def _key(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
