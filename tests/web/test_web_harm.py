"""No harm to the page: nobody in it is woken, nothing reported, its functions stay its own, nothing gone is kept."""

from __future__ import annotations

from playwright.sync_api import Browser

from customers import Stage
from web.sides import opened
from web.sites import Tag, WebSite

LAST = Tag(allow="html", last=True)
IDLE = 1.0
KEPT = 1  # what was made last may be held by the engine itself


def test_a_page_is_left_as_it_was(browser: Browser, stage: Stage, site: WebSite) -> None:
    with opened(browser, stage, site) as sides:
        sides.load("harm.html", LAST)
        sides.join()
        woken = sides.call("window.woken")
        for step in ("step1", "step2"):
            sides.step(step)
            assert sides.difference() == ""
        sides.pause(IDLE)
        assert sides.call("window.woken") == woken
        assert sides.call("window.reports") == []
        sides.customer.button("Stop").click()
        sides.customer.state("none")
        assert sides.call("window.after()") == {
            "calls": 3,
            "changed": ["CSSStyleSheet.insertRule"],
            "thrown": "SyntaxError",
            "adopted": False,
            "define": False,
            "ours": True,
        }
        session = sides.customer.page.context.new_cdp_session(sides.customer.page)
        for _ in range(2):
            session.send("HeapProfiler.collectGarbage")
        assert sides.call("window.alive()") <= KEPT
