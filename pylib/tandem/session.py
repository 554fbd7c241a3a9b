"""One session as a pure state machine: every input is a method that returns the next session and messages to emit.

It depends neither on sockets nor on the bus nor on the time of day. On the bus it changes by compare-and-set, so that
of two relays that see the same deadline only one ends the session. It holds no content of the customer.

waiting --join--> joined --consent--> live;  every state --end, refusal, deadline--> ended
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, JsonValue

Mode = Literal["cobrowse", "screenshare"]
Reason = Literal["agent", "customer", "expired", "lost", "replaced"]
REPLACED = 4001
NORMAL = 1000


class Role(StrEnum):
    """The two sides of a session."""

    AGENT = "agent"
    CUSTOMER = "customer"

    @property
    def other(self) -> Role:
        """The side across."""
        return Role.CUSTOMER if self is Role.AGENT else Role.AGENT


class State(StrEnum):
    """How far a session is."""

    WAITING = "waiting"
    JOINED = "joined"
    LIVE = "live"
    ENDED = "ended"


@dataclass(frozen=True)
class RelayMessage:
    """A message of the relay to one side, or to one `connection` of it; with `close` the socket is closed after it."""

    role: Role
    message: Mapping[str, JsonValue]
    close: int | None = None
    connection: str | None = None


class Side(BaseModel):
    """One side: its newest connection, or since when it has none. Neither: it has not come yet."""

    model_config = ConfigDict(frozen=True)

    connection: str | None = None
    away_since: float | None = None


class Session(BaseModel):
    """A session. All times are seconds since 1970, `grace` is in seconds."""

    model_config = ConfigDict(frozen=True)

    id: str
    mode: Mode
    agent: str
    name: str
    site: str | None = None
    pin: str | None = None
    waiting_until: float
    expires: float
    grace: float = 120.0
    state: State = State.WAITING
    control: bool = False
    origins: tuple[str, ...] = ()
    """Where the customer has agreed to be seen."""

    restored: bool = False
    version: int = 0
    sides: dict[Role, Side]
    reason: Reason | None = None

    @property
    def deadline(self) -> float:
        """When the session ends unless something happens before."""
        absent = [side.away_since + self.grace for side in self.sides.values() if side.away_since is not None]
        waiting = [self.waiting_until] if self.state is State.WAITING else []
        return min([self.expires, *waiting, *absent])

    def here(self, role: Role) -> bool:
        """Whether that side is connected."""
        return self.sides[role].connection is not None

    def join(self, now: float) -> tuple[Session, list[RelayMessage]]:
        """Let a customer in who has shown PIN or link and has the grace period to connect. No effect unless waiting."""
        if self.state is not State.WAITING:
            return self, []
        return self._with(Role.CUSTOMER, Side(away_since=now), state=State.JOINED, pin=None), []

    def connect(self, role: Role, connection: str, now: float) -> tuple[Session, list[RelayMessage]]:
        """Note a side's new connection, which replaces its former one."""
        if self.state is State.ENDED:
            return self, []
        session = self.join(now)[0] if role is Role.CUSTOMER else self
        messages = [RelayMessage(role.other, {"t": "peer", "here": True})]
        former = self.sides[role].connection
        if former is not None and former != connection:
            messages.append(RelayMessage(role, {"t": "replaced"}, REPLACED, former))
        return session._with(role, Side(connection=connection)), messages  # noqa: SLF001 - another value of this class

    def disconnect(self, role: Role, connection: str, now: float) -> tuple[Session, list[RelayMessage]]:
        """Note that a connection is gone. No effect when a newer one has replaced it."""
        if self.state is State.ENDED or self.sides[role].connection != connection:
            return self, []
        return self._with(role, Side(away_since=now)), [RelayMessage(role.other, {"t": "peer", "here": False})]

    def shows(self, origin: str) -> bool:
        """Whether the agent may see pages of an origin."""
        return self.state is State.LIVE and origin in self.origins

    def consent(self, *, view: bool, origins: Iterable[str] = ()) -> tuple[Session, list[RelayMessage]]:
        """Let the agent see pages of these origins, or end the session where the customer does not want that."""
        if not view:
            return self.end("customer")
        if self.state not in {State.JOINED, State.LIVE}:
            return self, []
        return self._but(state=State.LIVE, origins=tuple(dict.fromkeys((*self.origins, *origins)))), []

    def enter(self, origin: str) -> tuple[Session, list[RelayMessage]]:
        """Let the customer go on in another origin; acting there takes a new consent, unless seeing does not."""
        if not self.control or self.shows(origin):
            return self, []
        return self._but(control=False), [RelayMessage(Role.AGENT, {"t": "control", "allowed": False})]

    def allow_control(self, *, allowed: bool) -> tuple[Session, list[RelayMessage]]:
        """Grant, refuse or revoke control; it takes a consent to view."""
        return self._but(control=allowed and self.state is State.LIVE), []

    def end(self, reason: Reason) -> tuple[Session, list[RelayMessage]]:
        """End it, with a message to both sides; no effect a second time."""
        if self.state is State.ENDED:
            return self, []
        ended = self._but(state=State.ENDED, control=False, pin=None, reason=reason, sides=_nobody())
        return ended, [RelayMessage(role, {"t": "ended", "reason": reason}, NORMAL) for role in Role]

    def tick(self, now: float) -> tuple[Session, list[RelayMessage]]:
        """End it if a deadline has passed."""
        if self.state is State.ENDED or now < self.deadline:
            return self, []
        waited = self.state is State.WAITING and now >= self.waiting_until
        return self.end("expired" if waited or now >= self.expires else "lost")

    def _with(self, role: Role, side: Side, **changes: object) -> Self:
        return self._but(sides={**self.sides, role: side}, **changes)

    def _but(self, **changes: object) -> Self:
        return self.model_copy(update=changes)


def _nobody() -> dict[Role, Side]:
    return {role: Side() for role in Role}
