"""What a page hears of the agent's hand, beside what it hears of the customer's: the same events, in the same order."""

from __future__ import annotations

from difflib import unified_diff
from typing import Literal

import pytest
from playwright.sync_api import Page

from customers import Agent, wait_for_turn
from hands import *  # noqa: F403 - its fixtures
from hands import Hand

pytestmark = pytest.mark.full

TYPES = """pointerover pointerenter pointerout pointerleave pointermove pointerdown pointerup pointercancel
  mouseover mouseenter mouseout mouseleave mousemove mousedown mouseup click auxclick dblclick contextmenu
  keydown keypress keyup beforeinput input change focus blur focusin focusout
  dragstart dragenter dragleave drop dragend"""
LISTEN = f"""const tell = (event) => {{
  const {{ type, target, bubbles, cancelable, composed, detail, button, buttons, inputType, data, key }} = event;
  const flags = Object.entries({{ bubbles, cancelable, composed }}).filter(([, is]) => is).map(([name]) => name[0]);
  const pressed = type.startsWith("dr") ? {{}} : {{ button, buttons }}; // a driver's drag has none
  const texts = {{ inputType, data, key, value: target.value }};
  const members = {{ flags: flags.join(""), detail, ...pressed, related: event.relatedTarget?.id, ...texts }};
  const shown = Object.entries(members).filter(([, each]) => each !== undefined && each !== null);
  log.push([event.constructor.name, type, target.id, ...shown.map((each) => each.join("="))].join(" "));
}};
for (const type of `{TYPES}`.split(/\\s+/)) document.getElementById("root").addEventListener(type, tell, true);"""

WITHIN = """([name, x, y]) => {
  const { left, top, width, height } = document.getElementById(name).getBoundingClientRect();
  return [x - left, y - top, width, height];
}"""
BOX = "style='width:200px;height:30px'"
TAKES = "ondragover='event.preventDefault()'"
# By name: what is on the page, and what is done. A place is an element's middle; the hand is over #z first.
SCENES: dict[str, tuple[str, str]] = {
    "in and out": ("<div id='a'><p id='b'>B</p><p id='c'>C</p></div>", "move b, move c, move z"),
    "a click": ("<p id='b'>B</p>", "move b, down, up"),
    "a double click": ("<p id='b'>B</p>", "move b, down, up, down twice, up twice"),
    "a right click": ("<p id='b'>B</p>", "move b, down right, up right"),
    "a right click that is prevented": ("<p id='b' onmousedown='return false'>B</p>", "move b, down right, up right"),
    "presses that are prevented": (
        f"<p id='b' {BOX} onpointerdown='event.preventDefault()'>B</p><p id='c' {BOX}>C</p>",
        "move b, down, move c, up, move z",
    ),
    "a press that goes elsewhere": (f"<p id='b' {BOX}>B</p><p id='c' {BOX}>C</p>", "move b, down, move c, up"),
    "drag and drop": (
        f"<p id='s' draggable='true' {BOX}>S</p><p id='m' {BOX}>M</p><p id='t' {BOX} {TAKES}>T</p>",
        "move s, down, move m, move t, up",
    ),
    "arrows on a number": (
        "<input id='n' type='number' value='1' max='2'>",
        "move n, down, up, ArrowUp, ArrowUp, ArrowDown",
    ),
    "an arrow on a number that is prevented": (
        "<input id='n' type='number' value='1' onbeforeinput='event.preventDefault()'>",
        "move n, down, up, ArrowUp",
    ),
    "the buttons of a number": (
        "<input id='n' type='number' value='1' style='width:150px;height:22px;box-sizing:border-box'>",
        "move n 0.93 0.25, down, up, down, up",
    ),
    "a range": (f"<input id='r' type='range' {BOX}>", "move r 0.8 0.5, down, move r 0.2 0.5, up"),
    "keys on a range": ("<input id='r' type='range'>", "move r, down, up, ArrowRight, End"),
    "keys in a list": ("<select id='s'><option>One<option>Two</select>", "focus s, ArrowDown, o"),
    "keys on radio buttons": (
        "<input type='radio' name='x' id='x' checked><input type='radio' name='x' id='y'>",
        "focus x, ArrowDown",
    ),
    "a box ticked by a click and a key": ("<input type='checkbox' id='c'>", "move c, down, up, Space"),
    "text": ("<input id='t'><input id='u'>", "move t, down, up, a, Backspace, Tab"),
    "Enter in a field": ("<input id='t'>", "move t, down, up, a, Enter"),
    "Enter in a text": ("<textarea id='t'></textarea>", "move t, down, up, Enter"),
    "rich text": ("<p id='e' contenteditable>Text</p>", "move e, down, up, End, a, Enter, Backspace"),
    "a button pressed by keys": ("<button id='b'>B</button>", "focus b, Enter, Space"),
}


class User:
    """The customer's own hand."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.over = (0.0, 0.0)

    def move(self, where: str) -> None:
        """Go to a place in an element: its middle, or one that is named by its shares."""
        name, *shares = where.split()
        box = self.page.locator(f"#{name}").bounding_box()
        assert box
        across, down = map(float, shares or (0.5, 0.5))
        self.over = (box["x"] + box["width"] * across, box["y"] + box["height"] * down)
        self.go(name)

    def go(self, name: str) -> None:  # noqa: ARG002 - see Guest
        self.page.mouse.move(*self.over)

    def button(self, how: Literal["down", "up"], count: int, button: Literal["left", "right"]) -> None:
        (self.page.mouse.down if how == "down" else self.page.mouse.up)(button=button, click_count=count)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)


class Guest(User):
    """The agent's."""

    def __init__(self, page: Page, agent: Agent) -> None:
        super().__init__(page)
        self.agent = agent

    def go(self, name: str) -> None:
        x, y = self.over
        self.place = {"node": name, "x": x, "y": y, "at": self.page.evaluate(WITHIN, [name, x, y])}
        self.agent.act("move", **self.place)

    def button(self, how: Literal["down", "up"], count: int, button: Literal["left", "right"]) -> None:
        self.agent.act(how, **self.place, button=2 if button == "right" else 0, count=count)

    def press(self, key: str) -> None:
        self.agent.press(" " if key == "Space" else key)


def test_the_page_hears_the_same_of_both_hands(hand: Hand) -> None:
    by_user = {name: heard(hand, User(hand.page), *scene) for name, scene in SCENES.items()}
    hand.page.mouse.move(1, 1)
    wait_for_turn(hand.page, hand.agent)
    by_agent = {name: heard(hand, Guest(hand.page, hand.agent), *scene) for name, scene in SCENES.items()}
    assert {name: differing(by_user[name], by_agent[name]) for name in SCENES} == dict.fromkeys(SCENES, "")


def differing(user: list[str], agent: list[str]) -> str:
    return "\n".join(unified_diff(user, agent, "user", "agent", n=1, lineterm=""))


def heard(hand: Hand, by: User, html: str, steps: str) -> list[str]:
    """What the page has heard once all was done; the hand comes from beside."""
    hand.show(f"<p id='z' {BOX}>Z</p><div id='root'>{html}</div>", LISTEN)
    by.move("z")
    hand.get("void (log.length = 0)")
    for step in steps.split(", "):
        what, _, where = step.partition(" ")
        if what == "focus":
            hand.page.locator(f"#{where}").focus()
        elif what == "move":
            by.move(where)
        elif what in ("down", "up"):
            how: Literal["down", "up"] = "down" if what == "down" else "up"
            by.button(how, 2 if where == "twice" else 1, "right" if where == "right" else "left")
        else:
            by.press(what)
    log: list[str] = hand.get("log")
    return log
