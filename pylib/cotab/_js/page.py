"""The page Python lives in: the Browser made of nothing but JsObjects, so it needs no FFI itself.

`shell` is what boot.js offers as `globalThis.cotab` (webresource/page/types.d.ts). ShellPage is what the tab and the
configuration page have in common.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from json import dumps, loads
from typing import Any

from cotab._js.elements import Changes
from cotab._js.interface import JsObject, Scope, Subscription
from cotab._policy import Violation
from cotab._tasks import Tasks
from cotab.context import PageInfo
from cotab.errors import ConversationError, HttpError, JsError, NotAvailableError
from cotab.http import HttpAnswer, HttpRequest

__all__ = ["PageBrowser", "ShellPage"]

API_PATH = "/api/data/v9.2/"


class ShellPage:
    """What every page has of the boot shell and the document. `window` is the page's global object.

    `shell` is the boot shell, or that of a session in a resident (webresource/page/resident_session.js).
    """

    def __init__(self, window: JsObject, shell: JsObject | None = None) -> None:
        self._window = window
        self._shell: JsObject = shell or window.get("cotab")
        # As a text: member by member, hundreds of them would have to cross the border at every start.
        self.texts: Mapping[str, str] = loads(self._shell.call("json", "texts"))
        self.language: str = self._shell.get("language")

    @property
    def failed(self) -> bool:
        """Whether the boot shell has given up meanwhile, for instance because of its time limit."""
        return bool(self._shell.get("failed"))

    def fail(self, code: str, detail: str) -> None:
        """Let the boot shell show that the tab cannot go on."""
        self._shell.call("fail", code, detail)

    def ready(self) -> bool:
        """See Browser."""
        return bool(self._shell.call("ready"))

    def update(self, changes: Mapping[str, Changes]) -> None:
        """See Browser. What the boot shell shows because the tab cannot go on stays."""
        # As a text: member by member, they would cross the border one by one.
        if changes:
            self._shell.call("update", dumps(changes))

    def on_click(self, element_id: str, handler: Callable[[], None]) -> None:
        """See Browser."""
        self._shell.call("onClick", element_id, handler)

    async def copy(self, text: str) -> bool:
        """See Browser."""
        try:
            return bool(await self._shell.call("copy", text))
        except JsError as error:
            self.report(error)
            return False

    def report(self, error: BaseException) -> None:
        """See Browser."""
        self._shell.call("print", "error", "".join(traceback.format_exception(error)))


class PageBrowser(ShellPage):
    """The Browser over JsObjects. `make_scope` makes owners of callbacks."""

    def __init__(self, window: JsObject, make_scope: Callable[[Tasks], Scope], shell: JsObject | None = None) -> None:
        super().__init__(window, shell)
        self._make_scope = make_scope
        self.page = PageInfo.model_validate(loads(self._shell.call("json", "page")))
        self.top_reachable: bool = self._shell.get("topReachable")
        self._warnings: set[str] = set()
        self._presses: dict[str, Subscription] = {}

    def query(self) -> str:
        """See Browser."""
        return str(self._shell.get("query"))

    async def focused_conversation(self) -> str | None:
        """See Browser."""
        answer: str | None = await self._shell.call("conversation")
        return answer

    async def org_settings(self) -> str:
        """See Browser."""
        text: str = await self._shell.call("orgSettings")
        return text

    def dispatch(self, event: str) -> None:
        """See Browser."""
        self._shell.call("dispatch", event)

    async def claim(self, key: str) -> bool:
        """See Browser."""
        return self.page.resident == "off" or bool(await self._shell.call("claim", key))

    def on_page_hidden(self, handler: Callable[[], None]) -> None:
        """See Browser."""
        self._shell.call("onPageHidden", handler)

    def read(self, key: str) -> str | None:
        """See Browser."""
        try:
            text: str | None = self._window.get("sessionStorage").call("getItem", key)
        except (AttributeError, JsError):  # storage is not there or refused
            return None
        return text

    def write(self, key: str, value: str | None) -> None:
        """See Browser."""
        # Storage is not there, refused or full: the session cannot be resumed, that is all.
        with suppress(AttributeError, JsError):
            storage = self._window.get("sessionStorage")
            if value is None:
                storage.call("removeItem", key)
            else:
                storage.call("setItem", key, value)

    def scope(self, on_error: Callable[[BaseException], None]) -> Scope:
        """See Browser."""
        return self._make_scope(Tasks(on_error, self.warn, self.page.provider_timeout_seconds))

    def omnichannel(self) -> JsObject | None:
        """See Browser."""
        return self._in_top("Microsoft", "Omnichannel")

    def web_api_base(self) -> str | None:
        """See Browser."""
        utility = self._in_top("Xrm", "Utility")
        try:
            return None if utility is None else f"{utility.call('getGlobalContext').call('getClientUrl')}{API_PATH}"
        except (AttributeError, JsError):
            return None

    async def web_api(self, method: str, path: str, body: Mapping[str, Any]) -> None:
        """See Browser."""
        base = self.web_api_base()
        if base is None:
            raise NotAvailableError("Xrm is not on the top window, so there is no Web API")
        headers = {"content-type": "application/json; charset=utf-8", "odata-version": "4.0"}
        request = {"method": method, "headers": headers, "body": dumps(body)}
        try:
            response = await self._window.call("fetch", base + path, request)
            refusal = "" if response.get("ok") else await response.call("text")
        except JsError as error:
            raise ConversationError(f"{method} {path}: {error}") from error
        if not response.get("ok"):
            raise ConversationError(f"{method} {path}: status {response.get('status')}: {refusal[:500]}")

    def signed_in(self) -> Mapping[str, Any] | None:
        """See Browser."""
        known: Mapping[str, Any] | None = self._shell.call("signedIn")
        return known

    async def fetch(self, request: HttpRequest) -> HttpAnswer:
        """See Browser."""
        controller: JsObject = self._window.get("AbortController").new()
        options = {
            "method": request.method,
            "headers": request.headers,
            "credentials": request.credentials,
            "signal": controller.get("signal"),
        }
        try:
            response = await self._window.call(
                "fetch", request.url, options | ({"body": request.body} if request.body else {})
            )
            text = await response.call("text")
            headers = self._window.get("Array").call("from", response.get("headers"))
        except JsError as error:
            origin = self._window.get("location").get("origin")
            either = f"it cannot be reached, or it or where it redirects to does not let {origin} read answers (CORS)"
            raise HttpError(f"{request.method} {request.url}: {error.reason}: {either}") from error
        except asyncio.CancelledError:
            controller.call("abort")
            raise
        return HttpAnswer(response.get("status"), text, dict(headers), response.get("url", ""))

    def add_control(self, element_id: str, tag: str, on_press: Callable[[], None] | None) -> None:
        """See Browser."""
        self._shell.call("addControl", element_id, tag)
        if on_press is not None:
            self._presses[element_id] = self._shell.get("presses").subscribe(element_id, lambda _: on_press())

    def remove_control(self, element_id: str) -> None:
        """See Browser."""
        listening = self._presses.pop(element_id, None)
        if listening is not None:
            listening.cancel()
        self._shell.call("removeControl", element_id)

    def warn(self, text: str) -> None:
        """See Browser."""
        if text not in self._warnings:
            self._warnings.add(text)
            self._shell.call("print", "warn", text)

    def note(self, text: str) -> None:
        """See Browser."""
        self._shell.call("note", text)

    def violations(self) -> Sequence[Violation]:
        """See Browser."""
        return [Violation.model_validate(each) for each in loads(self._shell.call("violations"))]

    def now(self) -> datetime:
        """See Browser."""
        return datetime.now().astimezone()

    def _in_top(self, *names: str) -> JsObject | None:
        """Return an object of the top window, or None."""
        found: JsObject | None = self._shell.call("inTop", *names)
        return found if hasattr(found, "call") else None  # what is only data has no methods
