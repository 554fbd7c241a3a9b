"""The guided trial: an administrator on the set-up page and an agent on the desktop find out what the desktop does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect

from sizes import in_full

if TYPE_CHECKING:
    from pathlib import Path

    from cotab_kit.testing import Desktop

LONG_ENOUGH = """() => {
  const key = Object.keys(localStorage).find((name) => name.startsWith("cotab-trial:"));
  const { seen } = JSON.parse(localStorage.getItem(key));
  const last = seen.findLast(({ what }) => what !== "pane");
  return ["away", "gone"].includes(last.what) && Date.now() - last.at > 3000;
}"""
PATIENTLY = 60_000  # milliseconds, for a page that starts Python on a busy machine


def set_up_page(desktop: Desktop, dist: Path) -> Page:
    """The set-up page in another window of the browser, with what can be found without a trial."""
    name = json.loads((dist / "build.json").read_text("utf-8"))["configuration"]
    page = desktop.context.new_page()
    page.goto(f"{desktop.server.url}/WebResources/{name}")
    page.locator("#inspect").click(timeout=PATIENTLY)
    expect(page.locator("#findings")).to_be_visible(timeout=PATIENTLY)
    return page


def found(page: Page) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(page.locator("#findings-text").inner_text())
    return read


def away(desktop: Desktop, label: str, step: int) -> None:
    """Wait as long as the agent is asked to stay away; the step is then ticked off on coming back."""
    desktop.page.wait_for_function(LONG_ENOUGH, timeout=PATIENTLY)
    desktop.switch_conversation("Alex Morgan")
    desktop.switch_tab(label)
    expect(desktop.tab().locator(f"#steps li:nth-child({step})")).to_have_attribute("data-done", "")


@pytest.mark.parametrize(
    ("panes", "refresh", "unload"),
    [
        ("keep", 1, "on return"),
        in_full("remake", 0, "never"),
        in_full("unmount", 1, "on return"),
        in_full("forbidden", 1, "on return"),
        in_full("absent", 0, "never"),
    ],
)
def test_a_trial_finds_what_the_window_does(
    desktop: Desktop, cotab_dist: Path, panes: str, refresh: int, unload: str
) -> None:
    desktop.open(panes=panes, refresh=refresh)
    page = set_up_page(desktop, cotab_dist)
    assert found(page)["not_asked"]["side_panes"]
    page.locator("#try").click()
    expect(page.locator("#trial")).to_be_visible()

    desktop.open_conversation("Alex Morgan")
    label = desktop.buttons[0]
    desktop.press(label)
    expect(desktop.tab().locator("#steps [aria-current]")).to_contain_text("another tab")
    expect(page.locator("#trial-open")).to_have_attribute("data-done", "true")
    desktop.switch_tab("Customer summary")
    away(desktop, label, 1)
    desktop.page.get_by_role("navigation", name="Sessions").get_by_role("button", name="Home").click()
    away(desktop, label, 2)
    desktop.close_tab(label)

    expect(page.locator("#trial")).to_be_hidden()
    told = found(page)
    assert (told["data_encoding"], told["unload"], told["unload_at_close"]) == ("once", unload, True)
    assert told["side_panes"] == panes
    expect(desktop.page.locator(".side-panes iframe")).to_have_count(0)
    assert desktop.happened("event") == []

    desktop.press(label)  # and the tab is a tab again
    desktop.expect_state("inviting")
    desktop.expect_no_violation()
