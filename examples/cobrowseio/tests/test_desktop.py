"""The whole way in a local Omnichannel, with the real Agent SDK and a stand-in of Cobrowse.io's API behind it."""

import json

import pytest
from playwright.sync_api import Page

from cotab_kit.testing import Desktop


@pytest.fixture
def agent(desktop: Desktop) -> Desktop:
    """Make a session as an agent."""
    desktop.open_conversation("Alex Morgan")
    cobrowse, *_ = desktop.buttons
    desktop.press(cobrowse)
    desktop.expect_state("inviting")
    return desktop


def customer(agent: Desktop) -> Page:
    """Enter the code as the customer, and allow it."""
    code = agent.tab().locator("#pin").inner_text()
    settings = json.loads(agent.tab().evaluate("() => cotab.orgSettings()"))
    page = agent.context.new_page()
    page.goto(f"{settings['api']}/customer")
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Enter the code").click()
    page.get_by_text("authorizing").wait_for()
    page.get_by_role("button", name="Allow", exact=True).click()
    page.get_by_text("active").wait_for()
    return page


def test_a_session_with_tools_is_resumed_and_ended_by_the_customer(agent: Desktop) -> None:
    """Omnichannel hears what it must hear, and has nothing to complain about."""
    page = customer(agent)
    agent.expect_event("CobrowseConnectedEvent")
    viewer = agent.tab().frame_locator("iframe[title='Cobrowse.io']")
    agent.tab().locator("#tool-drawing").click()
    viewer.get_by_text("drawing").wait_for()
    agent.tab().locator("#tool-control").click()
    page.get_by_role("button", name="Allow remote control").click()
    viewer.get_by_text("control").wait_for()
    agent.tab().get_by_role("button", name="Whole device").click()
    agent.tab().get_by_text("Whole device: the customer is being asked").wait_for()
    page.get_by_role("button", name="Allow the whole device").click()
    agent.tab().get_by_role("button", name="Leave the whole device").wait_for()
    agent.refresh_tab()
    agent.expect_event("CobrowseConnectedEvent", times=2)
    page.get_by_role("button", name="End").click()
    agent.expect_event("CobrowseEndedEvent", times=2)
    agent.expect_no_violation()
