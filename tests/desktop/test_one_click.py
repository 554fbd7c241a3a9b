"""From the chat of the customer's site to the agent's one click, and from there to the customer's question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from cotab_kit.project.project import Project
from cotab_kit.testing import ConsoleWatch, Desktop
from desktop.meetings import OPEN_SHADOW, WEBRESOURCE, previewing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

    from cotab_kit.desktop.server import Running

WITHIN = 1000  # milliseconds from the agent's click to the customer's question
# The moment at which the question is there, by the clock that both pages have.
SEEN = """() => {
  const seen = () => {
    const shown = document.querySelector("[data-tandem-ui]")?.shadowRoot.querySelector("section.banner");
    if (shown) window.seen ??= Date.now();
    else requestAnimationFrame(seen);
  };
  seen();
}"""
CLICKED = """(button) => button.addEventListener("click", () => (window.clicked = Date.now()), { capture: true })"""


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with previewing(Project.at(WEBRESOURCE)) as server:
        yield server


@pytest.fixture
def desk(browser: Browser, running: Running) -> Iterator[Desktop]:
    with browser.new_context(viewport={"width": 1500, "height": 900}) as context:
        console = ConsoleWatch(context)
        console.expect("Blocked script execution", optional=True)  # in the mirror, which runs no scripts
        yield Desktop(context, running, console)
        console.check()


@pytest.fixture
def customer(browser: Browser, running: Running) -> Iterator[Page]:
    """A customer on the site, who has not said anything yet."""
    with browser.new_context() as context:
        console = ConsoleWatch(context)
        context.add_init_script(OPEN_SHADOW)
        page = context.new_page()
        page.goto(running.desktop.shop)
        page.wait_for_function("() => window.tandem && document.documentElement.dataset.ready")
        yield page
        console.check()


def chat(desk: Desktop, customer: Page, name: str) -> None:
    """Let the customer start a chat, and the agent take it and press the first button."""
    customer.get_by_label("Your name").fill(name)
    customer.get_by_role("button", name="Start a chat").click()
    expect(customer.get_by_role("textbox", name="Message")).to_be_visible()
    desk.switch_conversation(name)
    desk.press(desk.buttons[0])
    desk.expect_state("inviting")


def button(desk: Desktop, name: str) -> Locator:
    return desk.tab().get_by_role("button", name=name, exact=True)


@pytest.mark.full
def test_one_click_asks_the_customer_within_a_second(desk: Desktop, customer: Page) -> None:
    desk.open(context="elastic", chat="widget")
    chat(desk, customer, "Cleo Fox")
    asking = button(desk, "Ask the customer")
    expect(asking).to_be_visible()
    viewer = desk.tab().frame_locator("#stage iframe")
    expect(viewer.get_by_text("The customer reads your name as “Local agent”.")).to_be_visible()
    expect(desk.tab().locator("#pin")).to_be_hidden()
    expect(desk.tab().locator("#link")).to_be_hidden()
    customer.evaluate(SEEN)
    asking.evaluate(CLICKED)
    asking.click()
    ui = customer.locator("[data-tandem-ui]")
    expect(ui.get_by_text("May Local agent see this page?")).to_be_visible()
    took = customer.evaluate("() => window.seen") - desk.tab().evaluate("() => window.clicked")
    assert took < WITHIN, f"the question came after {took} ms"
    desk.expect_state("asking")
    customer.wait_for_function("since => Date.now() - since > 1000", arg=customer.evaluate("() => Date.now()"))
    ui.get_by_role("button", name="Do not allow").click()
    desk.expect_state("inviting")
    asking.click()
    expect(ui.get_by_text("May Local agent see this page?")).to_be_visible()
    customer.locator("nav").get_by_text("Cart").click()  # the question goes along
    customer.wait_for_url("**/cart*")
    expect(ui.get_by_text("May Local agent see this page?")).to_be_visible()
    customer.wait_for_function("since => Date.now() - since > 1000", arg=customer.evaluate("() => Date.now()"))
    ui.get_by_role("button", name="Allow", exact=True).click()
    desk.expect_state("connected")
    desk.expect_event("CobrowseConnectedEvent")
    mirror = viewer.frame_locator("#content iframe")
    expect(mirror.locator("#country")).to_be_visible()
    expect(ui.get_by_text("Local agent sees this page")).to_be_visible()
    ui.get_by_role("button", name="Stop", exact=True).click()
    desk.expect_event("CobrowseEndedEvent")
    desk.expect_no_violation()
