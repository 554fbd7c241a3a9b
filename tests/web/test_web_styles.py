"""Styles: what a page looks like is the same on both sides, live and late, and style sheets give nothing away."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from customers import Stage
from sizes import in_full
from web.sides import opened
from web.sites import Tag, WebSite

PAGES = ["selectors", "sheets", pytest.param("drawings", marks=pytest.mark.full)]
MASKED, SHOWN = Tag(), Tag(allow="html")


@pytest.mark.parametrize("way", ["live", in_full("late")])
@pytest.mark.parametrize("page", PAGES)
def test_both_sides_look_the_same(browser: Browser, stage: Stage, site: WebSite, page: str, way: str) -> None:
    with opened(browser, stage, site) as sides:
        sides.load(f"{page}.html", SHOWN)
        wrong = []
        if way == "live":
            sides.join()
            wrong.append(sides.difference())
        for step in sides.steps:
            sides.step(step)
            if way == "live":
                wrong.append(sides.difference())
        if way == "late":
            sides.join()
            wrong.append(sides.difference())
        assert [*filter(None, wrong), *sides.faults] == []


@pytest.mark.parametrize("shown", [False, pytest.param(True, marks=pytest.mark.full)], ids=["masked", "shown"])
def test_guesses_of_style_sheets_find_nothing_out(
    browser: Browser, stage: Stage, site: WebSite, *, shown: bool
) -> None:
    """The guesses of each sign leave the same traces, whatever the field holds: none."""
    found = []
    for held in "k7":
        with opened(browser, stage, site) as sides:
            sides.load(f"selectors.html?held={held}", SHOWN if shown else MASKED)
            sides.join()
            sides.pause(0.5)
            found.append(sides.mirrored(sides.call("guessed.toString()")))
    first, second = found
    assert first[1] == second[1], "a password is as secret where all is shown"
    if not shown:
        assert first == second
        assert [each for each in first if " t-" in f" {each}"] == []
