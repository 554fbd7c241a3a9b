"""The customer's screen in the viewer: as a video from browser to browser, and as pictures over the relay."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect

from cotab_kit.progress import Steps
from cotab_kit.testing import ConsoleWatch
from cotab_kit.tools.browser import find_browser
from customers import TIMEOUT, Customer, Stage, customer
from desks import Desk
from test_customer_screen import PICKER

NO_WEBRTC = "delete window.RTCPeerConnection;"
NO_PICKER = """
if (navigator.mediaDevices) {
  delete navigator.mediaDevices.getDisplayMedia;
  delete MediaDevices.prototype.getDisplayMedia;
}
"""
NO_DEVICES = "Object.defineProperty(Navigator.prototype, 'mediaDevices', { value: undefined });"
BLOCKED = "RTCPeerConnection.prototype.addIceCandidate = async () => {};"  # neither side finds the other
COLOR = """() => {
  const picture = document.querySelector("#content video, #content canvas");
  if (!picture || document.getElementById("picture").hidden) return null;
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return red > 200 && green < 60 && blue < 60 ? picture.localName : null;
}"""

POINTED = """() => {
  const canvas = document.querySelector("[data-tandem-ui]").shadowRoot.querySelector("canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width || 1, canvas.height || 1);
  return data.some((part) => part > 0);
}"""


@contextmanager
def joined(browser: Browser, stage: Stage, script: str = "") -> Iterator[tuple[Desk, Customer]]:
    """An agent who waits for the screen of a customer who has joined."""
    with browser.new_context(locale="en-GB") as context:
        watch = ConsoleWatch(context)
        context.set_default_timeout(TIMEOUT * 1000)
        context.add_init_script(PICKER + script)
        desk = Desk(context, stage)
        invitation = desk.open("screenshare")
        shopper = customer(context, stage)
        shopper.page.evaluate("pin => window.tandem.join(pin)", invitation["pin"])
        yield desk, shopper
        watch.check()


@contextmanager
def shared(browser: Browser, stage: Stage, script: str = "") -> Iterator[tuple[Desk, Customer]]:
    """An agent who waits for the screen of a customer who has agreed."""
    with joined(browser, stage, script) as (desk, shopper):
        shopper.ui.get_by_role("dialog").get_by_role("button").last.click()
        yield desk, shopper


def picture(desk: Desk) -> str:
    """Wait until the picture is red; what shows it."""
    frame = next(frame for frame in desk.page.frames if frame.url.endswith("/viewer"))
    shown: str = frame.wait_for_function(COLOR).json_value()
    return shown


def test_a_screen_comes_from_browser_to_browser(browser: Browser, stage: Stage) -> None:
    options = find_browser(Steps.for_this_terminal()).launch_options()
    options["args"] = [*options["args"], "--allow-loopback-in-peer-connection"]
    looping = browser.browser_type.launch(**options)
    with shared(looping, stage) as (desk, shopper):
        desk.received("connected")
        assert picture(desk) == "video"
        desk.use("pointer")
        desk.viewer.locator("#surface").hover()
        shopper.page.wait_for_function(POINTED)
        shopper.button("Stop").click()
        assert desk.received("ended")["reason"] == "customer"
    looping.close()


def test_where_webrtc_finds_no_way_pictures_come_over_the_relay(browser: Browser, stage: Stage) -> None:
    with shared(browser, stage, BLOCKED) as (desk, shopper):
        desk.received("connected")
        assert picture(desk) == "canvas"
        desk.post("end")
        desk.received("ended", reason="agent")
        shopper.state("none")


@pytest.mark.full
@pytest.mark.parametrize(
    "script", [NO_WEBRTC, "RTCPeerConnection.prototype.setLocalDescription = async () => { throw 0; };"]
)
def test_where_there_is_no_webrtc_pictures_come_and_both_read_so(browser: Browser, stage: Stage, script: str) -> None:
    with shared(browser, stage, script) as (desk, shopper):
        desk.received("connected")
        assert picture(desk) == "canvas"
        expect(shopper.banner).to_contain_text("Agent sees what you share, as single pictures")
        expect(desk.viewer.get_by_text("You see the screen as single pictures")).to_be_visible()


@pytest.mark.full
@pytest.mark.parametrize("script", [NO_PICKER, NO_DEVICES])
def test_a_browser_that_cannot_share_a_screen_says_so_to_both(browser: Browser, stage: Stage, script: str) -> None:
    with joined(browser, stage, script) as (desk, shopper):
        why = desk.received("ended", reason="customer")["why"]
        assert why.startswith("The customer's browser cannot share a screen")
        expect(desk.viewer.locator("#panel")).to_contain_text(why)
        expect(shopper.banner).to_contain_text("This browser cannot share a screen")
        shopper.button("Close").click()
        shopper.state("none")
