"""Bad luck while agent and customer are connected, seen from both: lost connections, a relay that is started again."""

from __future__ import annotations

import asyncio
import sys
from types import ModuleType
from typing import TYPE_CHECKING, cast

import pytest
from playwright.sync_api import expect

from cotab_kit.project.project import Project
from desktop.meetings import WEBRESOURCE, Meeting, met, previewing
from relays import SECRET, FakeClock
from tandem.app import create_app
from tandem.config import configure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser
    from starlette.applications import Starlette
    from starlette.types import Message, Receive, Scope, Send

    from cotab_kit.desktop.server import Running
    from cotab_kit.preview.sidecar import Places

AGENT, CUSTOMER = "/ws/agent", "/ws/customer"


class BadLine:
    """A relay whose connections the test cuts, and whose clock it turns."""

    def __init__(self) -> None:
        self._clock = FakeClock()
        self._cut = {AGENT: False, CUSTOMER: False}
        self._alarms: dict[str, list[asyncio.Event]] = {AGENT: [], CUSTOMER: []}
        self._loop: asyncio.AbstractEventLoop | None = None

    def factory(self, places: Places) -> BadLine:
        """What [preview] of the manifest names."""
        self._config = configure(
            agent_origins=(places.desktop,),
            customer_origins=(places.shop,),
            secret=SECRET,
            bus=None,
            issuer=None,
            linger_seconds=0,  # the clock stands still
        )
        self._app = self._made()
        return self

    def _made(self) -> Starlette:
        return create_app(self._config, clock=self._clock)

    def restart(self) -> None:
        """Forget every session, and lose every connection."""
        self._app = self._made()
        self.cut(AGENT, CUSTOMER)
        self.mend()

    def cut(self, *sides: str) -> None:
        for side in sides:
            self._cut[side] = True
            for alarm in self._alarms[side]:
                self._soon(alarm.set)

    def mend(self) -> None:
        self._cut = dict.fromkeys(self._cut, False)

    def wait(self, seconds: float) -> None:
        """Let so much time pass for the relay."""
        self._soon(lambda: self._clock.advance(seconds))

    def _soon(self, do: Callable[[], object]) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(do)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._loop = asyncio.get_running_loop()
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
        elif self._cut[scope["path"]]:
            await receive()
            await send({"type": "websocket.close"})
        else:
            await self._connected(scope, receive, send)

    async def _connected(self, scope: Scope, receive: Receive, send: Send) -> None:
        alarm = asyncio.Event()
        self._alarms[scope["path"]].append(alarm)

        async def until_cut() -> Message:
            waiting = [asyncio.ensure_future(receive()), asyncio.ensure_future(alarm.wait())]
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for each in waiting:
                each.cancel()
            if alarm.is_set():
                return {"type": "websocket.disconnect", "code": 1006}
            return cast("Message", waiting[0].result())

        await self._app(scope, until_cut, send)
        if alarm.is_set():
            await send({"type": "websocket.close", "code": 1012})
        self._alarms[scope["path"]].remove(alarm)


@pytest.fixture(scope="module")
def line() -> BadLine:
    return BadLine()


@pytest.fixture(scope="module")
def running(line: BadLine) -> Iterator[Running]:
    project = Project.at(WEBRESOURCE)
    given = project.manifest.preview.model_copy(update={"server": "bad_line:factory"})
    module = ModuleType("bad_line")
    vars(module)["factory"] = line.factory
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "bad_line", module)
        with previewing(project.with_manifest(project.manifest.model_copy(update={"preview": given}))) as server:
            yield server


def connected(meeting: Meeting) -> None:
    """Both sides are there, and the agent sees the page."""
    meeting.agent.expect_state("connected")
    expect(meeting.mirror.get_by_text("Harbour blend")).to_be_visible()
    meeting.customer.wait_for_function("() => window.tandem.state === 'live'")


@pytest.mark.full
def test_a_session_goes_on_after_short_faults_and_ends_once_after_long_ones(
    browser: Browser, running: Running, line: BadLine
) -> None:
    with met(browser, running) as meeting:
        agent, customer = meeting.agent, meeting.customer
        for console in (agent.console, meeting.customers_console):
            console.expect("WebSocket connection to", optional=True)  # while it is cut, it is tried again
        meeting.join(meeting.invite(0), consent="Allow")
        connected(meeting)

        line.restart()
        agent.expect_state("reconnecting")
        connected(meeting)
        for side in (CUSTOMER, AGENT):
            line.cut(side)
            agent.expect_state("reconnecting")
            customer.wait_for_function("() => window.tandem.state === 'paused'")
            line.wait(30)
            line.mend()
            connected(meeting)
        agent.expect_event("CobrowseConnectedEvent")
        agent.expect_event("CobrowseEndedEvent", times=0)

        line.cut(CUSTOMER)
        agent.expect_state("reconnecting")
        line.wait(121)
        agent.expect_state("ended")
        expect(agent.tab().get_by_text("The connection was lost and did not come back.")).to_be_visible()
        line.mend()
        expect(meeting.ui.get_by_text("because the connection was lost")).to_be_visible()
        agent.expect_event("CobrowseEndedEvent")

        meeting.tool("Start a new session").click()
        meeting.join(meeting.pin(), consent="Allow")
        connected(meeting)
        line.cut(AGENT)
        customer.wait_for_function("() => window.tandem.state === 'paused'")
        line.wait(121)
        customer.wait_for_function("() => window.tandem.state === 'none'")
        line.mend()
        agent.expect_state("ended")
        agent.expect_event("CobrowseEndedEvent", times=2)
        agent.expect_no_violation()
