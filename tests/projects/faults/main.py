"""An adapter that misbehaves on demand: the fake SDK's event "do" names what it does.

It shows the page's interpreter to the tests as `globalThis.python`, and one of its settings as `globalThis.region`.
"""

import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from ipaddress import IPv4Address

import pydantic

from cotab import (
    ConnectionQuality,
    EndReason,
    Invitation,
    JsObject,
    Provider,
    ProviderError,
    SessionUnknownError,
    Tab,
    Tool,
)


class Faulty(Provider):
    """Works like the adapter of examples/minimal until it is told not to."""

    tools: Sequence[Tool] = tuple(Tool)

    session: JsObject

    def __init__(self, tab: Tab) -> None:
        super().__init__(tab)
        self.show_python()

    def show_python(self) -> None:
        """Give the tests a way in."""
        import js  # noqa: PLC0415 - live objects only when the page is up
        import pyodide_js  # noqa: PLC0415 - as above

        js.python = pyodide_js
        js.region = self.settings.region

    async def sdk(self) -> JsObject:
        """The fake SDK, checked against the hash in `data`, if there is one, and after what `data` wants done first."""
        if early := self.tab.context.extra.get("early"):
            getattr(self, str(early))()
        return await self.tab.sdk.load(
            "assets/fake_sdk.js", "FakeSdk", integrity=self.tab.context.extra.get("integrity")
        )

    async def start(self) -> Invitation:
        """Make a session."""
        return self.watch(await (await self.sdk()).call("createSession", {}))

    async def resume(self, session_id: str) -> Invitation:
        """Find the session again."""
        session = await (await self.sdk()).call("findSession", session_id)
        if session is None:
            raise SessionUnknownError(session_id)
        return self.watch(session)

    def watch(self, session: JsObject) -> Invitation:
        """Report what the SDK says, and do what it asks for."""
        report = self.tab.report
        self.session = session
        session.subscribe("joined", self.joined)
        session.subscribe("lost", report.reconnecting)
        session.subscribe("restored", report.reconnected)
        session.subscribe("quality", report.quality)
        session.subscribe("left", lambda: report.ended(EndReason.CUSTOMER))
        session.subscribe("do", lambda what: getattr(self, what)())
        return Invitation(session_id=session.get("id"), pin=session.get("pin"), link=session.get("link"))

    def attach(self, stage: JsObject) -> None:
        """Show the SDK's viewer."""
        self.session.call("show", stage)

    def joined(self, customer: dict[str, str]) -> None:
        """The customer has come in."""
        self.tab.report.connected()
        self.tab.report.participants([customer["name"]])

    async def select_tool(self, tool: Tool | None) -> None:
        """Select a tool of the SDK's viewer."""
        await self.session.call("setTool", tool)

    async def end(self) -> None:
        """End the session for everyone."""
        await self.session.call("end")

    # What it can be told to do

    def raises(self) -> None:
        """A defect in a callback."""
        raise ValueError("a defect in a callback")

    async def raises_later(self) -> None:
        """A defect in a callback that is a coroutine."""
        raise ProviderError("a defect in a coroutine")

    def ends_twice(self) -> None:
        """The provider says so again."""
        self.tab.report.ended(EndReason.PROVIDER)
        self.tab.report.ended(EndReason.EXPIRED)

    def reports_everything(self) -> None:
        """All an adapter can report."""
        report = self.tab.report
        report.connected()
        report.reconnecting()
        report.reconnected()
        report.participants(["Somebody Else"])
        report.quality(ConnectionQuality.POOR)
        report.ended()
        report.failed(ProviderError("too late"))

    def talks(self) -> None:
        """Everything that an author's code may print."""
        print("printed by the author")  # noqa: T201 - that is what is tested
        sys.stderr.write("written to stderr by the author\n")
        warnings.warn("warned by the author", RuntimeWarning, stacklevel=2)
        try:
            self.raises()
        except ValueError:
            traceback.print_exc()

    def parses(self) -> None:
        """Call what no ordinary start calls: Python's parser and compiler."""
        if eval("6 * 7") != 42:  # noqa: S307 - that is what is to be compiled
            raise ValueError("Python cannot calculate")

    def validates(self) -> None:
        """Call what no ordinary start calls of pydantic's core."""
        pydantic.TypeAdapter(Decimal | timedelta | IPv4Address | set[bytes]).validate_python("P3DT4H")

    def dies(self) -> None:
        """Nothing of Python is left after this."""
        os.abort()
