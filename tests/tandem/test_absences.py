"""Browsers that lack something: each side comes into a session, or reads why it does not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from absences import ABSENCES, DECIDING, EACH
from customers import OPEN_SHADOW, Customer, Stage
from desks import Desk
from sentences import sentence


@pytest.fixture(params=EACH)
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    with browser.new_context(locale="en-GB") as made:
        made.add_init_script(ABSENCES[request.param])
        made.add_init_script(OPEN_SHADOW)
        yield made


def test_a_session_or_a_sentence(context: BrowserContext, stage: Stage, request: pytest.FixtureRequest) -> None:
    desk = Desk(context, stage)
    shopper = Customer(context.new_page())
    shopper.page.goto(f"{stage.site}/shop.html")
    if request.node.callspec.params["context"] in DECIDING:
        expect(desk.viewer.get_by_role("heading")).to_have_text(sentence("en"))
        shopper.page.get_by_role("button", name="Help").click()
        expect(shopper.page.get_by_role("alert")).to_contain_text(sentence("en"))
        return
    pin = desk.open()["pin"]
    shopper.page.bring_to_front()
    shopper.page.evaluate("(pin) => window.tandem.join(pin)", pin)
    shopper.button("Allow").click()
    desk.received("connected")
    desk.sees("Ten percent off")
    shopper.button("Stop").click()
    assert desk.received("ended")["reason"] == "customer"
