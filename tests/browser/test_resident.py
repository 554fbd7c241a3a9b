"""The resident: a session outlives its tab in a hidden side pane, and a tab starts by itself where that cannot be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from cotab_kit.emulator.tables.solutions import VARIABLE_VALUE
from sizes import in_full

if TYPE_CHECKING:
    from playwright.sync_api import Frame

    from cotab_kit.testing import Tab

WINDOW = Path(__file__).with_name("agent_window.js")
TIMEOUT = 60_000  # milliseconds, for a first start on a busy machine
CONNECTED, ENDED = "CobrowseConnectedEvent", "CobrowseEndedEvent"
SCREEN_CONNECTED, SCREEN_ENDED = "ScreenShareConnectedEvent", "ScreenShareEndedEvent"
FIRST, SECOND = "11111111-2222-4333-8444-555555555555", "22222222-2222-4333-8444-555555555555"

OTHER = "33333333-2222-4333-8444-555555555555"
IS_THERE = """() => Object.values(window[Symbol.for('cotab.residents')].doors).some(
  ({ window }) => window.location.href.includes("resident.html"))"""

pytestmark = pytest.mark.variant(project="resident")


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


def test_ten_switches_away_and_back_are_one_session(tab: Tab) -> None:
    window = AgentWindow(tab)
    opened = window.open()
    opened.connect()
    assert opened.home == window.resident
    for _ in range(10):
        opened.leave()
        opened.back()
    assert window.resident.evaluate("() => RoamingSdk.made") == 1
    expect(opened.frame.locator("#stage")).to_contain_text("Viewer of cobrowse")
    expect(opened.frame.locator("#participants")).to_contain_text("Casey")
    opened.frame.locator("#own-wave").click()
    opened.frame.locator("#tool-pointer").click()
    expect(opened.frame.locator("#tool-pointer")).to_have_attribute("aria-pressed", "true")
    assert window.resident.evaluate("(key) => RoamingSdk.sessions[key].waves", opened.key) == 1
    assert tab.events == [CONNECTED]
    opened.frame.locator("#end-session").click()
    opened.expect_state("ended")
    opened.leave()
    opened.back("ended")
    opened.frame.locator("#start-again").click()
    opened.connect("Robin")
    tab.expect_events(CONNECTED, ENDED, CONNECTED)


@pytest.mark.full
@pytest.mark.variant(project="resident", boot="pyscript")
def test_pyscript_serves_tabs_too(tab: Tab) -> None:
    window = AgentWindow(tab)
    opened = window.open(customer="Ada")
    opened.connect()
    for _ in range(2):
        opened.leave()
        opened.back()
    assert "starting for Ada" in opened.log
    assert opened.home == window.resident
    opened.close()
    tab.expect_events(CONNECTED, ENDED)


@pytest.mark.parametrize("value", [None, in_full('{"resident": "off"}'), in_full("nonsense")])
def test_a_tab_starts_by_itself_unless_the_org_was_seen_to_keep_panes(tab: Tab, value: str | None) -> None:
    org = tab.server.org
    (there,) = org.rows("environmentvariablevalue")
    with org.store.transaction():
        if value is None:
            org.store.delete(VARIABLE_VALUE, str(there["environmentvariablevalueid"]))
        else:
            org.store.update(VARIABLE_VALUE, str(there["environmentvariablevalueid"]), {"value": value})
    window = AgentWindow(tab, warm=False)
    opened = window.open()
    opened.connect()
    assert "nobody has written into this org" in opened.log
    assert opened.home == opened.frame
    expect(tab.page.locator("iframe[name=pane]")).to_have_count(0)


def test_a_tab_that_is_closed_ends_its_session_once(tab: Tab) -> None:
    window = AgentWindow(tab)
    opened = window.open()
    opened.connect()
    home, key = window.resident, opened.key
    opened.close()
    tab.expect_events(CONNECTED, ENDED)
    assert home.evaluate("(key) => RoamingSdk.sessions[key].stored.over", key)
    again = window.open()
    again.connect("Robin")
    window.do("tellClosed", f"session-{FIRST[:8]}")
    again.expect_state("ended")
    expect(again.frame.locator("#ending")).to_have_text("The session ended because the conversation was closed.")
    tab.expect_events(CONNECTED, ENDED, CONNECTED, ENDED)


@pytest.mark.full
def test_a_window_that_is_closed_ends_every_session_once(tab: Tab) -> None:
    window = AgentWindow(tab)
    first = window.open()
    first.connect()
    first.leave()
    second = window.open(SECOND)
    second.connect()
    tab.close_window()
    tab.expect_events(CONNECTED, CONNECTED, ENDED, ENDED)


@pytest.mark.full
def test_conversations_and_modes_are_apart(tab: Tab) -> None:
    window = AgentWindow(tab)
    tabs = []
    for conversation, mode in ((FIRST, "cobrowse"), (SECOND, "cobrowse"), (SECOND, "screenshare")):
        tabs.append(window.open(conversation, mode))
        tabs[-1].connect(f"Customer of {tabs[-1].key}")
        tabs[-1].leave()
    assert tab.events == [CONNECTED, CONNECTED, SCREEN_CONNECTED]
    tab.expect_console_error("a defect in a callback")
    tab.expect_console_error("a defect in a task")
    tabs[0].back()
    tabs[0].simulate("do", "raises")
    tabs[0].expect_state("failed")
    tabs[2].back()
    tabs[2].simulate("do", "loses_a_task")
    tabs[2].expect_state("failed")
    tabs[1].back()
    tab.expect_events(CONNECTED, CONNECTED, SCREEN_CONNECTED, ENDED, SCREEN_ENDED)


COUNT_INSTANCES = """
window.instances = 0;
const count = (...call) => (window.instances += 1, call);
for (const name of ["Instance", "instantiate", "instantiateStreaming"]) {
  WebAssembly[name] = new Proxy(WebAssembly[name], {
    apply: (...call) => Reflect.apply(...count(...call)),
    construct: (...call) => Reflect.construct(...count(...call)),
  });
}
"""


@pytest.mark.full
def test_a_second_conversation_starts_no_second_interpreter(tab: Tab) -> None:
    tab.context.add_init_script(COUNT_INSTANCES)
    window = AgentWindow(tab)
    window.open().connect()
    requested: list[str] = []
    tab.page.on("request", lambda request: requested.append(request.url.rpartition("/")[2]))
    window.open(SECOND).connect("Robin")
    assert "boot.js" in requested
    assert not [name for name in requested if name.startswith("interpreter.js") or name.endswith(".xml")]
    assert [frame for frame in tab.page.frames if frame.evaluate("() => window.instances > 0")] == [window.resident]


@pytest.mark.full
def test_a_log_holds_one_conversation_alone(tab: Tab) -> None:
    window = AgentWindow(tab)
    first = window.open(customer="canary-Ada")
    first.connect("canary-Ada")
    second = window.open(SECOND, customer="canary-Bob")
    second.connect("canary-Bob")
    for own, other, opened in (("Ada", "Bob", first), ("Bob", "Ada", second)):
        assert f"starting for canary-{own}" in opened.log
        assert f"canary-{own} has joined" in opened.log
        assert f"canary-{other}" not in opened.log
    assert not window.resident.evaluate("() => document.documentElement.innerText.includes('canary')")


@pytest.mark.parametrize("panes", ["absent", in_full("refuse"), in_full("never")])
def test_without_a_pane_a_tab_starts_by_itself(tab: Tab, panes: str) -> None:
    window = AgentWindow(tab, panes=panes)
    opened = window.open()
    opened.connect()
    assert opened.home == opened.frame
    opened.leave()
    opened.back()
    assert opened.home == opened.frame
    tab.expect_events(CONNECTED, ENDED, CONNECTED)


@pytest.mark.full
@pytest.mark.parametrize("how", ["closed", "died", "navigated"])
def test_a_resident_that_goes_ends_its_sessions_and_tabs_go_on_alone(tab: Tab, how: str) -> None:
    window = AgentWindow(tab)
    left = window.open(SECOND)
    left.connect()
    left.leave()
    shown = window.open()
    shown.connect()
    if how == "closed":
        window.do("closePane")
    elif how == "navigated":
        window.resident.evaluate("() => location.replace('about:blank')")
    else:
        window.resident.evaluate("() => void setTimeout(() => python._api.on_fatal(new Error('died')))")
    tab.expect_events(CONNECTED, CONNECTED, ENDED, ENDED, CONNECTED)
    shown.expect_state("connected")
    assert shown.home == shown.frame
    left.back()
    assert left.home == left.frame
    assert not window.has_resident


@pytest.mark.full
def test_a_pane_that_is_killed_while_a_session_starts_leaves_it_to_the_tab(tab: Tab) -> None:
    window = AgentWindow(tab)
    window.open(SECOND).connect()
    opened = window.open(slow=3)
    opened.expect_state("starting")
    window.do("closePane")
    opened.connect()
    assert opened.home == opened.frame
    tab.expect_events(CONNECTED, ENDED, CONNECTED, CONNECTED)  # the other one was resumed by its own tab


@pytest.mark.full
def test_a_customer_who_leaves_while_the_agent_is_elsewhere_ends_the_session_once(tab: Tab) -> None:
    window = AgentWindow(tab)
    opened = window.open()
    opened.connect()
    opened.leave()
    opened.simulate("left")
    tab.expect_events(CONNECTED, ENDED)
    opened.back("ended")
    expect(opened.frame.locator("#ending")).to_have_text("The customer ended the session.")
    opened.close()
    assert tab.events == [CONNECTED, ENDED]


@pytest.mark.full
def test_an_adapter_that_is_left_while_it_starts_begins_anew(tab: Tab) -> None:
    window = AgentWindow(tab)
    window.open(SECOND).connect()
    opened = window.open(slow=600)
    opened.expect_state("starting")
    opened.leave()
    opened.back("starting")
    window.do("closeSession", f"session-{FIRST[:8]}")
    assert tab.events == [CONNECTED]


OLDER = """() => {
  const none = { refused: {}, late: {}, asked: {} };
  const retire = () => (window.retired = true);
  const doors = { "cotab_/resident/older": { attach: () => (window.attached = true), retire, window } };
  window[Symbol.for("cotab.residents")] = { ...none, doors };
}"""


@pytest.mark.full
def test_a_resident_of_an_older_build_serves_no_new_tab_and_goes(tab: Tab) -> None:
    window = AgentWindow(tab, warm=False)
    tab.page.evaluate(OLDER)
    window.warm()
    opened = window.open()
    opened.connect()
    assert opened.home == window.resident
    assert tab.page.evaluate("() => [window.retired, window.attached ?? false]") == [True, False]


@pytest.mark.full
@pytest.mark.variant("faults", resident="auto")
def test_an_adapter_without_the_pair_has_no_resident(tab: Tab) -> None:
    window = AgentWindow(tab, warm=False)
    opened = window.open()
    opened.expect_state("inviting")
    assert not window.has_resident
    assert "the adapter has no attach() and detach() of its own" in opened.log


@pytest.mark.full
def test_a_resident_that_has_served_long_enough_is_loaded_anew(tab: Tab) -> None:
    window = AgentWindow(tab)
    window.open(SECOND).connect()
    first = window.resident
    first.evaluate("() => (globalThis.mark = 1)")
    for number in range(20):
        window.open(f"{number:08}-2222-4333-8444-555555555555").expect_state("inviting")
        window.do("closeSession", f"session-{number:08}")
    assert window.resident.evaluate("() => globalThis.mark") == 1
    window.do("closeSession", f"session-{SECOND[:8]}")
    window.resident.wait_for_function("() => !globalThis.mark")
    opened = window.open()
    opened.connect()
    assert opened.home == window.resident


@pytest.mark.full
def test_another_user_gets_another_resident(tab: Tab) -> None:
    window = AgentWindow(tab)
    opened = window.open()
    opened.connect()
    tab.page.evaluate("() => (desk.settings.user = '{301D72CC-E6E8-59EB-ABCA-0E382F4AD3B9}')")
    tab.expect_events(CONNECTED, ENDED, CONNECTED)
    opened.expect_state("connected")


@pytest.mark.full
def test_a_second_window_takes_the_session_over(tab: Tab) -> None:
    window = AgentWindow(tab)
    opened = window.open()
    opened.connect()
    other = tab.context.new_page()
    first, tab.page = tab.page, other
    second = AgentWindow(tab).open()
    second.expect_state("connected")
    tab.page = first
    opened.expect_state("failed")
    expect(opened.frame.locator("#error-code")).to_have_text("SESSION_ELSEWHERE")
    tab.expect_events(CONNECTED, ENDED, CONNECTED)


# What the resident holds of tabs: Python objects in JavaScript's hands, and Python objects of ours.
HELD = "() => python._module.pyproxy_alloc_map.size"
OBJECTS = """
import gc, json
from collections import Counter
gc.collect()
kinds = Counter(f"{type(thing).__module__}.{type(thing).__name__}" for thing in gc.get_objects())
ours = ("cotab.", "main.", "pyodide.", "_asyncio.")
json.dumps({kind: count for kind, count in kinds.items() if kind.startswith(ours)})
"""


@pytest.mark.full
def test_two_hundred_tabs_leave_nothing_behind(tab: Tab) -> None:
    window = AgentWindow(tab)
    opened = window.open()
    opened.connect()
    cdp = tab.context.new_cdp_session(tab.page)

    def come_and_go(times: int) -> dict[str, int]:
        for _ in range(times):
            opened.leave()
            opened.back()
        opened.leave()
        held: dict[str, int] = json.loads(window.resident.evaluate("(code) => python.runPython(code)", OBJECTS))
        cdp.send("HeapProfiler.collectGarbage")
        counters = cdp.send("Memory.getDOMCounters")
        opened.back()
        return held | counters | {"proxies": window.resident.evaluate(HELD)}

    window.resident.evaluate("() => python._module.enable_pyproxy_allocation_tracing()")
    before = come_and_go(10)
    after = come_and_go(190)
    assert before["proxies"] > 0
    grown = {kind: (before.get(kind, 0), count) for kind, count in after.items() if count > before.get(kind, 0) + 2}
    assert not grown
    assert tab.events == [CONNECTED]
