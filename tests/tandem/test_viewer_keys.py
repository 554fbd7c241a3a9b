"""The agent's keyboard in the viewer: what it writes on the customer's page, and what else is done without a mouse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from cotab_kit.testing import ConsoleWatch
from customers import TIMEOUT, Customer, Stage, customer
from desks import Desk
from reading import CUT, SPACED

ACTIVE = "() => document.activeElement.id"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(locale="en-GB") as made:
        watch = ConsoleWatch(made)
        watch.expect("Blocked script execution", optional=True)  # of Playwright's own listeners in the mirror
        made.set_default_timeout(TIMEOUT * 1000)
        yield made
        watch.check()


def acting(desk: Desk, apart: BrowserContext) -> Customer:
    """A customer who lets the agent act."""
    invitation = desk.open()
    shopper = customer(apart, desk.stage)
    shopper.page.evaluate("pin => { void window.tandem.join(pin); }", invitation["pin"])
    shopper.button("Allow").click()
    desk.sees("Ten percent off")
    desk.use("control")
    shopper.button("Allow acting").click()
    desk.received("control", state="on")
    desk.page.bring_to_front()
    return shopper


@pytest.mark.full
def test_whatever_a_keyboard_writes_arrives(browser: Browser, context: BrowserContext, stage: Stage) -> None:
    desk = Desk(context, stage)
    with browser.new_context(locale="en-GB") as apart:
        shopper = acting(desk, apart)
        shopper.page.evaluate("""() => {
          window.heard = [];
          for (const type of ["keydown", "beforeinput"]) document.addEventListener(type, (event) =>
            window.heard.push(type === "keydown" ? [event.key, event.repeat] : [event.inputType, event.data]));
        }""")
        field = shopper.page.locator("#name")
        desk.page.mouse.click(*desk.center("name"))
        expect(field).to_be_focused()

        keys, tools = desk.page.keyboard, context.new_cdp_session(desk.page)
        tools.send("Input.imeSetComposition", {"text": "にほ", "selectionStart": 2, "selectionEnd": 2})
        tools.send("Input.imeSetComposition", {"text": "日本", "selectionStart": 2, "selectionEnd": 2})
        tools.send("Input.insertText", {"text": "日本"})
        expect(field).to_have_value("日本")
        tools.send("Input.dispatchKeyEvent", {"type": "keyDown", "key": "Dead", "code": "Equal"})
        tools.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": "Dead", "code": "Equal"})
        keys.insert_text("é")
        keys.insert_text("👩‍👧")
        expect(field).to_have_value("日本é👩‍👧")
        assert shopper.page.evaluate("() => window.heard") == [
            ["insertText", "日本"],
            ["insertText", "é"],
            ["insertText", "👩‍👧"],
        ]
        keys.press("Backspace")
        expect(field).to_have_value("日本é")
        keys.press("Control+z")
        expect(field).to_have_value("日本é👩‍👧")
        keys.press("Control+Shift+z")
        expect(field).to_have_value("日本é")
        shopper.page.evaluate("() => { window.heard = []; }")
        for _ in range(3):
            keys.down("x")
        keys.up("x")
        expect(field).to_have_value("日本éxxx")
        downs = [each for each in shopper.page.evaluate("() => window.heard") if each[0] == "x"]
        assert downs == [["x", False], ["x", True], ["x", True]]


@pytest.mark.full
def test_a_keyboard_is_enough(browser: Browser, context: BrowserContext, stage: Stage) -> None:
    desk = Desk(context, stage)
    viewer = next(frame for frame in desk.page.frames if frame.url.endswith("/viewer"))
    with browser.new_context(locale="en-GB") as apart:
        shopper = acting(desk, apart)
        viewer.wait_for_function(f"() => ({ACTIVE})() === 'keys'")
        desk.page.keyboard.press("Tab")  # on the customer's page
        expect(shopper.page.locator(":focus")).to_have_count(1)
        assert viewer.evaluate(ACTIVE) == "keys"
        desk.page.keyboard.press("Shift+Escape")
        for name in ("go", "address", "reload", "forward", "back"):
            desk.page.keyboard.press("Shift+Tab")
            assert viewer.evaluate(ACTIVE) == name
        desk.page.keyboard.press("Shift+Tab")
        assert viewer.evaluate("() => document.hasFocus()") is False
        for name in ("back", "forward", "reload", "address"):
            desk.page.keyboard.press("Tab")
            assert viewer.evaluate(ACTIVE) == name
        desk.page.keyboard.press("Control+a")
        desk.page.keyboard.type(f"{stage.site}/second.html")
        desk.page.keyboard.press("Enter")
        desk.sees("Second")
        for name in ("go", "keys"):
            desk.page.keyboard.press("Tab")
            assert viewer.evaluate(ACTIVE) == name

        desk.use("pointer")
        desk.received("control", state="off")
        viewer.evaluate("() => document.body.focus()")
        viewer.locator("#surface").focus()
        desk.page.keyboard.press("ArrowRight")
        expect(shopper.ui.locator("canvas.overlay")).to_have_count(1)
        desk.page.set_viewport_size({"width": 320, "height": 480})
        viewer.evaluate(f"() => ({SPACED})(document)")
        own = [each for each in viewer.evaluate(CUT) if not each.startswith(("p#title", "main#stage", "div#content"))]
        assert own == []
