"""The harness itself: what the other browser tests rely on, shown with a hand-made tab."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cotab_kit.testing import ServedBuild
from sizes import in_full
from small_build import small_build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cotab_kit.testing import Tab

pytest_plugins = ["pytester"]

PYLIB = Path(__file__).parents[2] / "pylib"
CONNECTED, ENDED = "CobrowseConnectedEvent", "CobrowseEndedEvent"
CONVERSATION = "11111111-2222-4333-8444-555555555555"

PAGE = """<!doctype html>
<html lang="en" data-state="loading">
<head><meta charset="utf-8"><title>A hand-made tab</title><script src="boot.js"></script></head>
<body><p>Grüße from the tab</p><button id="connect">Connect</button></body>
</html>
"""

# Dispatches Connected when pressed, or at once if it was connected before a reload; Ended when it goes away.
BOOT = """
let connected = false;
function works(action) {
  try { action(); return true; } catch { return false; }
}
function tryEverything() {  // here, because what a test evaluates is exempt from the page's policy
  window.tried = {
    eval: works(() => Function("return 1")()),
    wasm: works(() => new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))),
  };
}
function dispatch(name, detail = new top.Object()) {
  top.dispatchEvent(new top.CustomEvent(name, { detail }));
}
function connect() {
  connected = true;
  sessionStorage.setItem("connected", "yes");
  document.documentElement.dataset.state = "connected";
  dispatch("CobrowseConnectedEvent");
}
addEventListener("pagehide", () => { if (connected) dispatch("CobrowseEndedEvent"); });
addEventListener("DOMContentLoaded", () => {
  document.documentElement.dataset.state = "inviting";
  if (location.search === "?try") tryEverything();
  document.getElementById("connect").addEventListener("click", connect);
  if (sessionStorage.getItem("connected")) connect();
});
"""


@pytest.fixture(scope="module")
def cotab_dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_build(tmp_path_factory.mktemp("dist"), PAGE, BOOT)


@pytest.fixture(scope="module")
def cotab_server(cotab_dist: Path) -> Iterator[ServedBuild]:
    with ServedBuild(cotab_dist) as server:
        yield server


@pytest.fixture
def connected(tab: Tab) -> Tab:
    tab.open()
    tab.press("connect")
    tab.expect_events(CONNECTED)
    return tab


def test_a_tab_opens_with_its_conversation(tab: Tab) -> None:
    tab.open()
    tab.expect_state("inviting")
    tab.expect_text(re.compile("Grüße"))
    assert "Grüße from the tab" in tab.text()
    query = tab.frame.evaluate("() => new URLSearchParams(location.search).get('data')")
    assert json.loads(query) == {"conversationId": CONVERSATION}


def test_data_can_hold_anything(tab: Tab) -> None:
    tab.open(data={"conversationId": "ü & ?", "more": {"nested": [1, None]}})
    data = json.loads(tab.frame.evaluate("() => new URLSearchParams(location.search).get('data')"))
    assert data == {"conversationId": "ü & ?", "more": {"nested": [1, None]}}
    assert tab.frame.evaluate("() => top.Microsoft.Omnichannel.getConversationId()") == "ü & ?"


@pytest.mark.parametrize("query", [in_full(""), in_full("data=%7B"), "x=1&data=%257B%257D", in_full("data=a+b%20c")])
def test_an_exact_query_arrives_as_it_is(tab: Tab, query: str) -> None:
    tab.open(query=query)
    assert tab.frame.evaluate("() => location.search") == (f"?{query}" if query else "")


def test_an_event_is_recorded_once(connected: Tab) -> None:
    [record] = connected.records
    assert {**record, "time": None} == {
        "name": CONNECTED,
        "time": None,
        "detail": {},
        "cloneable": True,
        "plain": True,
    }


def test_a_detail_that_dynamics_could_not_use_is_told_apart(tab: Tab) -> None:
    tab.open()
    tab.expect_state("inviting")
    tab.frame.evaluate(f"() => dispatch('{CONNECTED}', {{ of: 'the frame' }})")
    tab.frame.evaluate(f"() => dispatch('{ENDED}', () => 'a function')")
    tab.expect_events(CONNECTED, ENDED)
    foreign, function = tab.records
    assert (foreign["detail"], foreign["cloneable"], foreign["plain"]) == ({"of": "the frame"}, True, False)
    assert (function["detail"], function["cloneable"], function["plain"]) == (None, False, False)


@pytest.mark.parametrize("way", ["remove", in_full("navigate_away"), in_full("close_window")])
def test_an_event_dispatched_while_the_tab_goes_away_is_seen(connected: Tab, way: str) -> None:
    getattr(connected, way)()
    connected.expect_events(CONNECTED, ENDED)


def test_a_reload_keeps_the_tab_s_storage(connected: Tab) -> None:
    connected.reload()
    connected.expect_state("connected")
    connected.expect_events(CONNECTED, ENDED, CONNECTED)


def test_a_removed_tab_can_be_opened_again(connected: Tab) -> None:
    connected.remove()
    connected.reopen()
    connected.expect_events(CONNECTED, ENDED, CONNECTED)


def test_events_that_do_not_come_are_named(connected: Tab) -> None:
    with pytest.raises(AssertionError, match=rf"After 0.1 s: \['{CONNECTED}'\], not \['{ENDED}'\]"):
        connected.expect_events(ENDED, timeout=0.1)


def test_a_message_is_recorded_with_omnichannel_s_defaults(tab: Tab) -> None:
    tab.open(conversation="the focused one")
    send = "(args) => top.Microsoft.Omnichannel.sendMessageToConversation(...args)"
    tab.frame.evaluate(send, ["Hello"])
    tab.frame.evaluate(send, ["https://example.com/join", False, CONVERSATION])
    draft, sent = [{**message, "time": None} for message in tab.messages]
    assert draft == {"time": None, "message": "Hello", "toSendBox": True, "conversationId": "the focused one"}
    assert (sent["message"], sent["toSendBox"]) == ("https://example.com/join", False)
    assert sent["conversationId"] == CONVERSATION
    assert tab.frame.evaluate("() => top.Microsoft.Omnichannel.getConversationId()") == "the focused one"


def test_omnichannel_can_refuse(tab: Tab) -> None:
    tab.open(reject=["sendMessageToConversation"])
    refusal = tab.frame.evaluate(
        "() => top.Microsoft.Omnichannel.sendMessageToConversation('Hello').catch((error) => error.message)"
    )
    assert refusal == "Refused, as the test wants it."
    assert tab.messages == []


def test_omnichannel_can_be_missing(tab: Tab) -> None:
    tab.open(omnichannel=False)
    assert tab.frame.evaluate("() => typeof top.Microsoft") == "undefined"


def test_the_agent_has_a_language(tab: Tab) -> None:
    tab.open(lcid=1025)
    context = "top.Xrm.Utility.getGlobalContext()"
    assert tab.frame.evaluate(f"() => {context}.userSettings.languageId") == 1025
    assert tab.frame.evaluate(f"() => {context}.getClientUrl()") == tab.server.url


POST_NOTE = """
async (note) => {
  const headers = { "content-type": "application/json" };
  const response = await fetch("/api/data/v9.2/annotations", { method: "POST", headers, body: JSON.stringify(note) });
  return response.status;
}
"""


def test_a_note_is_kept_until_the_next_test(tab: Tab) -> None:
    tab.open()
    assert tab.frame.evaluate(POST_NOTE, {"subject": "Co-browse"}) == 204
    assert [note["subject"] for note in tab.notes] == ["Co-browse"]


def test_the_web_api_can_refuse(tab: Tab) -> None:
    tab.expect_console_error("403.*annotations")
    tab.server.refuse_notes()
    tab.open()
    assert tab.frame.evaluate(POST_NOTE, {"subject": "Co-browse"}) == 403
    assert tab.notes == []


@pytest.mark.parametrize(
    ("policy", "can_eval", "can_wasm"),
    [
        pytest.param("none", True, True, marks=pytest.mark.full),
        pytest.param("default", True, True, marks=pytest.mark.full),
        ("strict-wasm", False, True),
        pytest.param("strict", False, False, marks=pytest.mark.full),
    ],
)
def test_a_policy_bites(tab: Tab, policy: str, *, can_eval: bool, can_wasm: bool) -> None:
    tab.open(csp=policy, query="try")
    tab.expect_state("inviting")
    assert tab.frame.evaluate("() => window.tried") == {"eval": can_eval, "wasm": can_wasm}


def test_in_an_embedded_window_the_top_is_out_of_reach(tab: Tab) -> None:
    tab.open(within="another origin", csp="none")
    tab.expect_state("inviting")
    look = "() => { try { return String(top.Microsoft); } catch (error) { return error.name; } }"
    assert tab.frame.evaluate(look) == "SecurityError"
    assert tab.frame.evaluate("() => typeof parent.Microsoft.Omnichannel") == "object"
    assert tab.events == []


def test_outside_dynamics_the_tab_is_its_own_top(tab: Tab) -> None:
    tab.open(within="nothing")
    tab.expect_state("inviting")
    assert tab.frame.evaluate("() => top === window && typeof Microsoft") == "undefined"
    tab.reload()
    tab.expect_state("inviting")


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("console.error('first', 'second')", r"\[error\] first second"),
        (
            "setTimeout(() => { throw new Error('nobody caught this') })",
            r"\[uncaught\] Error: nobody caught this",
        ),
        ("void Promise.reject(new Error('nobody awaited this'))", r"\[uncaught\] Error: nobody awaited this"),
        (
            "document.head.append(Object.assign(document.createElement('script'), { src: 'no.js' }))",
            r"404.*no\.js",
        ),
    ],
)
def test_an_error_nobody_expected_is_a_fault(tab: Tab, fault: str, text: str) -> None:
    tab.open()
    tab.expect_state("inviting")
    tab.frame.evaluate(f"() => {{ {fault} }}")
    tab.console.expect(text, optional=True)
    tab.console.expect(text)
    tab.settle()
    tab.console.check()
    tab.console._required.clear()
    tab.console._allowed.clear()
    with pytest.raises(AssertionError, match=rf"not expected: .*{text}"):
        tab.console.check()
    tab.expect_console_error(text)


def test_an_expected_error_that_does_not_come_is_a_fault(tab: Tab) -> None:
    tab.open()
    tab.expect_console_error("^never$")
    with pytest.raises(AssertionError, match=r"did not occur: \^never\$"):
        tab.console.check()
    tab.frame.evaluate("() => console.error('never')")
    tab.console._required.clear()
    tab.expect_console_error("never")


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """An author's tests, run as in a checkout."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(PYLIB), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("PYTEST_PLUGINS", "cotab_kit.testing.plugin")
    return pytester


