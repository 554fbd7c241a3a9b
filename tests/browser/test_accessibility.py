"""Nobody is shut out: axe-core in every state, light and dark, the keyboard alone, right to left."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Frame

    from cotab_kit.testing import Tab

    Axe = Callable[[Frame], list[str]]
    Simulate = Callable[..., None]
    Join = Callable[[], None]

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
ARABIC = Path(__file__).parents[2] / "webresource" / "page" / "strings" / "ar-SA.json"


@pytest.fixture
def faultless(tab: Tab, axe: Axe) -> Callable[[str], None]:
    """The tab is in this state, and axe finds nothing in light and in dark."""

    def check(state: str) -> None:
        tab.expect_state(state)
        for scheme in SCHEMES:
            tab.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert axe(tab.frame) == [], f"{state}, {scheme}"

    return check


def test_axe_finds_nothing_in_a_session(
    tab: Tab, simulate: Simulate, join: Join, faultless: Callable[[str], None]
) -> None:
    tab.open(query="")
    faultless("confirm")
    tab.press("use-conversation")
    faultless("inviting")
    join()
    simulate("quality", "poor")
    tab.press("show-invitation")
    tab.press("tool-pointer")
    tab.press("log-title")
    faultless("connected")
    simulate("lost")
    faultless("reconnecting")
    simulate("restored")
    tab.press("end-session")
    faultless("ended")
    tab.expect_console_error("no license")
    tab.frame.evaluate("() => { FakeSdk.createSession = () => { throw new Error('no license') } }")
    tab.press("start-again")
    faultless("failed")


def test_axe_finds_nothing_in_a_page_that_could_not_start(tab: Tab, faultless: Callable[[str], None]) -> None:
    tab.open(csp="strict")
    faultless("failed")


FROM_THE_TOP = "() => { document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex') }"


class Keyboard:
    """An agent who has nothing but a keyboard."""

    def __init__(self, tab: Tab) -> None:
        self._tab = tab
        self._keys = tab.page.keyboard
        tab.frame.evaluate("() => window.focus()")

    @property
    def focused(self) -> str:
        """The id of the element with the focus."""
        name: str = self._tab.frame.evaluate("() => document.activeElement.id")
        return name

    def reachable(self) -> set[str]:
        """What the Tab key passes on its way around the page; the SDK's own buttons have no ids."""
        self._tab.frame.evaluate(FROM_THE_TOP)
        passed: list[str] = []
        while len(passed) < 60:
            self._keys.press("Tab")
            if not self._tab.frame.evaluate("() => document.hasFocus() && document.activeElement !== document.body"):
                break
            passed.append(self.focused)
        return {name for name in passed if name}

    def press(self, name: str, key: str = "Enter") -> None:
        """Walk to the element and press a key."""
        for _ in range(60):
            if self.focused == name:
                break
            self._keys.press("Tab")
        assert self.focused == name
        self._keys.press(key)


@pytest.mark.full
def test_the_keyboard_reaches_and_presses_everything_from_right_to_left(tab: Tab, simulate: Simulate, axe: Axe) -> None:
    texts = json.loads(ARABIC.read_text("utf-8"))
    always = {"privacy", "log-title"}
    tab.open(query="", lcid=1025)
    tab.expect_state("confirm")
    expect(tab.frame.locator("html")).to_have_attribute("dir", "rtl")
    keyboard = Keyboard(tab)
    assert keyboard.reachable() == always | {"use-conversation"}
    keyboard.press("use-conversation")

    tab.expect_state("inviting")
    tab.expect_text(texts["state.inviting"])
    inviting = {"copy-pin", "copy-link", "link", "send-invitation", "end-session"}
    assert keyboard.reachable() == always | inviting
    keyboard.press("send-invitation", "Space")
    tab.expect_text(texts["notice.sent"])
    keyboard.press("copy-pin")
    tab.expect_text(texts["notice.copied"])

    simulate("joined", {"name": "Casey Customer"})
    tab.expect_state("connected")
    tab.expect_text(re.compile("Casey Customer"))
    assert keyboard.focused == "show-invitation"  # not lost with the invitation, which has folded away
    keyboard.press("log-title")
    tools = {"tool-pointer", "tool-control", "copy-log", "log", "show-invitation", "full-screen", "end-session"}
    assert keyboard.reachable() == always | tools
    keyboard.press("show-invitation")
    assert keyboard.reachable() == always | tools | inviting
    assert axe(tab.frame) == []
    keyboard.press("tool-control", "Space")
    expect(tab.frame.locator("#tool-control")).to_have_attribute("aria-pressed", "true")
    assert keyboard.focused == "tool-control"  # not lost while the tool was being chosen
    keyboard.press("end-session")

    tab.expect_state("ended")
    keyboard.press("attach-note")
    tab.expect_text(texts["notice.noted"])
    keyboard.press("start-again")
    tab.expect_state("inviting")
    assert len(tab.messages) == len(tab.notes) == 1
