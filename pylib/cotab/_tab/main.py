"""The way into the tab."""

from __future__ import annotations

from functools import partial

from cotab._js.page import PageBrowser
from cotab._js.pyodide import page_scope, page_window
from cotab._js.scripts import Scripts
from cotab._tab.app import App
from cotab._tab.guards import install_guards

__all__ = ["main"]


async def main() -> None:
    """Run the tab. Never raises: what goes wrong is shown in the page and logged."""
    window = page_window()
    browser = PageBrowser(window, partial(page_scope, Scripts(window)))
    try:
        if not browser.failed:
            install_guards()
            await App(browser).run()
    except Exception as error:  # noqa: BLE001 - the last resort: a defect of cotab itself
        browser.report(error)
        browser.fail("UNEXPECTED", f"{type(error).__name__}: {error}")
