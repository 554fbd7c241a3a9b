"""Start of the configuration page; boot.js runs `await main()`."""

from __future__ import annotations

from cotab._js.pyodide import page_window
from cotab_setup.configuration_page.app import Configuration
from cotab_setup.configuration_page.page import ConfigurationPage

__all__ = ["main"]


async def main() -> None:
    """Run the page. Never raises: what goes wrong is shown in the page and logged."""
    page = ConfigurationPage(page_window())
    try:
        if not page.failed:
            await Configuration(page).run()
    except Exception as error:  # noqa: BLE001 - the last resort: a defect of cotab itself
        page.report(error)
        page.fail("UNEXPECTED", f"{type(error).__name__}: {error}")
