"""Drive a built tab in a browser, in a bare window of Dynamics: the object behind the `tab` fixture.

Its verbs are what an agent, or Dynamics, does to a tab. What they wait for are conditions, never a time.
"""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast
from urllib.parse import quote

from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from playwright.sync_api import BrowserContext, Frame, Page

    from cotab_kit.testing.console import ConsoleWatch
    from cotab_kit.testing.served import ServedBuild

CONVERSATION = "11111111-2222-4333-8444-555555555555"
TIMEOUT = 30.0  # seconds, for a first start on a busy machine; waiting ends as soon as the condition holds

Within = Literal["dynamics", "another origin", "nothing"]
T = TypeVar("T")


class Tab:
    """The tab under test, in a bare window in the place of Dynamics."""

    def __init__(self, context: BrowserContext, server: ServedBuild, console: ConsoleWatch) -> None:
        self.context = context
        self.server = server
        self.console = console
        self.page: Page = context.new_page()
        self._within: Within = "dynamics"
        self._address = ""

    # --- opening ---

    def open(  # noqa: PLR0913 - each names one thing that differs between Dynamics windows
        self,
        mode: str = "cobrowse",
        *,
        data: Mapping[str, object] | None = None,
        query: str | None = None,
        page: str | None = None,
        csp: str = "default",
        lcid: int = 1033,
        conversation: str | None = None,
        omnichannel: bool = True,
        reject: Sequence[str] = (),
        within: Within = "dynamics",
    ) -> None:
        """Open the tab in a new Dynamics window, as a conversation action does; the page then begins to load.

        `data` is the object in `?data=`; `query` replaces the whole query string. `page` names a web resource
        instead of a mode. `conversation` is what getConversationId answers, otherwise the conversation in
        `data`; whichever of them is a GUID is a conversation of the org. `csp` is "none", "default", "strict" or
        "strict-wasm". `reject` names methods of Microsoft.Omnichannel that refuse. `within` another origin: the
        Dynamics window itself is embedded, which only the `csp` "none" allows; nothing: outside Dynamics.
        """
        data = {"conversationId": CONVERSATION} if data is None else data
        focused = conversation or str(data.get("conversationId") or CONVERSATION)
        for each in (focused, data.get("conversationId")):
            self.server.begin_conversation(each)
        query = f"data={quote(json.dumps(data))}" if query is None else query
        self._within = within
        self._address = url = self.server.address(page or self._page_of(mode), query, csp)
        if within != "nothing":
            told = {"src": url, "conversation": focused, "lcid": str(lcid)}
            url = self.server.window(told | {"omnichannel": str(int(omnichannel)), "reject": ",".join(reject)})
        if within == "another origin":
            url = self.server.window({"src": url}, cross_origin=True)
        with self.page.expect_event("framenavigated", self._is_tab):
            self.page.goto(url, wait_until="commit")

    def reopen(self) -> None:
        """Open the tab again, as it was opened, in the same Dynamics window."""
        self._navigate(lambda: self._dynamics.evaluate("(address) => dynamics.open(address)", self._address))

    # --- looking ---

    @property
    def frame(self) -> Frame:
        """The frame of the web resource."""
        found = [frame for frame in self.page.frames if self._is_tab(frame)]
        if not found:
            raise AssertionError("No tab is open")
        return found[0]

    def text(self) -> str:
        """Read what the agent can read in the tab."""
        return self.frame.locator("body").inner_text()

    def expect_text(self, text: str | re.Pattern[str], *, timeout: float = TIMEOUT) -> None:
        """Wait until the agent can read this in the tab."""
        expect(self.frame.get_by_text(text).filter(visible=True).first).to_be_visible(timeout=timeout * 1000)

    def expect_state(self, state: str, *, timeout: float = TIMEOUT) -> None:
        """Wait until the tab is in this state (`data-state` on its root element), but not for a tab that has failed."""
        root, either = self.frame.locator("html"), re.compile(rf"^({re.escape(state)}|failed)$")
        expect(root, f"The tab should be {state}").to_have_attribute("data-state", either, timeout=timeout * 1000)
        if state != "failed" and root.get_attribute("data-state") == "failed":
            raise AssertionError(f"The tab should be {state}, but has failed: {self._failure()}")

    @property
    def records(self) -> list[dict[str, Any]]:
        """The events that reached the Dynamics window, closed windows included.

        Each with name, time, detail, cloneable, plain: see Sighting in desktop/pages/window.js.
        """
        log = self._storage_reader().evaluate("() => localStorage.getItem('cotab-events')")
        return cast("list[dict[str, Any]]", json.loads(log or "[]"))

    @property
    def events(self) -> list[str]:
        """The names of those events, in order."""
        return [record["name"] for record in self.records]

    def expect_events(self, *names: str, timeout: float = TIMEOUT) -> None:
        """Wait until exactly these events have reached the Dynamics window, in this order."""
        self._until(lambda: self.events, list(names), timeout)

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What sendMessageToConversation was called with: message, toSendBox, conversationId."""
        return cast("list[dict[str, Any]]", self._dynamics.evaluate("() => dynamics.messages"))

    @property
    def notes(self) -> list[dict[str, Any]]:
        """The notes in the org, as rows: subject, notetext, objecttypecode and objectid, and so on."""
        return cast("list[dict[str, Any]]", self.server.org.rows("annotation"))

    def expect_console_error(self, pattern: str, *, optional: bool = False) -> None:
        """Expect an error matching the regular expression on the console, so that it fails no test.

        It must then occur, unless it is optional.
        """
        self.console.expect(pattern, optional=optional)

    # --- doing ---

    def press(self, name: str) -> None:
        """Press the button with this id or, exactly, this label."""
        by_label = self.frame.get_by_role("button", name=name, exact=True)
        try:
            self.frame.locator(f"[id={json.dumps(name)}]").or_(by_label).click(timeout=TIMEOUT * 1000)
        except PlaywrightTimeout as error:
            shown = ", ".join(repr(label) for label in self.frame.get_by_role("button").all_inner_texts() if label)
            raise AssertionError(f"There is no button {name!r} that can be pressed; there are {shown}") from error

    def reload(self) -> None:
        """Leave the tab and come back to it: Dynamics refreshes it."""
        if self._within == "nothing":
            self.page.reload(wait_until="commit")
        else:
            self._navigate(lambda: self._dynamics.evaluate("() => dynamics.reload()"))

    def remove(self) -> None:
        """Close the tab by removing its iframe."""
        self._dynamics.evaluate("() => dynamics.remove()")

    def navigate_away(self) -> None:
        """Close the tab by sending its iframe elsewhere."""
        tab = self.frame
        with self.page.expect_event("framenavigated", lambda frame: frame == tab):
            self._dynamics.evaluate("() => dynamics.navigateAway()")

    def close_window(self) -> None:
        """Close the whole Dynamics window, as the agent would; `events` can still be read."""
        with self.page.expect_event("close"):
            self.page.close(run_before_unload=True)

    def settle(self) -> None:
        """Let everything the console still owes arrive, then wait for expected errors that are late."""
        self.console.settle()

    # --- underneath ---

    def _page_of(self, mode: str) -> str:
        pages = self.server.pages
        if mode not in pages:
            raise AssertionError(f"This project has no mode {mode!r}; it has {', '.join(pages) or 'none'}")
        return pages[mode]

    def _failure(self) -> str:
        """Read what the agent can read about it."""
        parts = [self.frame.locator(f"#error-{part}").all_inner_texts() for part in ("code", "what", "detail")]
        return ": ".join(text for texts in parts for text in texts if text)

    def _is_tab(self, frame: Frame) -> bool:
        parent = frame if self._within == "nothing" else frame.parent_frame
        return parent is not None and parent == self._dynamics and "/WebResources/" in frame.url

    @property
    def _dynamics(self) -> Frame:
        """The frame of the Dynamics window."""
        main = self.page.main_frame
        return main.child_frames[0] if self._within == "another origin" and main.child_frames else main

    def _navigate(self, action: Callable[[], object]) -> None:
        with self.page.expect_event("framenavigated", self._is_tab):
            action()

    def _storage_reader(self) -> Frame:
        """Return a frame of the org's origin: the Dynamics window or, once that is closed, a witness."""
        if not self.page.is_closed():
            return self._dynamics
        witnesses = [page for page in self.context.pages if page.url.startswith(self.server.url)]
        if witnesses:
            return witnesses[0].main_frame
        witness = self.context.new_page()
        witness.goto(f"{self.server.url}/desktop/about")
        return witness.main_frame

    def _until(self, look: Callable[[], T], wanted: T, timeout: float) -> None:
        end = time.monotonic() + timeout
        while (seen := look()) != wanted:
            if time.monotonic() > end:
                raise AssertionError(f"After {timeout:g} s: {seen}, not {wanted}")
            # In the page this would need eval, which a policy may forbid.
            self._storage_reader().evaluate("() => new Promise((resolve) => setTimeout(resolve, 20))")
