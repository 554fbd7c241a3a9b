"""The same hand with the customer in Firefox, and what only Firefox does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from customers import wait_for_turn
from firefox import IN_FIREFOX, firefox
from hands import Hand
from test_hand import *  # noqa: F403 - every test of it
from test_hand_pages import *  # noqa: F403 - and of it

pytestmark = IN_FIREFOX


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with firefox() as (_, browser):
        yield browser


def test_a_caret_that_nobody_knows_is_not_moved(hand: Hand) -> None:
    hand.show("<input id='n' type='number' value='12'><input id='z'>", "n.focus()")
    assert hand.agent.press("ArrowRight") == "invalid"
    assert hand.agent.press("3") == "invalid"
    hand.agent.click("z")
    hand.agent.click("n")
    assert hand.agent.press("ArrowLeft", "3") == "done"
    hand.agent.press("a", mods="c")
    assert (hand.value("n"), hand.agent.press("z", mods="c")) == ("132", "undo")
    hand.agent.press("-")
    hand.get("void (n.value = '5')")  # a page's own value has the caret at its end
    hand.agent.press("6", "ArrowLeft", "-")
    assert hand.value("n") == ""
    hand.agent.press("Backspace", "End", "7")
    assert hand.value("n") == "567"


def test_what_a_field_shows_beside_its_value_stays(hand: Hand) -> None:
    hand.show("<input id='n' type='number'><input id='z'>", "n.focus()")
    hand.page.keyboard.type("1.")
    wait_for_turn(hand.page, hand.agent)
    hand.agent.click("z")
    hand.agent.click("n")
    hand.agent.press("End", "7", "Backspace")
    hand.agent.act("paste", text="5\n")
    assert hand.value("n") == "1.5"


def test_a_press_puts_the_caret_where_it_is(hand: Hand) -> None:
    hand.show(
        "<div id='h'></div><i id='z'></i>",
        """const field = Object.assign(document.createElement("input"), { type: "number", value: 1234, id: "n" });
        h.attachShadow({ mode: "open" }).append(field);
        h.addEventListener("input", ({ data }) => log.push(data));
        field.addEventListener("select", () => log.push("select"));""",
    )
    value = "h.shadowRoot.firstChild.value"
    size = hand.get("[h.shadowRoot.firstChild.offsetWidth, h.shadowRoot.firstChild.offsetHeight]")
    hand.agent.click("n", at=[3, size[1] / 2, *size])
    hand.agent.press("5")
    hand.agent.press("6")
    assert (hand.get(value), hand.get("log")) == ("561234", ["5", "6"])
    hand.agent.click("n", count=2, at=[12, size[1] / 2, *size])
    hand.agent.press("8")
    assert hand.get(value) == "8"


def test_a_change_is_told_once_and_as_firefox_does(hand: Hand) -> None:
    hand.show(
        "<input id='r' type='range' style='width:216px'><input id='n' type='number' value='1'>",
        """const note = ({ type, inputType = "" }) => log.push(`${type} ${inputType}`.trim());
        for (const each of [r, n])
          for (const type of ["beforeinput", "input", "change"]) each.addEventListener(type, note);""",
    )
    hand.agent.click("r", at=[8 + 0.75 * 200, 8, 216, 16])
    assert hand.get("log.splice(0)") == ["input", "change"]
    hand.agent.click("n")
    hand.agent.press("ArrowUp")
    replaced = [f"{kind} insertReplacementText" for kind in ("beforeinput", "input")]
    assert hand.get("log") == [*replaced, "change"]
