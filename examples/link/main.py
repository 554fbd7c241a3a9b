"""A complete adapter of a product that opens in windows of its own: it gives links, and asks a service how it goes."""

import asyncio
from typing import Any

from pydantic import BaseModel

from cotab import EndReason, Invitation, Provider, SessionUnknownError

# How often the service is asked.
PERIOD_SECONDS = 1.0


class Linked(Provider):
    """One session of the vendor's product, seen from the agent's side."""

    class Settings(BaseModel):
        """The origin of the vendor's service."""

        service: str

    settings: Settings
    session_id = ""
    polling: asyncio.Task[None] | None = None

    async def start(self) -> Invitation:
        """Make a session and say how the customer joins it."""
        return self.follow(await self.ask("POST", "/sessions"))

    async def resume(self, session_id: str) -> Invitation:
        """Find the session again after the page was reloaded."""
        session = await self.ask("GET", f"/sessions/{session_id}")
        if session is None:
            raise SessionUnknownError(session_id)
        return self.follow(session)

    def follow(self, session: dict[str, Any]) -> Invitation:
        """Show the agent's link, and ask from now on how the session goes."""
        self.session_id = session["id"]
        document = self.tab.stage.get("ownerDocument")
        link = document.call("createElement", "a")
        for name, value in {"href": session["agent"], "target": "_blank", "textContent": "Open the session"}.items():
            link.set(name, value)
        self.tab.stage.call("replaceChildren", link)
        self.polling = asyncio.create_task(self.poll())
        return Invitation(session_id=session["id"], link=session["customer"])

    async def poll(self) -> None:
        """Report what the service says, until the session is over. What goes wrong ends it."""
        report = self.tab.report
        try:
            while True:
                session = await self.ask("GET", f"/sessions/{self.session_id}")
                match session and session["state"]:
                    case "joined":
                        report.connected()
                    case "left" | None:
                        report.ended(EndReason.CUSTOMER)
                        return
                await asyncio.sleep(PERIOD_SECONDS)
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody is asked any more
            report.failed(error)

    async def end(self) -> None:
        """End the session for everyone."""
        if self.polling is not None:
            self.polling.cancel()
        await self.ask("POST", f"/sessions/{self.session_id}/end")

    async def ask(self, method: str, path: str) -> Any:  # noqa: ANN401 - JSON
        """Ask the service by the script in assets/; None for what it does not know."""
        service = await self.tab.sdk.load("assets/service.js", "Service")
        return await service.call("ask", method, f"{self.settings.service}{path}")
