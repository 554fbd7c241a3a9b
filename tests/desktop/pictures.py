"""Makes the pictures of the documentation of what is built: `python -m desktop.pictures`, in the folder tests."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import FloatRect, Page, ViewportSize, expect, sync_playwright

from cotab_kit.progress import Steps
from cotab_kit.project.project import Project
from cotab_kit.tools.browser import find_browser
from desktop.meetings import WEBRESOURCE, Meeting, met, previewing

DOCS = Path(__file__).parents[2] / "docs"
SIZE: ViewportSize = {"width": 1440, "height": 810}
TOP: FloatRect = {"x": 0, "y": 0, "width": 1440, "height": 360}


def session(meeting: Meeting) -> None:
    """A customer who is being helped, and a thing that the agent has drawn a line around."""
    agent = meeting.agent
    agent.page.set_viewport_size(SIZE)
    agent.open_conversation("Priya Natarajan")
    agent.switch_conversation("Jonas Weber")
    agent.send("Hello Jonas, let us look at it together.")
    meeting.join(meeting.invite(0), consent="Allow")
    agent.expect_message("Co-browse session started")
    expect(meeting.mirror.get_by_text("Harbour blend")).to_be_visible()
    meeting.tool("Drawing").click()
    mouse = agent.page.mouse
    x, y = meeting.over('a:text-is("Orchard")')
    mouse.move(x - 45, y)
    mouse.down()
    for right, down in ((-40, -16), (0, -22), (40, -16), (48, 0), (40, 16), (0, 22), (-40, 16), (-46, 2)):
        mouse.move(x + right, y + down, steps=4)
    mouse.up()


def widgets(page: Page, url: str) -> None:
    """Where an administrator chooses the provider."""
    page.goto(f"{url}/admin#widgets")
    expect(page.locator("html")).to_have_attribute("data-ready", "true")


def main() -> None:
    """Build the default provider, and take the pictures of its preview."""
    with previewing(Project.at(WEBRESOURCE)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**find_browser(Steps.for_this_terminal()).launch_options())
        with met(browser, server) as meeting:
            session(meeting)
            meeting.agent.page.screenshot(path=DOCS / "desktop.png")
            widgets(meeting.agent.page, server.url)
            meeting.agent.page.screenshot(path=DOCS / "desktop-admin.png", clip=TOP)
        browser.close()


if __name__ == "__main__":
    main()
