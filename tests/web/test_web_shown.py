"""Canvases and videos are pictures where the site has marked them and the agent may see them, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from customers import Stage
from web.drives import pixel
from web.sides import Sides, opened
from web.sites import Tag, WebSite

RED, GREEN, BLUE, BACK = [200, 0, 0], [0, 150, 0], [0, 0, 200], [255, 240, 200]
LABELLED = "(doc) => ['drawn', 'wide', 'video', 'plain', 'masked'].filter((id) => doc.getElementById(id).ariaLabel)"
FIND = "((found) => found.shadowRoot?.firstElementChild ?? found)"


@pytest.fixture
def sides(browser: Browser, stage: Stage, site: WebSite) -> Iterator[Sides]:
    with opened(browser, stage, site) as both:
        both.load("shown.html", Tag(allow="main"))
        both.call("window.ready")
        both.join()
        yield both


def near(color: list[int], other: list[int]) -> bool:
    return all(abs(one - two) <= 12 for one, two in zip(color, other, strict=True))


def seen(sides: Sides, name: str, color: list[int], at: float = 0.25) -> None:
    """Wait until the agent's screen has a color there."""
    left, top, width, height = sides.call(
        "(({ left, top, width, height }) => [left, top, width, height])"
        f"({FIND}(document.getElementById('{name}')).getBoundingClientRect())"
    )
    found: list[int] = []
    for _ in range(60):
        x, y = sides.agent.origin
        found = pixel(sides.desk.page, x + left + width * at, y + top + height / 4)
        if near(found, color):
            return
        sides.pause(0.2)
    raise AssertionError(f"{name}: {found} instead of {color}")


@pytest.mark.full
def test_what_is_marked_is_shown_as_it_changes(sides: Sides) -> None:
    for name in ("drawn", "wide", "video"):
        seen(sides, name, RED)
    seen(sides, "drawn", BACK, at=0.75)  # of the page, where nothing is drawn
    sides.call("paint('rgb(0, 150, 0)')")
    for name in ("drawn", "wide", "video"):
        seen(sides, name, GREEN)
    assert sides.difference("boxes") == ""
    sides.call("grow()")
    seen(sides, "drawn", BLUE)
    assert sides.difference("boxes") == ""


def test_what_is_not_marked_or_masked_stays_a_hole(sides: Sides) -> None:
    for name in ("drawn", "wide", "video"):
        seen(sides, name, RED)
    assert sides.mirrored(LABELLED) == ["plain", "masked"]
    assert sides.difference("boxes") == ""
    sent = {asset for inbox in sides.traffic.inboxes for asset in inbox.assets}
    assert len(sent) <= 3  # one of each that is marked and shown
    sides.step("mark")
    seen(sides, "host", RED)


@pytest.mark.full
def test_one_who_comes_late_sees_it_again(sides: Sides) -> None:
    seen(sides, "wide", RED)
    sides.rejoin()
    for name in ("drawn", "wide", "video"):
        seen(sides, name, RED)
