"""The sessions of all relays on one bus: values that change by compare-and-set and are published to both sides.

What follows from what happens, session.py decides.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from tandem.bus import Bucket, Bus
from tandem.clock import Clock
from tandem.codes import Codes, Passage
from tandem.config import Config
from tandem.errors import BusError, RefusedError, TokenError
from tandem.logs import note
from tandem.metrics import Metrics
from tandem.pins import Pins
from tandem.session import Mode, RelayMessage, Role, Session, Side, State
from tandem.tokens import SESSION_BYTES, Kind, Tokens

Change = Callable[[Session], tuple[Session, list[RelayMessage]]]
MAX_TRIES = 100
STATE, TEXT, ACT, WANT, CHUNK, RELAY = b"S", b"T", b"A", b"W", b"B", b"C"


def subject(session: str, role: Role) -> str:
    """Name the subject to which messages for one side of a session are published."""
    return f"{session}.{role}"


def unknown_session() -> RefusedError:
    """Refuse access to a session that is not there, has ended or belongs to another agent."""
    return RefusedError(HTTPStatus.NOT_FOUND, "unknown", "There is no such session (any more).")


class Sessions:
    """Creates, finds and changes sessions."""

    def __init__(self, bus: Bus, clock: Clock, config: Config, tokens: Tokens, metrics: Metrics) -> None:
        self._bus = bus
        self._clock = clock
        self._config = config
        self._tokens = tokens
        self._metrics = metrics
        self._started = clock.now()
        self.pins = Pins(bus, clock, config, metrics)
        self.codes = Codes(bus, clock)

    async def create(self, mode: Mode, agent: str, name: str, site: str | None) -> Session:
        """Create a session, with a PIN, that waits for a customer."""
        now = self._clock.now()
        identity = secrets.token_hex(SESSION_BYTES)
        session = Session(
            id=identity,
            mode=mode,
            agent=agent,
            name=name,
            site=site,
            pin=await self.pins.claim(identity),
            waiting_until=now + self._config.pin_seconds,
            expires=now + self._config.session_seconds,
            grace=self._config.grace_seconds,
            sides={Role.AGENT: Side(away_since=now), Role.CUSTOMER: Side()},
        )
        await self._bus.create(Bucket.SESSIONS, identity, _packed(session))
        self._metrics.sessions.labels(mode).inc()
        note("session created", session=identity, mode=mode)
        return session

    async def find(self, identity: str) -> Session | None:
        """Return a session as it is now, also one that has ended."""
        return await self.change(identity, lambda session: session.tick(self._clock.now()))

    async def of_agent(self, identity: str, agent: str) -> Session:
        """Return a session of this agent that has not ended. Raises RefusedError."""
        session = await self.find(identity)
        if session is None or session.state is State.ENDED or session.agent != agent:
            raise unknown_session()
        return session

    async def join_by_pin(self, pin: str, address: str, site: str) -> Session:
        """Let a customer in with a PIN. Raises LimitError and RefusedError."""
        return await self._join(await self.pins.find(pin, address, site), "pin")

    async def join_by_link(self, token: str) -> Session:
        """Let a customer in with the token of a link. Raises RefusedError."""
        try:
            identity = self._tokens.invited(token)
        except TokenError as error:
            self._metrics.wrong_pins.labels("token").inc()
            raise unknown_session() from error
        return await self._join(identity, "link")

    async def join_asked(self, identity: str) -> Session:
        """Let a customer in who was asked and has said yes. Raises RefusedError."""
        return await self._join(identity, "asked")

    async def tell_agent(self, identity: str, **message: object) -> None:
        """Send the agent of a session a message of the relay's."""
        content = {"message": message, "close": None, "connection": None}
        await self._bus.publish(subject(identity, Role.AGENT), RELAY + json.dumps(content).encode())

    async def enter(self, code: str, origin: str) -> tuple[Session, Passage]:
        """Let a customer go on in another origin, with a code that was issued for it. Raises RefusedError."""
        passage = await self.codes.redeem(code, origin)
        session = await self.change(passage.session, lambda each: each.enter(origin))
        if session is None or session.state is State.ENDED:
            raise unknown_session()
        note("customer went to another origin", session=session.id)
        return session, passage

    async def _join(self, identity: str, by: str) -> Session:
        joined = False

        def join(session: Session) -> tuple[Session, list[RelayMessage]]:
            nonlocal joined
            joined = session.state is State.WAITING
            return session.join(self._clock.now())

        session = await self.change(identity, join)
        if session is None or not joined:
            raise unknown_session()
        self._metrics.joins.labels(by).inc()
        note("customer joined", session=identity, by=by)
        return session

    async def change(self, identity: str, change: Change) -> Session | None:
        """Change a session, after what is due by now, and publish it. Returns it, or None if there is none."""
        for _ in range(MAX_TRIES):
            entry = await self._bus.get(Bucket.SESSIONS, identity)
            if entry is None:
                return None
            before = Session.model_validate_json(entry.value)
            due, messages = before.tick(self._clock.now())
            after, more = change(due)
            if after == before:
                return before
            after = after.model_copy(update={"version": before.version + 1})
            if await self._bus.update(Bucket.SESSIONS, identity, _packed(after), entry.revision):
                await self._publish(before, after, [*messages, *more])
                return after
        raise BusError("A session changes faster than the bus can follow.")

    async def _publish(self, before: Session, after: Session, messages: list[RelayMessage]) -> None:
        if before.pin and not after.pin:
            await self.pins.release(before.pin, before.id)
        if after.state is State.ENDED:
            self._metrics.ended.labels(after.reason).inc()
            note("session ended", session=after.id, reason=after.reason)
        for role in Role:
            await self._bus.publish(subject(after.id, role), STATE + _packed(after))
        for each in messages:
            content = {"message": dict(each.message), "close": each.close, "connection": each.connection}
            await self._bus.publish(subject(after.id, each.role), RELAY + json.dumps(content).encode())

    def ticket(self, session: Session, role: Role, origin: str | None = None) -> str:
        """Issue what a side shows to connect and to come back, also to a relay that has forgotten the session.

        With an origin, only pages of that one can connect.
        """
        claims: dict[str, Any] = {"sid": session.id, "role": role, "mode": session.mode, "agent": session.agent}
        claims |= {"name": session.name, "site": session.site, "until": session.waiting_until, "end": session.expires}
        claims |= {"pin": session.pin} if role is Role.AGENT else {"origin": origin}
        return self._tokens.issue(Kind.TICKET, claims, max(1.0, session.expires - self._clock.now()))

    def link(self, session: Session) -> str | None:
        """Make the invitation link, if the session has a site to lead to and still waits."""
        if not session.site or session.state is not State.WAITING:
            return None
        seconds = max(1.0, session.waiting_until - self._clock.now())
        return f"{session.site}#tandem={self._tokens.invite(session.id, seconds)}"

    async def restore(self, claims: dict[str, Any]) -> None:
        """Make a session again from a ticket, if this relay is young enough to have forgotten it in a restart."""
        now = self._clock.now()
        if now > self._started + self._config.grace_seconds or await self._bus.get(Bucket.SESSIONS, claims["sid"]):
            return
        session = self._from_ticket(claims, now)
        if session.pin and not await self.pins.claim_this(session.pin, session.id):
            session = session.model_copy(update={"pin": None})
        if await self._bus.create(Bucket.SESSIONS, session.id, _packed(session)):
            self._metrics.restored.inc()
            note("session restored", session=session.id)

    def _from_ticket(self, claims: dict[str, Any], now: float) -> Session:
        waits = claims["role"] == Role.AGENT and bool(claims.get("pin")) and now < claims["until"]
        return Session(
            id=claims["sid"],
            mode=claims["mode"],
            agent=claims["agent"],
            name=claims["name"],
            site=claims["site"],
            pin=claims["pin"] if waits else None,
            waiting_until=claims["until"],
            expires=claims["end"],
            grace=self._config.grace_seconds,
            state=State.WAITING if waits else State.JOINED,
            restored=True,
            sides={Role.AGENT: Side(away_since=now), Role.CUSTOMER: Side(away_since=None if waits else now)},
        )


def _packed(session: Session) -> bytes:
    return session.model_dump_json().encode()
