"""The tab where a browser lacks something: it comes up, or says why it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from absences import ABSENCES, DECIDING, EACH
from sentences import sentence

if TYPE_CHECKING:
    from cotab_kit.testing import Tab

NO_EXCEPTIONS = "WebAssembly.validate = () => false;"


@pytest.mark.parametrize("absence", EACH)
def test_the_tab_comes_up_or_says_why_not(tab: Tab, absence: str) -> None:
    tab.context.add_init_script(f"if (window.top !== window) {{ {ABSENCES[absence]} }}")
    tab.open()
    if absence in DECIDING:
        expect(tab.frame.get_by_role("alert")).to_have_text(sentence("en"))
    else:
        tab.expect_state("inviting")


def test_parts_of_webassembly_are_asked_for_before_python_comes(tab: Tab) -> None:
    tab.context.add_init_script(NO_EXCEPTIONS)
    tab.open()
    tab.expect_state("failed")
    expect(tab.frame.locator("#error-code")).to_have_text("BROWSER_TOO_OLD")
    assert "Update the browser" in tab.text()
