"""The guided trial: an administrator on the set-up page and an agent on the desktop find out what the desktop does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, Route, expect

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
LATE = """() => {
  const key = Object.keys(localStorage).find((name) => name.startsWith("cotab-trial:"));
  return JSON.parse(localStorage.getItem(key)).seen.some(({ what }) => what === "reloaded");
}"""
PATIENTLY = 180_000  # milliseconds, for a page that starts Python on a busy machine


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
    expect_done(desktop, step)


def expect_done(desktop: Desktop, step: int) -> None:
    """Wait until a step is ticked off; the tab may be loaded anew meanwhile."""
    tab = desktop.page.frame_locator("#stage iframe:visible")
    expect(tab.locator(f"#steps li:nth-child({step})")).to_have_attribute("data-done", "", timeout=PATIENTLY)


def begun(desktop: Desktop, dist: Path, panes: str, refresh: int) -> tuple[Page, str]:
    """A trial whose tab is open, in front of another one: the set-up page, and the button of the tab."""
    desktop.open(panes=panes, refresh=refresh)
    page = set_up_page(desktop, dist)
    assert found(page)["not_asked"]["side_panes"]
    page.locator("#try").click()
    expect(page.locator("#trial")).to_be_visible(timeout=PATIENTLY)
    desktop.open_conversation("Alex Morgan")
    label = desktop.buttons[0]
    desktop.press(label)
    expect(desktop.tab().locator("#steps [aria-current]")).to_contain_text("another tab", timeout=PATIENTLY)
    expect(page.locator("#trial-open")).to_have_attribute("data-done", "true", timeout=PATIENTLY)
    desktop.switch_tab("Customer summary")
    return page, label


def ended(desktop: Desktop, page: Page, label: str) -> dict[str, Any]:
    """Go through the rest of a trial, and read what it has found."""
    desktop.page.get_by_role("navigation", name="Sessions").get_by_role("button", name="Home").click()
    away(desktop, label, 2)
    desktop.close_tab(label)
    expect(page.locator("#trial")).to_be_hidden(timeout=PATIENTLY)
    return found(page)


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
    page, label = begun(desktop, cotab_dist, panes, refresh)
    away(desktop, label, 1)
    told = ended(desktop, page, label)
    assert (told["data_encoding"], told["unload"], told["unload_at_close"]) == ("once", unload, True)
    assert told["side_panes"] == panes
    expect(desktop.page.locator(".side-panes iframe")).to_have_count(0)
    assert desktop.happened("event") == []

    desktop.press(label)  # and the tab is a tab again
    desktop.expect_state("inviting")
    desktop.expect_no_violation()


@pytest.mark.full
def test_a_tab_that_is_loaded_anew_only_slowly_is_not_found_to_stay(desktop: Desktop, cotab_dist: Path) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:  # the driver wants a function
        held.append(route)

    page, label = begun(desktop, cotab_dist, "keep", 1)
    desktop.page.route("**/trial.html?*", hold)
    desktop.page.wait_for_function(LONG_ENOUGH, timeout=PATIENTLY)
    desktop.switch_tab(label)
    expect_done(desktop, 1)  # as a page that stays
    for route in held:
        route.continue_()
    desktop.page.unroute("**/trial.html?*")
    desktop.page.wait_for_function(LATE, timeout=PATIENTLY)
    assert ended(desktop, page, label)["unload"] == "on return"
