"""Debian's Firefox, driven over BiDi by the Playwright that drives Chromium. Nothing is installed for it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
SWALLOW = Path(__file__).with_name("swallow.cjs")
IN_FIREFOX = [
    pytest.mark.browser,
    pytest.mark.full,
    pytest.mark.skipif(FIREFOX is None, reason="there is no Firefox on this machine"),
]


@contextmanager
def firefox() -> Iterator[tuple[Playwright, Browser]]:
    """A Firefox, and the Playwright of it: there can be but one at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NODE_OPTIONS", f"--require {SWALLOW}")
        with sync_playwright() as playwright:
            browser = playwright.firefox.launch(channel="moz-firefox", executable_path=FIREFOX)
            yield playwright, browser
            browser.close()
