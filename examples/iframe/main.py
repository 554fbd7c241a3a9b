"""A complete adapter of a product whose agent's side is a page: it is in the stage, and messages go to and fro."""

import asyncio
from typing import Any

from pydantic import BaseModel

from cotab import EmbeddedViewer, EndReason, Invitation, JsObject, Provider, SessionUnknownError

# How long the page may take until it says that it is there.
READY_TIMEOUT_SECONDS = 15.0


class Framed(Provider):
    """One session of the vendor's product, seen from the agent's side."""

    class Settings(BaseModel):
        """The address of the page."""

        viewer: str

    settings: Settings
    viewer: EmbeddedViewer
    invitation: asyncio.Future[Invitation]

    async def start(self) -> Invitation:
        """Make a session and say how the customer joins it."""
        return await self.open(None)

    async def resume(self, session_id: str) -> Invitation:
        """Find the session again after the page was reloaded."""
        return await self.open(session_id)

    async def open(self, session_id: str | None) -> Invitation:
        """Show the page, and have it open a session."""
        self.session_id = session_id
        self.invitation = asyncio.get_running_loop().create_future()
        await self.tab.show_stage()
        await self.viewer.spoken(READY_TIMEOUT_SECONDS)
        return await self.invitation

    def attach(self, stage: JsObject) -> None:
        """Show the page; one that is loaded for a session that goes on takes it up again."""
        self.viewer = self.tab.embed(stage, self.settings.viewer, self.on_message, title="Framed", allow="fullscreen")

    def on_message(self, message: Any) -> None:  # noqa: ANN401 - whatever the page posts
        """Do what the page says; what is not of this protocol is passed over."""
        report = self.tab.report
        match message:
            case {"type": "ready"}:
                conversation = self.tab.context.conversation_id
                self.viewer.post({"type": "open", "session": self.session_id, "conversation": conversation})
            case {"type": "opened", "session": str(session), "pin": str(pin)} if not self.invitation.done():
                self.session_id = session
                self.invitation.set_result(Invitation(session_id=session, pin=pin))
            case {"type": "unknown"} if not self.invitation.done():
                self.invitation.set_exception(SessionUnknownError("the page does not know the session any more"))
            case {"type": "joined", "name": str(name)}:
                report.connected()
                report.participants([name])
            case {"type": "left"}:
                report.ended(EndReason.CUSTOMER)

    async def end(self) -> None:
        """End the session for everyone."""
        self.viewer.post({"type": "end"})
