"""The resident: a session outlives its tab in a hidden side pane, and a tab starts by itself where that cannot be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from browser.agent_windows import FIRST, OTHER, SECOND, TIMEOUT, AgentWindow
from cotab_kit.emulator.tables.solutions import VARIABLE_VALUE
from sizes import in_full

if TYPE_CHECKING:
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
def test_a_tab_whose_frame_is_shown_once_its_page_is_there_has_a_resident(tab: Tab) -> None:
    window = AgentWindow(tab)
    tab.page.evaluate("() => { desk.settings.appearing = 300 }")
    opened = window.open()
    opened.connect()
    assert opened.home == window.resident
    opened.leave()
    opened.back()
    tab.expect_events(CONNECTED)


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
