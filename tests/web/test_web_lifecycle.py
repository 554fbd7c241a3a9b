"""The lifecycle pages: a session goes on, or both sides know that it does not; and the page is left as it was."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from playwright.sync_api import Browser, Page

from customers import Customer, Stage
from web.cases import cases
from web.sides import Sides, opened
from web.sites import Tag, WebSite

NAVIGATION = "19-lifecycle-navigation-tabs-bfcache"
GLOBALS = "35-lifecycle-hostile-globals"
POLICY = "36-lifecycle-strict-csp"
LAST = Tag(allow="html", last=True)
CALM = 2.0  # seconds until the agent must see the page that the customer is on


# --- 19: navigation ---


def same_tab(sides: Sides) -> list[str]:
    page = sides.customer.page
    return [after(sides, go) for go in (partial(sides.user.click, "#same"), page.go_back, page.go_forward)]


def new_tabs(sides: Sides) -> list[str]:
    first, found = sides.customer, []
    for where in ("#blank", "#open"):
        with sides.contexts[0].expect_page() as opening:
            sides.user.click(where)
        opening.value.wait_for_function("() => window.tandem?.state === 'live'")
        sides.customer = Customer(opening.value)
        found.append(after(sides, lambda: None))
        opening.value.close()
        sides.customer = first
        first.page.bring_to_front()
        first.page.evaluate("() => dispatchEvent(new FocusEvent('focus'))")  # headless pages are always in view
        found.append(after(sides, lambda: None))
    return found


def forms(sides: Sides) -> list[str]:
    return [after(sides, partial(sides.user.click, each)) for each in ("#hash", "#form button")]


def routes(sides: Sides) -> list[str]:
    return [after(sides, partial(sides.step, each)) for each in ("step1", "step2")]


def reloads(sides: Sides) -> list[str]:
    return [after(sides, sides.customer.page.reload)]


def leaves(sides: Sides) -> list[str]:
    sides.customer.page.on("dialog", lambda dialog: dialog.accept())
    return [after(sides, partial(sides.user.click, "#leave"))]


def after(sides: Sides, go: Callable[[], Any]) -> str:
    """In what the sides differ after a way, and whether the mirror is alive; nobody asks the customer again."""
    go()
    sides.customer.page.wait_for_function("() => window.probe && window.tandem?.state === 'live'")
    differs = sides.difference(settled=CALM)
    source = sides.call("liveProbe.toString()")
    first = sides.mirrored(source)
    sides.pause(1.2)
    return differs or ("" if sides.mirrored(source) != first else "the mirror stands still")


WAYS = {
    "same-tab": same_tab,
    "new-tabs": new_tabs,
    "form-and-hash": forms,
    "routes": routes,
    "reload": reloads,
    "leave": leaves,
}


@cases("lifecycle", [NAVIGATION], *WAYS)
def test_a_session_goes_along(browser: Browser, stage: Stage, site: WebSite, page: str, way: str) -> None:
    with opened(browser, stage, site) as sides:
        sides.load(f"{page}.html")
        sides.join()
        assert [found for found in WAYS[way](sides) if found] == []


# --- 35: a page that has changed the browser's own functions ---


@cases("lifecycle", [GLOBALS], *("all", "zone", "arrayfrom", "objproto", "storage", "console", "remove", "amd"))
def test_the_script_lives_with_what_a_page_has_changed(
    browser: Browser, stage: Stage, site: WebSite, page: str, way: str
) -> None:
    with opened(browser, stage, site) as sides:
        sides.load(f"{page}.html" + ("" if way == "all" else f"?only={way}"), LAST)
        sides.join()
        wrong = []
        for step in ("step1", "step2"):
            sides.step(step)
            wrong.append(sides.difference())
        wrong.append(sides.verified())
        sides.customer.button("Stop").click()
        sides.customer.state("none")
        wrong.append("" if sides.step("step3") else "the site's own hook is gone after Stop")
        assert [each for each in wrong if each] == []


# --- 36, i1, j1: no harm to the page ---


@cases("lifecycle", [POLICY])
def test_a_strict_policy_has_nothing_to_report(browser: Browser, stage: Stage, site: WebSite, page: str) -> None:
    with opened(browser, stage, site) as sides:
        sides.load(f"{page}.html")
        sides.join()
        wrong = []
        for step in sides.steps:
            sides.step(step)
            wrong.append(sides.difference())
        sides.desk.use("pointer")
        sides.agent.move("#m")
        sides.allow_acting()
        sides.agent.click("#m")
        sides.pause(0.5)
        styled = sides.customer.banner.evaluate("(bar) => getComputedStyle(bar).display")
        wrong.append("" if styled in {"flex", "grid"} else f"the banner is not styled: {styled}")
        reports = sides.call("violations()")
        wrong.append(f"{len(reports)} violations, as {reports[0]}" if reports else "")
        assert [each for each in wrong if each] == []


@cases("lifecycle", ["i1-csp"])
def test_style_changes_report_nothing(browser: Browser, stage: Stage, site: WebSite, page: str) -> None:
    with opened(browser, stage, site) as sides:
        sides.load(f"{page}.html")
        sides.join()
        sides.step("step1")
        assert sides.difference() == ""
        assert sides.call("violations()") == []


@cases("lifecycle", ["j1-observer"])
def test_the_pages_own_observer_class_is_not_used(browser: Browser, stage: Stage, site: WebSite, page: str) -> None:
    with opened(browser, stage, site) as sides:
        sides.load(f"{page}.html", LAST)
        sides.join()
        sides.step("step1")
        assert sides.verified() == ""


# --- h1, h2: the document is replaced ---


def in_view(page: Page) -> bool:
    """Whether the customer can press Stop."""
    found: bool = page.evaluate(
        """() => {
          const button = document.querySelector("[data-tandem-ui]")?.shadowRoot?.querySelector("section.banner button");
          return Boolean(button?.checkVisibility());
        }"""
    )
    return found


def stopped(sides: Sides) -> bool:
    """Whether the session is not live, and the agent's side was told."""
    told = "window.received.some(({ type }) => ['ended', 'paused'].includes(type))"
    return sides.call("window.tandem?.state") != "live" and bool(sides.desk.page.evaluate(f"() => {told}"))


@cases("lifecycle", ["h1-htmlswap", "h2-write"])
def test_stop_stays_in_view_or_nothing_is_seen(browser: Browser, stage: Stage, site: WebSite, page: str) -> None:
    with opened(browser, stage, site) as sides:
        sides.load(f"{page}.html")
        sides.join()
        sides.step("step1")
        differs = sides.difference()
        goes_on = in_view(sides.customer.page) and not differs
        assert goes_on or stopped(sides), f"in view: {in_view(sides.customer.page)}; {differs or 'mirrored'}"
