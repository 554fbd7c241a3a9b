"""The preview's window as its user sees it: by its buttons and what it shows, not by its verbs for tests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect

from cotab_kit.preview.server import Preview, serve
from small_build import small_build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Frame, Page

    from cotab_kit.testing.tab import Tab

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A tab</title><script src="boot.js"></script></head>
<body><button id="connect">Connect</button><button id="say">Say</button><button id="note">Note</button></body>
</html>
"""

BOOT = """
const dispatch = (name, detail) => top.dispatchEvent(new top.CustomEvent(name, { detail }));
const actions = {
  connect: () => dispatch("CobrowseConnectedEvent", new top.Object()),
  say: () => top.Microsoft.Omnichannel.sendMessageToConversation("<b>Hello</b>", false).catch(() => {}),
  note: () => fetch("/api/data/v9.2/annotations", { method: "POST", body: '{"subject": "A note"}' }),
};
addEventListener("click", (event) => actions[event.target.id]?.());
addEventListener("pagehide", () => dispatch("CobrowseEndedEvent", () => "a function"));
"""


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_build(tmp_path_factory.mktemp("dist"), PAGE, BOOT)


@pytest.fixture(scope="module")
def server(dist: Path) -> Iterator[Preview]:
    with serve(dist) as preview:
        yield preview


@pytest.fixture
def window(tab: Tab) -> Page:
    tab.page.goto(tab.preview.url)
    return tab.page


def press(window: Page, name: str) -> None:
    window.get_by_role("button", name=name).click()


def test_the_tab_is_opened_with_the_chosen_conversation(window: Page) -> None:
    window.get_by_label("Conversation", exact=True).fill("another")
    press(window, "Open tab")
    expect(window.get_by_role("heading", name="abc_/demo/cobrowse.html")).to_be_visible()
    expect(window.locator("iframe")).to_have_attribute("src", re.compile("%22another%22"))


def test_what_happens_is_told_line_by_line(tab: Tab, window: Page) -> None:
    press(window, "Open tab")
    inside = window.frame_locator("iframe")
    lines = window.get_by_role("listitem")
    inside.get_by_role("button", name="Connect").click()
    inside.get_by_role("button", name="Say").click()
    expect(lines).to_contain_text(["CobrowseConnectedEvent", "Sent to the customer: <b>Hello</b>"])
    inside.get_by_role("button", name="Note").click()
    expect(lines.nth(2)).to_contain_text("Note: A note")
    press(window, "Close tab: remove")
    expect(lines.nth(3)).to_contain_text("CobrowseEndedEvent: its detail cannot be cloned")
    expect(window.get_by_role("heading", name="No tab is open")).to_be_visible()
    assert tab.events == ["CobrowseConnectedEvent", "CobrowseEndedEvent"]


def test_what_goes_wrong_can_be_switched_on(tab: Tab, window: Page) -> None:
    tab.expect_console_error("403.*annotations")
    window.get_by_label("Omnichannel refuses messages").check()
    with window.expect_response("**/preview/failure"):
        window.get_by_label("Dataverse refuses notes").check()
    press(window, "Open tab")
    inside = window.frame_locator("iframe")
    inside.get_by_role("button", name="Say").click()
    with window.expect_response("**/annotations") as answer:
        inside.get_by_role("button", name="Note").click()
    assert answer.value.status == 403
    expect(window.get_by_role("listitem")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out(window: Page, axe: Callable[[Frame], list[str]], scheme: Literal["light", "dark"]) -> None:
    window.emulate_media(color_scheme=scheme)
    press(window, "Open tab")
    window.frame_locator("iframe").get_by_role("button", name="Connect").click()
    press(window, "Close tab: navigate away")
    expect(window.get_by_role("listitem")).to_have_count(2)
    assert axe(window.main_frame) == []


def test_before_the_first_build_the_command_is_named(tab: Tab, tmp_path: Path) -> None:
    with serve(tmp_path) as unbuilt:
        tab.page.goto(unbuilt.url)
        expect(tab.page.get_by_text("Nothing is built yet. Run: python build.py")).to_be_visible()
        tab.page.close()
