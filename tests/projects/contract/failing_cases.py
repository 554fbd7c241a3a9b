"""Cases of the contract: any exception ends the session, and what is spawned ends with it."""

from __future__ import annotations

import asyncio
import re
import sys

from contract_case import Case, same
from contract_driver import Driver

from cotab import ProviderError
from cotab import _limits as limits


class AHandlerFails(Case):
    errors = ("out of seats",)

    async def opened(self) -> None:
        self.session.subscribe("joined", self.joined)

    def joined(self) -> None:
        self.tab.report.connected()
        raise ProviderError("out of seats", code="CONTRACT_SEATS")

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.happen("joined")
        tab.expect("failed")
        assert (tab.text("error-code"), tab.text("error-detail")) == ("CONTRACT_SEATS", "out of seats")
        assert tab.events == ["CobrowseConnectedEvent", "CobrowseEndedEvent"]


class ACoroutineHandlerFails(AHandlerFails):
    errors = ("out of seats",)

    async def joined(self) -> None:  # type: ignore[override]
        self.tab.report.connected()
        await self.session.call("later", 1)
        raise ProviderError("out of seats", code="CONTRACT_SEATS")


class AHandlerOfAnObjectInsideFails(Case):
    errors = ("ZeroDivisionError",)

    async def opened(self) -> None:
        self.session.get("room").subscribe("lit", lambda: 1 / 0)

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.happen("lit", of="room")
        tab.expect("failed")
        assert tab.text("error-code") == "PROVIDER_FAILED"


class AHandlerLeavesPython(Case):
    errors = ("SystemExit",)

    async def opened(self) -> None:
        self.session.subscribe("joined", sys.exit)

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.happen("joined")
        tab.expect("failed")
        assert "the page goes on" in tab.text("error-detail")


class ACoroutineHandlerLeavesPython(AHandlerLeavesPython):
    async def opened(self) -> None:
        self.session.subscribe("joined", self.joined)

    async def joined(self) -> None:
        await self.session.call("later", 1)
        sys.exit(1)


class ASpawnedTaskLeavesPython(AHandlerLeavesPython):
    async def opened(self) -> None:
        self.session.subscribe("joined", lambda: self.tab.spawn(self.leave()))

    async def leave(self) -> None:
        sys.exit(1)


class AStartLeavesPython(AHandlerLeavesPython):
    async def opened(self) -> None:
        sys.exit(1)

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("failed")
        assert "the page goes on" in tab.text("error-detail")


class AFunctionThatWasPassedFails(Case):
    errors = ("no token",)

    async def opened(self) -> None:
        self.session.subscribe("ask", self.ask)

    def ask(self) -> None:
        self.session.call("runLater", {"token": self.token})

    async def token(self, name: str) -> str:
        raise ProviderError(f"no token for {name}")

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.happen("ask")
        tab.expect("failed")
        assert tab.text("error-detail") == "no token for x"


class ASpawnedTaskFails(Case):
    errors = ("the socket is gone",)

    async def opened(self) -> None:
        self.session.subscribe("joined", lambda: self.tab.spawn(self.listen()))

    async def listen(self) -> None:
        await self.session.call("later", 1)
        raise ConnectionError("the socket is gone")

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.happen("joined")
        tab.expect("failed")
        detail = tab.text("error-detail")
        assert re.fullmatch(r"ConnectionError: the socket is gone \(.*failing_cases\.py:\d+\)", detail), detail


class ATaskOfItsOwnFails(ASpawnedTaskFails):
    errors = ("the socket is gone",)

    async def opened(self) -> None:
        self.session.subscribe("joined", self.joined)

    def joined(self) -> None:
        self.task = asyncio.ensure_future(self.listen())  # kept, so that it is never collected


class ALaterCallFails(Case):
    errors = ("too late",)

    async def opened(self) -> None:
        self.session.subscribe("joined", self.joined)

    def joined(self) -> None:
        asyncio.get_running_loop().call_later(0.01, self.fail)

    def fail(self) -> None:
        raise ProviderError("too late")

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.happen("joined")
        tab.expect("failed")
        assert tab.text("error-detail") == "too late"


class ATaskThatIsAwaitedMayFail(Case):
    async def opened(self) -> None:
        for later in (0.0, 0.1):
            task = asyncio.ensure_future(self.refused())
            await asyncio.sleep(later)
            try:
                await task
            except ProviderError as error:
                same(str(error), "handled")
            else:
                raise AssertionError("nothing was raised")

    async def refused(self) -> None:
        raise ProviderError("handled")

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")


class APromiseIsTakenForItsResult(Case):
    errors = ("AttributeError",)
    remedy = limits.NOT_AWAITED

    async def opened(self) -> None:
        self.session.call("later", self.session).get("id")

    @classmethod
    def run(cls, tab: Driver) -> None:
        tab.expect("failed")
        place, _, said = tab.text("error-detail").partition(": ")
        assert ("failing_cases.py:" in place, said) == (True, str(cls.remedy))


class APromiseGoesToTheSdk(APromiseIsTakenForItsResult):
    errors = ("TypeError",)

    async def opened(self) -> None:
        self.session.call("typeOf", self.session.call("later", 1))


class WhatIsNoPromiseIsAwaited(APromiseIsTakenForItsResult):
    errors = ("TypeError",)
    remedy = limits.NO_PROMISE

    async def opened(self) -> None:
        await self.session.call("add", 1, 2)


class AHandlerIsCalledInPlaceOfBeingPassed(APromiseIsTakenForItsResult):
    errors = ("LimitError",)
    remedy = limits.CALLED

    async def opened(self) -> None:
        self.session.subscribe("joined", self.joined())  # type: ignore[arg-type] # this is the mistake

    async def joined(self) -> None:
        self.tab.report.connected()


class AButtonIsPressedInPlaceOfBeingMade(AHandlerIsCalledInPlaceOfBeingPassed):
    async def opened(self) -> None:
        self.tab.button("console", "Open console", self.joined())  # type: ignore[arg-type] # this is the mistake


class APollIsBegunByItsResult(AHandlerIsCalledInPlaceOfBeingPassed):
    async def opened(self) -> None:
        self.tab.poll(self.joined(), seconds=1)  # type: ignore[arg-type] # this is the mistake


class AFunctionIsSpawnedInPlaceOfItsCoroutine(AHandlerIsCalledInPlaceOfBeingPassed):
    remedy = limits.NOT_CALLED

    async def opened(self) -> None:
        self.tab.spawn(self.joined)  # type: ignore[arg-type] # this is the mistake


class WhatIsSpawnedEndsWithTheSession(Case):
    async def opened(self) -> None:
        self.polls = 0
        self.polled = asyncio.Event()
        self.tasks = [self.tab.spawn(self.forever()), self.tab.poll(self.poll, seconds=0.01)]
        same(await self.tab.spawn(self.session.call("later", 7)), 7)
        await self.polled.wait()

    async def forever(self) -> None:
        await self.session.call("never")

    def poll(self) -> None:
        self.polls += 1
        if self.polls > 2:  # again and again
            self.polled.set()

    async def end(self) -> None:
        await asyncio.wait(self.tasks)
        same([task.cancelled() for task in self.tasks], [True, True])
        print("all is over")  # noqa: T201 - the log is what the test reads

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.press("end-session")
        tab.expect("ended")
        tab.wait_for_log("all is over")
