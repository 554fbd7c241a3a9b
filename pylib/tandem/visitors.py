"""Customers of a chat whom its agent may ask: by a token that their page has made, and that the chat has brought along.

The token is no secret, for agents, supervisors and bots can read what a chat brings. So it only names a page: it is
bound to the origin, and by a ticket that the page gets for it once to the browser tab; it is good for one session and
for ten minutes. What was a token is remembered for as long as a session may last, so that nobody registers it again.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from tandem.bus import Bucket, Bus
from tandem.clock import Clock
from tandem.config import Config
from tandem.errors import BusError, LimitError, RefusedError, TokenError
from tandem.metrics import Metrics
from tandem.pins import network
from tandem.tokens import Kind, Tokens

TOKEN = re.compile(r"\d{1,10}(?:-\d{1,10}){3}", re.ASCII)
MAX_REFUSALS = 2
MAX_TRIES = 100

Answer = Literal["yes", "no", "busy", "withdrawn"]
"""What becomes of a question; only "no" is a refusal."""


class Visitor(BaseModel):
    """A page with a chat. `session` is what its customer is asked for; `over` is also a token that was used."""

    model_config = ConfigDict(frozen=True)

    origin: str
    until: float
    connection: str | None = None
    session: str | None = None
    refusals: int = 0
    over: bool = False

    def connect(self, connection: str) -> Self:
        """Note where the page is connected now."""
        return self._but(connection=connection)

    def disconnect(self, connection: str) -> Self:
        """Note that a connection is gone. No effect when a newer one has replaced it."""
        return self._but(connection=None) if self.connection == connection else self

    def ask(self, session: str) -> Self:
        """Note for which session the customer is asked."""
        return self._but(session=session)

    def answer(self, session: str, answer: Answer) -> Self:
        """Note an answer to a question, if that still stands."""
        if self.session != session:
            return self
        refusals = self.refusals + (answer == "no")
        return self._but(session=None, refusals=refusals, over=answer == "yes" or refusals >= MAX_REFUSALS)

    def end(self) -> Self:
        """Note that the chat is over."""
        return self._but(over=True, session=None)

    def _but(self, **changes: object) -> Self:
        return self.model_copy(update=changes)


def visitor_subject(key: str) -> str:
    """Name the subject to which is published that something about a visitor has changed."""
    return f"{key}.visitor"


class Visitors:
    """The visitors of all relays on one bus, which keeps hashes of their tokens alone."""

    def __init__(self, bus: Bus, clock: Clock, config: Config, tokens: Tokens, metrics: Metrics) -> None:
        self._bus = bus
        self._clock = clock
        self._config = config
        self._tokens = tokens
        self._metrics = metrics

    async def register(self, token: str, origin: str, address: str) -> str:
        """Register the token of a page, once; return its key. Raises RefusedError."""
        self.require_sign_in()
        if not TOKEN.fullmatch(token):
            raise self._refused("malformed", HTTPStatus.BAD_REQUEST, "This is no token of a chat.")
        await self._count(address)
        key = hashlib.sha256(token.encode()).hexdigest()
        visitor = Visitor(origin=origin, until=self._clock.now() + self._config.visitor_seconds)
        if not await self._bus.create(Bucket.VISITORS, key, _packed(visitor)):
            raise self._refused("taken", HTTPStatus.NOT_FOUND, "This token was registered before.")
        self._metrics.visitors.inc()
        return key

    def ticket(self, key: str, visitor: Visitor) -> str:
        """Issue what the page shows when it comes back, such as after a navigation in its tab."""
        claims = {"key": key, "origin": visitor.origin, "until": visitor.until}
        return self._tokens.issue(Kind.VISITOR, claims, max(1.0, visitor.until - self._clock.now()))

    async def back(self, ticket: str, origin: str) -> str:
        """Return the key of a page that shows its ticket again. Raises RefusedError."""
        self.require_sign_in()
        try:
            claims = self._tokens.read(Kind.VISITOR, ticket)
        except TokenError as error:
            raise self._refused("ticket", HTTPStatus.UNAUTHORIZED, "This ticket is not valid (any more).") from error
        if claims["origin"] != origin:
            raise self._refused("origin", HTTPStatus.UNAUTHORIZED, "This ticket is another site's.")
        known = Visitor(origin=origin, until=claims["until"])
        await self._bus.create(Bucket.VISITORS, claims["key"], _packed(known))  # if the bus has forgotten it
        return str(claims["key"])

    async def find(self, key: str) -> Visitor | None:
        """Return a visitor who may still be asked, or has been."""
        entry = await self._bus.get(Bucket.VISITORS, key)
        visitor = Visitor.model_validate_json(entry.value) if entry else None
        return visitor if visitor and not visitor.over and self._clock.now() < visitor.until else None

    async def known(self, token: str) -> tuple[str, Visitor]:
        """Return whom a token stands for, and the key, to an agent who has read it in a chat. Raises RefusedError."""
        self.require_sign_in()
        key = hashlib.sha256(token.encode()).hexdigest()
        entry = await self._bus.get(Bucket.VISITORS, key) if TOKEN.fullmatch(token) else None
        if entry is None:
            raise self._refused("unknown", HTTPStatus.NOT_FOUND, "No page has registered this token.")
        visitor = Visitor.model_validate_json(entry.value)
        if visitor.over:
            raise self._refused("used", HTTPStatus.GONE, "This token was used, or the chat is over.")
        if self._clock.now() >= visitor.until:
            raise self._refused("expired", HTTPStatus.GONE, "This token has expired.")
        return key, visitor

    async def ask(self, key: str, visitor: Visitor, session: str) -> None:
        """Let the customer be asked for a session, unless somebody else has been faster. Raises RefusedError."""
        after = await self.change(key, lambda each: each.ask(session) if each.session == visitor.session else each)
        if after is None or after.session != session:
            raise self.asked_already()
        self._metrics.asked.labels("asked").inc()
        await self._bus.publish(visitor_subject(key), b"")

    async def answered(self, key: str, session: str, answer: Answer) -> Visitor | None:
        """Note the answer to a question; None if it does not stand any more."""
        stood = False

        def note_answer(visitor: Visitor) -> Visitor:
            nonlocal stood
            stood = visitor.session == session
            return visitor.answer(session, answer)

        after = await self.change(key, note_answer)
        if after is None or not stood:
            return None
        self._metrics.asked.labels(answer).inc()
        return after

    def asked_already(self) -> RefusedError:
        """Refuse a second question at a time."""
        return self._refused("asked", HTTPStatus.CONFLICT, "The customer is being asked already.")

    async def change(self, key: str, change: Callable[[Visitor], Visitor]) -> Visitor | None:
        """Change a visitor by compare-and-set, unless it is over. Returns it, or None if there is none."""
        for _ in range(MAX_TRIES):
            entry = await self._bus.get(Bucket.VISITORS, key)
            if entry is None:
                return None
            before = Visitor.model_validate_json(entry.value)
            after = before if before.over else change(before)
            if after == before or await self._bus.update(Bucket.VISITORS, key, _packed(after), entry.revision):
                return after
        raise BusError("A visitor changes faster than the bus can follow.")

    def require_sign_in(self) -> None:
        """Raise RefusedError where anybody could be an agent and ask customers."""
        if not self._config.asks:
            raise self._refused("sign_in", HTTPStatus.FORBIDDEN, "This relay's agents do not sign in.")

    async def _count(self, address: str) -> None:
        now, size = self._clock.now(), self._config.window_seconds
        window = math.floor(now / size)
        key = f"{window}.{hashlib.sha256(f'visitor {network(address)}'.encode()).hexdigest()}"
        if await self._bus.add(key, 1) > self._config.visitors_per_address:
            self._metrics.wrong_visitors.labels("address").inc()
            raise LimitError(math.ceil((window + 1) * size - now))

    def _refused(self, reason: str, status: HTTPStatus, message: str) -> RefusedError:
        self._metrics.wrong_visitors.labels(reason).inc()
        return RefusedError(status, reason, message)


def _packed(visitor: Visitor) -> bytes:
    return visitor.model_dump_json().encode()
