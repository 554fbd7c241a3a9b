"""An adapter whose session outlives the tab; the SDK's event "do" names what it does wrong.

It shows the page's interpreter to the tests as `globalThis.python`.
"""

import asyncio
from collections.abc import Sequence

from cotab import EndReason, Invitation, JsObject, Provider, SessionUnknownError, Tab, Tool


class Roaming(Provider):
    """A vendor's product whose SDK has the session, and a viewer for whatever stage there is."""

    tools: Sequence[Tool] = (Tool.POINTER,)
    session: JsObject

    def __init__(self, tab: Tab) -> None:
        super().__init__(tab)
        import js  # noqa: PLC0415 - live objects only when the page is up
        import pyodide_js  # noqa: PLC0415 - as above

        js.python = pyodide_js

    async def start(self) -> Invitation:
        """Make a session; how long that takes, `data` says."""
        print(f"starting for {self.tab.context.extra.get('customer')}")  # noqa: T201 - as authors do
        await asyncio.sleep(float(self.tab.context.extra.get("slow", 0)))
        topic = {"mode": self.tab.mode, "conversation": self.tab.context.conversation_id}
        sdk = await self.tab.sdk.load("assets/roaming_sdk.js", "RoamingSdk")
        return self.watch(await sdk.call("create", topic))

    async def resume(self, session_id: str) -> Invitation:
        """Find the session again."""
        sdk = await self.tab.sdk.load("assets/roaming_sdk.js", "RoamingSdk")
        session = await sdk.call("find", session_id)
        if session is None:
            raise SessionUnknownError(session_id)
        return self.watch(session)

    def watch(self, session: JsObject) -> Invitation:
        """Report what the SDK says, and do what it asks for."""
        self.session = session
        self.tab.button("wave", "Wave", lambda: session.call("wave"))
        session.subscribe("joined", self.joined)
        session.subscribe("left", lambda: self.tab.report.ended(EndReason.CUSTOMER))
        session.subscribe("do", lambda what: getattr(self, what)())
        return Invitation(session_id=session.get("id"), pin=session.get("pin"))

    def joined(self, name: str) -> None:
        """The customer has come in."""
        print(f"{name} has joined")  # noqa: T201 - as above
        self.tab.report.connected()
        self.tab.report.participants([name])

    def attach(self, stage: JsObject) -> None:
        """Show the SDK's viewer, which listens to the tab's window."""
        self.session.call("show", stage)
        self.resized = 0
        stage.get("ownerDocument").get("defaultView").subscribe("resize", self.on_resize)

    def on_resize(self, _event: JsObject) -> None:
        """The stage has another size."""
        self.resized += 1

    def detach(self) -> None:
        """Let go of the viewer."""
        self.session.call("hide")

    async def end(self) -> None:
        """End the session for everyone."""
        await self.session.call("end")

    # What it can be told to do

    def raises(self) -> None:
        """A defect in a callback."""
        raise ValueError("a defect in a callback")

    def loses_a_task(self) -> None:
        """A defect in a task that nobody awaits."""
        self.lost = asyncio.ensure_future(self.fails())

    async def fails(self) -> None:
        """What that does."""
        raise ValueError("a defect in a task")