def test_a_project_s_test_fails_with_the_console_s_text(project: pytest.Pytester, cotab_dist: Path) -> None:
    project.makepyfile("""
        def test_quiet(tab):
            tab.open()
            tab.expect_state("inviting")

        def test_loud(tab):
            tab.open()
            tab.frame.evaluate("() => console.error('the SDK is unhappy')")
    """)
    result = project.runpytest_subprocess(f"--cotab-dist={cotab_dist}")
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_loud*", "*not expected: ?error? the SDK is unhappy*"])


@pytest.mark.full
def test_other_modules_have_loops_of_their_own(project: pytest.Pytester, cotab_dist: Path) -> None:
    browser = "def test_tab(tab): tab.open()"
    host = "import asyncio\ndef test_loop(): asyncio.run(asyncio.sleep(0))"
    project.makepyfile(test_1=browser, test_2=host, test_3=browser, test_4=host)
    project.runpytest_subprocess(f"--cotab-dist={cotab_dist}").assert_outcomes(passed=4)


CONFTEST = """
from pathlib import Path
import pytest

@pytest.fixture(scope="session")
def cotab_dist(): return Path({dist!r})
"""
OWN_BUILD = """
import base64
from cotab_kit.testing import LocalOrg

def test_the_server_has_it(cotab_server, cotab_dist): assert cotab_server.dist == cotab_dist

def test_the_org_was_made_of_it(cotab_org, cotab_dist):
    with LocalOrg.open(cotab_org) as org:
        pages = [base64.b64decode(row["content"]).decode() for row in org.rows("webresource")]
    assert any(f"A {cotab_dist.name} tab" in page for page in pages)
"""

