"""The two that run the cases of tests/projects/contract: the stand-in of host tests, and the page in a browser."""

from __future__ import annotations

import asyncio
import io
import json
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contract import sdk
from cotab import HttpAnswer
from cotab.testing import FakeTab, HttpRequest

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page, Route

    from cotab_kit.testing import Tab

ROOT = Path(__file__).parents[2]
TEXTS = json.loads((ROOT / "webresource" / "page" / "strings" / "en-US.json").read_text("utf-8"))
SECONDS = 90.0
CONVERSATION = "11111111-2222-3333-4444-555555555555"
VIEWER = "https://viewer.example/agent"
SERVICE = "https://service.example/"
PAGE = """<!DOCTYPE html><script>
globalThis.heard = [];
addEventListener("message", ({ data }) => heard.push(data));
</script>"""

sys.path.append(str(ROOT / "tests" / "projects" / "contract"))
from contract_cases import CASES, Case  # noqa: E402 - the project is no package

__all__ = ["CASES", "Case", "InThePage", "OnTheHost"]


class OnTheHost:
    """A Driver over FakeTab, with the SDK in Python. `case` is opened at once."""

    def __init__(self, case: type[Case], loop: asyncio.AbstractEventLoop) -> None:
        self._case = case
        self._loop = loop
        self._session = sdk.session()
        self._printed = io.StringIO()
        self._tab = FakeTab(
            case,
            sdk={"ContractSdk": sdk.sdk(self._session), "assets/more.js": sdk.more()},
            texts=TEXTS,
            timeout_seconds=2.0,
            backend=self._answer,
            context=case.brought,
        )
        self._open()

    def _open(self) -> None:
        opening = self._tab.open(conversationId=CONVERSATION)
        with redirect_stdout(self._printed):
            self._opening = self._loop.create_task(opening)
            self._loop.run_until_complete(asyncio.sleep(0))

    async def _answer(self, request: HttpRequest) -> HttpAnswer:
        if request.url.endswith("/never"):
            await asyncio.get_running_loop().create_future()
        return self._case.answer(request)

    @property
    def log(self) -> str:
        browser = self._tab.browser
        lines = [self._printed.getvalue(), *browser.warnings, *(f"{type(e).__name__}: {e}" for e in browser.errors)]
        return "\n".join(lines)

    @property
    def errors(self) -> list[str]:
        return [f"{type(error).__name__}: {error}" for error in self._tab.browser.errors]

    @property
    def events(self) -> list[str]:
        return self._tab.events

    @property
    def messages(self) -> list[str]:
        return [text for _, text in self._tab.browser.messages]

    def expect(self, state: str) -> None:
        self.wait_for(lambda: self._tab.browser.elements and self._tab.state in (state, "failed"))
        assert self._tab.state == state, self.log

    def wait_for(self, condition: Callable[[], object]) -> None:
        async def wait() -> None:
            end = time.monotonic() + SECONDS
            while not condition():
                assert time.monotonic() < end, f"what is waited for does not happen\n{self.log}"
                await asyncio.sleep(0.001)

        with redirect_stdout(self._printed):
            self._loop.run_until_complete(wait())

    def wait_for_log(self, text: str) -> None:
        self.wait_for(lambda: text in self.log)

    def happen(self, event: str, of: str = "") -> None:
        async def emit() -> None:
            (self._session.members[of] if of else self._session).emit(event)

        with redirect_stdout(self._printed):
            self._loop.run_until_complete(emit())

    def sdk(self, member: str) -> Any:  # noqa: ANN401 - whatever it is
        return self._session.members[member]

    def press(self, name: str) -> None:
        async def click() -> None:
            self._tab.browser.click(name)

        with redirect_stdout(self._printed):
            self._loop.run_until_complete(click())

    def reload(self) -> None:
        self._open()

    def text(self, name: str) -> str:
        return self._tab.browser.text(name)

    def attribute(self, name: str, attribute: str) -> str | None:
        found = self._tab.browser.elements[name].get(attribute)
        return None if found is None else str(found)

    def shown(self, name: str) -> bool:
        return self._tab.browser.shown(name)

    def there(self, name: str) -> bool:
        return name in self._tab.browser.elements

    def viewer_says(self, message: dict[str, Any]) -> None:
        self._say(lambda: self._tab.browser.viewer.send(message))

    def viewer_heard(self) -> list[dict[str, Any]]:
        return self._tab.browser.viewer.posted

    def window_says(self, message: dict[str, Any]) -> None:
        self._say(lambda: self._tab.browser.windows[-1].send(message))

    def _say(self, say: Callable[[], None]) -> None:
        async def work() -> None:
            say()

        self._loop.run_until_complete(work())


