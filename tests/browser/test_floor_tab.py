"""The tab in Chromium at the floor of versions and just below it, and the desktop below."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, expect

from old_browsers import AT_THE_FLOOR, BELOW, IN_OLD_CHROMIUM, old_chromium
from sentences import sentence

if TYPE_CHECKING:
    from cotab_kit.testing import Desktop, Tab

pytestmark = IN_OLD_CHROMIUM
COMPILE = "() => { try { new WebAssembly.Module(new Uint8Array(5000)); return ''; } catch ({ name }) { return name; } }"
at_the_floor = pytest.mark.parametrize("cotab_browser", [AT_THE_FLOOR], indirect=True)
below = pytest.mark.parametrize("cotab_browser", [BELOW], indirect=True)


@pytest.fixture(scope="module")
def cotab_browser(request: pytest.FixtureRequest, pytestconfig: pytest.Config) -> Iterator[Browser]:
    with old_chromium(request.param, pytestconfig.rootpath) as browser:
        yield browser


@at_the_floor
def test_at_the_floor_a_session_runs_though_nothing_compiles_at_once(tab: Tab) -> None:
    tab.open()
    tab.expect_state("inviting")
    assert tab.frame.evaluate(COMPILE) == "RangeError"
    tab.press("end-session")
    tab.expect_state("ended")


@at_the_floor
def test_at_the_floor_a_later_start_takes_its_parts_from_where_they_are_kept(tab: Tab) -> None:
    tab.open()
    tab.expect_state("inviting")
    tab.reload()
    tab.expect_state("inviting")


@below
def test_below_the_floor_the_tab_is_a_sentence(tab: Tab) -> None:
    tab.open()
    expect(tab.frame.get_by_role("alert")).to_have_text(sentence("en"))
    assert tab.frame.evaluate("() => document.documentElement.dataset.state") == "failed"
    assert tab.events == []


@below
def test_below_the_floor_the_desktop_is_a_sentence(desktop: Desktop) -> None:
    for path in ("", "admin"):
        desktop.page.goto(f"{desktop.server.url}/{path}")
        expect(desktop.page.get_by_role("alert")).to_have_text(sentence("en"))
