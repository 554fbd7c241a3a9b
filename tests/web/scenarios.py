"""What is done on the control pages: by a user, which shows that it can be done, and by an agent over the mirror."""

from __future__ import annotations

from collections.abc import Callable

from web.hands import Hand
from web.sides import Sides

Scenario = Callable[[Sides, Hand], None]

END = (240.0, 10.0)  # in a field of 300 pixels, behind what stands in it
PAUSE = 300  # milliseconds, for what a page does a little later


def tracker(_: Sides, hand: Hand) -> None:
    hand.click("#name")
    hand.type("Ada")
    hand.click("#notes")
    hand.type("first")
    hand.press("Enter")
    hand.type("second")
    hand.choose("#plan", "Pro")
    hand.click("#agree")
    hand.click("#ship2")
    hand.click("#lazy")
    hand.type("42")
    hand.press("Tab")
    hand.click("#send")


def menus(_: Sides, hand: Hand) -> None:
    hand.click("#trigA")
    hand.click("#menuA button:nth-child(2)")
    hand.click("#trigB")
    hand.click("#menuB button:nth-child(1)")
    hand.click("#c")


def masked_fields(_: Sides, hand: Hand) -> None:
    hand.click("#addr", END)
    hand.type(" OK")
    hand.click("#sum", END)
    hand.press("Backspace")
    hand.click("#mid")
    hand.press("Home", "ArrowRight")
    hand.type("X")
    hand.click("#all")
    hand.press("Control+a")
    hand.type("new")
    hand.click("#paste", END)
    hand.paste("P")
    hand.click("#t1")
    hand.press("Tab")
    hand.type("z")


def targets(sides: Sides, hand: Hand) -> None:
    for target in sides.call("targets()"):
        hand.click(tuple(target["at"]))
        hand.page.wait_for_timeout(PAUSE)


def widgets(_: Sides, hand: Hand) -> None:
    hand.choose("#sel", "Third")
    hand.click("#multi option:nth-child(2)")
    hand.click("#multi option:nth-child(4)", with_key="Control")
    hand.click("#date", (18, 12))
    hand.type("05172031")
    hand.click("#time", (18, 12))
    hand.type("0830AM")
    hand.click("#range")
    hand.press("End", *["ArrowLeft"] * 30)
    hand.put("#color", "#00ff80")
    hand.click("#num", (60, 10))
    hand.type("12")
    hand.press("ArrowUp")
    hand.click("#det summary")
    hand.find("#det[open]").wait_for()  # what lies below has moved, for an agent a little later
    hand.drag("#knob", (120, 0))


def virtual(_: Sides, hand: Hand) -> None:
    for _each in range(4):
        hand.wheel("#list", 0, 24_000, (100, 100))
        hand.page.wait_for_timeout(PAUSE)
    hand.click("#row3000")
    for down in (600, 150):  # to its end; then the page goes on
        hand.wheel("#inner", 0, down, (100, 60))
        hand.page.wait_for_timeout(3 * PAUSE)  # browsers keep a wheel on what it began on for a while
    for _each in range(2):
        hand.wheel("#contain", 0, 600, (100, 60))
        hand.page.wait_for_timeout(3 * PAUSE)
    hand.wheel("#smooth", 0, 400, (100, 60))
    hand.page.wait_for_timeout(3 * PAUSE)


def flyout(_: Sides, hand: Hand) -> None:
    hand.move("#press")
    hand.move("#js")


def prefilled(_: Sides, hand: Hand) -> None:
    for field, text in (("#a", "b"), ("#t", "!")):
        hand.click(field, END)
        hand.type(text)
    for field, text in (("#n", "3"), ("#m", "x"), ("#v", "!")):
        hand.click(field, (150, 10))
        hand.press("End")
        hand.type(text)


def masks(_: Sides, hand: Hand) -> None:
    for field, text in (("#cc", "DE89370400440532"), ("#money", "1234567"), ("#up", "abc")):
        hand.click(field)
        hand.type(text)


def changes(_: Sides, hand: Hand) -> None:
    hand.click("#zip")
    hand.type("12345")
    hand.click("#qty", (60, 10))
    hand.press("Control+a")
    hand.type("12")
    hand.press("Tab")


def rich_text(_: Sides, hand: Hand) -> None:
    hand.click("#ed p:last-child", (380, 12))
    hand.type("!")
    hand.click("#ed2")
    hand.type("a")
    hand.press("Enter")
    hand.type("b")


def keys(_: Sides, hand: Hand) -> None:
    hand.click("#a")
    hand.type("hello")
    hand.press("ArrowLeft", "ArrowLeft")
    hand.type("X")
    hand.click("#b")
    hand.type("old")
    hand.press("Control+a")
    hand.type("new")
    hand.click("#c")
    hand.type("1")
    hand.press("Home")
    hand.type("c")
    hand.click("#s1")
    hand.press("Tab")
    hand.type("y")


def toolbar(_: Sides, hand: Hand) -> None:
    hand.click("#ed")
    hand.click("#bold")
    hand.click("#combo")
    hand.click("#o2")


def places(_: Sides, hand: Hand) -> None:
    hand.click("#cv", (60, 60))
    hand.click("#map", (320, 100))
    hand.click("#stars", (150, 15))
    hand.click("#r", (225, 8))


def hovering(_: Sides, hand: Hand) -> None:
    hand.move("#m")
    hand.page.wait_for_timeout(PAUSE)
    hand.move("#n")


def wheels(_: Sides, hand: Hand) -> None:
    for where, x in (("#t", 0), ("#menu", 0), ("#h", 300)):
        hand.wheel(where, x, 0 if x else 500)
        hand.page.wait_for_timeout(3 * PAUSE)
    hand.wheel("#t", 0, 100)  # at its end: the page goes on
    hand.page.wait_for_timeout(3 * PAUSE)


def after_modal(sides: Sides, hand: Hand) -> None:
    for name in ("step1", "step2", "step3"):
        sides.step(name)
        sides.pause(0.5)
    hand.click("#go")


def popover(_: Sides, hand: Hand) -> None:
    hand.click("#b")
    hand.click("#it")


def scaled_frame(_: Sides, hand: Hand) -> None:
    hand.click(("#f", "#a"))
    hand.click(("#f", "#b"))


SCENARIOS: dict[str, Scenario] = {
    "10-control-react-tracker": tracker,
    "11-control-pointerdown-menu": menus,
    "13-control-type-into-masked": masked_fields,
    "14-control-hit-testing-laser": targets,
    "16-control-native-widgets": widgets,
    "18-control-virtual-scroll": virtual,
    "32-mirror-hover-focus": flyout,
    "e1-prefilled": prefilled,
    "e2-masks": masks,
    "e3-change": changes,
    "e4-richtext": rich_text,
    "e5-keys": keys,
    "e7-toolbar": toolbar,
    "e8-where": places,
    "e9-hover": hovering,
    "e10-wheel": wheels,
    "f1-modal": after_modal,
    "f2-popover": popover,
    "g2-scaledframe": scaled_frame,
}

# Where a page's own check does not say it all.
VERIFIED = {
    "e10-wheel": (
        "(() => { const at = pos(); return "
        "{ pass: at.page > 0 && at.t > 380 && at.h === 300 && at.menu > 380, ...at }; })"
    ),
}
