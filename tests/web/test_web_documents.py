"""Documents of other kinds than HTML, and pages with names of their own over the browser's: mirrored, and masked."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from customers import Stage
from web.sides import Sides, opened
from web.sites import Tag, WebSite
from web.traffic import SECRET

pytestmark = pytest.mark.full

PAGES = ("page.xhtml", "drawing.svg", "list.xml", "names.html")
HIDDEN = "hidden-4711"  # in fields that are secret, and in what is blocked
FIRST = "small.html"
SHAPE = "((doc) => [doc.documentElement.localName, doc.querySelectorAll('svg, form, item').length])"


def visited(sides: Sides, page: str) -> None:
    """Let the customer go to another document, in the same session."""
    sides.customer.page.goto(f"{sides.stage.site}/documents/{page}")
    sides.customer.page.wait_for_function("() => window.tandem?.state === 'live'")


def test_documents_of_all_kinds_are_shown(browser: Browser, stage: Stage, site: WebSite) -> None:
    with opened(browser, stage, site) as sides:
        faults: list[str] = []
        sides.contexts[0].on("weberror", lambda error: faults.append(str(error.error)))
        sides.load(FIRST, Tag(allow="*"))
        sides.join()
        wrong = []
        for page in PAGES:
            visited(sides, page)
            wrong.append(f"{page}: {sides.difference()}")
            for step in sides.steps:
                sides.step(step)
                wrong.append(f"{page} {step}: {sides.difference()}")
            sides.rejoin()
            wrong.append(f"{page} late: {sides.difference()}")
            assert HIDDEN not in sides.mirror_text
        assert [each for each in wrong if not each.endswith(": ")] == []
        assert HIDDEN not in sides.traffic.text
        sides.customer.button("Stop").click()
        sides.customer.state("none")
        assert [*sides.faults, *(each for each in faults if "of the page" not in each)] == []


def test_documents_of_all_kinds_are_masked(browser: Browser, stage: Stage, site: WebSite) -> None:
    with opened(browser, stage, site) as sides:
        sides.load(FIRST, Tag())
        sides.join()
        for page in PAGES:
            visited(sides, page)
            for step in sides.steps:
                sides.step(step)
            assert sides.difference(SHAPE) == ""
            assert SECRET.findall(f"{sides.mirror_text}\n{sides.traffic.text}") == []


def test_a_list_is_not_judged_once_for_each_of_its_choices(browser: Browser, stage: Stage, site: WebSite) -> None:
    with opened(browser, stage, site) as sides:
        sides.load("documents/choices.html", Tag(allow="html"))
        sides.join()
        assert sides.difference() == ""
        sides.step("step1")
        assert sides.difference() == ""
        assert sides.call("window.asked") < sides.call("list.options.length")


def test_what_goes_from_one_document_into_another_is_followed(browser: Browser, stage: Stage, site: WebSite) -> None:
    with opened(browser, stage, site) as sides:
        sides.load("documents/adopted.html", Tag(allow="html"))
        sides.join()
        wrong = [sides.difference()]
        for step in sides.steps:
            sides.step(step)
            wrong.append(f"{step}: {differs}" if (differs := sides.difference()) else "")
        assert [each for each in wrong if each] == []
