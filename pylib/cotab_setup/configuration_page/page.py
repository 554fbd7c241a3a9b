"""The configuration page's document and the org it was opened in, over JsObjects.

The rest of the page needs no more than `Page`, so that it runs on the host as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from json import dumps, loads
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from cotab._js.elements import Changes
from cotab._js.interface import JsObject
from cotab._js.page import ShellPage
from cotab.errors import JsError
from cotab_setup.inspection.resources import SHOWN, Resources
from cotab_setup.provisioning import LostConnectionError, Provisioning, Reply, WebApi, WebApiError
from cotab_setup.web_api import BASE, HEADERS, Values

__all__ = ["ConfigurationInfo", "ConfigurationPage", "FetchResources", "FetchWebApi", "Page", "org_path"]

# A request that takes longer is given up. Dataverse itself gives up after two minutes.
REQUEST_TIMEOUT = 130  # seconds

# In the address of a web resource: what comes before, with the version token that Dynamics puts there.
BEFORE_WEB_RESOURCES = re.compile(r"^(.*?)(?:/(?:%7b|\{)[^/]*)?/webresources/", re.IGNORECASE)


class ConfigurationInfo(BaseModel):
    """What the build wrote into the page. `templates` are the unique names of the app tab templates of this version.

    `has_trial` is whether there is a trial page beside the tabs.
    """

    model_config = ConfigDict(frozen=True)

    provider: str
    provisioning: Provisioning
    templates: tuple[str, ...]
    has_trial: bool


class Page(Protocol):
    """What the configuration page needs of its document and its surroundings."""

    info: ConfigurationInfo
    texts: Mapping[str, str]

    def api(self) -> WebApi | None:
        """Return the Web API of the org that the page was opened in; None where it was opened from a disk."""

    def resources(self) -> Resources:
        """Return what fetches web resources of that org."""

    def begin_trial(self, seconds: float) -> None:
        """Have the tabs of this provider be a trial, in this browser and for so long."""

    async def trial(self) -> tuple[str, bool]:
        """Return what the trial has seen so far, as JSON, and whether its tab is open."""

    def end_trial(self) -> None:
        """Let the tabs be tabs again, and forget what was seen."""

    def ready(self) -> bool:
        """See Browser."""

    def update(self, changes: Mapping[str, Changes]) -> None:
        """See Browser."""

    def fill(self, element_id: str, keys: Sequence[str], parts: Sequence[str]) -> None:
        """Make a list's items anew: each has its key as id, and an element `<key>-<part>` for each part."""

    def focus(self, element_id: str) -> None:
        """Move the focus to an element."""

    def on_click(self, element_id: str, handler: Callable[[], None]) -> None:
        """See Browser."""

    def log(self, text: str) -> None:
        """Put a line into the log."""

    def report(self, error: BaseException) -> None:
        """See Browser."""


