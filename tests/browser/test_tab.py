"""The tab when all goes well: one session from invitation to note, both ways to start Python, both modes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

import cotab
from sizes import in_full

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator

    from cotab_kit.testing import Tab

    Simulate = Callable[..., None]

CONVERSATION = "11111111-2222-4333-8444-555555555555"
STRINGS = Path(__file__).parents[2] / "webresource" / "page" / "strings"


def part(tab: Tab, name: str) -> Locator:
    return tab.frame.locator(f"#{name}")


def clipboard(tab: Tab) -> str:
    text: str = tab.page.evaluate("() => navigator.clipboard.readText()")
    return text.replace("\r\n", "\n")


# One session, step by step. Each step begins where the one before it has ended.


def the_invitation_is_shown(tab: Tab) -> None:
    tab.expect_state("inviting")
    expect(part(tab, "pin")).to_have_text(re.compile(r"^\d{6}$"))
    expect(part(tab, "link")).to_have_attribute("href", re.compile(r"^https://join\.example/.+"))
    expect(part(tab, "privacy")).to_be_visible()
    expect(part(tab, "privacy")).to_have_attribute("href", "https://contoso.example/privacy")
    assert tab.events == []


def the_invitation_can_be_copied_and_sent(tab: Tab) -> None:
    pin, link = part(tab, "pin").inner_text(), part(tab, "link").inner_text()
    tab.press("copy-pin")
    tab.expect_text("Copied.")
    assert clipboard(tab) == pin
    tab.press("Send to conversation")
    tab.expect_text("The invitation was sent to the conversation.")
    [message] = tab.messages
    assert (message["conversationId"], message["toSendBox"]) == (CONVERSATION, False)
    assert link in message["message"]
    assert pin not in message["message"]  # the link is enough
    tab.press("copy-link")
    tab.expect_text("Copied.")
    assert clipboard(tab) == link


def the_customer_joins(tab: Tab, simulate: Simulate, connected: str) -> None:
    simulate("joined", {"name": "Casey Customer"})
    tab.expect_state("connected")
    tab.expect_text("Taking part: Casey Customer")
    tab.expect_events(connected)


def an_interruption_adds_no_event(tab: Tab, simulate: Simulate, connected: str) -> None:
    simulate("lost")
    tab.expect_state("reconnecting")
    simulate("restored")
    tab.expect_state("connected")
    simulate("joined", {"name": "Casey Customer"})
    assert tab.events == [connected]


def quality_is_shown(tab: Tab, simulate: Simulate) -> None:
    for quality in ("good", "fair", "poor"):
        simulate("quality", quality)
        tab.expect_text(f"Connection: {quality}")


def tools_are_switched_on_and_off(tab: Tab) -> None:
    chosen = "() => FakeSdk.current.tool"
    pointer, control = part(tab, "tool-pointer"), part(tab, "tool-control")
    expect(part(tab, "tool-drawing")).to_be_hidden()
    pointer.click()
    expect(pointer).to_have_attribute("aria-pressed", "true")
    assert tab.frame.evaluate(chosen) == "pointer"
    control.click()
    expect(control).to_have_attribute("aria-pressed", "true")
    expect(pointer).to_have_attribute("aria-pressed", "false")
    control.click()
    expect(control).to_have_attribute("aria-pressed", "false")
    assert tab.frame.evaluate(chosen) is None


def the_agent_ends_it(tab: Tab, connected: str, ended: str) -> None:
    tab.press("End session")
    tab.expect_state("ended")
    tab.expect_text("The agent ended the session.")
    tab.expect_events(connected, ended)
    expect(part(tab, "invitation")).to_be_hidden()
    assert tab.frame.evaluate("() => FakeSdk.current.stored.over")


def a_note_is_attached(tab: Tab) -> None:
    tab.press("Add a note to the conversation")
    tab.expect_text("The note was added to the conversation.")
    expect(part(tab, "attach-note")).to_be_hidden()
    [note] = tab.notes
    assert (note["objecttypecode"], note["objectid"]) == ("msdyn_ocliveworkitem", CONVERSATION)
    assert note["notetext"].startswith("Session with Minimal, connected ")
    assert note["notetext"].endswith(". The agent ended the session.")


def the_next_session_is_another_one(tab: Tab, simulate: Simulate, connected: str, ended: str) -> None:
    first = tab.frame.evaluate("() => FakeSdk.current.id")
    tab.press("Start a new session")
    tab.expect_state("inviting")
    assert tab.frame.evaluate("() => FakeSdk.current.id") != first
    assert tab.events == [connected, ended]
    simulate("joined", {"name": "Casey Customer"})
    simulate("left")
    tab.expect_state("ended")
    tab.expect_events(connected, ended, connected, ended)


@pytest.mark.parametrize(
    ("mode", "policy"),
    [
        in_full("cobrowse", "default", id="PyScript"),
        pytest.param("screenshare", "strict-wasm", id="Pyodide", marks=pytest.mark.variant(boot="pyodide")),
    ],
)
def test_a_session_runs_from_invitation_to_note(tab: Tab, simulate: Simulate, mode: str, policy: str) -> None:
    requests: list[str] = []
    tab.context.on("request", lambda request: requests.append(request.url))
    prefix = {"cobrowse": "Cobrowse", "screenshare": "ScreenShare"}[mode]
    connected, ended = f"{prefix}ConnectedEvent", f"{prefix}EndedEvent"

    tab.open(mode, csp=policy)
    the_invitation_is_shown(tab)
    the_invitation_can_be_copied_and_sent(tab)
    the_customer_joins(tab, simulate, connected)
    an_interruption_adds_no_event(tab, simulate, connected)
    quality_is_shown(tab, simulate)
    tools_are_switched_on_and_off(tab)
    the_agent_ends_it(tab, connected, ended)
    a_note_is_attached(tab)
    the_next_session_is_another_one(tab, simulate, connected, ended)

    assert all(record["plain"] and record["cloneable"] and record["detail"] == {} for record in tab.records)
    assert [url for url in requests if not url.startswith((tab.server.url, "data:", "blob:"))] == []


@pytest.mark.variant(project="scripted")
def test_pyscript_s_own_api_works_in_a_pyscript_page(tab: Tab) -> None:
    tab.open()
    tab.expect_state("inviting")
    tab.press("Pressed 0 times")
    tab.expect_text("Pressed 1 times")
    tab.expect_state("connected")
    assert tab.frame.title() == "Set by pyscript.document"


TALK = [
    r"\[log\] printed by the author",
    r"\[warning\] written to stderr by the author",
    r"\[warning\] /project/main\.py:\d+: RuntimeWarning: warned by the author",
    r'\[warning\]   File "/project/main\.py", line \d+, in raises',
    r"\[warning\] ValueError: a defect in a callback",
]


NASTY = "<img src=x onerror=console.error('run')>"

FOREIGN_PIN = """
(pin) => {
  const create = FakeSdk.createSession;
  FakeSdk.createSession = async (topic) => Object.assign(await create(topic), { pin });
}
"""

OPEN_AGAIN = "from cotab._tab.main import main; await main()"


@pytest.mark.variant(project="faults")
def test_whatever_the_author_s_code_says_is_shown_as_it_is(
    tab: Tab, simulate: Simulate, python: Callable[[str], Any]
) -> None:
    tab.open()
    tab.expect_state("inviting")
    expect(part(tab, "provider")).to_have_text("Faults & <b>failures</b>")
    simulate("do", "talks")
    python("print('last words')")
    what_was_said_is_on_the_console_and_in_the_log(tab)

    tab.press("end-session")
    tab.frame.evaluate(FOREIGN_PIN, NASTY[:40])
    tab.press("start-again")
    foreign_text_is_text(tab, simulate)

    simulate("left")
    for adapter, pattern in NOT_IMPORTABLE.items():
        tab.expect_console_error(pattern)
        tab.frame.evaluate("(name) => { cotab.page.adapter = name }", adapter)
        python(OPEN_AGAIN)  # a second App in the same page reads the page's settings anew
        the_adapter_is_not_loaded(tab, adapter)


def what_was_said_is_on_the_console_and_in_the_log(tab: Tab) -> None:
    console = tab.console.text
    part(tab, "log-title").click()
    expect(part(tab, "log")).to_contain_text("last words")
    tab.press("copy-log")
    tab.page.wait_for_function("async () => (await navigator.clipboard.readText()).includes('last words')")
    copied = clipboard(tab)
    for line in TALK:
        assert re.search(line, console), console
        assert re.search(line.replace(r"\[warning\]", "warn").replace(r"\[log\]", "log"), copied), copied
    assert part(tab, "log").inner_text() == copied
    assert copied.startswith(f"cotab {cotab.__version__}, Faults & <b>failures</b>, build ")


def foreign_text_is_text(tab: Tab, simulate: Simulate) -> None:
    tab.expect_state("inviting")
    expect(part(tab, "pin")).to_have_text(NASTY[:40])
    simulate("joined", {"name": NASTY})
    expect(part(tab, "participants")).to_have_text(f"Taking part: {NASTY}")
    tab.press("show-invitation")
    expect(part(tab, "pin")).to_have_text(NASTY[:40])
    tab.press("send-invitation")
    tab.expect_text("The invitation was sent to the conversation.")
    assert tab.frame.locator("img").count() == 0


# What Python says of modules that cannot be imported: their file and line.
NOT_IMPORTABLE = {
    "unreadable:Unreadable": r"unreadable\.py\", line 5\n.*\n.*\nSyntaxError: 'return' outside function",
    "on_the_desktop:OnTheDesktop": r"on_the_desktop\.py\", line 3, in <module>\n(.*\n)+.*No module named 'tkinter'",
}


def the_adapter_is_not_loaded(tab: Tab, adapter: str) -> None:
    tab.expect_state("failed")
    expect(part(tab, "error-code")).to_have_text("ADAPTER_NOT_LOADED")
    expect(part(tab, "error-detail")).to_contain_text(adapter)
    expect(part(tab, "log")).to_contain_text(re.compile("SyntaxError|tkinter"))


@pytest.fixture
def without_python(tab: Tab) -> Tab:
    """The page as boot.js paints it: the interpreter never comes."""
    module = "export const loadPyodide = () => new Promise(() => {});"
    tab.context.route("**/interpreter.js", lambda route: route.fulfill(body=module, content_type="text/jscript"))
    return tab


@pytest.mark.parametrize(
    ("lcid", "language", "direction"),
    [in_full(1031, "de-DE", "ltr"), (3079, "de-DE", "ltr"), in_full(1041, "ja-JP", "ltr"), (1025, "ar-SA", "rtl")],
)
@pytest.mark.variant(boot="pyodide")
def test_the_agent_s_language_is_spoken(without_python: Tab, lcid: int, language: str, direction: str) -> None:
    texts = json.loads((STRINGS / f"{language}.json").read_text("utf-8"))
    without_python.open(lcid=lcid)
    without_python.expect_text(texts["state.loading"])
    without_python.expect_text(texts["title.cobrowse"])
    html = without_python.frame.locator("html")
    expect(html).to_have_attribute("lang", language)
    expect(html).to_have_attribute("dir", direction)


@pytest.mark.parametrize(("userlcid", "language"), [(1036, "fr-FR"), in_full(1029, "en-US"), in_full(0, "en-US")])
@pytest.mark.variant(boot="pyodide")
def test_outside_dynamics_the_address_or_the_browser_tells_the_language(
    without_python: Tab, userlcid: int, language: str
) -> None:
    without_python.open(within="nothing", query=f"data=%7B%7D&userlcid={userlcid}")
    expect(without_python.frame.locator("html")).to_have_attribute("lang", language)
