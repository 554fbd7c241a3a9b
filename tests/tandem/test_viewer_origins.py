"""Frames of other origins, and a session that goes to another origin, as the agent has them in the viewer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, expect

from cotab_kit.testing import ConsoleWatch
from customers import Customer, Stage, customer
from desks import Desk

OWN_INPUT = 1600  # milliseconds after the customer's own input in which an agent does not act


@pytest.fixture
def contexts(browser: Browser) -> Iterator[tuple[BrowserContext, BrowserContext]]:
    with browser.new_context(locale="en-GB") as agents, browser.new_context(locale="en-GB") as customers:
        watch = ConsoleWatch(agents)
        watch.expect("Blocked script execution", optional=True)  # of Playwright's own listeners in the mirror
        watch.expect("/api/sessions/", optional=True)  # a session that is over is asked for
        for each in (agents, customers):
            each.set_default_timeout(30_000)
        yield agents, customers
        watch.check()


def joined(contexts: tuple[BrowserContext, BrowserContext], stage: Stage, path: str) -> tuple[Desk, Customer]:
    """A session over a page, in which the agent may act."""
    desk = Desk(contexts[0], stage)
    pin = desk.open()["pin"]
    shopper = customer(contexts[1], stage, path)
    shopper.page.evaluate("pin => { void window.tandem.join(pin); }", pin)
    shopper.button("Allow").click()
    desk.received("connected")
    desk.use("control")
    shopper.button("Allow acting").click()
    desk.received("control", state="on")
    shopper.page.wait_for_timeout(OWN_INPUT)
    return desk, shopper


def click(desk: Desk, inner: FrameLocator, name: str) -> None:
    """Click on what the agent sees of it."""
    box = inner.locator(f"#{name}").bounding_box()
    assert box is not None
    desk.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


@pytest.mark.full
def test_an_agent_sees_and_acts_in_a_frame_of_another_origin(
    contexts: tuple[BrowserContext, BrowserContext], stage: Stage
) -> None:
    desk, shopper = joined(contexts, stage, "/around.html")
    seen, there = desk.mirror.frame_locator("#till"), shopper.page.frame_locator("#till")
    expect(seen.get_by_text("The till in the frame")).to_be_visible()
    expect(seen.get_by_text("Jane Doe")).to_have_count(0)
    for name in ("deaf", "bare"):
        expect(desk.mirror.locator(f"#{name}")).to_have_attribute("aria-label", "Page of another site: not shown")
    click(desk, seen, "inside")
    expect(there.locator("#said")).to_have_text("pressed ")
    expect(seen.locator("#said")).to_have_text("pressed ")
    click(desk, seen, "note")
    desk.page.keyboard.type("Hi")
    expect(there.locator("#note")).to_have_value("Hi")
    expect(seen.locator("#note")).to_have_value("Hi")
    expect(seen.locator(r"#note.\:focus")).to_have_count(1)
    click(desk, seen, "secret")
    expect(desk.viewer.get_by_text("Passwords, card numbers and codes can only be entered")).to_be_visible()
    shopper.button("Stop").click()
    assert desk.received("ended")["reason"] == "customer"


@pytest.mark.full
def test_an_agent_goes_along_to_another_origin(contexts: tuple[BrowserContext, BrowserContext], stage: Stage) -> None:
    desk, shopper = joined(contexts, stage, "/leaving.html")
    desk.sees("The shop")
    desk.page.mouse.click(*desk.center("over"))
    shopper.page.wait_for_url(f"{stage.other}/arrived.html?x=1#part")
    desk.sees("The till")
    expect(desk.viewer.get_by_label("Address")).to_have_value(f"{stage.other}/arrived.html")
    desk.page.mouse.click(*desk.center("back"))
    shopper.page.wait_for_url(f"{stage.site}/leaving.html")
    desk.sees("The shop")
    desk.page.mouse.click(*desk.center("over"))
    desk.sees("The till")
    shopper.button("Stop").click()
    assert desk.received("ended")["reason"] == "customer"
