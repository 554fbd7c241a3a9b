"""The customer in Firefox, and the agent in Chromium: what acting does, what is secret, and that Stop stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from customers import Stage
from firefox import IN_FIREFOX, firefox
from web.cases import CONTROL, MASKING, cases
from web.hands import Hand
from web.scenarios import SCENARIOS, VERIFIED
from web.sides import Sides, opened
from web.sites import Tag, WebSite
from web.test_web_lifecycle import in_view, stopped
from web.test_web_masking import QUERIES, leaked, secrets

pytestmark = IN_FIREFOX
Engines = tuple[Browser, Browser]
TARGETS = "14-control-hit-testing-laser"


@pytest.fixture(scope="module")
def engines(cotab_launch_options: dict[str, Any]) -> Iterator[Engines]:
    """The customer's Firefox, and the agent's Chromium."""
    with firefox() as (playwright, customers):
        agents = playwright.chromium.launch(**cotab_launch_options)
        yield customers, agents
        agents.close()


def targets(sides: Sides, hand: Hand) -> None:
    """Click where the agent sees them: another engine lays out forms a few pixels off."""
    for target in sides.call("targets()"):
        name = target["id"]
        hand.click(("#fr", "#fb") if name == "frame" else f"#{name}", (150, 30) if name == "board" else None)
        hand.page.wait_for_timeout(300)


@cases("firefox", CONTROL)
def test_an_agent_does_in_firefox_what_a_user_can_do(engines: Engines, stage: Stage, site: WebSite, page: str) -> None:
    with opened(engines, stage, site) as sides:
        sides.load(f"{page}.html")
        sides.join()
        sides.allow_acting()
        scenario = targets if page == TARGETS else SCENARIOS[page]
        scenario(sides, sides.agent)
        assert not sides.verified(VERIFIED.get(page, "verify"))


@cases("firefox", ["h1-htmlswap", "h2-write"])
def test_stop_stays_in_view_or_nothing_is_seen(engines: Engines, stage: Stage, site: WebSite, page: str) -> None:
    with opened(engines, stage, site) as sides:
        sides.load(f"{page}.html")
        sides.join()
        sides.step("step1")
        sides.pause(1)
        assert in_view(sides.customer.page) or stopped(sides)


@cases("firefox", MASKING, "masked")
def test_no_planted_secret_leaves(engines: Engines, stage: Stage, site: WebSite, page: str, way: str) -> None:
    with opened(engines, stage, site) as sides:
        sides.load(f"{page}.html{QUERIES.get(page, '')}", Tag())
        sides.join()
        more = secrets(sides)
        for step in sides.steps:
            sides.step(step)
            sides.pause(0.5)
        sides.rejoin()
        sides.pause(0.5)
        assert leaked(sides, page, way, more) == set()
