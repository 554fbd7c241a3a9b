"""A page among others that mean no good or know no better: what they leave in its place and do at the worst moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Error

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Route

    from cotab_kit.testing import Tab

CONNECTED, ENDED = "CobrowseConnectedEvent", "CobrowseEndedEvent"
FALLBACK = "an ordinary start"

KEPT = "() => { const kept = window[Symbol.for('cotab.kept')]; return Array.isArray(kept) ? kept.length : -1; }"

GARBLE = """async () => {
  for (const entry of window[Symbol.for("cotab.kept")]) entry.snapshot.fill(0xff);
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) await cache.put(request, new Response("garbage"));
  }
}"""


def wait_until_kept(tab: Tab) -> None:
    tab.page.wait_for_function(f"({KEPT})() > 0")


def fallbacks(tab: Tab) -> int:
    return tab.console.text.count(FALLBACK)


@pytest.mark.full
def test_garbage_in_the_place_of_kept_parts_is_got_rid_of(tab: Tab) -> None:
    tab.open()
    tab.expect_state("inviting")
    wait_until_kept(tab)
    tab.remove()

    tab.page.evaluate(GARBLE)
    tab.reopen()
    tab.expect_state("inviting")
    assert fallbacks(tab) == 1
    assert tab.page.evaluate(KEPT) == 0
    tab.remove()

    for garbage in ("17", "[null, 1, {}]", "[{ build: 1, modules: {}, snapshot: 'snapshot' }]"):
        tab.page.evaluate(f"() => {{ window[Symbol.for('cotab.kept')] = {garbage}; }}")
        tab.reopen()
        tab.expect_state("inviting")
        wait_until_kept(tab)
        tab.remove()
    assert fallbacks(tab) == 1


@pytest.mark.full
def test_a_window_that_closes_the_tab_while_it_hears_of_it_is_told_everything_once(tab: Tab) -> None:
    def in_tab(code: str) -> None:
        tab.page.evaluate(f"() => {{ const tab = document.querySelector('iframe').contentWindow; {code} }}")

    def session() -> str:
        found: str = tab.frame.evaluate("() => FakeSdk.current.id")
        return found

    tab.open()
    tab.expect_state("inviting")
    first = session()
    close = "(name) => window.addEventListener(name, () => dynamics.remove(), { once: true })"
    tab.page.evaluate(close, CONNECTED)
    in_tab("tab.FakeSdk.current.simulate('joined', { name: 'Casey' });")
    tab.expect_events(CONNECTED, ENDED)

    tab.reopen()
    tab.expect_state("connected")
    assert session() == first
    tab.page.evaluate(close, ENDED)
    in_tab("tab.document.getElementById('end-session').click();")
    tab.expect_events(CONNECTED, ENDED, CONNECTED, ENDED)

    tab.reopen()
    tab.expect_state("inviting")  # what the agent has ended is not resumed
    assert session() != first
    assert tab.events == [CONNECTED, ENDED] * 2


@pytest.mark.variant(project="faults")
def test_an_import_says_that_the_network_is_gone_and_works_when_it_is_back(
    tab: Tab, python: Callable[[str], Any]
) -> None:
    def refuse(route: Route) -> None:
        route.abort()

    tab.expect_console_error("late_json.xml|ERR_FAILED")
    tab.context.route("**/late_json.xml", refuse)
    tab.open()
    tab.expect_state("inviting")
    with pytest.raises(Error, match="ImportError: colorsys could not be fetched"):
        python("import colorsys")
    tab.context.unroute("**/late_json.xml", refuse)
    assert python("import colorsys; colorsys.rgb_to_hsv(0, 0, 0)[0]") == 0
