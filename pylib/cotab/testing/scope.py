"""A stand-in for a session's scope: what it loads are the globals that the test gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cotab._js.interface import JsObject
from cotab._tasks import Tasks
from cotab.errors import SdkNotLoadedError
from cotab.testing.objects import FakeSubscription, arriving

if TYPE_CHECKING:
    from cotab.testing import FakeBrowser

__all__ = ["FakeScope"]


class FakeScope:
    """See Scope: answers `load` from the given globals."""

    def __init__(self, browser: FakeBrowser, tasks: Tasks) -> None:
        self._browser = browser
        self.tasks = tasks
        self.subscriptions: list[FakeSubscription] = []
        self.disposed = False

    async def load(self, url: str, name: str, *, integrity: str | None = None) -> JsObject:
        """See SdkLoader."""
        self._browser.loaded.append((url, integrity))
        return self._global(url, name)

    async def load_module(self, url: str) -> JsObject:
        """See SdkLoader."""
        return self._global(url, url)

    async def load_package(self, name: str) -> JsObject:
        """See SdkLoader."""
        return self._global(name, name)

    def element(self, element_id: str) -> JsObject:
        """See Scope."""
        element = self._browser.element(element_id)
        element.scope = self
        return element

    def window(self) -> JsObject:
        """See Scope."""
        self._browser.window.scope = self
        return self._browser.window

    def backstage(self) -> JsObject | None:
        """See Scope. It is there where the test's tab outlives its stage."""
        return self.element("backstage") if self._browser.outlives else None

    def dispose(self) -> None:
        """See Scope."""
        self.disposed = True
        self.tasks.stop()
        for subscription in self.subscriptions:
            subscription.cancel()

    def _global(self, url: str, name: str) -> JsObject:
        if name not in self._browser.sdk:
            raise SdkNotLoadedError(f"{url} could not be loaded: the test gave no {name}")
        found: JsObject = arriving(self._browser.sdk[name], self)
        return found