class ConfigurationPage(ShellPage):
    """See Page. `window` is the page's global object."""

    def __init__(self, window: JsObject) -> None:
        super().__init__(window)
        self._document: JsObject = window.get("document")
        self.info = ConfigurationInfo.model_validate_json(self._shell.call("json", "page"))

    def api(self) -> WebApi | None:
        """See Page."""
        location: JsObject = self._window.get("location")
        if not str(location.get("protocol")).startswith("http"):
            return None
        return FetchWebApi(self._window, org_path(str(location.get("pathname"))) + BASE)

    def resources(self) -> Resources:
        """See Page."""
        pathname = str(self._window.get("location").get("pathname"))
        return FetchResources(self._window, f"{org_path(pathname)}/WebResources/")

    def begin_trial(self, seconds: float) -> None:
        """See Page. The record is shared with webresource/page/trial_record.js."""
        now: float = self._window.get("Date").call("now")
        self._storage.call("setItem", self._trial, dumps({"until": now + seconds * 1000, "seen": []}))

    async def trial(self) -> tuple[str, bool]:
        """See Page."""
        locks = await self._window.get("navigator").get("locks").call("query")
        held = [lock["name"] for lock in locks["held"]]
        record = loads(self._storage.call("getItem", self._trial) or "{}")
        return dumps(record.get("seen", [])), self._trial in held

    def end_trial(self) -> None:
        """See Page."""
        self._storage.call("removeItem", self._trial)

    @property
    def _storage(self) -> JsObject:
        storage: JsObject = self._window.get("localStorage")
        return storage

    @property
    def _trial(self) -> str:
        return f"cotab-trial:{self.info.provisioning.folder}"

    def fill(self, element_id: str, keys: Sequence[str], parts: Sequence[str]) -> None:
        """See Page."""
        container: JsObject = self._document.call("getElementById", element_id)
        container.call("replaceChildren", *(self._item(key, parts) for key in keys))

    def _item(self, key: str, parts: Sequence[str]) -> JsObject:
        item: JsObject = self._document.call("createElement", "li")
        item.set("id", key)
        for part in parts:
            child: JsObject = self._document.call("createElement", "span")
            child.set("id", f"{key}-{part}")
            child.set("className", part)
            item.call("append", child)
        return item

    def focus(self, element_id: str) -> None:
        """See Page."""
        element: JsObject = self._document.call("getElementById", element_id)
        element.call("focus")

    def log(self, text: str) -> None:
        """See Page."""
        self._shell.call("print", "log", text)


def org_path(pathname: str) -> str:
    """Return what stands before the Web API's own path: nothing online, the name of the org on premises."""
    found = BEFORE_WEB_RESOURCES.match(pathname)
    return found[1] if found else ""


class FetchWebApi:
    """The Web API of the page's own origin, with the session of whoever is signed in. See WebApi."""

    def __init__(self, window: JsObject, base: str) -> None:
        self._window = window
        self._base = base

    async def request(
        self, method: str, path: str, *, body: Values | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """See WebApi. Raises WebApiError with status 401 where a page to sign in comes instead of an answer."""
        options = {
            "method": method,
            "headers": {**HEADERS, **(headers or {})},
            "body": None if body is None else dumps(body),
            "credentials": "same-origin",
            "cache": "no-store",
            "signal": self._window.get("AbortSignal").call("timeout", REQUEST_TIMEOUT * 1000),
        }
        try:
            response: JsObject = await self._window.call("fetch", self._base + path, options)
            text = str(await response.call("text"))
        except JsError as error:
            raise LostConnectionError(f"{method} {path}", reason=error.reason) from error
        reply = Reply.of(int(response.get("status")), _headers(response.get("headers")), text)
        if response.get("ok") and reply.page:
            raise WebApiError(
                f"{method} {path}",
                status=HTTPStatus.UNAUTHORIZED,
                reason="the answer is a page, not data",
                gateway=True,
            )
        return reply


class FetchResources:
    """The web resources of the page's own origin. See Resources."""

    def __init__(self, window: JsObject, base: str) -> None:
        self._window = window
        self._base = base

    async def headers_of(self, name: str) -> Mapping[str, str] | None:
        """See Resources."""
        signal = self._window.get("AbortSignal").call("timeout", REQUEST_TIMEOUT * 1000)
        options = {"method": "HEAD", "credentials": "same-origin", "cache": "no-store", "signal": signal}
        try:
            response: JsObject = await self._window.call("fetch", self._base + name, options)
        except JsError:
            return None
        headers: JsObject = response.get("headers")
        found = {each: headers.call("get", each) for each in SHOWN}
        return {each: str(value) for each, value in found.items() if value is not None} if response.get("ok") else None


def _headers(headers: JsObject) -> dict[str, str]:
    """Return those headers that the set-up looks at."""
    found = headers.call("get", "retry-after")
    return {} if found is None else {"retry-after": str(found)}
