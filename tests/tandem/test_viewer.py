"""The viewer with a real customer: it mirrors, points, draws and acts as far as it may, and reports to the tab."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Frame, expect

from cotab_kit.testing import ConsoleWatch
from customers import TIMEOUT, Customer, Stage, customer
from desks import Desk

WATCH = """() => {
  const pane = document.querySelector("#content iframe").contentDocument.getElementById("pane");
  window.places = [];
  let at = pane.scrollTop;
  const look = () => {
    if (pane.scrollTop !== at) window.places.push((at = pane.scrollTop));
    requestAnimationFrame(look);
  };
  look();
}"""
DRAGGED = """() => {
  window.dragged = 0;
  addEventListener("pointermove", ({ buttons }) => { window.dragged += buttons; });
}"""


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(locale="en-GB") as made:
        watch = ConsoleWatch(made)
        watch.expect("Blocked script execution", optional=True)  # of Playwright's own listeners in the mirror
        watch.expect("/api/sessions/", optional=True)  # a session that is over is asked for
        made.set_default_timeout(TIMEOUT * 1000)
        yield made
        watch.check()


def enter(shopper: Customer, pin: str) -> None:
    shopper.page.bring_to_front()
    shopper.page.evaluate("pin => window.tandem.join(pin)", pin)
    shopper.button("Allow").click()
    shopper.state("live")


def frame_of(desk: Desk) -> Frame:
    return next(frame for frame in desk.page.frames if frame.url.endswith("/viewer"))


def follows(desk: Desk, shopper: Customer) -> None:
    """Neither what is scrolled takes its time, nor is a drag told without its way."""
    viewer = frame_of(desk)
    viewer.evaluate(WATCH)
    at = shopper.page.evaluate("() => { pane.scrollTop = 1e6; return pane.scrollTop; }")
    viewer.wait_for_function("(at) => window.places.includes(at)", arg=at)
    assert viewer.evaluate("() => window.places") == [at]
    shopper.page.evaluate(DRAGGED)
    x, y = desk.center("buy")
    desk.page.mouse.move(x, y)
    desk.page.mouse.down()
    desk.page.mouse.move(x + 80, y, steps=8)
    desk.page.mouse.up()
    shopper.page.wait_for_function("() => window.dragged === 8")


def test_an_agent_sees_points_and_acts(
    browser: Browser, context: BrowserContext, stage: Stage, axe: Callable[[Frame], list[str]]
) -> None:
    desk = Desk(context, stage)
    invitation = desk.open()
    assert invitation["link"].startswith(f"{stage.site}/shop.html#tandem=")
    assert axe(frame_of(desk)) == []
    with browser.new_context(locale="en-GB") as apart:
        shopper = customer(apart, stage)
        enter(shopper, invitation["pin"])
        assert desk.received("connected")["participants"] == ["Customer"]
        desk.sees("Ten percent off")
        expect(desk.mirror.get_by_text("Jane Doe")).to_have_count(0)
        assert desk.received("quality")["quality"] in {"good", "fair", "poor"}
        assert axe(frame_of(desk)) == []

        log = shopper.page.locator("#log")
        desk.use("pointer")
        desk.page.mouse.click(*desk.center("buy"))
        expect(shopper.ui.locator("canvas.overlay")).to_have_count(1)
        desk.use("control")
        desk.received("control", state="asked")
        shopper.button("Allow acting").click()
        desk.received("control", state="on")
        expect(desk.viewer.get_by_text("Remote control is allowed")).to_be_visible()
        desk.page.mouse.click(*desk.center("buy"))
        expect(log).to_contain_text("over buy")
        desk.sees("over buy")  # a new line, below which everything has moved
        desk.page.mouse.click(*desk.center("name"))
        desk.page.keyboard.type("Jo")
        expect(log).to_contain_text("name=Jo")
        expect(desk.mirror.locator("#name")).to_have_value("Jo")
        expect(desk.mirror.locator(r"#name.\:focus")).to_have_count(1)
        expect(desk.viewer.locator(".caret-layer > div")).to_be_visible()
        desk.page.mouse.click(*desk.center("size"))
        desk.viewer.get_by_label("Choose for the customer").select_option("l")
        expect(log).to_contain_text("size=l")
        desk.page.mouse.click(*desk.center("gift"))
        expect(log).to_contain_text("gift=true")
        follows(desk, shopper)
        desk.page.mouse.click(*desk.center("word"))
        expect(desk.viewer.get_by_text("Passwords, card numbers and codes can only be entered")).to_be_visible()
        assert axe(frame_of(desk)) == []
        desk.viewer.get_by_label("Address").fill(f"{stage.site}/second.html")
        desk.viewer.get_by_label("Address").press("Enter")
        shopper.page.wait_for_url("**/second.html")
        desk.sees("Second")
        desk.viewer.get_by_role("button", name="Back").click()
        desk.sees("Ten percent off")
        shopper.button("Stop acting").click()
        desk.received("control", state="off")
        expect(desk.viewer.get_by_text("taken remote control back")).to_be_visible()
        shopper.button("Stop").click()
        assert desk.received("ended", reason="customer")["why"] is None


def test_a_session_survives_refreshes_and_ends_by_the_agent(
    browser: Browser, context: BrowserContext, stage: Stage
) -> None:
    desk = Desk(context, stage)
    invitation = desk.open(language="de-DE")
    with browser.new_context(locale="en-GB") as apart:
        shopper = customer(apart, stage)
        enter(shopper, invitation["pin"])
        desk.received("connected")
        desk.sees("Ten percent off")
        desk.use("control")
        shopper.button("Allow acting").click()
        desk.received("control", state="on")

        desk.page.reload()
        desk.embed()
        again = desk.open(session=invitation["session"])
        assert (again["pin"], again["link"]) == (invitation["pin"], invitation["link"])
        desk.received("connected")
        desk.received("control", state="off")  # the customer's page has heard that nobody acts any more
        expect(desk.viewer.locator("#notice")).to_be_hidden()
        expect(shopper.button("Stop acting")).to_have_count(0)
        desk.sees("Ten percent off")
        shopper.page.reload()
        desk.sees("Ten percent off")
        stage.restart()
        desk.received("reconnecting")
        desk.received("reconnected")
        desk.sees("Ten percent off")

        desk.post("end")
        assert desk.received("ended")["reason"] == "agent"
        shopper.state("none")
    desk.page.reload()
    desk.embed()
    desk.post("open", mode="cobrowse", conversation="1", session=invitation["session"], site=None, language="en")
    desk.received("unknown")


@pytest.mark.full
def test_a_refusal_and_strangers(browser: Browser, context: BrowserContext, stage: Stage) -> None:
    desk = Desk(context, stage)
    stranger = context.new_page()
    stranger.goto(f"{stage.relay}/viewer")  # not embedded at all: it does nothing
    expect(stranger.get_by_text("Starting a session")).to_be_visible()
    desk.page.evaluate("() => { window.post({ type: 'dance' }); window.post({ type: 'tool', tool: 'axe' }); }")
    invitation = desk.open()
    sandbox = "() => document.querySelector('#content iframe').sandbox.value"
    assert frame_of(desk).evaluate(sandbox) == "allow-same-origin"
    with browser.new_context(locale="en-GB") as apart:
        shopper = customer(apart, stage)
        shopper.page.evaluate("pin => window.tandem.join(pin)", invitation["pin"])
        expect(desk.viewer.get_by_text("The customer is deciding")).to_be_visible()
        shopper.button("Do not allow").click()
        assert desk.received("ended", reason="customer")["why"] == "The customer did not agree."


# The end of what is said for a moment comes when the test says so.
MOMENT = """(() => {
  const { setTimeout } = window;
  window.setTimeout = (work, time, ...more) => {
    if (time === 6000) window.later = work;
    return setTimeout(time === 6000 ? () => {} : work, time, ...more);
  };
})()"""


@pytest.mark.full
def test_what_is_said_for_a_moment_is_not_cut_off(browser: Browser, context: BrowserContext, stage: Stage) -> None:
    context.add_init_script(MOMENT)
    desk = Desk(context, stage)
    invitation = desk.open()
    notice = desk.viewer.locator("#notice")
    with browser.new_context(locale="en-GB") as apart:
        shopper = customer(apart, stage)
        enter(shopper, invitation["pin"])
        desk.sees("Ten percent off")
        desk.use("control")
        shopper.button("Only watching").click()
        expect(notice).to_contain_text("did not allow remote control")
        shopper.page.locator("#size").click()
        shopper.page.evaluate("() => { document.getElementById('public').textContent = 'Forty percent off'; }")
        desk.sees("Forty percent off")
        expect(notice).to_contain_text("did not allow remote control")
        frame_of(desk).evaluate("() => window.later()")
        expect(notice).to_contain_text("choosing in a list or picker")
        shopper.button("Stop").click()
        assert desk.received("ended")["reason"] == "customer"


@pytest.mark.full
def test_an_agent_reads_what_the_customers_browser_shows_by_itself(
    browser: Browser, context: BrowserContext, stage: Stage
) -> None:
    desk = Desk(context, stage)
    invitation = desk.open()
    notice = desk.viewer.locator("#notice")
    with browser.new_context(locale="en-GB") as apart:
        shopper = customer(apart, stage)
        enter(shopper, invitation["pin"])
        desk.sees("Ten percent off")
        shopper.page.locator("#size").click()
        expect(notice).to_contain_text("choosing in a list or picker")
        desk.use("control")
        shopper.button("Allow acting").click()
        desk.received("control", state="on")
        shopper.page.locator("#size").press("Escape")
        expect(notice).to_be_hidden()

        asked: list[Dialog] = []
        shopper.page.on("dialog", lambda dialog: asked.append(dialog))  # noqa: PLW0108 - Playwright marks it
        shopper.page.evaluate("() => { setTimeout(() => confirm('Really?')); }")
        expect(notice).to_contain_text("does not answer", timeout=TIMEOUT * 1000)
        desk.page.mouse.click(*desk.center("buy"))
        asked[0].accept()
        expect(notice).to_be_hidden()
        desk.page.mouse.click(*desk.center("gift"))
        expect(shopper.page.locator("#log")).to_contain_text("gift=true")
        expect(shopper.page.locator("#log")).not_to_contain_text("buy")
        shopper.button("Stop").click()
        assert desk.received("ended")["reason"] == "customer"
