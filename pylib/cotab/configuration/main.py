"""Where the configuration page begins; boot.js runs `await main()`."""

from __future__ import annotations

from cotab._browser import page_window
from cotab.configuration.app import Configuration
from cotab.configuration.page import ConfigurationPage

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
