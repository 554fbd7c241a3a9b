"""What a failure looks like from outside, for the tests that bring one about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from cotab_kit.testing import Tab

CONNECTED, ENDED = "CobrowseConnectedEvent", "CobrowseEndedEvent"


def expect_failure(tab: Tab, code: str, *texts: str) -> None:
    expect(tab.frame.locator("#error-code")).to_have_text(code, timeout=30_000)
    tab.expect_state("failed")
    for text in texts:
        tab.expect_text(text)
