"""Screen sharing from the customer's side: the picker, WebRTC, and pictures over the relay where it finds no way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from cotab_kit.progress import Steps
from cotab_kit.testing import ConsoleWatch
from cotab_kit.tools.browser import find_browser
from customers import Agent, Stage, customer

# In place of the browser's picker, which a headless one does not have: a picture that is all red.
PICKER = """
if (navigator.mediaDevices) navigator.mediaDevices.getDisplayMedia = async () => {
  if (window.canceled) throw new DOMException("", "NotAllowedError");
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 180 });
  const context = canvas.getContext("2d");
  setInterval(() => { context.fillStyle = "rgb(255 0 0)"; context.fillRect(0, 0, 320, 180); }, 20);
  return canvas.captureStream(25);
};
"""
ANSWER = """async (description) => {
  const peer = window.peer = new RTCPeerConnection();
  window.got = new Promise((resolve) => { peer.ontrack = ({ track }) => resolve(track.kind); });
  await peer.setRemoteDescription(description);
  await peer.setLocalDescription();
  await new Promise((resolve) => { peer.onicecandidate = ({ candidate }) => candidate || resolve(); });
  return peer.localDescription.toJSON();
}"""


@pytest.fixture(scope="module")
def looping(browser: Browser) -> Iterator[Browser]:
    """A browser whose WebRTC connects without any network."""
    options = find_browser(Steps.for_this_terminal()).launch_options()
    options["args"] = [*options["args"], "--allow-loopback-in-peer-connection"]
    running = browser.browser_type.launch(**options)
    yield running
    running.close()


def answered(viewer: Page, agent: Agent) -> None:
    """Answer the offer as a viewer does, with the customer's candidates."""
    offer = agent.until("signal")["data"]["description"]
    answer: dict[str, Any] = viewer.evaluate(ANSWER, offer)
    agent.send(t="signal", data={"description": answer})
    while (candidate := agent.until("signal")["data"]["candidate"]) is not None:
        viewer.evaluate("candidate => window.peer.addIceCandidate(candidate)", candidate)


@pytest.mark.full
def test_a_screen_is_shared_by_webrtc_or_else_by_pictures(looping: Browser, stage: Stage) -> None:
    agent = stage.agent("screenshare")
    with looping.new_context(locale="en-GB") as context:
        watch = ConsoleWatch(context)
        context.add_init_script(PICKER)
        viewer = context.new_page()
        viewer.goto(f"{stage.site}/plain.html")
        shopper = customer(context, stage)
        shopper.page.evaluate("() => { window.canceled = true; window.tandem.open(); }")
        shopper.ui.get_by_label("PIN").fill(agent.pin)
        shopper.button("Continue").click()
        expect(shopper.ui.get_by_role("dialog")).to_contain_text("Nothing is hidden in what you choose")
        shopper.button("Choose what to share").click()
        expect(shopper.banner).to_contain_text("Nothing is shared at the moment")
        shopper.page.evaluate("() => { window.canceled = false; }")
        shopper.button("Share again").click()
        expect(shopper.banner).to_contain_text("Agent sees what you share")
        assert agent.until("share")["fallback"] is False
        answered(viewer, agent)
        assert viewer.evaluate("() => window.got") == "video"
        viewer.wait_for_function("() => window.peer.connectionState === 'connected'")

        agent.send(t="laser", x=0.5, y=0.5, unit="fraction")
        shopper.page.wait_for_function("""() => {
          const canvas = document.querySelector("[data-tandem-ui]").shadowRoot.querySelector("canvas");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width || 1, canvas.height || 1);
          return data.some((part) => part > 0); }""")

        agent.away()
        expect(shopper.banner).to_contain_text("Nothing is visible for now")
        agent.back()
        assert agent.until("share", fallback=True)["width"] == 320
        agent.wait(lambda: len(agent.inbox.pictures) > 1)
        assert agent.inbox.pictures[0].startswith(b"\xff\xd8")
        shopper.button("Stop").click()
        assert agent.until("ended")["reason"] == "customer"
        watch.check()
    agent.away()
