"""An agent's window with sessions, tabs and side panes, for the tests of the resident."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Frame

    from cotab_kit.testing import Tab

WINDOW = Path(__file__).with_name("agent_window.js")
TIMEOUT = 60_000  # milliseconds, for a first start on a busy machine
FIRST, SECOND = "11111111-2222-4333-8444-555555555555", "22222222-2222-4333-8444-555555555555"
OTHER = "33333333-2222-4333-8444-555555555555"
IS_THERE = """() => Object.values(window[Symbol.for('cotab.residents')].doors).some(
  ({ window }) => window.location.href.includes("resident.html"))"""


class Opened:
    """A tab of the agent's window, shown or not."""

    def __init__(self, window: AgentWindow, session: str, name: str, key: str) -> None:
        self._window, self._place, self.key = window, [session, name], key

    @property
    def frame(self) -> Frame:
        """The frame of the tab, which is another one each time it is shown."""
        element = self._window.tab.page.locator(f"iframe[name={self._place[1]}]").element_handle()
        frame = element.content_frame()
        assert frame is not None
        frame.wait_for_url("**/WebResources/**", wait_until="commit")
        return frame

    def leave(self) -> None:
        """Go to another tab: Dynamics takes this one's page away."""
        self._window.do("leave", *self._place)

    def back(self, state: str = "connected") -> None:
        """Come back to it: it is loaded anew."""
        self._window.do("show", *self._place)
        self.expect_state(state)

    def turn_to(self) -> None:
        """Go to it in an org that leaves pages as they are."""
        self._window.do("turn", *self._place)

    def close(self) -> None:
        """Close it, and with it what the agent sees of the session."""
        self._window.do("close", *self._place)

    def expect_state(self, state: str) -> None:
        """Wait until the tab shows this state."""
        shown = self._window.tab.page.frame_locator(f"iframe[name={self._place[1]}]").locator("html")
        expect(shown).to_have_attribute("data-state", state, timeout=TIMEOUT)

    def connect(self, customer: str = "Casey") -> None:
        """Let the customer join."""
        self.expect_state("inviting")
        self.simulate("joined", customer)
        self.expect_state("connected")

    def simulate(self, event: str, *values: object) -> None:
        """Let the SDK's session say something, wherever it is."""
        self.home.evaluate(
            "([key, event, values]) => RoamingSdk.sessions[key].simulate(event, ...values)", [self.key, event, values]
        )

    @property
    def home(self) -> Frame:
        """The frame that has the SDK's session: the resident's, or else the tab's own."""
        look = "(key) => Boolean(globalThis.RoamingSdk?.sessions[key])"
        frames = [frame for frame in self._window.tab.page.frames if "/WebResources/" in frame.url]
        return next(frame for frame in frames if frame.evaluate(look, self.key))

    @property
    def log(self) -> str:
        """What the agent would copy for support."""
        panel = self.frame.locator("#log-panel")
        if panel.get_attribute("open") is None:
            self.frame.locator("#log-title").click()
        return self.frame.locator("#log").inner_text()


class AgentWindow:
    """A window of Dynamics with sessions, tabs and side panes."""

    def __init__(self, tab: Tab, *, warm: bool = True, **settings: str) -> None:
        self.tab = tab
        tab.context.add_init_script(path=WINDOW)
        tab.page.goto(tab.server.window({"conversation": FIRST}))
        tab.page.evaluate("(settings) => Object.assign(desk.settings, settings)", settings)
        if warm and not settings:
            self.warm()

    def warm(self) -> None:
        """Have the resident there before the test begins: a busy machine takes longer than a tab waits for it."""
        first = self.open(OTHER)
        self.tab.page.locator("iframe[name=pane]").wait_for(state="attached")
        first.close()
        self.tab.page.wait_for_function(IS_THERE)

    @property
    def heard(self) -> dict[str, list[str]]:
        """What each conversation has heard, by its first digit, if an event is for the one that the agent is in."""
        heard: dict[str, list[str]] = self.tab.page.evaluate("() => desk.heard")
        return {session.removeprefix("session-")[0]: events for session, events in heard.items()}

    def do(self, name: str, *values: str) -> Any:  # noqa: ANN401 - what the window says
        """Have the window do something."""
        return self.tab.page.evaluate("([name, values]) => desk[name](...values)", [name, list(values)])

    def open(self, conversation: str = FIRST, mode: str = "cobrowse", **data: object) -> Opened:
        """Open a tab in the session of a conversation."""
        query = f"data={quote(json.dumps({'conversationId': conversation, **data}))}"
        address = self.tab.server.address(self.tab.server.pages[mode], query, "default")
        session = f"session-{conversation[:8]}"
        return Opened(self, session, self.do("open", session, address), f"{mode} {conversation}")

    @property
    def resident(self) -> Frame:
        """The frame in the side pane."""
        return next(frame for frame in self.tab.page.frames if "resident.html" in frame.url)

    @property
    def has_resident(self) -> bool:
        """Whether there is one."""
        return any("resident.html" in frame.url for frame in self.tab.page.frames)
