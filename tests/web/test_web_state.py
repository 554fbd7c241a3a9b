"""What a page shows beside its document reaches the mirror; where it is masked, nothing of it leaves."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from customers import Stage
from web.sides import opened
from web.sites import Tag, WebSite

PAGE = "state.html"


@pytest.mark.parametrize("late", [False, True], ids=["live", "late"])
def test_fields_layers_slots_states_and_preferences_are_shown(
    browser: Browser,
    stage: Stage,
    site: WebSite,
    late: bool,  # noqa: FBT001 - pytest's
) -> None:
    with opened(browser, stage, site, customers={"color_scheme": "dark"}, agents={"color_scheme": "light"}) as sides:
        sides.load(PAGE)
        if late:
            sides.step("step1")
        sides.join()
        assert sides.difference() == ""
        for name in sides.steps[1 if late else 0 :]:
            sides.step(name)
            assert sides.difference() == "", name
        assert sides.faults == []


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
