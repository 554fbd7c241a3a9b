"""The way into the resident: one interpreter, in which the sessions of many tabs are at work beside each other."""

from __future__ import annotations

import asyncio
import io
import sys
from functools import partial
from json import loads
from typing import TYPE_CHECKING, TextIO

from cotab._js.page import PageBrowser, ShellPage
from cotab._js.place import Place, at_work
from cotab._js.pyodide import page_scope, page_window
from cotab._js.scripts import Scripts
from cotab._tab.app import App, load_adapter
from cotab._tab.guards import install_guards
from cotab._tasks import Tasks, watch_tasks
from cotab._waiting import spawn
from cotab.context import PageInfo
from cotab.errors import AdapterError
from cotab.provider import EndReason, Provider

if TYPE_CHECKING:
    from collections.abc import Callable

    from cotab._js.interface import JsObject
    from cotab._tab.runner import ProviderFactory

__all__ = ["fits", "main"]

# Without either of them, a session cannot go on while its tab is made anew.
PAIR = ("attach", "detach")


async def main() -> None:
    """Serve the tabs of this window. Never raises: tabs that are not served start by themselves."""
    window = page_window()
    shell: JsObject = window.get("cotab")
    page = ShellPage(window)
    try:
        factory = load_adapter(PageInfo.model_validate(loads(shell.call("json", "page"))).adapter)
    except AdapterError as error:  # a tab of its own says so
        page.report(error)
        shell.call("refuse", str(error))
        return
    if not fits(factory):
        shell.call("refuse", "the adapter has no attach() and detach() of its own")
        return
    install_guards()
    watch_tasks(lambda: _owner(page), page.report)
    sys.stdout, sys.stderr = _Routed(sys.stdout), _Routed(sys.stderr)
    resident = Resident(window, factory)
    if page.ready():
        shell.call("serve", resident.open)


def fits(factory: ProviderFactory) -> bool:
    """Return whether an adapter can be served: it says how the stage comes, and how it goes."""
    return all(getattr(factory, name, None) is not getattr(Provider, name) for name in PAIR)


def _owner(page: ShellPage) -> Callable[[BaseException], None]:
    place = at_work()
    return page.report if place is None else place.owner()


class _Routed(io.TextIOBase):
    """A stream that gives each session what its own code prints."""

    def __init__(self, own: TextIO) -> None:
        self._own = own

    def write(self, text: str) -> int:
        place = at_work()
        if place is None:
            return self._own.write(text)
        place.write(text)
        return len(text)

    def flush(self) -> None:
        self._own.flush()


class Resident:
    """The sessions of one resident, each with an adapter, a scope and a log of its own."""

    def __init__(self, window: JsObject, factory: ProviderFactory) -> None:
        self._window = window
        self._factory = factory
        self._scripts = Scripts(window)
        self._served: set[_Served] = set()

    def open(self, shell: JsObject) -> None:
        """Begin a session; `shell` is its ResidentSession."""
        served = _Served(self._window, self._scripts, self._factory, shell, self._served.discard)
        self._served.add(served)
        served.begin()


class _Served:
    """One session as the resident's JavaScript drives it (webresource/page/resident_session.js)."""

    def __init__(
        self,
        window: JsObject,
        scripts: Scripts,
        factory: ProviderFactory,
        shell: JsObject,
        on_gone: Callable[[_Served], None],
    ) -> None:
        bare = shell.js_object
        self._place = Place(lambda: bare.document, self._owner, self._log)
        make_scope = partial(page_scope, scripts, place=self._place)
        self._scope = make_scope(Tasks(self._report))
        self._shell = self._scope.adopt(bare)
        self._page = PageBrowser(window, make_scope, self._shell)
        self._app = App(self._page, factory)
        self._on_gone = on_gone
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self) -> None:
        """Let the tab have the session it was opened for."""
        self._shell.call(
            "serve",
            {
                "attached": self._app.attach,
                "detached": self._app.detach,
                "close": self._close,
                "dispose": self._dispose,
            },
        )
        with self._place.entered():
            spawn(self._app.run(alone=False), self._tasks)

    def _close(self, reason: str) -> None:
        spawn(self._closing(EndReason(reason)), self._tasks)

    async def _closing(self, reason: EndReason) -> None:
        try:
            await self._app.close(reason)
        finally:
            self._shell.call("drop")

    def _dispose(self) -> None:
        self._app.abandon()
        asyncio.get_running_loop().call_soon(self._scope.dispose)  # not now: this is called by what is disposed of
        self._on_gone(self)

    def _owner(self) -> Callable[[BaseException], None]:
        return self._app.owner_of_errors()

    def _report(self, error: BaseException) -> None:
        self._page.report(error)

    def _log(self, line: str) -> None:
        self._shell.call("print", "log", line)
