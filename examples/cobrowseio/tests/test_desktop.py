"""The whole way in a local Omnichannel: the real SDKs on both sides, a stand-in of Cobrowse.io's API between them."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from cotab_kit.testing import Desktop

PATIENCE = 60_000  # milliseconds: two SDKs and Python in a page, on whatever machine


@pytest.fixture
def agent(desktop: Desktop) -> Iterator[Desktop]:
    """Make a session as an agent. The customer's site has no policy: the SDK styles what it asks by style elements."""
    desktop.page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    desktop.open(shop="none")
    desktop.open_conversation("Alex Morgan")
    cobrowse, *_ = desktop.buttons
    desktop.press(cobrowse)
    desktop.expect_state("inviting")
    yield desktop
    expect.set_options(timeout=None)


def customer(agent: Desktop) -> Page:
    """Enter the code on the customer's site, and allow what the SDK asks."""
    code = agent.tab().locator("#pin").inner_text()
    page = agent.shop()
    page.set_default_timeout(PATIENCE)
    page.get_by_label("Code from our agent").fill(code)
    page.get_by_role("button", name="Let them look").click()
    allow(page, "Allow cobrowsing?")
    return page


def allow(page: Page, question: str) -> None:
    """Allow what the customer's SDK asks."""
    page.get_by_role("dialog").filter(has_text=question).get_by_role("button", name="Allow").click()


def test_a_session_with_tools_is_resumed_and_ended_by_the_customer(agent: Desktop) -> None:
    """Omnichannel hears what it must hear, and has nothing to complain about."""
    page = customer(agent)
    agent.expect_event("CobrowseConnectedEvent")
    viewer = agent.tab().frame_locator("iframe[title='Cobrowse.io']")
    expect(viewer.locator("#frames")).to_have_text(re.compile("[1-9]"))
    page.get_by_role("link", name="Cart").click()
    viewer.get_by_text("Cart", exact=False).wait_for()
    viewer.get_by_text("Point here").click()
    page.locator(".cbio_session_overlay").first.wait_for(state="attached")
    agent.tab().locator("#tool-drawing").click()
    viewer.get_by_text("drawing").wait_for()
    agent.tab().locator("#tool-control").click()
    allow(page, "Allow remote control?")
    viewer.get_by_text("control", exact=True).wait_for()
    agent.tab().get_by_role("button", name="Whole device").click()
    page.get_by_role("dialog").get_by_role("button", name="Deny").click()
    agent.tab().get_by_text("Whole device: the customer has declined").wait_for()
    agent.refresh_tab()
    agent.expect_event("CobrowseConnectedEvent", times=2)
    stop = page.get_by_role("button", name="Stop Sharing")
    stop.click()
    expect(stop).to_be_hidden()
    agent.expect_event("CobrowseEndedEvent", times=2)
    agent.expect_no_violation()