class InThePage:
    """A Driver over the built tab. `case` is opened at once."""

    def __init__(self, case: type[Case], tab: Tab) -> None:
        self._case = case
        self._tab = tab
        tab.context.route(f"{VIEWER}*", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
        tab.context.route(f"{SERVICE}**", self._answer)
        for pattern in case.errors:
            tab.expect_console_error(pattern)
        tab.server.begin_conversation(CONVERSATION)
        tab.server.desktop.contexts.write(CONVERSATION, case.brought)
        tab.open(data={"conversationId": CONVERSATION, "case": case.__name__})

    def _answer(self, route: Route) -> None:
        asked = route.request
        allowed = {"access-control-allow-origin": "*", "access-control-allow-headers": "*"}
        allowed["access-control-expose-headers"] = "retry-after, x-answer"
        if asked.method == "OPTIONS":
            route.fulfill(status=204, headers=allowed)
        elif not asked.url.endswith("/never"):
            given = self._case.answer(HttpRequest(asked.method, asked.url, asked.headers, asked.post_data))
            route.fulfill(status=given.status, body=given.text, headers={**allowed, **given.headers})

    @property
    def log(self) -> str:
        return self._tab.console.text

    @property
    def events(self) -> list[str]:
        return self._tab.events

    @property
    def messages(self) -> list[str]:
        return [message["message"] for message in self._tab.messages]

    def expect(self, state: str) -> None:
        self._tab.expect_state(state, timeout=SECONDS)

    def wait_for(self, condition: Callable[[], object]) -> None:
        end = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < end, f"what is waited for does not happen\n{self.log}"
            self._tab.frame.evaluate("() => new Promise((resolve) => setTimeout(resolve, 20))")

    def wait_for_log(self, text: str) -> None:
        self.wait_for(lambda: text in self.log)

    def happen(self, event: str, of: str = "") -> None:
        self._tab.frame.evaluate(
            "([event, of]) => (of ? ContractSdk.session[of] : ContractSdk.session).emit(event)", [event, of]
        )

    def sdk(self, member: str) -> Any:  # noqa: ANN401 - whatever it is
        return self._tab.frame.evaluate("(member) => ContractSdk.session[member]", member)

    def press(self, name: str) -> None:
        # Not by a hand, which would wait for a button that is busy.
        self._tab.frame.locator(f"#{name}").evaluate("(element) => element.click()")

    def reload(self) -> None:
        self._tab.reload()

    def text(self, name: str) -> str:
        return (self._tab.frame.locator(f"#{name}").text_content() or "").strip()

    def attribute(self, name: str, attribute: str) -> str | None:
        return self._tab.frame.locator(f"#{name}").get_attribute(attribute)

    def shown(self, name: str) -> bool:
        return self._tab.frame.locator(f"#{name}").is_visible()

    def there(self, name: str) -> bool:
        return self._tab.frame.locator(f"#{name}").count() > 0

    def viewer_says(self, message: dict[str, Any]) -> None:
        self._viewer.evaluate("(message) => parent.postMessage(message, '*')", message)

    def viewer_heard(self) -> list[dict[str, Any]]:
        heard: list[dict[str, Any]] = self._viewer.evaluate("() => heard")
        return heard

    def window_says(self, message: dict[str, Any]) -> None:
        self.wait_for(lambda: self._windows)
        (opened,) = self._windows
        opened.wait_for_load_state()
        opened.evaluate("(message) => setTimeout(() => opener.postMessage(message, '*'))", message)

    @property
    def _viewer(self) -> Frame:
        found: list[Frame] = []

        def look() -> bool:
            found[:] = [frame for frame in self._tab.page.frames if frame.url == VIEWER]
            return bool(found)

        self.wait_for(look)
        found[0].wait_for_load_state()
        return found[0]

    @property
    def _windows(self) -> list[Page]:
        return [page for page in self._tab.context.pages if page.url == VIEWER]
