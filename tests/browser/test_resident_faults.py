"""The resident where something is missing, dies, is made anew or tells nothing: a session ends once, or goes on."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error, expect

from browser.agent_windows import FIRST, SECOND, AgentWindow
from sizes import in_full

if TYPE_CHECKING:
    from playwright.sync_api import Route

    from cotab_kit.testing import Tab

CONNECTED, ENDED = "CobrowseConnectedEvent", "CobrowseEndedEvent"

pytestmark = pytest.mark.variant(project="resident")


@pytest.mark.parametrize("panes", ["absent", in_full("refuse"), in_full("never"), in_full("silent")])
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
    tab.expect_events(CONNECTED, CONNECTED)  # the other one goes on in its own tab, where nobody sees it


@pytest.mark.full
def test_a_pane_that_is_killed_while_a_session_ends_ends_it_once(tab: Tab) -> None:
    window = AgentWindow(tab)
    opened = window.open()
    opened.connect()
    window.resident.evaluate("(key) => (RoamingSdk.sessions[key].end = () => new Promise(() => {}))", opened.key)
    window.do("tellClosed", f"session-{FIRST[:8]}")
    tab.expect_events(CONNECTED, ENDED)
    window.do("closePane")
    opened.expect_state("inviting")  # the tab is still there, and what was ended is not resumed
    opened.connect("Robin")
    opened.frame.locator("#end-session").click()
    tab.expect_events(CONNECTED, ENDED, CONNECTED, ENDED)


@pytest.mark.full
def test_what_happens_while_the_agent_is_elsewhere_is_told_when_they_are_back(tab: Tab) -> None:
    window = AgentWindow(tab)
    opened = window.open()
    opened.expect_state("inviting")
    opened.leave()
    other = window.open(SECOND)
    other.connect("Robin")
    opened.simulate("joined", "Casey")
    opened.back()
    tab.expect_events(CONNECTED, CONNECTED)
    opened.leave()
    other.back()
    opened.simulate("left")
    other.frame.locator("#end-session").click()
    other.expect_state("ended")
    tab.expect_events(CONNECTED, CONNECTED, ENDED)
    opened.back("ended")
    expect(opened.frame.locator("#ending")).to_have_text("The customer ended the session.")
    tab.expect_events(CONNECTED, CONNECTED, ENDED, ENDED)
    opened.close()
    assert window.heard == {"1": [CONNECTED, ENDED], "2": [CONNECTED, ENDED]}


RESUMED = "() => globalThis.RoamingSdk && document.documentElement.dataset.state === 'connected'"


@pytest.mark.full
def test_panes_that_are_made_anew_with_a_session_end_nothing_of_a_tab_that_nobody_sees(tab: Tab) -> None:
    window = AgentWindow(tab)
    opened = window.open()
    opened.connect()
    other = window.open(SECOND)
    other.connect("Robin")
    other.turn_to()
    window.do("remakePanes")  # though the org's row says that they are kept
    tab.expect_events(CONNECTED, CONNECTED, ENDED, CONNECTED)
    for each in (opened, other):
        each.frame.wait_for_function(RESUMED, polling=100)  # what is not seen has no animation frames
    opened.turn_to()
    opened.simulate("left")
    tab.expect_events(CONNECTED, CONNECTED, ENDED, CONNECTED, ENDED)
    assert window.heard == {"1": [CONNECTED, ENDED], "2": [CONNECTED, ENDED, CONNECTED]}


# Hours between two looks, and a Dynamics that does not list its tabs before it has woken up.
ASLEEP = """() => {
  const { desk } = top;
  const now = performance.now.bind(performance);
  performance.now = () => now() + (desk.looks > 1 ? 3 * 3_600_000 : 0);
  Object.assign(desk, { looks: 0, asleep: 3 });
}"""


@pytest.mark.full
def test_a_machine_that_was_asleep_takes_no_tab_for_closed(tab: Tab) -> None:
    window = AgentWindow(tab)
    opened = window.open()
    opened.connect()
    opened.leave()
    window.resident.evaluate(ASLEEP)
    tab.page.wait_for_function("() => desk.looks > 9")
    opened.back()
    assert tab.events == [CONNECTED]
    opened.close()
    tab.expect_events(CONNECTED, ENDED)


@pytest.mark.full
def test_a_tab_that_was_left_while_it_was_loading_tells_at_once(tab: Tab) -> None:
    window = AgentWindow(tab)
    held: list[Route] = []
    tab.page.route("**/boot.js*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    opened = window.open()
    window.open(SECOND).turn_to()
    tab.page.route("**/boot.js*", lambda route: route.continue_())
    for route in held:
        route.continue_()
    opened.expect_state("inviting")
    opened.turn_to()
    opened.simulate("joined", "Casey")
    tab.expect_events(CONNECTED)
    assert window.heard == {"1": [CONNECTED]}


# What a page that loads itself anew leaves to the next one, where the session went on meanwhile.
OWES = """() => {
  const { sessionId: session, getFocusedTab } = top.Microsoft.Apm.getFocusedSession();
  const place = { session, tab: getFocusedTab().tabId };
  frameElement[Symbol.for("cotab.place")] = JSON.stringify({ place, shown: location.search, owed: true });
  location.reload();
}"""


@pytest.mark.full
def test_an_end_that_is_owed_is_left_to_the_resident(tab: Tab) -> None:
    window = AgentWindow(tab)
    opened = window.open()
    opened.expect_state("inviting")
    with tab.page.expect_event("framenavigated"):
        opened.frame.evaluate(OWES)
    opened.connect()
    assert opened.home == window.resident
    opened.frame.locator("#end-session").click()
    opened.expect_state("ended")
    assert tab.events == [ENDED]


@pytest.mark.full
def test_a_window_that_is_restored_after_a_crash_resumes_its_session(tab: Tab) -> None:
    window = AgentWindow(tab)
    opened = window.open()
    opened.connect()
    kept = opened.frame.evaluate("() => Object.entries(sessionStorage)")
    with tab.page.expect_event("crash"), suppress(Error):
        tab.page.goto("chrome://crash")
    tab.page.close()
    tab.page = tab.context.new_page()
    tab.page.add_init_script(f"for (const [key, value] of {json.dumps(kept)}) sessionStorage.setItem(key, value);")
    again = AgentWindow(tab)
    restored = again.open()
    restored.expect_state("connected")
    assert restored.home == again.resident
    tab.expect_events(CONNECTED, CONNECTED)  # nobody was there to hear of an end


# What cotab keeps, and not what stands for the vendor's server.
FULL = """
const { setItem } = Storage.prototype;
Storage.prototype.setItem = function (...item) {
  if (this === sessionStorage) throw new DOMException("full", "QuotaExceededError");
  setItem.apply(this, item);
};
"""
REFUSED = """
const refuse = () => { throw new DOMException("denied", "SecurityError") };
Object.defineProperty(window, "sessionStorage", { get: refuse });
navigator.locks.request = async () => refuse();
globalThis.BroadcastChannel = class { constructor() { refuse() } };
"""


@pytest.mark.full
@pytest.mark.parametrize("script", [FULL, REFUSED], ids=["full", "refused"])
def test_without_storage_a_session_outlives_its_tab_all_the_same(tab: Tab, script: str) -> None:
    tab.context.add_init_script(f"if (window !== top) {{ {script} }}")
    window = AgentWindow(tab)
    opened = window.open()
    opened.connect()
    opened.leave()
    opened.back()
    assert opened.home == window.resident
    opened.close()
    tab.expect_events(CONNECTED, ENDED)


@pytest.mark.full
def test_a_tab_of_which_dynamics_says_nothing_starts_by_itself(tab: Tab) -> None:
    window = AgentWindow(tab, warm=False, apm="absent")
    opened = window.open()
    opened.connect()
    assert opened.home == opened.frame
    opened.leave()
    tab.expect_events(CONNECTED, ENDED)


@pytest.mark.full
def test_a_conversation_of_whose_end_nobody_tells_is_found_closed(tab: Tab) -> None:
    window = AgentWindow(tab, warm=False, apm="silent")
    window.warm()
    opened = window.open()
    opened.connect()
    home, key = window.resident, opened.key
    window.do("closeSession", f"session-{FIRST[:8]}")
    tab.expect_events(CONNECTED, ENDED)
    over = "(key) => RoamingSdk.sessions[key].stored.over"
    home.wait_for_function(over, arg=key, polling=100)  # what is not seen has no animation frames
