"""The whole way in a local Omnichannel: the room, the customer's page, livekit-client on both sides, the closed tab."""

import pytest
from playwright.sync_api import Page

from cotab_kit.testing import Desktop

# A headless browser has nobody who could choose a screen.
SCREEN = """
navigator.mediaDevices.getDisplayMedia = async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 200 });
  const context = canvas.getContext("2d");
  setInterval(() => { context.fillStyle = `rgb(${Date.now() % 255} 0 0)`; context.fillRect(0, 0, 320, 200); }, 100);
  return canvas.captureStream(10);
};
"""


@pytest.fixture
def agent(desktop: Desktop) -> Desktop:
    """Open the room as an agent. The SDK tries a newer way of signalling first, which the stand-in lacks."""
    for said in ("WebSocket connection", "Failed to load resource", "could not createOffer"):
        desktop.expect_console_error(said, optional=True)
    desktop.open_conversation("Alex Morgan")
    share, *_ = desktop.buttons
    desktop.press(share)
    desktop.expect_state("inviting")
    return desktop


def customer(agent: Desktop) -> Page:
    """Follow the link as a customer, and share a screen."""
    link = agent.tab().locator("#link").inner_text()
    page = agent.context.new_page()
    page.add_init_script(SCREEN)
    page.goto(link)
    page.get_by_role("button", name="Choose what to share").click()
    page.get_by_role("button", name="Stop sharing").wait_for()
    return page


def test_screens_are_seen_also_after_a_refresh_and_until_the_customer_stops(agent: Desktop) -> None:
    """Omnichannel hears what it must hear, and has nothing to complain about."""
    first = customer(agent)
    agent.expect_event("ScreenShareConnectedEvent")
    agent.tab().wait_for_function("() => document.querySelector('video')?.videoWidth === 320")
    customer(agent)
    agent.tab().wait_for_function("() => document.querySelectorAll('video').length === 2")
    agent.refresh_tab()
    agent.expect_event("ScreenShareConnectedEvent", times=2)
    agent.tab().wait_for_function("() => document.querySelectorAll('video').length === 2")
    first.get_by_role("button", name="Stop sharing").click()
    agent.expect_event("ScreenShareEndedEvent", times=2)
    agent.expect_no_violation()


def test_the_agent_ends_it_for_everyone(agent: Desktop) -> None:
    """The customer reads so."""
    page = customer(agent)
    agent.expect_event("ScreenShareConnectedEvent")
    agent.tab().get_by_role("button", name="End session").click()
    agent.expect_event("ScreenShareEndedEvent")
    page.get_by_text("Nothing is shared any more.").wait_for()
    agent.expect_no_violation()
