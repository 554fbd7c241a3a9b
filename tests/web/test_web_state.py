"""What a page shows beside its document reaches the mirror; where it is masked, nothing of it leaves."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from customers import Stage
from web.sides import opened
from web.sites import Tag, WebSite

PAGE = "state.html"
CUSTOMER: dict[str, Any] = {"color_scheme": "dark", "reduced_motion": "reduce"}
AGENT: dict[str, Any] = {"color_scheme": "light", "reduced_motion": "no-preference"}


@pytest.mark.parametrize("late", [False, pytest.param(True, marks=pytest.mark.full)], ids=["live", "late"])
def test_fields_layers_slots_states_and_preferences_are_shown(
    browser: Browser,
    stage: Stage,
    site: WebSite,
    late: bool,  # noqa: FBT001 - pytest's
) -> None:
    with opened(browser, stage, site, customers=CUSTOMER, agents=AGENT) as sides:
        sides.load(PAGE)
        if late:
            sides.step("step1")
        sides.join()
        assert sides.difference() == ""
        for name in sides.steps[1 if late else 0 :]:
            sides.step(name)
            assert sides.difference() == "", name
        assert sides.faults == []


@pytest.mark.full
def test_a_picture_moves_only_where_the_customers_does(browser: Browser, stage: Stage, site: WebSite) -> None:
    with opened(browser, stage, site, customers=AGENT, agents=CUSTOMER) as sides:
        sides.load(PAGE)
        sides.join()
        assert sides.call("probe(document).moving") == "moving.gif"
        assert sides.difference() == ""


@pytest.mark.full
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colors_that_the_customers_system_forces_are_shown(
    browser: Browser, stage: Stage, site: WebSite, scheme: str
) -> None:
    with opened(browser, stage, site, customers={"forced_colors": "active", "color_scheme": scheme}) as sides:
        sides.load("forced.html")
        sides.join()
        assert sides.difference("colors") == ""
        sides.step("change")
        assert sides.difference("colors") == ""


@pytest.mark.full
def test_what_is_below_the_mouse_within_frames_is_shown(browser: Browser, stage: Stage, site: WebSite) -> None:
    with opened(browser, stage, site) as sides:
        sides.load("hover.html")
        sides.join()
        nothing = sides.call("hovered(document)")
        mouse = sides.customer.page.mouse
        seen = [nothing]
        for place in ((60, 30), (180, 40), (60, 240), (30, 30), (900, 900)):
            mouse.move(*place, steps=3)
            assert sides.difference("hovered") == "", place
            seen.append(sides.call("hovered(document)"))
        assert seen[5] == nothing
        assert len({str(each) for each in seen}) == 4


def test_what_is_masked_says_nothing(browser: Browser, stage: Stage, site: WebSite) -> None:
    chosen = "((doc) => ['one', 'many'].map((id) => doc.getElementById(id).selectedOptions.length))"
    with opened(browser, stage, site) as sides:
        sides.load(PAGE, Tag())
        sides.join()
        sides.step("step1")
        sides.difference("((doc) => doc.getElementById('dialog').matches(':modal'))")
        assert "SEKRET" not in sides.traffic.text
        for word in ("chosen", "checked", "mixed", "user-valid"):
            assert f'"{word}"' not in sides.traffic.text
        assert sides.mirrored(chosen) == [1, 0]
        ticked = "(doc) => doc.querySelectorAll(':checked:not(option), [type=checkbox]:indeterminate').length"
        assert sides.mirrored(ticked) == 0
