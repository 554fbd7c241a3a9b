"""What the customer sees of Tandem, by the keyboard alone, and where there is little room for much larger texts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, expect

from customers import Agent, Customer, Stage, customer
from reading import SPACED

FOCUSED = "() => document.querySelector('[data-tandem-ui]')?.shadowRoot.activeElement?.textContent ?? null"
MAX_TABS = 30

# What cannot be read: it reaches out of the window, or of what it lies in, and cannot be scrolled to.
CUT = """() => [...document.querySelector("[data-tandem-ui]").shadowRoot.querySelectorAll("h2,p,label,input,button")]
  .filter((each) => {
    const { left, top, right, bottom } = each.getBoundingClientRect();
    const scrolls = each.closest("dialog")?.scrollHeight > each.closest("dialog")?.clientHeight;
    const isOut = left < 0 || right > innerWidth || (!scrolls && (top < 0 || bottom > innerHeight));
    return right > left && (isOut || each.scrollWidth > each.clientWidth + 1);
  }).map((each) => `${each.localName}: ${each.textContent}`)"""


def go_to(page: Page, name: str) -> None:
    """Press Tab until a button of Tandem's has the focus."""
    for _ in range(MAX_TABS):
        if page.evaluate(FOCUSED) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {name!r}")


@pytest.mark.full
def test_a_keyboard_is_enough_from_the_pin_to_the_end(
    context: BrowserContext, stage: Stage, agent: Agent, axe: Callable[[Frame], list[str]]
) -> None:
    shopper = customer(context, stage)
    page, keyboard = shopper.page, shopper.page.keyboard
    page.get_by_role("button", name="Help").focus()
    keyboard.press("Enter")
    expect(shopper.ui.get_by_label("PIN")).to_be_focused()
    keyboard.type(agent.pin)
    keyboard.press("Enter")
    expect(shopper.ui.get_by_role("dialog")).to_contain_text("May Agent see this page?")
    go_to(page, "Allow")
    keyboard.press("Enter")
    agent.wait(lambda: agent.inbox.snapshots)

    for answer, key in (("Only watching", "Escape"), ("Allow acting", "Space")):
        agent.send(t="ask", what="control")
        expect(shopper.button("Allow acting")).to_be_visible()
        assert axe(page.main_frame) == []
        go_to(page, answer)
        keyboard.press(key)
        assert agent.until("control")["allowed"] is (answer == "Allow acting")
    status = shopper.banner.get_by_role("status").element_handle()
    go_to(page, "Stop acting")
    keyboard.press("Enter")
    agent.until("control", allowed=False)
    expect(shopper.banner.get_by_role("status")).to_contain_text("sees this page")
    assert status.evaluate("(it) => it.isConnected && it.textContent.includes('sees this page')")
    assert page.evaluate(FOCUSED) == "Stop"
    keyboard.press("Space")
    assert agent.until("ended")["reason"] == "customer"
    expect(shopper.button("Close")).to_be_focused()
    keyboard.press("Enter")
    expect(shopper.ui).to_have_count(0)


@pytest.mark.full
@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_all_can_be_read_on_320_pixels_with_wide_texts(
    context: BrowserContext, stage: Stage, agent: Agent, language: str
) -> None:
    shopper = customer(context, stage)
    shopper.page.set_viewport_size({"width": 320, "height": 480})
    shopper.page.evaluate("(language) => { document.documentElement.lang = language; }", language)
    shopper.page.evaluate("() => window.tandem.open()")
    field = shopper.ui.get_by_role("textbox")
    expect(field).to_be_focused()
    assert seen(shopper) == []
    field.fill(agent.pin)
    field.press("Enter")
    yes = shopper.ui.locator("dialog .main")
    expect(shopper.ui.get_by_role("textbox")).to_have_count(0)
    expect(yes).to_be_visible()
    assert seen(shopper) == []
    yes.click()
    agent.wait(lambda: agent.inbox.snapshots)
    agent.send(t="ask", what="control")
    yes.click()
    agent.until("control", allowed=True)
    expect(shopper.banner.get_by_role("button")).to_have_count(2)
    assert seen(shopper) == []


def seen(shopper: Customer) -> list[str]:
    """What cannot be seen as it is, and with more room between letters, words and lines."""
    cut: list[str] = shopper.page.evaluate(CUT)
    shopper.page.evaluate(f"() => ({SPACED})(document.querySelector('[data-tandem-ui]').shadowRoot)")
    return [*cut, *(f"spaced: {each}" for each in shopper.page.evaluate(CUT))]
