"""Drive the agent desktop in a browser: the object behind the `desktop` fixture.

Its verbs are what an administrator and an agent do. What they wait for are conditions, never a time.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

import httpx
from playwright.sync_api import Locator, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from cotab_kit.testing.tab import TIMEOUT
from cotab_kit.testing.trial import upload
from cotab_setup.web_api import BASE

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Frame, Page

    from cotab_kit.desktop.server import Running
    from cotab_kit.testing.console import ConsoleWatch

COLUMNS = {
    "cobrowse": ("msdyn_enablecobrowse", "msdyn_cobrowseprovider"),
    "screenshare": ("msdyn_enablescreensharing", "msdyn_screensharingprovider"),
}
CUSTOMER = "Alex Morgan"
PROMPTLY = 30_000  # milliseconds, for what the desktop itself does on a busy machine

# Pages hear of a change on this channel; they do not hear what they send on it themselves.
_TELL = (
    "() => { const channel = new BroadcastChannel('cotab-records'); channel.postMessage('changed'); channel.close() }"
)


class Desktop:
    """A local Omnichannel with the built solution in it, and the agent in front of it."""

    def __init__(self, context: BrowserContext, server: Running, console: ConsoleWatch) -> None:
        self.context = context
        self.server = server
        self.console = console
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PROMPTLY)

    # --- the administrator ---

    def install(self, solution: Path | bytes) -> None:
        """Install a solution or a data package, and wait until it is there. Raises DesktopError."""
        upload(self.server.url, solution if isinstance(solution, bytes) else solution.read_bytes())

    def uninstall(self, name: str) -> None:
        """Uninstall the solution with this unique name; nothing of it may be left."""
        with self._http() as http:
            report = http.delete(f"/desktop/solutions/{name}").raise_for_status().json()
        assert report["nothing"], f"This is left of {name}: {report['items']}"  # noqa: S101 - an assertion of the test

    def enable(self, mode: str, *, provider: str | None = None, widget: str | None = None) -> None:
        """Switch a mode on in a chat widget, with a provider of this name; without names, the first there is."""
        enabled, column = COLUMNS[mode]
        providers = self._rows("msdyn_providers")
        chosen = _named(providers, provider, "provider")["msdyn_providerid"]
        row = _named(self._rows("msdyn_livechatconfigs"), widget, "chat widget")["msdyn_livechatconfigid"]
        with self._http() as http:
            path, body = f"{BASE}msdyn_livechatconfigs({row})", {enabled: True, column: chosen}
            http.patch(path, json=body).raise_for_status()
        if self._is_open:
            self.page.evaluate(_TELL)

    # --- the agent ---

    def open(self, **switches: str | int) -> None:
        """Open the desktop, with these switches: close, refresh, encode, icon, csp, shop, lcid, ... (docs)."""
        self.page.goto(f"{self.server.url}/?{urlencode(switches)}")
        expect(self.page.locator("html")).to_have_attribute("data-ready", "true", timeout=PROMPTLY)

    def open_conversation(self, customer: str = CUSTOMER, *, widget: str | None = None) -> str:
        """Let a customer begin a conversation, and the agent take it; return its id."""
        if not self._is_open:
            self.open()
        self.page.get_by_role("navigation", name="Sessions").get_by_role("button", name="Home").click()
        form = self.page.locator("#home form")
        form.get_by_label("Customer", exact=True).fill(customer)
        choice = form.get_by_label("Chat widget")
        choice.select_option(label=widget) if widget else choice.select_option(index=0)
        before = self.page.locator("#sessions .session").count()
        form.get_by_role("button", name="Open conversation").click()
        expect(self.page.locator("#sessions .session")).to_have_count(before + 1, timeout=PROMPTLY)
        expect(self.page.get_by_role("heading", name=customer)).to_be_visible(timeout=PROMPTLY)
        return str(self.page.locator(".session[aria-current]").get_attribute("data-key"))

    def switch_conversation(self, customer: str) -> None:
        """Go to the session of another customer."""
        self.page.get_by_role("navigation", name="Sessions").get_by_role("button", name=customer).first.click()
        expect(self.page.get_by_role("heading", name=customer)).to_be_visible(timeout=PROMPTLY)

    def end_conversation(self) -> None:
        """End the conversation in front."""
        self.page.locator("#head").get_by_role("button", name="End").click()
        expect(self.page.locator("#head")).to_contain_text("Closed", timeout=PROMPTLY)

    @property
    def buttons(self) -> list[str]:
        """The labels of the conversation control, in order."""
        control = self.page.locator("#control")
        expect(control.locator("fluent-button, .hint").first).to_be_visible(timeout=PROMPTLY)
        return control.locator("fluent-button").all_inner_texts()

    def press(self, label: str) -> None:
        """Press a button of the conversation control, by its exact label in the agent's language."""
        control = self.page.get_by_role("toolbar", name="Conversation control")
        try:
            control.get_by_role("button", name=label, exact=True).click(timeout=PROMPTLY)
        except PlaywrightTimeout as error:
            raise AssertionError(f"There is no button {label!r} to press; there are {self.buttons}") from error

    def slash(self, command: str) -> None:
        """Write a slash command into the message box, and run it."""
        box = self.page.get_by_role("combobox", name="Message")
        box.press_sequentially(command)
        expect(self.page.get_by_role("option", name=command).first).to_be_visible(timeout=PROMPTLY)
        box.press("Enter")

    def send(self, text: str) -> None:
        """Send a message to the customer."""
        box = self.page.get_by_role("combobox", name="Message")
        box.fill(text)
        box.press("Enter")
        self.expect_message(text)

    @property
    def tabs(self) -> list[str]:
        """The titles of the tabs of the session in front."""
        return self.page.locator("#strip [role=tab]").all_inner_texts()

    def tab(self, title: str | None = None) -> Frame:
        """Return the frame of the tab with this title; without one, of the tab that is shown."""
        panels = self.page.locator("#stage iframe")
        found = panels.and_(self.page.get_by_title(title, exact=True)) if title else panels.filter(visible=True)
        expect(found.last).to_be_attached(timeout=PROMPTLY)
        element = found.last.element_handle()
        frame = element.content_frame() if element else None
        if frame is None:
            raise AssertionError(f"The tab {title or ''} has no frame")
        frame.wait_for_url(re.compile("^https?:"), wait_until="commit")  # it is there before its page is
        return frame

    def switch_tab(self, title: str) -> None:
        """Bring a tab to the front; Omnichannel refreshes it, unless `refresh` is 0."""
        tab = self._tab(title)
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true", timeout=PROMPTLY)

    def refresh_tab(self) -> None:
        """Refresh the tab that is shown."""
        self.page.get_by_role("button", name="Refresh the tab").click()

    def close_tab(self, title: str) -> None:
        """Close a tab, in the way that `close` says."""
        count = len(self.tabs)
        self._tab(title).locator(".cross").click()
        expect(self.page.locator("#strip [role=tab]")).to_have_count(count - 1, timeout=PROMPTLY)

    def shop(self) -> Page:
        """Return the customer's page, in the conversation in front if there is one."""
        link = self.page.locator("#shop")
        expect(link, "This desktop has no customer's page").to_be_visible(timeout=PROMPTLY)
        page = self.context.new_page()
        page.goto(link.get_attribute("href") or "")
        expect(page.locator("html")).to_have_attribute("data-ready", "true", timeout=PROMPTLY)
        return page

    # --- what happened ---

    def happened(self, kind: str = "") -> list[str]:
        """Read the timeline: its lines of a kind ("event", "message", "note", "call", "console", "tab"), or all."""
        return self._lines(kind).locator(".text").all_text_contents()

    def expect_event(self, name: str, *, times: int = 1) -> None:
        """Wait until Omnichannel has received this event so often in the conversation in front."""
        found = self._lines("event").locator(".text").get_by_text(name, exact=True)
        expect(found, f"{name} should have come").to_have_count(times, timeout=TIMEOUT * 1000)

    def expect_message(self, text: str | re.Pattern[str]) -> None:
        """Wait until the conversation has this message, of whomever."""
        expect(self.page.locator("#messages").get_by_text(text).last).to_be_visible(timeout=TIMEOUT * 1000)

    def expect_violation(self, text: str) -> None:
        """Wait until the desktop says that this is wrong."""
        found = self._lines("violation").filter(has_text=text)
        expect(found, f"The violation should be flagged: {text}").to_have_count(1, timeout=TIMEOUT * 1000)

    def expect_no_violation(self) -> None:
        """Require that the desktop has found nothing wrong so far."""
        found = self._lines("violation").locator(".text").all_text_contents()
        assert not found, f"Flagged as violations: {found}"  # noqa: S101 - an assertion of the test

    def expect_state(self, state: str) -> None:
        """Wait until the tab that is shown is in this state (`data-state` of its root element)."""
        expect(self.tab().locator("html")).to_have_attribute("data-state", state, timeout=TIMEOUT * 1000)

    def expect_console_error(self, pattern: str, *, optional: bool = False) -> None:
        """Expect an error matching the regular expression on the console, so that it fails no test."""
        self.console.expect(pattern, optional=optional)

    def settle(self) -> None:
        """Let everything the console still owes arrive, then wait for expected errors that are late."""
        self.console.settle()

    # --- underneath ---

    @property
    def _is_open(self) -> bool:
        return self.page.url.startswith(self.server.url)

    def _tab(self, title: str) -> Locator:
        return self.page.locator("#strip").get_by_role("tab", name=title).last

    def _lines(self, kind: str) -> Locator:
        return self.page.locator(f'#timeline li[data-kind="{kind}"]' if kind else "#timeline li")

    def _http(self) -> httpx.Client:
        return httpx.Client(base_url=self.server.url, trust_env=False, timeout=TIMEOUT)

    def _rows(self, table: str) -> list[dict[str, Any]]:
        with self._http() as http:
            found = http.get(f"{BASE}{table}").raise_for_status().json()["value"]
        return cast("list[dict[str, Any]]", found)


def _named(rows: list[dict[str, Any]], name: str | None, what: str) -> dict[str, Any]:
    found = [row for row in rows if name in (None, row["msdyn_name"])]
    if not found:
        names = ", ".join(repr(row["msdyn_name"]) for row in rows) or "none"
        raise AssertionError(f"There is no {what} {name or ''}; there are {names}")
    return found[0]
