"""Pages that the vendor hosts, in a frame on the stage or in a window of their own, and the messages to and from them.

A message counts only if it comes from that very window and its origin, and one to the page reaches no other
origin: whatever else is open in Dynamics can neither listen nor speak for it.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from cotab._js.interface import JsObject, JsValue, Subscription
from cotab._limits import need_function
from cotab.errors import JsError, PolicyBlockedError, ProviderError, ViewerSilentError, WindowBlockedError

__all__ = ["EmbeddedViewer", "OpenedWindow", "VendorPage", "origin_of"]

DEFAULT_PORTS = {"http": 80, "https": 443}


def origin_of(url: str) -> str:
    """Return the origin of an address, as browsers write it. Raises ProviderError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ProviderError(f"{url!r} is no address") from error
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise ProviderError(f"{url!r} is no address that begins with https:// or http://")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if port in (None, DEFAULT_PORTS[parts.scheme]) else f":{port}")


class VendorPage(ABC):
    """A page at `url`, and the messages between it and the tab. `window` is the one that holds the tab.

    Without `on_message` nobody listens: an SDK that was given the page does that itself.
    A page knows who speaks, and who opened it, by the window whose script does so: `window` has functions for both.
    """

    def __init__(self, window: JsObject, url: str, on_message: Callable[[JsValue], object] | None) -> None:
        self._origin = origin_of(url)
        if on_message is not None:
            need_function(on_message)
        self._on_message = on_message
        self._window = window
        self._listening: Subscription | None = window.subscribe("message", self._receive) if on_message else None

    def post(self, message: Mapping[str, Any]) -> None:
        """Tell the page something. Does nothing once it is gone."""
        target = self._target()
        if target is not None:
            self._window.get("cotab").call("post", target, message, self._origin)

    def close(self) -> None:
        """Take the page away, and listen to it no more."""
        if self._listening is not None:
            self._listening.cancel()

    @abstractmethod
    def _target(self) -> JsObject | None:
        """Return the window in which the page is, if it is there."""

    def _receive(self, event: JsObject) -> object:
        source, target = event.get("source"), self._target()
        if event.get("origin") != self._origin or source is None or target is None:
            return None
        if source.js_object != target.js_object:
            return None
        self._spoke()
        return self._on_message(event.get("data")) if self._on_message else None

    def _spoke(self) -> None:  # noqa: B027 - optional
        """Take note of a message."""


class EmbeddedViewer(VendorPage):
    """The vendor's page in the stage. `on_message` gets what it posts, as data; what it raises ends the session.

    The page is gone when the stage is. Post nothing before it has said that it is there: until it is loaded, the
    frame holds an empty page of another origin.
    """

    def __init__(
        self, stage: JsObject, url: str, on_message: Callable[[JsValue], object] | None, *, title: str, allow: str = ""
    ) -> None:
        self._url, self._heard = url, asyncio.Event()
        document: JsObject = stage.get("ownerDocument")
        super().__init__(document.get("defaultView"), url, on_message)
        self.frame: JsObject = document.call("createElement", "iframe")
        for name, value in {"title": title, "allow": allow, "src": url}.items():
            self.frame.set(name, value)
        self._forbidding = document.subscribe("securitypolicyviolation", self._forbidden)
        stage.call("replaceChildren", self.frame)

    def close(self) -> None:
        """Take the page away, and listen to it no more."""
        super().close()
        self._forbidding.cancel()
        self.frame.call("remove")

    async def spoken(self, seconds: float) -> None:
        """Wait until the page has posted its first message; there must be an `on_message` for it.

        Raises ViewerSilentError, which tells a page that cannot be reached from one that is there and says nothing. A
        page that the org's policy forbids is told of by PolicyBlockedError at once, without this.
        """
        try:
            await asyncio.wait_for(self._heard.wait(), seconds)
        except TimeoutError as error:
            raise await self._silence() from error

    def _spoke(self) -> None:
        self._heard.set()

    async def _silence(self) -> ViewerSilentError:
        """Find out why nothing is heard of the page."""
        request = {"mode": "no-cors", "credentials": "omit", "cache": "no-store"}
        try:
            await self._window.call("fetch", self._url, request)
        except JsError as error:
            gone = f"{self._url} cannot be reached from here: {error.reason}"
            return ViewerSilentError(gone, code="VIEWER_UNREACHABLE")
        there = f"{self._url} can be reached, but its page has said nothing"
        return ViewerSilentError(f"{there}: it may refuse to be shown in this org's pages (frame-ancestors)")

    def _forbidden(self, event: JsObject) -> None:
        """Fail at once if it is this page that the org's policy forbids."""
        if event.get("effectiveDirective") == "frame-src" and _is_of(str(event.get("blockedURI")), self._origin):
            raise PolicyBlockedError(f"the Content-Security-Policy does not list {self._origin} in frame-src")

    def _target(self) -> JsObject | None:
        target: JsObject | None = self.frame.get("contentWindow")
        return target


class OpenedWindow(VendorPage):
    """The vendor's page in a window of its own, such as for signing in. It outlives the session."""

    def __init__(self, window: JsObject, url: str, on_message: Callable[[JsValue], object]) -> None:
        super().__init__(window, url, on_message)
        self._opened: JsObject | None = window.get("cotab").call("open", url, "_blank", "popup,width=500,height=700")
        if self._opened is None:
            super().close()
            raise WindowBlockedError(f"the browser has not opened {url}; open it while a press of a button is handled")

    @property
    def closed(self) -> bool:
        """Whether somebody has closed it."""
        return self._opened is None or bool(self._opened.get("closed"))

    def close(self) -> None:
        """Close the window, and listen to it no more."""
        super().close()
        if self._opened is not None:
            self._opened.call("close")

    def _target(self) -> JsObject | None:
        return None if self.closed else self._opened


def _is_of(address: str, origin: str) -> bool:
    """Return whether an address is on an origin."""
    return address == origin or address.startswith(f"{origin}/")
