"""What no page can do, hidden from `check`: the tab says where it happened, why, and what to write instead."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from cotab import _limits as limits
from sizes import in_full

if TYPE_CHECKING:
    from cotab_kit.testing import Tab

pytestmark = pytest.mark.variant("mistakes")

SOURCE = Path(__file__).parents[1] / "projects" / "mistakes" / "main.py"
CONVERSATION = "11111111-2222-3333-4444-555555555555"

FAILING = {
    "thread": limits.THREAD,
    "timer": limits.THREAD,
    "pool": limits.THREAD,
    "processes": limits.PROCESS,
    "subprocess": limits.PROCESS,
    "popen": limits.PROCESS,
    "breakpoint": limits.DEBUGGER,
    "pdb": limits.DEBUGGER,
    "input": limits.KEYBOARD,
    "sleep": limits.SLEEP,
    "nap": limits.SLEEP,
    "run": limits.LOOP,
    "complete": limits.LOOP,
    "requests": limits.NETWORK,
    "module": limits.NO_MODULE,
    "unknown": limits.NO_MODULE,
    "exit": limits.EXIT,
    "file": limits.FILE,
    "zone": limits.TIME_ZONES,
}
STARTED = 30_000  # milliseconds in which a tab has started, on a busy machine too
IN_THE_CORE = ("sleep",)


def line_of(mistake: str) -> int:
    """In which line of the adapter it is made."""
    lines = SOURCE.read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.startswith(f'    "{mistake}": '))


def expect_in_the_log(tab: Tab, pattern: str) -> None:
    tab.frame.locator("#log-title").click()
    expect(tab.frame.locator("#log")).to_contain_text(re.compile(pattern), timeout=STARTED)


@pytest.mark.parametrize("mistake", [each if each in IN_THE_CORE else in_full(each) for each in FAILING])
def test_the_agent_can_copy_what_is_wrong_where_and_what_to_write(tab: Tab, mistake: str) -> None:
    tab.expect_console_error("Traceback|SystemExit", optional=True)
    tab.open(data={"conversationId": CONVERSATION, "mistake": mistake})
    expect(tab.frame.locator("#error-code")).to_have_text("ADAPTER_NOT_LOADED", timeout=STARTED)
    detail = tab.frame.locator("#error-detail").inner_text()
    assert detail.startswith(f"main.py:{line_of(mistake)}: ")
    assert detail.endswith(str(FAILING[mistake]))


@pytest.mark.full
@pytest.mark.parametrize("where", ["task", "call"])
def test_leaving_python_ends_the_session_and_not_the_page(tab: Tab, where: str) -> None:
    tab.expect_console_error("Traceback|SystemExit", optional=True)
    tab.open(data={"conversationId": CONVERSATION, "mistake": f"exit in a {where}"})
    expect(tab.frame.locator("#error-detail")).to_contain_text(str(limits.EXIT), timeout=STARTED)
    tab.press("start-again")
    expect(tab.frame.locator("#error-detail")).to_contain_text(str(limits.EXIT), timeout=STARTED)


@pytest.mark.full
def test_a_blocked_window_is_told_of_while_it_is_blocked_and_afterwards(tab: Tab) -> None:
    heard: list[str] = []
    tab.page.on("console", lambda message: heard.append(message.text))
    tab.open(data={"conversationId": CONVERSATION, "mistake": "busy"})
    tab.expect_state("inviting")
    expect_in_the_log(tab, r"this window was blocked for \d+\.\d seconds.*await")
    meanwhile = next(at for at, text in enumerate(heard) if "has been blocked for 3 seconds" in text)
    assert any("was blocked for" in text for text in heard[meanwhile:])


@pytest.mark.parametrize(
    ("what", "url", "code", "told"),
    [
        (
            "frame",
            "https://viewer.example/agent",
            "POLICY_BLOCKED",
            "the Content-Security-Policy does not list https://viewer.example in frame-src",
        ),
        (
            "service",
            "https://api.example/v1",
            "POLICY_BLOCKED",
            "the Content-Security-Policy does not list https://api.example in connect-src",
        ),
        (
            "frame",
            "http://127.0.0.1:9/agent",
            "VIEWER_UNREACHABLE",
            "http://127.0.0.1:9/agent cannot be reached",
        ),
    ],
)
def test_a_page_or_service_that_is_forbidden_is_told_from_one_that_is_gone(
    tab: Tab, what: str, url: str, code: str, told: str
) -> None:
    is_forbidden = code == "POLICY_BLOCKED"
    tab.expect_console_error("Traceback|Content Security Policy|ERR_|Failed to load", optional=True)
    tab.open(data={"conversationId": CONVERSATION, what: url}, csp="strict-wasm" if is_forbidden else "none")
    expect(tab.frame.locator("#error-code")).to_have_text(code, timeout=STARTED)
    expect(tab.frame.locator("#error-detail")).to_contain_text(told)
    if is_forbidden:
        expect_in_the_log(tab, f"warn cotab: {re.escape(told)}")
