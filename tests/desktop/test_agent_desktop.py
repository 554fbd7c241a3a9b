"""The agent desktop with the built default provider in it, driven as an agent drives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from cotab_kit.testing import Desktop


def test_a_session_from_the_button_to_the_closed_tab(desktop: Desktop) -> None:
    conversation = desktop.open_conversation("Alex Morgan")
    cobrowse, _screen_sharing = desktop.buttons
    desktop.press(cobrowse)
    desktop.expect_state("inviting")
    tab = desktop.tab()
    assert conversation in tab.url

    tab.get_by_role("button", name="Send to conversation").click()
    desktop.expect_message("https://join.example")
    tab.get_by_role("button", name="Customer joins").click()
    desktop.expect_event("CobrowseConnectedEvent")
    desktop.expect_message("Co-browse session started")

    desktop.close_tab(cobrowse)
    desktop.expect_event("CobrowseEndedEvent")
    desktop.expect_message("Co-browse session ended")
    assert desktop.happened("message") == ["Sent to the customer"]
    desktop.expect_no_violation()


@pytest.mark.full
def test_the_customer_on_the_shop_and_the_agent_hear_each_other(desktop: Desktop) -> None:
    desktop.open()
    customer = desktop.shop()
    customer.get_by_label("Your name").fill("Priya Natarajan")
    customer.get_by_role("button", name="Start a chat").click()
    desktop.switch_conversation("Priya Natarajan")
    desktop.send("How can I help?")
    customer.get_by_role("log").get_by_text("How can I help?").wait_for()
    customer.get_by_label("Message", exact=True).fill("My cart is empty")
    customer.get_by_role("button", name="Send").click()
    desktop.expect_message("My cart is empty")

    conversation = desktop.open_conversation("Jonas Weber")
    desktop.press(desktop.buttons[0])
    desktop.expect_state("inviting")
    desktop.tab().get_by_role("button", name="Send to conversation").click()
    invited = desktop.shop()
    assert conversation in invited.url
    invited.get_by_role("log").get_by_role("link", name="https://join.example").wait_for()


@pytest.mark.full
def test_a_reload_of_the_desktop_keeps_what_happened(desktop: Desktop) -> None:
    desktop.open_conversation("Alex Morgan")
    desktop.press(desktop.buttons[0])
    desktop.expect_state("inviting")
    desktop.tab().get_by_role("button", name="Customer joins").click()
    desktop.expect_event("CobrowseConnectedEvent")
    desktop.page.reload()
    expect(desktop.page.locator("html")).to_have_attribute("data-ready", "true")
    expect(desktop.page.locator("#timeline").get_by_text("The desktop was loaded again")).to_be_visible()
    assert desktop.happened("event") == ["CobrowseConnectedEvent", "CobrowseEndedEvent"]
    desktop.open_conversation("Priya Natarajan")
    assert desktop.happened("event") == []


def test_what_happened_folds_away_for_the_room_of_the_tab(desktop: Desktop) -> None:
    desktop.open_conversation("Alex Morgan")
    timeline, fold = desktop.page.locator("#timeline"), desktop.page.get_by_role("button", name="What happened")
    width = "() => document.querySelector('main').clientWidth"
    narrow = desktop.page.evaluate(width)
    fold.press("Enter")
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(timeline).to_be_hidden()
    assert desktop.page.evaluate(width) > narrow + 200
    fold.press("Enter")
    expect(timeline).to_be_visible()
    assert desktop.page.evaluate(width) == narrow


@pytest.mark.full
def test_a_tab_fits_into_the_window(desktop: Desktop) -> None:
    desktop.open_conversation("Alex Morgan")
    desktop.press(desktop.buttons[0])
    desktop.expect_state("inviting")
    too_large = """() => [document.documentElement, ...document.querySelectorAll("main, .stage, .panel")]
      .filter((each) => each.scrollHeight > each.clientHeight || each.scrollWidth > each.clientWidth)
      .map((each) => each.className || each.tagName)"""
    for size in ({"width": 1280, "height": 720}, {"width": 1024, "height": 600}, {"width": 1920, "height": 1080}):
        desktop.page.set_viewport_size(size)  # type: ignore[arg-type]
        assert desktop.page.evaluate(too_large) == [], size
