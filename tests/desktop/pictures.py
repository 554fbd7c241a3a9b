"""Makes the pictures of the documentation of what is built: `python tests/desktop/pictures.py`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import FloatRect, Page, ViewportSize, expect, sync_playwright

from cotab_kit.desktop.bundle import pages
from cotab_kit.desktop.driver import Desktop
from cotab_kit.desktop.trial import install, trial
from cotab_kit.preview.console import ConsoleWatch
from cotab_kit.progress import Steps
from cotab_kit.setup.chromium import find_browser

ROOT = Path(__file__).parents[2]
SIZE: ViewportSize = {"width": 1440, "height": 810}

TOP: FloatRect = {"x": 0, "y": 0, "width": 1440, "height": 360}


def session(desktop: Desktop) -> None:
    """A customer who is being helped."""
    desktop.open_conversation("Priya Natarajan")
    conversation = desktop.open_conversation("Alex Morgan")
    chat = desktop.server.desktop.chat
    chat.say(conversation, "customer", "Hello, I cannot finish my order.")
    desktop.send("Hello Alex, let us look at it together.")
    desktop.press(desktop.buttons[0])
    desktop.expect_state("inviting")
    tab = desktop.tab()
    tab.get_by_role("button", name="Send to conversation").click()
    desktop.expect_message("PIN")
    tab.get_by_role("button", name="Customer joins").click()
    desktop.expect_event("CobrowseConnectedEvent")
    desktop.expect_message("Co-browse session started")


def widgets(page: Page, url: str) -> None:
    """Where an administrator chooses the provider."""
    page.goto(f"{url}/admin#widgets")
    expect(page.locator("html")).to_have_attribute("data-ready", "true")


def main() -> None:
    """Install what is in dist/, and take the pictures."""
    dist, docs = ROOT / "dist", ROOT / "docs"
    packages = sorted(dist.glob("*_managed.zip")) + sorted(dist.glob("*_data.zip"))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        made = Path(folder, "made.db")
        install(made, packages)
        browser = playwright.chromium.launch(**find_browser(Steps.for_this_terminal()).launch_options())
        with trial(made, Path(folder, "org.db"), pages()) as server, browser.new_context(viewport=SIZE) as context:
            desktop = Desktop(context, server, ConsoleWatch(context))
            session(desktop)
            desktop.page.screenshot(path=docs / "desktop.png", animations="disabled")
            widgets(desktop.page, server.url)
            desktop.page.screenshot(path=docs / "desktop-admin.png", clip=TOP)
        browser.close()


if __name__ == "__main__":
    main()
