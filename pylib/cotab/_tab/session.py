"""The session as a pure state machine: inputs are methods, outputs are effects, nothing is done here.

It guarantees exactly one Ended event for every Connected one, whatever ends the session.

    starting -> inviting -> connected <-> reconnecting -> ended        failed is reachable from any live state
                inviting <-> asking -> connected
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from cotab.errors import SessionUnknownError
from cotab.modes import EscalationMode
from cotab.provider import ConnectionQuality, EndReason, Invitation

__all__ = ["Dispatch", "Effect", "Forget", "Remember", "Render", "Session", "State"]


class State(StrEnum):
    """Where a session stands."""

    STARTING = "starting"
    INVITING = "inviting"
    ASKING = "asking"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
    ENDED = "ended"
    FAILED = "failed"


@dataclass(frozen=True)
class Dispatch:
    """A wish to dispatch this event on the top window, now."""

    event: str


@dataclass(frozen=True)
class Remember:
    """A wish to keep the session's identity, so that it can be resumed after a reload."""

    invitation: Invitation


@dataclass(frozen=True)
class Forget:
    """A wish to drop the kept identity: there is nothing to resume any more."""


@dataclass(frozen=True)
class Render:
    """A change of something that the agent sees."""


Effect = Dispatch | Remember | Forget | Render

_FINAL = (State.ENDED, State.FAILED)


@dataclass
class Session:
    """One session of one mode, from its first moment to its end.

    `last_try`: the attempt before failed as well, so a failure is final: resuming must not be all the agent can do.
    """

    mode: EscalationMode
    last_try: bool = False
    state: State = State.STARTING
    invitation: Invitation | None = None
    askable: bool = False
    participants: tuple[str, ...] = ()
    quality: ConnectionQuality | None = None
    end_reason: EndReason | None = None
    why: str = ""
    error: Exception | None = None
    _ended_owed: bool = field(default=False, repr=False)
    _hidden: bool = field(default=False, repr=False)

    @property
    def has_ended(self) -> bool:
        """Whether the session has ended or failed."""
        return self.state in _FINAL

    @property
    def live(self) -> bool:
        """Whether inputs still have an effect: it has not ended, and the page is not hidden."""
        return not self.has_ended and not self._hidden

    @property
    def waiting(self) -> bool:
        """Whether the customer is still waited for."""
        return self.live and self.state in (State.STARTING, State.INVITING, State.ASKING)

    def invited(self, invitation: Invitation) -> list[Effect]:
        """Note the provider's invitation for the customer."""
        if not self.live:
            return []
        self.invitation = invitation
        if self.state is State.STARTING:
            self.state = State.INVITING
        return [Remember(invitation), Render()]

    def connected(self) -> list[Effect]:
        """Note that the customer is connected, for the first time or again."""
        if not self.live or self.state is State.CONNECTED:
            return []
        self.state = State.CONNECTED
        if self._ended_owed:
            return [Render()]
        self._ended_owed = True
        return [Dispatch(self.mode.connected_event), Render()]

    def asking(self) -> list[Effect]:
        """Note that the customer is being asked whether to take part."""
        if not self.live or self.state not in (State.STARTING, State.INVITING):
            return []
        self.state = State.ASKING
        return [Render()]

    def declined(self) -> list[Effect]:
        """Note that the customer has said no, or has gone without an answer; the invitation stands."""
        if not self.live or self.state is not State.ASKING:
            return []
        self.state = State.STARTING if self.invitation is None else State.INVITING
        return [Render()]

    def can_ask(self, *, able: bool) -> list[Effect]:
        """Note whether the customer can be asked where they are."""
        if not self.waiting or self.askable is able:
            return []
        self.askable = able
        return [Render()]

    def reconnecting(self) -> list[Effect]:
        """Note that the connection is lost and being restored."""
        if not self.live or self.state is not State.CONNECTED:
            return []
        self.state = State.RECONNECTING
        return [Render()]

    def reconnected(self) -> list[Effect]:
        """Note that the lost connection is back."""
        return self.connected() if self.state is State.RECONNECTING else []

    def observed(
        self, *, participants: Sequence[str] | None = None, quality: ConnectionQuality | None = None
    ) -> list[Effect]:
        """Note who takes part, or how good the connection is."""
        if not self.live:
            return []
        if participants is not None:
            self.participants = tuple(participants)
        if quality is not None:
            self.quality = quality
        return [Render()]

    def ended(self, reason: EndReason, why: str = "") -> list[Effect]:
        """Note the end, who or what brought it about, and what the provider says of it."""
        if not self.live:
            return []
        self.state, self.end_reason, self.why = State.ENDED, reason, why
        return [Forget(), *self._owed(), Render()]  # who hears of the end may close the page there and then

    def failed(self, error: Exception) -> list[Effect]:
        """Note a failure, which ends the session.

        If that happened before there was an invitation, what was kept earlier stays: resuming can be tried once more.
        """
        if not self.live:
            return []
        self.state, self.error = State.FAILED, error
        forget = self.invitation is not None or self.last_try or isinstance(error, SessionUnknownError)
        return [*([Forget()] if forget else []), *self._owed(), Render()]

    def page_hidden(self) -> list[Effect]:
        """Let the page go away. What was kept stays, so that the session can be resumed after a reload."""
        if self._hidden:
            return []
        self._hidden = True
        return self._owed()

    def _owed(self) -> list[Effect]:
        if not self._ended_owed:
            return []
        self._ended_owed = False
        return [Dispatch(self.mode.ended_event)]
