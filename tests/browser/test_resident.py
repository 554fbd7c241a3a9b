"""The resident: a session outlives its tab in a hidden side pane, and a tab starts by itself where that cannot be."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error, expect

from browser.agent_windows import FIRST, OTHER, SECOND, TIMEOUT, AgentWindow
from cotab_kit.emulator.tables.solutions import VARIABLE_VALUE
from sizes import in_full

if TYPE_CHECKING:
    from playwright.sync_api import Route

    from cotab_kit.testing import Tab

CONNECTED, ENDED = "CobrowseConnectedEvent", "CobrowseEndedEvent"
SCREEN_CONNECTED, SCREEN_ENDED = "ScreenShareConnectedEvent", "ScreenShareEndedEvent"

pytestmark = pytest.mark.variant(project="resident")


def test_ten_switches_away_and_back_are_one_session(tab: Tab) -> None:
    window = AgentWindow(tab)
    opened = window.open()
    opened.connect()
    assert opened.home == window.resident
    for _ in range(10):
        opened.leave()
        opened.back()
    opened.frame.evaluate("() => location.reload()")
    opened.expect_state("connected")
    opened.frame.evaluate("() => location.replace('about:blank')")
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
    over = "(key) => RoamingSdk.sessions[key].stored.over"
    home.wait_for_function(over, arg=key, polling=100)  # what is not seen has no animation frames
    again = window.open()
    again.connect("Robin")
    window.do("tellClosed", f"session-{FIRST[:8]}")
    again.expect_state("ended")
    expect(again.frame.locator("#ending")).to_have_text("The session ended because the conversation was closed.")
    tab.expect_events(CONNECTED, ENDED, CONNECTED, ENDED)


@pytest.mark.full
def test_a_window_that_is_closed_ends_every_session_once(tab: Tab) -> None:
    window = AgentWindow(tab)
    left = window.open()
    left.connect()
    left.leave()
    window.open(SECOND).connect()  # its page is left as it is, where nobody sees it
    window.open(OTHER).connect()
    tab.close_window()
    tab.expect_events(CONNECTED, CONNECTED, CONNECTED, ENDED, ENDED, ENDED)


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


@pytest.mark.full
def test_what_is_kept_of_a_session_is_its_own(tab: Tab) -> None:
    window = AgentWindow(tab)
    tabs = {}
    for conversation in (FIRST, SECOND):
        tabs[conversation] = window.open(conversation)
        tabs[conversation].connect()
    ids = {each: window.resident.evaluate("(key) => RoamingSdk.sessions[key].id", tabs[each].key) for each in tabs}
    kept = dict(window.resident.evaluate("() => Object.entries(sessionStorage)"))
    for conversation, other in ((FIRST, SECOND), (SECOND, FIRST)):
        own = [value for key, value in kept.items() if conversation in key]
        assert own, kept
        assert all(ids[conversation] in value and ids[other] not in value for value in own)
    tabs[FIRST].back()
    tabs[FIRST].close()
    forgotten = "(id) => !Object.keys(sessionStorage).some((key) => key.includes(id))"
    window.resident.wait_for_function(forgotten, arg=FIRST, timeout=TIMEOUT)
    tabs[SECOND].back()


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
@pytest.mark.parametrize("user", ["{301D72CC-E6E8-59EB-ABCA-0E382F4AD3B9}", None], ids=["another", "signed out"])
def test_another_user_gets_another_resident(tab: Tab, user: str | None) -> None:
    window = AgentWindow(tab)
    opened = window.open()
    opened.connect()
    tab.page.evaluate("(user) => { desk.settings.user = user }", user)
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
