"""A local org with the built solution in it, served for a browser, and what an administrator does with its page.

Used by test_configuration.py and test_org_settings.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from cotab_kit.emulator import Faults, LocalOrg
from cotab_kit.serving import Served
from cotab_kit.testing import ConsoleWatch

TIMEOUT = 30_000  # milliseconds, for a first start on a busy machine
TABLES = ("msdyn_provider", "msdyn_conversationaction", "msdyn_conversationactionlocale", "msdyn_channelcapability")


def served(app: Faults) -> Served:
    """An org with an address. Browsers ask for an icon by themselves; a 404 would be an error on the console."""

    async def no_icon(_request: Request) -> Response:
        return Response(status_code=204)

    return Served(Starlette(routes=[Route("/favicon.ico", no_icon), Mount("/", app)]))


@dataclass
class Administrator:
    """Whoever opens the configuration page of the solution in an org."""

    org: LocalOrg
    url: str
    context: BrowserContext
    console: ConsoleWatch
    page: Page
    resource: str
    wanted: dict[str, Any]

    def open(self) -> None:
        """Open the page at its address."""
        self.page.goto(f"{self.url}/WebResources/{self.resource}")

    def expect_state(self, *states: str) -> None:
        """Wait until the page says one of these, and has come to rest."""
        root = self.page.locator("html")
        expect(root).to_have_attribute("data-state", re.compile(f"^({'|'.join(states)})$"), timeout=TIMEOUT)

    def expect_problem(self, code: str) -> None:
        """Wait until the page explains this problem."""
        expect(self.page.locator("#error-code")).to_have_text(code, timeout=TIMEOUT)
        expect(self.page.locator("#error")).to_be_visible()

    def press(self, *buttons: str) -> None:
        """Press the buttons with these ids."""
        for button in buttons:
            self.page.locator(f"#{button}").click()

    def text(self, element: str) -> str:
        """What can be read there."""
        return self.page.locator(f"#{element}").inner_text()

    @property
    def found(self) -> dict[str, str]:
        """How the page says each row was found, by its name."""
        items = self.page.locator("#rows li").all()
        return {item.locator(".name").inner_text(): str(item.get_attribute("data-found")) for item in items}

    @property
    def rows(self) -> set[str]:
        """The GUIDs of the rows in the four tables."""
        return {str(row[f"{table}id"]) for table in TABLES for row in self.org.rows(table)}

    @property
    def all_rows(self) -> set[str]:
        """The GUIDs of all rows of the set-up."""
        return {row["id"] for row in self.wanted["rows"]}

    def wait_out(self, condition: Callable[[], bool]) -> None:
        """Let the page's time pass until it is so: it waits before it tries again."""
        for _ in range(60):
            if condition():
                return
            self.page.clock.fast_forward(12_000)
            self.page.evaluate("() => new Promise((resolve) => requestAnimationFrame(resolve))")
        raise AssertionError("It did not come to that")


def settings(dist: Path, resource: str) -> dict[str, Any]:
    """What the build wrote into the page."""
    text = (dist / "webresources" / resource).read_text("utf-8")
    match = re.search(r'<meta name="cotab" content="([^"]*)">', text)
    assert match
    found: dict[str, Any] = json.loads(unescape(match[1]))
    return found
