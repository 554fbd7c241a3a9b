"""What the tests of pages stand on, over a small page: both sides, the recorder, a user's hand and an agent's."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from customers import Stage
from web.hands import Hand
from web.sides import opened
from web.sites import Tag, WebSite
from web.traffic import leaks

PAGE = "small.html"
ALLOWED, BLOCKED, MASKED = Tag(allow="html"), Tag(allow="html", block="body > *"), Tag()


def do(hand: Hand) -> None:
    hand.click("#name")
    hand.type("Ada")
    hand.click("#send")


@pytest.mark.parametrize("late", [pytest.param(False, marks=pytest.mark.full), True], ids=["live", "late"])
def test_both_sides_see_the_same(browser: Browser, stage: Stage, site: WebSite, late: bool) -> None:  # noqa: FBT001 - pytest's
    with opened(browser, stage, site) as sides:
        sides.load(PAGE)
        if not late:
            sides.join()
        assert sides.steps == ["step1", "step2"]
        sides.step("step1")
        if not late:
            assert sides.difference() == ""
            assert (
                sides.difference("((doc) => Object.keys(doc.defaultView).includes('probe'))") == "False instead of True"
            )
        sides.step("step2")
        if late:
            sides.join()
        assert sides.difference() == ""
        assert sides.faults == []


def test_the_recorder_finds_what_the_policy_shows_and_nothing_else(
    browser: Browser, stage: Stage, site: WebSite
) -> None:
    for tag, found in ((ALLOWED, {"SEKRET-0001", "SEKRET-0002"}), (MASKED, set()), (BLOCKED, set())):
        with opened(browser, stage, site) as sides:
            sides.load(PAGE, tag)
            sides.join()
            sides.step("step1")
            sides.step("step2")
            if tag is not BLOCKED:
                assert sides.difference() == ""
            sides.pause(0.5)
            assert leaks(sides.traffic.text, []) == found
            assert leaks(sides.mirror_text, []) == found - {"SEKRET-0001"}


def test_a_user_and_an_agent_do_the_same(browser: Browser, stage: Stage, site: WebSite) -> None:
    with opened(browser, stage, site) as sides:
        sides.load(PAGE)
        do(sides.user)
        assert sides.verified() == ""
        sides.load(PAGE)
        sides.join()
        sides.allow_acting()
        assert sides.verified().startswith("verify: {")
        do(sides.agent)
        assert sides.verified() == ""
