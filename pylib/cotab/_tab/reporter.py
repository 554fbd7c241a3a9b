"""What an adapter reports, made sense of: inputs of the session's state machine, whatever an SDK has passed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pydantic import ValidationError

from cotab._limits import explanation, place_of
from cotab._policy import Violation, blamed_on_policy
from cotab._tab.session import Effect, Session
from cotab.errors import AdapterError, CotabError, ProviderError
from cotab.provider import ConnectionQuality, EndReason

__all__ = ["SessionReporter", "faults", "in_words", "shown_as"]


class SessionReporter:
    """The Reporter of one session: `carry_out` gets the effects of each report, `log` what is only for the log.

    `violations` are what the org's policy has refused so far: a failure may come of them.
    `on_early` is called when something is reported that only a customer who is connected can bring about.
    """

    def __init__(
        self,
        session: Session,
        carry_out: Callable[[Sequence[Effect]], None],
        log: Callable[[BaseException], None],
        violations: Callable[[], Sequence[Violation]] = tuple,
        on_early: Callable[[], None] = lambda: None,
    ) -> None:
        self._session = session
        self._carry_out = carry_out
        self._log = log
        self._violations = violations
        self._on_early = on_early

    def connected(self) -> None:
        """See Reporter."""
        self._carry_out(self._session.connected())

    def asking(self) -> None:
        """See Reporter."""
        self._carry_out(self._session.asking())

    def declined(self) -> None:
        """See Reporter."""
        self._carry_out(self._session.declined())

    def can_ask(self, *, able: bool = True) -> None:
        """See Reporter."""
        self._carry_out(self._session.can_ask(able=able))

    def reconnecting(self) -> None:
        """See Reporter."""
        self._check_early()
        self._carry_out(self._session.reconnecting())

    def reconnected(self) -> None:
        """See Reporter."""
        self._check_early()
        self._carry_out(self._session.reconnected())

    def participants(self, names: Sequence[str]) -> None:
        """See Reporter."""
        names = [names] if isinstance(names, str) else names
        if names:
            self._check_early()
        self._carry_out(self._session.observed(participants=[str(name) for name in names]))

    def quality(self, quality: ConnectionQuality) -> None:
        """See Reporter."""
        self._check_early()
        try:
            self._carry_out(self._session.observed(quality=ConnectionQuality(quality)))
        except ValueError as error:  # a word of the SDK's that is new to the adapter is no reason to end a session
            self._log(error)

    def ended(self, reason: EndReason = EndReason.CUSTOMER, why: str = "") -> None:
        """See Reporter."""
        try:
            known = EndReason(reason)
        except ValueError as error:  # over is over, whatever the SDK calls it
            self._log(error)
            known = EndReason.PROVIDER
        self._carry_out(self._session.ended(known, str(why)))

    def _check_early(self) -> None:
        if self._session.waiting:
            self._on_early()

    def failed(self, error: BaseException) -> None:
        """See Reporter."""
        if not isinstance(error, Exception | SystemExit):  # an SDK's event may bring anything
            error = ProviderError(str(error) or type(error).__name__)
        shown = blamed_on_policy(error, self._violations()) or shown_as(error)
        if shown is not error:
            shown.__cause__ = error
        if self._session.live:
            self._log(error)
        self._carry_out(self._session.failed(shown))


def shown_as(error: BaseException) -> CotabError:
    """Return what the agent reads of an exception: what no page can do is the adapter's mistake."""
    if isinstance(error, CotabError):
        return error
    explained = explanation(error)
    place = place_of(error)
    return AdapterError(explained) if explained else ProviderError(in_words(error) + (place and f" ({place})"))


def in_words(error: BaseException) -> str:
    """Describe an exception for the agent and the log; pydantic's own text is for developers."""
    if isinstance(error, ValidationError):
        return f"{error.title} is not valid: {faults(error)}"
    return f"{type(error).__name__}: {error}"


def faults(error: ValidationError) -> str:
    """Name every value that is not valid, and say why."""
    return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
