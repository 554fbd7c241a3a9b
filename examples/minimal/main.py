"""A complete adapter: it drives a vendor's JavaScript SDK (here assets/fake_sdk.js) from Python."""

from collections.abc import Sequence

from cotab import EndReason, Invitation, JsObject, Provider, SessionUnknownError, Tool


class Minimal(Provider):
    """One session of the vendor's product, seen from the agent's side."""

    tools: Sequence[Tool] = (Tool.POINTER, Tool.CONTROL)
    session: JsObject

    async def start(self) -> Invitation:
        """Make a session and say how the customer joins it."""
        topic = {"mode": self.tab.mode, "conversation": self.tab.context.conversation_id}
        sdk = await self.tab.sdk.load("assets/fake_sdk.js", "FakeSdk")
        return self.watch(await sdk.call("createSession", topic))

    async def resume(self, session_id: str) -> Invitation:
        """Find the session again after the page was reloaded."""
        sdk = await self.tab.sdk.load("assets/fake_sdk.js", "FakeSdk")
        session = await sdk.call("findSession", session_id)
        if session is None:
            raise SessionUnknownError(session_id)
        return self.watch(session)

    def watch(self, session: JsObject) -> Invitation:
        """Report what the SDK says."""
        report = self.tab.report
        self.session = session
        session.subscribe("joined", self.joined)
        session.subscribe("lost", report.reconnecting)
        session.subscribe("restored", report.reconnected)
        session.subscribe("quality", report.quality)
        session.subscribe("left", lambda: report.ended(EndReason.CUSTOMER))
        return Invitation(session_id=session.get("id"), pin=session.get("pin"), link=session.get("link"))

    def attach(self, stage: JsObject) -> None:
        """Show the SDK's viewer."""
        self.session.call("show", stage)

    def joined(self, customer: dict[str, str]) -> None:
        """Report the customer who has come in."""
        self.tab.report.connected()
        self.tab.report.participants([customer["name"]])

    async def select_tool(self, tool: Tool | None) -> None:
        """Select a tool of the SDK's viewer."""
        await self.session.call("setTool", tool)

    async def end(self) -> None:
        """End the session for everyone."""
        await self.session.call("end")
