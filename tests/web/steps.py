"""The words in which lists of steps are written: what somebody does on a page, by its own hand or over a mirror.

A target is a selector of Playwright; one in a frame is `#frame / #field`. Where in it is a share of its size.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from web.hands import LAG, PATIENCE, Hand, Spot, Where

CENTER: Spot = (0.5, 0.5)
START: Spot = (0.06, 0.5)
STILL = 60  # milliseconds in which a place must not move
PACE = 40  # milliseconds from one move of a hand to the next: animated lists look at where it is meanwhile
REST = 400  # milliseconds until it lets go: lists take nothing while they move, and a busy page gets all moves at once
Act = Callable[[Hand], None]


@dataclass(frozen=True)
class Step:
    """What somebody does, and the part of the page's own state that shows whether it was done.

    `state` is an expression of the page: `$` selects an element, `state` is what the page has noted itself.
    """

    name: str
    acts: tuple[Act, ...]
    state: str


def step(name: str, *acts: Act, state: str) -> Step:
    return Step(name, acts, state)


def click(
    target: str,
    at: Spot = CENTER,
    *,
    button: Literal["left", "right"] = "left",
    hold: str | None = None,
) -> Act:
    return lambda hand: hand.click(place(hand, target, at), button=button, with_key=hold)


def double(target: str, at: Spot = CENTER) -> Act:
    return lambda hand: hand.click(place(hand, target, at), count=2)


def drag(target: str, to: str, *, start: Spot = CENTER, end: Spot = CENTER) -> Act:
    def act(hand: Hand) -> None:
        (x, y), (right, bottom) = place(hand, target, start), place(hand, to, end)
        hand.drag((x, y), (right - x, bottom - y), steps=12, pace=PACE, rest=REST)

    return act


def hover(target: str, at: Spot = CENTER) -> Act:
    return lambda hand: hand.move(place(hand, target, at))


def wheel(target: str, y: float) -> Act:
    return lambda hand: hand.wheel(place(hand, target, CENTER), 0, y)


def keys(*names: str) -> Act:
    """Press keys by their names, one after the other."""
    return lambda hand: hand.press(*names)


def write(text: str) -> Act:
    """Type a text, key by key."""
    return lambda hand: hand.type(text)


def paste(text: str) -> Act:
    return lambda hand: hand.paste(text)


def choose(target: str, label: str) -> Act:
    """Choose from a browser's own list, whose options are in no page."""
    return lambda hand: hand.choose(target, label)


def place(hand: Hand, target: str, at: Spot) -> Spot:
    """Where that is in the page's viewport, once it is there, does not move any more, and the hand sees it there."""
    where: Where = tuple(target.split(" / "))
    found = hand.find(where)
    begun = time.monotonic()
    before = None
    while (
        not (box := found.bounding_box(timeout=PATIENCE * 1000))
        or not box["width"]
        or box != before
        or not (hand.is_current(where, box) or time.monotonic() > begun + LAG)
    ):
        assert time.monotonic() < begun + PATIENCE, f"{target} is not to be seen"
        before = box
        hand.page.wait_for_timeout(STILL)
    left, top = hand.origin
    return box["x"] - left + box["width"] * at[0], box["y"] - top + box["height"] * at[1]
