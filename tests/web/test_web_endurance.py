"""A long session: what comes and goes leaves nothing behind, neither at the customer's nor at the agent's."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from customers import Stage
from web.sides import Sides, opened
from web.sites import Tag, WebSite

CHANGES, BURST, WARM = 36_000, 200, 2_000
GROWTH = 2_000_000  # bytes


@dataclass(frozen=True)
class Held:
    """What a page holds after garbage collection."""

    heap: int
    nodes: int
    listeners: int


def held(page: Page) -> Held:
    session = page.context.new_cdp_session(page)
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    counts = session.send("Memory.getDOMCounters")
    heap = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return Held(heap, counts["nodes"], counts["jsEventListeners"])


def churned(sides: Sides, changes: int) -> tuple[Held, Held]:
    """What both pages hold after so many changes."""
    sides.step("churn", changes, BURST)
    assert sides.difference() == ""
    sides.pause(2)
    return held(sides.customer.page), held(sides.desk.page)


@pytest.mark.full
def test_nothing_grows_with_the_number_of_changes(browser: Browser, stage: Stage, site: WebSite) -> None:
    with opened(browser, stage, site) as sides:
        sides.load("churn.html", Tag(allow="html"))
        sides.join()
        before = churned(sides, WARM)
        after = churned(sides, CHANGES)
    for side, first, last in zip(("customer", "agent"), before, after, strict=True):
        assert last.heap - first.heap < GROWTH, (side, first, last)
        assert last.nodes <= first.nodes, (side, first, last)
        assert last.listeners <= first.listeners, (side, first, last)
