"""The default provider as `preview` shows it: agent and customer meet, from the button in Dynamics to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from cotab_kit.desktop.bundle import pages
from cotab_kit.progress import Steps
from cotab_kit.project.project import Project
from cotab_kit.testing.trial import install, trial
from cotab_kit.tools.browser import find_browser
from desktop.meetings import WEBRESOURCE, met, previewing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from cotab_kit.desktop.server import Running

# The browser's own getDisplayMedia, with its picker answered and the pixels of a real tab; WebRTC without a network.
SHARING = (
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream=display-media-type=browser",
    "--allow-loopback-in-peer-connection",
)
# Neither side finds the other; and the customer's script waits for half a second only before it gives up.
UDP_BLOCKED = """
RTCPeerConnection.prototype.addIceCandidate = async () => {};
new MutationObserver(() => document.querySelector("script[src$='/tandem.js']")?.setAttribute("data-ice-timeout", "500"))
  .observe(document, { childList: true, subtree: true });
"""
POINTED = """() => {
  const canvas = document.querySelector("[data-tandem-ui]").shadowRoot.querySelector("canvas");
  if (!canvas?.width) return false;
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((part) => part > 0);
}"""


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with previewing(Project.at(WEBRESOURCE)) as server:
        yield server


@pytest.fixture(scope="module")
def sharing(browser: Browser) -> Iterator[Browser]:
    """A browser in which a customer can share something."""
    options = find_browser(Steps.for_this_terminal()).launch_options()
    running = browser.browser_type.launch(**options | {"args": [*options["args"], *SHARING]})
    yield running
    running.close()


def test_an_agent_helps_a_customer_on_the_customers_page(browser: Browser, running: Running) -> None:
    with met(browser, running) as meeting:
        agent, customer = meeting.agent, meeting.customer
        pin = meeting.invite(0)
        link = agent.tab().locator("#link").inner_text()
        meeting.join(pin, consent="Allow")
        agent.expect_event("CobrowseConnectedEvent")
        expect(meeting.mirror.get_by_text("Harbour blend")).to_be_visible()
        expect(meeting.mirror.get_by_text(pin)).to_have_count(0)

        meeting.tool("Pointer").click()
        agent.page.mouse.move(*meeting.over("h1"))
        customer.wait_for_function(POINTED)

        meeting.tool("Remote control").click()
        meeting.ui.get_by_role("button", name="Allow acting").click()
        expect(meeting.viewer.get_by_text("Remote control is allowed")).to_be_visible()
        meeting.click('nav a:text-is("Cart")')
        customer.wait_for_url("**/cart*")
        expect(meeting.mirror.locator("#country")).to_be_visible()
        meeting.click("#wishes")
        agent.page.keyboard.type("No sugar")
        expect(customer.locator("#wishes")).to_have_value("No sugar")
        meeting.click("#country")
        meeting.viewer.get_by_label("Choose for the customer").select_option("JP")
        expect(customer.locator("#country")).to_have_value("JP")
        meeting.click("input[type=checkbox]")
        expect(customer.locator("input[name=news]")).to_be_checked()
        meeting.click("#password")
        agent.page.keyboard.type("guess")
        expect(customer.locator("#password")).to_have_value("")

        customer.reload()
        expect(meeting.mirror.locator("#country")).to_be_visible()
        agent.refresh_tab()
        agent.expect_event("CobrowseConnectedEvent", times=2)
        agent.expect_event("CobrowseEndedEvent")
        agent.expect_state("connected")
        expect(meeting.mirror.locator("#country")).to_be_visible()
        expect(meeting.viewer.get_by_text("taken remote control back")).to_have_count(0)
        meeting.tool("Invitation").click()
        expect(agent.tab().locator("#link")).to_have_text(link)

        meeting.ui.get_by_role("button", name="Stop", exact=True).click()
        agent.expect_state("ended")
        expect(agent.tab().get_by_text("The customer ended the session.")).to_be_visible()
        agent.expect_event("CobrowseEndedEvent", times=2)

        meeting.tool("Start a new session").click()
        meeting.join(meeting.pin(), consent="Allow")
        meeting.tool("End session").click()
        agent.expect_event("CobrowseEndedEvent", times=3)
        customer.wait_for_function("() => window.tandem.state === 'none'")
        agent.expect_no_violation()


@pytest.mark.full
def test_a_customer_shares_a_screen_with_an_agent(sharing: Browser, running: Running) -> None:
    with met(sharing, running) as meeting:
        agent = meeting.agent
        meeting.join(meeting.invite(1), consent="Choose what to share")
        agent.expect_event("ScreenShareConnectedEvent")
        assert meeting.picture() == "video"
        meeting.tool("Pointer").click()
        agent.refresh_tab()
        agent.expect_event("ScreenShareConnectedEvent", times=2)
        assert meeting.picture() == "video"
        meeting.ui.get_by_role("button", name="Stop", exact=True).click()
        agent.expect_event("ScreenShareEndedEvent", times=2)
        meeting.tool("Start a new session").click()
        meeting.join(meeting.pin(), consent="Choose what to share")
        assert meeting.picture() == "video"
        agent.close_tab(agent.tabs[-1])
        agent.expect_event("ScreenShareEndedEvent", times=3)
        agent.expect_no_violation()


@pytest.mark.full
def test_where_udp_is_blocked_the_screen_comes_over_the_relay(sharing: Browser, running: Running) -> None:
    with met(sharing, running, UDP_BLOCKED) as meeting:
        meeting.join(meeting.invite(1), consent="Choose what to share")
        assert meeting.picture() == "canvas"
        meeting.tool("End session").click()
        meeting.agent.expect_event("ScreenShareEndedEvent")


@pytest.mark.full
def test_an_authors_test_has_what_the_preview_has(browser: Browser, tmp_path: Path) -> None:
    project = Project.at(WEBRESOURCE)
    made = tmp_path / "made.db"
    install(made, sorted(project.dist.glob("*_managed.zip")) + sorted(project.dist.glob("*_data.zip")))
    with (
        trial(made, tmp_path / "org.db", pages(project.workspace), project) as server,
        met(browser, server) as meeting,
    ):
        meeting.join(meeting.invite(0), consent="Allow")
        expect(meeting.mirror.get_by_text("Harbour blend")).to_be_visible()
