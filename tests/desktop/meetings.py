"""Agent and customer in the preview of the default provider, for the tests of this folder: who sees and does what."""

from __future__ import annotations

import re
import threading
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect
from rich.console import Console

from cotab_kit.preview.preview import preview
from cotab_kit.progress import Steps
from cotab_kit.testing import ConsoleWatch, Desktop
from desks import MIRROR, middle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, FrameLocator, Locator, Page

    from cotab_kit.desktop.server import Running
    from cotab_kit.project.project import Project

PATIENCE = 30_000  # milliseconds, for a busy machine
WEBRESOURCE = Path(__file__).parents[2] / "webresource"
OPEN_SHADOW = """
const original = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) {
  return original.call(this, this.hasAttribute("data-tandem-ui") ? { ...options, mode: "open" } : options);
};
"""
MOVING = """() => {
  const picture = document.querySelector("#content video, #content canvas");
  if (!picture || document.getElementById("picture").hidden) return null;
  const canvas = Object.assign(document.createElement("canvas"), { width: 16, height: 16 });
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0, 16, 16);
  return context.getImageData(0, 0, 16, 16).data.some((part, at) => at % 4 < 3 && part > 0) ? picture.localName : null;
}"""


@contextmanager
def previewing(project: Project) -> Iterator[Running]:
    """The preview, in a thread of its own: it waits for its org, and Playwright's loop runs in the main one."""
    started: Future[Running] = Future()
    stop = threading.Event()

    def run() -> None:
        try:
            with preview(project, Steps(Console(quiet=True), quiet=True)) as server:
                started.set_result(server)
                stop.wait()
        except Exception as error:  # noqa: BLE001 - the test shows it
            started.set_exception(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield started.result(120)
    finally:
        stop.set()
        thread.join(20)


class Meeting:
    """An agent with a tab of Tandem, and a customer who reads the chat, each in a browser profile of their own."""

    def __init__(self, agent: Desktop, customer: Page, customers_console: ConsoleWatch) -> None:
        self.agent = agent
        self.customer = customer
        self.customers_console = customers_console
        self.ui = customer.locator("[data-tandem-ui]")

    @property
    def viewer(self) -> FrameLocator:
        return self.agent.tab().frame_locator("#stage iframe")

    @property
    def mirror(self) -> FrameLocator:
        return self.viewer.frame_locator(MIRROR)

    def tool(self, name: str) -> Locator:
        return self.agent.tab().get_by_role("button", name=name, exact=True)

    def invite(self, button: int) -> str:
        """Press a button of the conversation control, and send the invitation; the PIN beside the link."""
        self.agent.press(self.agent.buttons[button])
        pin, link = self.pin(), self.agent.tab().locator("#link").inner_text()
        self.tool("Send to conversation").click()
        written = self.customer.get_by_role("log").get_by_text(re.compile(r"please open"))
        expect(written.last).to_contain_text(link)
        expect(written.last).not_to_contain_text(pin)
        return pin

    def pin(self) -> str:
        """The PIN in the tab, once there is one."""
        self.agent.expect_state("inviting")
        return self.agent.tab().locator("#pin").inner_text()

    def join(self, pin: str, *, consent: str) -> None:
        """The customer enters the PIN, and agrees."""
        self.customer.evaluate("() => window.tandem.open()")
        self.ui.get_by_label("PIN").fill(pin)
        self.ui.get_by_role("button", name="Continue").click()
        self.ui.get_by_role("button", name=consent, exact=True).click()
        self.agent.expect_state("connected")

    def over(self, selector: str) -> tuple[float, float]:
        """Where something of the customer's page is on the agent's screen."""
        self.mirror.locator(selector).scroll_into_view_if_needed()
        self.mirror.locator(selector).scroll_into_view_if_needed()
        return middle(self.viewer, selector)

    def click(self, selector: str) -> None:
        self.agent.page.mouse.click(*self.over(selector))

    def picture(self) -> str:
        """Wait until the viewer shows what is shared: as a "video", or on a "canvas"."""
        frame = next(frame for frame in self.agent.page.frames if frame.url.endswith("/viewer"))
        return str(frame.wait_for_function(MOVING).json_value())


@contextmanager
def met(browser: Browser, running: Running, script: str = ";") -> Iterator[Meeting]:
    with browser.new_context() as desk, browser.new_context(locale="en-GB") as home:
        desk.add_init_script(script)
        home.add_init_script(OPEN_SHADOW + script)
        watches = ConsoleWatch(desk), ConsoleWatch(home)
        watches[0].expect("Blocked script execution", optional=True)  # of Playwright's own listeners in the mirror
        agent = Desktop(desk, running, watches[0])
        agent.open()
        agent.open_conversation("Jonas Weber")
        customer = home.new_page()
        customer.set_default_timeout(PATIENCE)
        customer.goto(agent.page.locator("#shop").get_attribute("href") or "")
        yield Meeting(agent, customer, watches[1])
        agent.settle()
        for watch in watches:
            watch.check()
