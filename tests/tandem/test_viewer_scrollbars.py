"""Scrollbars that take up room, as on most desktops; Playwright hides them otherwise. The mirror has the customer's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from customers import Customer, Stage, customer
from desks import Desk
from test_viewer import *  # noqa: F403 - every test of it
from test_viewer import enter
from webkit import until

pytestmark = [pytest.mark.browser, pytest.mark.full]
# The window scrolls, and so does a part of it; one thing sticks to a corner, one knows how wide the window is.
PAGE = """() => {
  document.body.style.height = "200vh";
  document.getElementById("pane").style.overflowY = "scroll";
  Object.assign(document.getElementById("buy").style, { position: "fixed", right: "0", bottom: "0" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@media (width: ${innerWidth}px) { #public { width: 321px } }`);
  document.adoptedStyleSheets = [sheet];
}"""
PLACES = ["main", "#buy", "#pane", "#public"]
LAID_OUT = """({ ownerDocument }, places) => places.map((each) => {
  const { left, top, right, bottom } = ownerDocument.querySelector(each).getBoundingClientRect();
  return [left, top, right, bottom].map(Math.round);
})"""
ROOM = "() => [innerWidth - visualViewport.width, innerHeight - visualViewport.height]"


@pytest.fixture(scope="module")
def browser(cotab_browser: Browser, cotab_launch_options: dict[str, Any]) -> Iterator[Browser]:
    """One whose scrollbars take up room."""
    options = cotab_launch_options | {"ignore_default_args": ["--hide-scrollbars"]}
    running = cotab_browser.browser_type.launch(**options)
    yield running
    running.close()


@contextmanager
def met(agents: Browser, customers: Browser, stage: Stage) -> Iterator[tuple[Desk, Customer]]:
    """An agent in one browser who sees the page of a customer in another."""
    with agents.new_context() as work, customers.new_context(viewport={"width": 900, "height": 500}) as home:
        desk = Desk(work, stage)
        invitation = desk.open()
        shopper = customer(home, stage)
        shopper.page.evaluate(PAGE)
        enter(shopper, invitation["pin"])
        desk.sees("Ten percent off")
        yield desk, shopper


def as_the_customers(desk: Desk, shopper: Customer, places: list[str]) -> None:
    """Wait until everything is where it is on the customer's side."""
    there = shopper.page.locator("html").evaluate(LAID_OUT, places)

    def here() -> list[list[int]]:
        found: list[list[int]] = desk.mirror.locator("html").evaluate(LAID_OUT, places)
        return found

    try:
        until(lambda: here() == there, "the mirror is laid out as the page")
    except AssertionError:
        assert here() == there


@pytest.mark.parametrize("sides", ["both", "customer", "agent"])
def test_a_page_has_the_room_that_the_customers_scrollbars_leave(
    browser: Browser, cotab_browser: Browser, stage: Stage, sides: str
) -> None:
    """Where scrollbars take up room on both sides, on one, and on the other."""
    agents, customers = (browser if sides in {"both", side} else cotab_browser for side in ("agent", "customer"))
    sized = ["#long"] if sides != "customer" else []  # Playwright hides the agent's, even those that are given a width
    places = PLACES + sized
    with met(agents, customers, stage) as (desk, shopper):
        assert any(shopper.page.evaluate(ROOM)) == (customers is browser)
        as_the_customers(desk, shopper, places)
        expect(desk.mirror.locator("#public")).to_have_css("width", "321px")
        shopper.page.evaluate("() => { document.documentElement.style.overflow = 'hidden'; }")
        as_the_customers(desk, shopper, places)
        shopper.page.evaluate("() => { document.documentElement.style.overflow = 'scroll'; }")
        assert all(shopper.page.evaluate(ROOM)) == (customers is browser)
        as_the_customers(desk, shopper, places)
