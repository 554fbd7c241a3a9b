"""The room that the picture gets: the invitation folds away, the tab fills the screen, 320 pixels are enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from reading import CUT, SPACED

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, ViewportSize

    from cotab_kit.testing import Tab

    Simulate = Callable[..., None]
    Join = Callable[[], None]

WIDE: ViewportSize = {"width": 1500, "height": 900}
NARROW: ViewportSize = {"width": 320, "height": 640}
SHARE = 0.85  # of the tab's height, at least, is the picture's
IS_FULL = "() => document.fullscreenElement === document.documentElement"
BESIDE = "() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - innerWidth"
LONG = {"a#link"}  # which a button copies
REFUSED = "() => { document.documentElement.requestFullscreen = async () => { throw new TypeError('not here') } }"


def part(tab: Tab, name: str) -> Locator:
    return tab.frame.locator(f"#{name}")


def test_once_connected_the_picture_gets_the_room(tab: Tab, join: Join) -> None:
    tab.page.set_viewport_size(WIDE)
    tab.open()
    tab.expect_state("inviting")
    tab.frame.evaluate("() => window.focus()")
    part(tab, "copy-link").focus()
    join()
    box = part(tab, "stage").bounding_box()
    assert box is not None
    assert box["width"] == WIDE["width"]
    assert box["height"] >= SHARE * WIDE["height"]

    expect(part(tab, "invitation")).to_be_hidden()
    folding = part(tab, "show-invitation")
    expect(folding).to_be_focused()  # not lost with what has folded away
    expect(folding).to_have_attribute("aria-expanded", "false")
    tab.page.keyboard.press("Enter")
    expect(part(tab, "pin")).to_be_visible()
    expect(folding).to_have_attribute("aria-expanded", "true")
    tab.press("copy-pin")
    tab.expect_text("Copied.")
    part(tab, "copy-pin").press("Shift+Tab")
    folding.press("Space")
    expect(part(tab, "invitation")).to_be_hidden()


@pytest.mark.full
def test_the_tab_fills_the_screen_for_as_long_as_the_customer_is_there(
    tab: Tab, join: Join, simulate: Simulate
) -> None:
    tab.open()
    tab.expect_state("inviting")
    button = part(tab, "full-screen")
    expect(button).to_be_hidden()
    join()
    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    assert tab.frame.evaluate(IS_FULL)
    expect(part(tab, "privacy")).to_be_hidden()
    expect(part(tab, "end-session")).to_be_visible()
    button.press("Space")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(part(tab, "privacy")).to_be_visible()

    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    simulate("lost")
    tab.expect_state("reconnecting")
    assert tab.frame.evaluate(IS_FULL)
    simulate("left")
    tab.expect_text("The customer ended the session.")
    expect(part(tab, "privacy")).to_be_visible()
    assert not tab.frame.evaluate(IS_FULL)

    tab.press("start-again")
    join()
    tab.frame.evaluate(REFUSED)
    button.click()
    expect(button).to_have_count(0)
    assert "full screen was refused: TypeError: not here" in tab.console.text


@pytest.mark.full
def test_nothing_lies_beside_the_page_on_320_pixels_with_wide_texts(tab: Tab, join: Join, simulate: Simulate) -> None:
    tab.page.set_viewport_size(NARROW)
    tab.open()
    tab.expect_state("inviting")
    assert tab.frame.evaluate(BESIDE) <= 0
    tab.frame.evaluate(f"() => ({SPACED})(document)")
    assert cut_off(tab) <= LONG
    join()
    simulate("quality", "poor")
    assert cut_off(tab) <= LONG
    for folded in (True, False):
        assert tab.frame.evaluate(BESIDE) <= 0, folded
        tab.press("show-invitation")
    box = part(tab, "stage").bounding_box()
    assert box is not None
    assert box["width"] == NARROW["width"]
    tab.press("end-session")
    tab.expect_text("The agent ended the session.")
    assert tab.frame.evaluate(BESIDE) <= 0


def cut_off(tab: Tab) -> set[str]:
    """What cannot be read as a whole."""
    return {each.partition(":")[0] for each in tab.frame.evaluate(CUT)}
