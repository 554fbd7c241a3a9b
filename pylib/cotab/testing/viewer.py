"""A viewer's page on the stage, for host tests of adapters that use `Tab.embed`: a test plays it.

Authors reach it as `tab.browser.viewer`.
"""

from __future__ import annotations

from collections.abc import Callable

from cotab._js.interface import JsValue
from cotab.embedded import origin_of
from cotab.errors import JsError
from cotab.testing.objects import FakeObject

__all__ = ["FakeViewer", "fake_stage"]


class FakeViewer:
    """A page behind an address. `posted` is what the adapter has told it; `send` tells the adapter something.

    `reachable` is False for one whose server is down. `frame` is the element that holds it, or the window that was
    opened for it, as it is given to an SDK.
    """

    def __init__(
        self, frame: FakeObject, window: FakeObject, document: FakeObject, own: FakeObject | None = None
    ) -> None:
        self.posted: list[JsValue] = []
        self.reachable = True
        self.frame, self._window, self._document = frame, window, document
        self._own = own or FakeObject()
        self._own.members["postMessage"] = self._take
        if own is None:
            frame.members.update(contentWindow=self._own, remove=lambda: frame.members.pop("contentWindow", None))
        window.set("fetch", self._fetch)

    @property
    def url(self) -> str:
        """The address of the page."""
        return str(self.frame.get("src"))

    @property
    def title(self) -> str:
        """The title of its frame."""
        return str(self.frame.get("title"))

    def send(self, message: JsValue, *, origin: str | None = None, source: FakeObject | None = None) -> None:
        """Let the page post a message; with `origin` or `source` it is another page that does."""
        event = FakeObject(data=message, origin=origin or origin_of(self.url), source=source or self._own)
        self._window.emit("message", event)

    def forbid(self) -> None:
        """Let the org's Content-Security-Policy forbid the page."""
        refusal = FakeObject(effectiveDirective="frame-src", blockedURI=self.url, disposition="enforce")
        self._document.emit("securitypolicyviolation", refusal)

    async def _fetch(self, _url: str, _request: JsValue) -> FakeObject:
        if not self.reachable:
            raise JsError("Failed to fetch", name="TypeError")
        return FakeObject(type="opaque")

    def _take(self, message: JsValue, target: str) -> None:
        if target == origin_of(self.url):  # otherwise the browser keeps it
            self.posted.append(message)


def fake_stage(
    window: FakeObject, replace_children: Callable[..., None], made: Callable[[FakeViewer], None]
) -> FakeObject:
    """Make an element of this window into which a page can be put; `made` is called with each."""
    stage = FakeObject(replaceChildren=replace_children)
    document = FakeObject()

    def create(_tag: str) -> FakeObject:
        window.scope = document.scope = stage.scope
        frame = FakeObject()
        made(FakeViewer(frame, window, document))
        return frame

    document.members |= {"defaultView": window, "createElement": create}
    stage.set("ownerDocument", document)
    return stage
