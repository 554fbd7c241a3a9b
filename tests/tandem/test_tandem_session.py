"""The state machine of a session: whatever happens in whatever order, what must hold holds."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tandem.session import RelayMessage, Role, Session, Side, State

ROLES = st.sampled_from(list(Role))
NAMES = st.sampled_from(["one", "two"])


class SessionMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0
        self.ended = 0
        self.session = Session(
            id="s",
            mode="cobrowse",
            agent="a",
            name="Ada",
            pin="123456",
            waiting_until=1600,
            expires=9000,
            sides={Role.AGENT: Side(away_since=1000), Role.CUSTOMER: Side()},
        )

    def apply(self, result: tuple[Session, list[RelayMessage]]) -> None:
        was_ended = self.session.state is State.ENDED
        self.session, messages = result
        ended = sum(each.message["t"] == "ended" for each in messages)
        assert not (was_ended and messages)
        assert ended in {0, 2}
        self.ended += ended

    @rule(role=ROLES, name=NAMES)
    def a_side_connects(self, role: Role, name: str) -> None:
        self.apply(self.session.connect(role, f"{role}-{name}", self.now))

    @rule(role=ROLES, name=NAMES)
    def a_connection_is_gone(self, role: Role, name: str) -> None:
        self.apply(self.session.disconnect(role, f"{role}-{name}", self.now))

    @rule()
    def somebody_joins(self) -> None:
        self.apply(self.session.join(self.now))

    @rule(view=st.booleans())
    def the_customer_decides(self, *, view: bool) -> None:
        self.apply(self.session.consent(view=view))

    @rule(allowed=st.booleans())
    def control_is_decided(self, *, allowed: bool) -> None:
        self.apply(self.session.allow_control(allowed=allowed))

    @rule(seconds=st.floats(0, 700))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.apply(self.session.tick(self.now))

    @invariant()
    def both_sides_are_told_of_the_end_exactly_once(self) -> None:
        assert self.ended == (2 if self.session.state is State.ENDED else 0)

    @invariant()
    def there_is_control_only_where_there_is_consent(self) -> None:
        assert not self.session.control or self.session.state is State.LIVE

    @invariant()
    def the_pin_is_there_only_while_waiting(self) -> None:
        assert (self.session.pin is not None) == (self.session.state is State.WAITING)

    @invariant()
    def an_end_has_a_reason_and_nobody_left(self) -> None:
        ended = self.session.state is State.ENDED
        assert (self.session.reason is not None) == ended
        assert not (ended and any(self.session.here(role) for role in Role))


TestSession = SessionMachine.TestCase
