"""The state machine of a session: every input in every state, and what must hold in any order of inputs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cotab import ConnectionQuality, EndReason, EscalationMode, Invitation, ProviderError, SessionUnknownError
from cotab._tab.session import Dispatch, Effect, Forget, Remember, Render, Session, State

INVITATION = Invitation(session_id="s-1", pin="123456")
ERROR = ProviderError("broken")
CONNECTED = Dispatch("CobrowseConnectedEvent")
ENDED = Dispatch("CobrowseEndedEvent")

Input = Callable[[Session], list[Effect]]

INPUTS: dict[str, Input] = {
    "invited": lambda session: session.invited(INVITATION),
    "asking": Session.asking,
    "declined": Session.declined,
    "connected": Session.connected,
    "reconnecting": Session.reconnecting,
    "reconnected": Session.reconnected,
    "observed": lambda session: session.observed(participants=["Casey"], quality=ConnectionQuality.FAIR),
    "ended": lambda session: session.ended(EndReason.CUSTOMER),
    "failed": lambda session: session.failed(ERROR),
    "page_hidden": Session.page_hidden,
}

HISTORIES = {
    "starting": [],
    "inviting": ["invited"],
    "asking": ["invited", "asking"],
    "asking before invited": ["asking"],
    "connected": ["invited", "connected"],
    "connected before invited": ["connected"],
    "reconnecting": ["invited", "connected", "reconnecting"],
    "ended": ["invited", "connected", "ended"],
    "failed": ["invited", "connected", "failed"],
    "page_hidden": ["invited", "connected", "page_hidden"],
}

# What happens, by where the session stands and what comes in. In every other case nothing does.
TRANSITIONS: dict[tuple[str, str], tuple[State, list[Effect]]] = {
    ("starting", "invited"): (State.INVITING, [Remember(INVITATION), Render()]),
    ("starting", "connected"): (State.CONNECTED, [CONNECTED, Render()]),
    ("starting", "observed"): (State.STARTING, [Render()]),
    ("starting", "ended"): (State.ENDED, [Forget(), Render()]),
    ("starting", "failed"): (State.FAILED, [Render()]),
    ("starting", "asking"): (State.ASKING, [Render()]),
    ("inviting", "invited"): (State.INVITING, [Remember(INVITATION), Render()]),
    ("inviting", "connected"): (State.CONNECTED, [CONNECTED, Render()]),
    ("inviting", "observed"): (State.INVITING, [Render()]),
    ("inviting", "ended"): (State.ENDED, [Forget(), Render()]),
    ("inviting", "failed"): (State.FAILED, [Forget(), Render()]),
    ("inviting", "asking"): (State.ASKING, [Render()]),
    ("asking", "invited"): (State.ASKING, [Remember(INVITATION), Render()]),
    ("asking", "declined"): (State.INVITING, [Render()]),
    ("asking", "connected"): (State.CONNECTED, [CONNECTED, Render()]),
    ("asking", "observed"): (State.ASKING, [Render()]),
    ("asking", "ended"): (State.ENDED, [Forget(), Render()]),
    ("asking", "failed"): (State.FAILED, [Forget(), Render()]),
    ("asking before invited", "invited"): (State.ASKING, [Remember(INVITATION), Render()]),
    ("asking before invited", "declined"): (State.STARTING, [Render()]),
    ("asking before invited", "connected"): (State.CONNECTED, [CONNECTED, Render()]),
    ("asking before invited", "observed"): (State.ASKING, [Render()]),
    ("asking before invited", "ended"): (State.ENDED, [Forget(), Render()]),
    ("asking before invited", "failed"): (State.FAILED, [Render()]),
    ("connected", "invited"): (State.CONNECTED, [Remember(INVITATION), Render()]),
    ("connected", "reconnecting"): (State.RECONNECTING, [Render()]),
    ("connected", "observed"): (State.CONNECTED, [Render()]),
    ("connected", "ended"): (State.ENDED, [Forget(), ENDED, Render()]),
    ("connected", "failed"): (State.FAILED, [Forget(), ENDED, Render()]),
    ("connected", "page_hidden"): (State.CONNECTED, [ENDED]),
    ("connected before invited", "invited"): (State.CONNECTED, [Remember(INVITATION), Render()]),
    ("connected before invited", "reconnecting"): (State.RECONNECTING, [Render()]),
    ("connected before invited", "observed"): (State.CONNECTED, [Render()]),
    ("connected before invited", "ended"): (State.ENDED, [Forget(), ENDED, Render()]),
    ("connected before invited", "failed"): (State.FAILED, [ENDED, Render()]),
    ("connected before invited", "page_hidden"): (State.CONNECTED, [ENDED]),
    ("reconnecting", "invited"): (State.RECONNECTING, [Remember(INVITATION), Render()]),
    ("reconnecting", "connected"): (State.CONNECTED, [Render()]),
    ("reconnecting", "reconnected"): (State.CONNECTED, [Render()]),
    ("reconnecting", "observed"): (State.RECONNECTING, [Render()]),
    ("reconnecting", "ended"): (State.ENDED, [Forget(), ENDED, Render()]),
    ("reconnecting", "failed"): (State.FAILED, [Forget(), ENDED, Render()]),
    ("reconnecting", "page_hidden"): (State.RECONNECTING, [ENDED]),
}


def session_that_is(standing: str) -> Session:
    session = Session(EscalationMode.CO_BROWSE)
    for name in HISTORIES[standing]:
        INPUTS[name](session)
    return session


@pytest.mark.parametrize("standing", HISTORIES)
@pytest.mark.parametrize("name", INPUTS)
def test_every_input_in_every_state_does_what_the_table_says(standing: str, name: str) -> None:
    session = session_that_is(standing)
    state, effects = TRANSITIONS.get((standing, name), (session.state, []))
    assert INPUTS[name](session) == effects
    assert session.state is state


def test_screen_sharing_has_events_of_its_own() -> None:
    session = Session(EscalationMode.SCREEN_SHARE)
    assert Dispatch("ScreenShareConnectedEvent") in session.connected()
    assert Dispatch("ScreenShareEndedEvent") in session.page_hidden()


def test_what_is_observed_replaces_only_what_it_names() -> None:
    session = session_that_is("connected")
    session.observed(participants=["Casey"])
    session.observed(quality=ConnectionQuality.POOR)
    session.observed(participants=[])
    assert (session.participants, session.quality) == ((), ConnectionQuality.POOR)


def test_the_end_keeps_its_reason_and_a_failure_its_error() -> None:
    assert session_that_is("ended").end_reason is EndReason.CUSTOMER
    assert session_that_is("failed").error is ERROR


def test_a_session_the_provider_has_forgotten_is_forgotten() -> None:
    assert session_that_is("starting").failed(SessionUnknownError("s-1")) == [Forget(), Render()]


def test_what_fails_twice_in_a_row_is_forgotten() -> None:
    assert Session(EscalationMode.CO_BROWSE, last_try=True).failed(ERROR) == [Forget(), Render()]


class Machine(RuleBasedStateMachine):
    """Any inputs in any order, with what the top window would hear and what the browser would keep."""

    @initialize(mode=st.sampled_from(EscalationMode))
    def open(self, mode: EscalationMode) -> None:
        self.session = Session(mode)
        self.events: list[str] = []
        self.kept: str | None = "from before the reload"
        self.last: list[Effect] = []
        self.left = False

    def apply(self, effects: list[Effect]) -> None:
        self.last = effects
        for effect in effects:
            match effect:
                case Dispatch(event):
                    self.events.append(event)
                case Remember(invitation):
                    self.kept = invitation.session_id
                case Forget():
                    self.kept = None

    @rule(name=st.sampled_from(sorted(INPUTS)))
    def input(self, name: str) -> None:
        ended = name == "ended" and self.session.live
        self.apply(INPUTS[name](self.session))
        self.left = self.left or name == "page_hidden"
        if ended:
            assert self.kept is None

    @precondition(lambda self: self.left or self.session.has_ended)
    @rule(name=st.sampled_from(sorted(INPUTS)))
    def nothing_after_page_hidden_and_nothing_after_the_end(self, name: str) -> None:
        before = self.session.state
        assert INPUTS[name](self.session) == []
        assert self.session.state is before

    @precondition(lambda self: not self.left)
    @rule()
    def page_hidden_keeps_what_is_kept(self) -> None:
        kept = self.kept
        self.input("page_hidden")
        assert self.kept == kept

    @invariant()
    def every_connected_has_its_ended_or_is_the_last(self) -> None:
        mode = self.session.mode
        pairs = (mode.connected_event, mode.ended_event)
        assert self.events == [pairs[number % 2] for number in range(len(self.events))]

    @invariant()
    def an_ended_is_owed_while_and_only_while_connected(self) -> None:
        owed = len(self.events) % 2 == 1
        assert owed == (self.session.live and self.session.state in (State.CONNECTED, State.RECONNECTING))

    @invariant()
    def a_live_session_with_an_invitation_can_be_resumed(self) -> None:
        if self.session.live and self.session.invitation is not None:
            assert self.kept == INVITATION.session_id

    @invariant()
    def what_changes_the_state_is_shown(self) -> None:
        assert not self.last or Render() in self.last or self.left


TestAnyOrderOfInputs = Machine.TestCase
TestAnyOrderOfInputs.settings = settings(stateful_step_count=15)
