"""The default provider as `preview` shows it: agent and customer meet, from the button in Dynamics to the end."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from rich.console import Console

from cotab_kit.desktop.preview import preview
from cotab_kit.progress import Steps
from cotab_kit.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cotab_kit.desktop.app import Running
    from desktop.conftest import At

WEBRESOURCE = Path(__file__).parents[2] / "webresource"
OPEN_SHADOW = """
const original = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) {
  return original.call(this, this.hasAttribute("data-tandem-ui") ? { ...options, mode: "open" } : options);
};
"""


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """The preview, in a thread of its own: it waits for its org, and Playwright's loop runs in the main one."""
    started: Future[Running] = Future()
    stop = threading.Event()

    def run() -> None:
        try:
            with preview(Project.at(WEBRESOURCE), Steps(Console(quiet=True), quiet=True)) as server:
                started.set_result(server)
                stop.wait()
        except Exception as error:  # noqa: BLE001 - the test shows it
            started.set_exception(error)

    thread = threading.Thread(target=run)
    thread.start()
    yield started.result(120)
    stop.set()
    thread.join(20)


def test_agent_and_customer_meet_in_the_preview(agent_at: At, running: Running) -> None:
    with agent_at(running) as agent:
        agent.open()
        customer = agent.shop()
        customer.add_init_script(OPEN_SHADOW)
        customer.reload()
        customer.get_by_label("Your name").fill("Priya Natarajan")
        customer.get_by_role("button", name="Start a chat").click()
        agent.switch_conversation("Priya Natarajan")
        cobrowse, _screen_sharing = agent.buttons
        agent.press(cobrowse)
        agent.expect_state("inviting")
        pin = agent.tab().locator("#pin").inner_text()
        customer.evaluate("pin => { window.tandem.join(pin); }", pin)
        customer.locator("[data-tandem-ui]").get_by_role("button", name="Allow", exact=True).click()
        agent.expect_event("CobrowseConnectedEvent")
        agent.expect_state("connected")
        viewer = agent.tab().frame_locator("#stage iframe")
        expect(viewer.frame_locator("#content iframe").locator("body")).to_be_visible()
        agent.tab().get_by_role("button", name="Pointer").click()
        agent.tab().get_by_role("button", name="End session").click()
        agent.expect_state("ended")
        agent.expect_event("CobrowseEndedEvent")
        customer.wait_for_function("() => window.tandem.state === 'none'")
