"""Debian's Firefox, driven over BiDi by the Playwright that drives Chromium."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from cotab_kit.tools.engines import FIREFOX

PROGRAM = next(iter(FIREFOX.found()), None)
PATIENCE = 30_000  # milliseconds: it is slower than the engine whose tests these are
SWALLOW = Path(__file__).with_name("swallow.cjs")
IN_FIREFOX = [
    pytest.mark.browser,
    pytest.mark.full,
    pytest.mark.skipif(PROGRAM is None, reason=FIREFOX.hint),
]


@contextmanager
def firefox(preferences: Mapping[str, str | float | bool] | None = None) -> Iterator[tuple[Playwright, Browser]]:
    """A Firefox, set as in about:config, and the Playwright of it: there can be but one at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NODE_OPTIONS", f"--require {SWALLOW}")
        with sync_playwright() as playwright:
            browser = playwright.firefox.launch(
                channel="moz-firefox", executable_path=PROGRAM, firefox_user_prefs=dict(preferences or {})
            )
            yield playwright, browser
            browser.close()