# As pytest-playwright has them.
PLAYWRIGHT = """
import pytest
from playwright.sync_api import sync_playwright

@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as started: yield started

@pytest.fixture(scope="session")
def browser(playwright, cotab_launch_options):
    with playwright.chromium.launch(**cotab_launch_options) as launched: yield launched

@pytest.fixture
def page(browser):
    with browser.new_page() as page: yield page
"""


@pytest.mark.full
def test_fixtures_of_pytest_playwright_are_in_nobody_s_way(project: pytest.Pytester, cotab_dist: Path) -> None:
    project.makeconftest(PLAYWRIGHT)
    project.makepyfile("""
        def test_page(page):
            page.goto("about:blank")

        def test_both(page, tab):
            tab.open()
            page.goto(tab.page.url)

        def test_tab(tab):
            tab.open()
    """)
    project.runpytest_subprocess(f"--cotab-dist={cotab_dist}").assert_outcomes(passed=3)


def test_folders_may_test_builds_of_their_own(project: pytest.Pytester, cotab_dist: Path) -> None:
    for name in ("first", "second"):
        dist = project.mkdir(name)
        small_build(dist, PAGE.replace("hand-made", name), BOOT)
        tests = project.mkpydir(f"tests_of_the_{name}")
        (tests / "conftest.py").write_text(CONFTEST.format(dist=str(dist)), "utf-8")
        (tests / "test_build.py").write_text(OWN_BUILD, "utf-8")
    project.runpytest_subprocess(f"--cotab-dist={cotab_dist}").assert_outcomes(passed=4)


def test_without_a_build_the_command_is_named(project: pytest.Pytester) -> None:
    project.makepyfile("def test_build(cotab_dist): pass")
    result = project.runpytest_subprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*dist holds no build. Build it first: `python build.py`*"])
