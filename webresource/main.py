"""The default adapter: until Tandem has a service of its own, it drives the stand-in SDK of examples/minimal."""

from collections.abc import Sequence

from cotab import EndReason, Invitation, JsObject, Provider, SessionUnknownError, Tab, Tool


class Demonstration(Provider):
    """One session of the vendor's product, seen from the agent's side."""

    tools: Sequence[Tool] = (Tool.POINTER, Tool.CONTROL)

    def __init__(self, tab: Tab) -> None:
        self.tab = tab
        self.session: JsObject

    async def start(self) -> Invitation:
        """Make a session and say how the customer joins it."""
        sdk = await self.tab.sdk.load("assets/fake_sdk.js", "FakeSdk")
        topic = {"mode": self.tab.mode, "conversation": self.tab.context.conversation_id}
        return self.watch(await sdk.call_async("createSession", topic))

    async def resume(self, session_id: str) -> Invitation:
        """Find the session again after the page was reloaded."""
        sdk = await self.tab.sdk.load("assets/fake_sdk.js", "FakeSdk")
        session = await sdk.call_async("findSession", session_id)
        if session is None:
            raise SessionUnknownError(session_id)
        return self.watch(session)

    def watch(self, session: JsObject) -> Invitation:
        """Report what the SDK says, and show its viewer."""
        sink = self.tab.sink
        self.session = session
        session.subscribe("joined", self.joined)
        session.subscribe("lost", sink.interrupted)
        session.subscribe("restored", sink.resumed)
        session.subscribe("quality", sink.quality)
        session.subscribe("left", lambda: sink.ended(EndReason.CUSTOMER))
        session.call("show", self.tab.stage)
        return Invitation(session_id=session.get("id"), pin=session.get("pin"), link=session.get("link"))

    def joined(self, customer: dict[str, str]) -> None:
        """The customer has come in."""
        self.tab.sink.connected()
        self.tab.sink.participants([customer["name"]])

    async def use(self, tool: Tool | None) -> None:
        """Choose a tool of the SDK's viewer."""
        await self.session.call_async("setTool", tool)

    async def end(self) -> None:
        """End the session for everyone."""
        await self.session.call_async("end")
