"""Nobody is shut out of the desktop: axe-core on every page in light and dark, and the keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import Page, expect

from desktop.wrong_tabs import wrong_tabs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Frame

    from cotab_kit.testing import Desktop
    from desktop.conftest import At

    Axe = Callable[[Frame], list[str]]

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture(scope="module")
def agent(agent_at: At) -> Iterator[Desktop]:
    with wrong_tabs("never_ended") as server, agent_at(server) as agent:
        yield agent


@pytest.fixture
def faultless(axe: Axe) -> Callable[[Page, str], None]:
    """Axe finds nothing in the page, in light and in dark."""

    def check(page: Page, state: str) -> None:
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            expect(page.locator("html")).to_have_attribute("data-scheme", scheme)
            assert axe(page.main_frame) == [], f"{state}, {scheme}"

    return check


@pytest.mark.full
def test_axe_finds_nothing(agent: Desktop, faultless: Callable[[Page, str], None]) -> None:
    agent.open()
    faultless(agent.page, "home")
    agent.open_conversation("Priya Natarajan")
    agent.press(agent.buttons[0])
    agent.expect_event("CobrowseConnectedEvent")
    agent.page.get_by_role("button", name="What happened").click()
    expect(agent.page.locator("#timeline")).to_be_hidden()
    agent.refresh_tab()
    agent.expect_violation("never came")
    expect(agent.page.locator("#timeline")).to_be_visible()
    agent.send("Hello")
    agent.server.desktop.set_build("failed", "main.py:3: unexpected indent")
    agent.page.get_by_role("combobox", name="Message").press_sequentially("/")
    faultless(agent.page, "a session with a violation")
    agent.page.get_by_role("button", name="Switches").click()
    faultless(agent.page, "the switches")
    agent.server.desktop.set_build("ok")
    with agent.context.new_page() as admin:
        for part in ("solutions", "widgets", "actions"):
            admin.goto(f"{agent.server.url}/admin#{part}")
            expect(admin.locator("html")).to_have_attribute("data-ready", "true")
            faultless(admin, part)


def press(page: Page, name: str, key: str = "Enter") -> None:
    """Walk with the Tab key to what has this name, and press a key."""
    focused = page.locator(":focus")
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused.count() and name == (focused.get_attribute("aria-label") or focused.inner_text().strip()):
            break
    else:
        raise AssertionError(f"The Tab key does not come to {name}")
    page.keyboard.press(key)


def test_the_keyboard_alone_suffices(agent: Desktop) -> None:
    agent.open()
    page = agent.page
    press(page, "Home")
    press(page, "Open conversation")
    expect(page.get_by_role("heading", name="Alex Morgan")).to_be_visible()
    (label,) = agent.buttons
    press(page, label, "Space")
    agent.expect_event("CobrowseConnectedEvent")
    press(page, "Message", "h")
    page.keyboard.type("ello")
    page.keyboard.press("Enter")
    agent.expect_message("hello")

    tab = page.get_by_role("tab", name=label)
    page.keyboard.press("Tab")  # to the button that sends
    page.keyboard.press("Tab")
    expect(tab).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name="Customer summary")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tab", name="Customer summary")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Delete")
    expect(tab).to_have_count(0)
    press(page, "Switches")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    press(page, "End")
    expect(page.locator("#head")).to_contain_text("Closed")
    press(page, "Close the session with Alex Morgan")
    expect(page.get_by_role("heading", name="New conversation")).to_be_visible()
