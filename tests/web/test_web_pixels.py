"""The customer's screen and the agent's: pages of real libraries look the same, first, after acting, and scrolled."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError

from cotab_kit.layout import Workspace
from customers import Stage
from web.known import KNOWN
from web.library_pages import LOOKS, library_page
from web.outcomes import DESK, VIEWPORT
from web.sides import opened
from web.sites import WebSite
from web.views import View, first_acted_scrolled, kept

LIGHT = "rtl"  # needs neither packages nor a bundle: the share of every run
MEDIAN = 0.001  # of all pixels
OWN_PAGES = Path(__file__).with_name("pages")


def pages() -> list[object]:
    return [pytest.param(name, id=f"pixels {name}", marks=_marks(name)) for name in LOOKS]


def _marks(name: str) -> list[pytest.MarkDecorator]:
    reason = KNOWN.get(f"pixels {name}")
    known = [pytest.mark.xfail(reason=reason, strict=True, raises=(AssertionError, PlaywrightError))] if reason else []
    return known if name == LIGHT else [*known, pytest.mark.full]


@pytest.fixture
def looks(browser: Browser, stage: Stage, site: WebSite, pytestconfig: pytest.Config) -> Callable[[str], list[View]]:
    """Look at a page from both sides."""

    def look(name: str) -> list[View]:
        page = library_page(name, Workspace(pytestconfig.rootpath))
        site.folders = (page.folder, OWN_PAGES, *page.packages)
        with opened(browser, stage, site, customers={"viewport": VIEWPORT}, agents={"viewport": DESK}) as sides:
            sides.contexts[0].add_cookies([{"name": "login", "value": "1", "url": stage.site}])
            sides.load("page.html")
            sides.customer.page.wait_for_function("() => window.state")
            sides.join()
            return first_acted_scrolled(sides, page.steps)

    return look


@pytest.fixture(scope="module")
def shares() -> list[float]:
    """How much differed in each view of the tests before."""
    return []


@pytest.mark.parametrize("name", pages())
def test_both_sides_show_the_same(
    looks: Callable[[str], list[View]],
    record_property: Callable[[str, object], None],
    shares: list[float],
    name: str,
) -> None:
    views = looks(name)
    shares += [view.share for view in views]
    record_property("views", (name, [kept(view) for view in views]))
    assert [fault for view in views for fault in view.faults] == []


@pytest.mark.full
@pytest.mark.browser  # runs after those whose figures it takes
def test_half_of_the_views_differ_in_a_thousandth_at_most(shares: list[float]) -> None:
    if len(shares) < len(LOOKS):
        pytest.skip("the tests of the pages have not run before this one")
    assert statistics.median(shares) <= MEDIAN
