"""A command on an org, recorded once: it is entered at any of its calls, and left where it goes on as it did then.

While `repeatable` holds, an org gives itself the same GUIDs and times each time, so that orgs in the same state are the
same byte by byte; no request has a thread of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_OID, UUID, uuid5

from cotab_kit.emulator.store import connect

if TYPE_CHECKING:
    import pytest

    from cotab_setup.provisioning import Reply, WebApi
    from cotab_setup.web_api import Values
    from kit.deploy.runs import Run

Work = Callable[["Run"], Awaitable[bool]]


class Chance:
    """What an org makes GUIDs of: numbered, so that it can go back."""

    def __init__(self) -> None:
        self.drawn = 0

    def __call__(self, size: int) -> bytes:
        self.drawn += 1
        return sha256(b"%d" % self.drawn).digest()[:size]


class Jobs:
    """The ids that the client gives its imports: other ones in each run, as no org takes one twice."""

    def __init__(self) -> None:
        self.run = self.number = 0

    def __call__(self) -> UUID:
        self.number += 1
        return uuid5(NAMESPACE_OID, f"job {self.run} {self.number}")

    def begin(self, run: int) -> None:
        self.run, self.number = run, 0


CHANCE, JOBS = Chance(), Jobs()
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def repeatable(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_hand(function: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401 - what it gives
        return function(*arguments)

    JOBS.begin(0)
    monkeypatch.setattr("cotab_kit.emulator.app.run_in_threadpool", at_hand)
    monkeypatch.setattr("cotab_kit.emulator.store.datetime", SimpleNamespace(now=lambda _: NOON))
    monkeypatch.setattr("uuid.os.urandom", CHANCE)
    monkeypatch.setattr("cotab_kit.deploy.jobs.uuid4", JOBS)


@dataclass(frozen=True, repr=False)
class State:
    """An org: its database, and how many GUIDs it has made."""

    image: bytes
    drawn: int

    @classmethod
    def of(cls, run: Run) -> State:
        return cls(run.local.store.sql.serialize(), CHANCE.drawn)

    def restore(self, run: Run) -> None:
        run.local.store.sql.close()
        run.local.store.sql = connect()  # SQLite's json_each does not outlive what a connection held before (3.40)
        run.local.store.sql.deserialize(self.image)
        CHANCE.drawn = self.drawn


class AsUsualError(BaseException):
    """The client has got what it gets as a rule, and the org is as it is then: the rest of the run is known."""


@dataclass(repr=False)
class Rehearsal:
    """The usual run of some work. `states` are the org before each of its calls, and at the end.

    `check` looks at an org when the work is done; the usual run itself is looked at, too.
    """

    run: Run
    work: Work
    check: Callable[[Run], None]
    asked: list[tuple[str, str, Values | None]] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    known: set[State] = field(default_factory=set)  # states from which the work has been done and looked at

    @classmethod
    async def of(cls, run: Run, work: Work, check: Callable[[Run], None]) -> Rehearsal:
        made = cls(run, work, check)
        JOBS.begin(1)
        with run.over(lambda api: Recorded(api, made)):
            assert await work(run)
        made.states.append(State.of(run))
        check(run)
        return made

    @property
    def calls(self) -> list[str]:
        return [f"{method} {path}" for method, path, _ in self.asked]

    async def enter(self, place: int, *, leave: bool = False) -> bool:
        """Do the work from a call on, and look. `leave` does not follow the run where it goes on as usual."""
        self.states[place].restore(self.run)
        JOBS.begin(1)
        with self.run.over(lambda api: Replayed(api, self, place, leave)):
            try:
                done = await self.work(self.run)
            except AsUsualError:
                return True
        if done:
            self.check(self.run)
        return done

    async def again(self) -> bool:
        """Do the work once more on the org as it is, and look, unless that has been done from this state before."""
        before = State.of(self.run)
        if before not in self.known:
            JOBS.begin(2)
            if not await self.work(self.run):
                return False
            self.check(self.run)
            self.known.add(before)
        return True


@dataclass(repr=False)
class Recorded:
    """Lets an org answer, and keeps what was asked and answered."""

    api: WebApi
    into: Rehearsal

    async def request(
        self, method: str, path: str, *, body: Values | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        self.into.states.append(State.of(self.into.run))
        reply = await self.api.request(method, path, body=body, headers=headers)
        self.into.asked.append((method, path, body))
        self.into.replies.append(reply)
        return reply


@dataclass(repr=False)
class Replayed:
    """Answers as in the usual run up to a place, from where on the org answers."""

    api: WebApi
    usual: Rehearsal
    place: int
    leave: bool
    number: int = -1

    async def request(
        self, method: str, path: str, *, body: Values | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        self.number += 1
        usual = self.usual
        if self.number < self.place:
            assert (method, path, body) == usual.asked[self.number]
            return usual.replies[self.number]
        reply = await self.api.request(method, path, body=body, headers=headers)
        if self.leave and self.number == self.place and self.is_usual(reply):
            raise AsUsualError
        return reply

    def is_usual(self, reply: Reply) -> bool:
        usual = self.usual
        return reply == usual.replies[self.place] and State.of(usual.run) == usual.states[self.place + 1]
