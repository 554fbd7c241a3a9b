"""A complete adapter of a product that opens in windows of its own: it gives links, and asks a service how it goes."""

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from cotab import EndReason, HttpError, Invitation, Provider, SessionUnknownError

# How often the service is asked.
PERIOD_SECONDS = 1.0


class Linked(Provider):
    """One session of the vendor's product, seen from the agent's side."""

    class Settings(BaseModel):
        """The origin of the vendor's service."""

        service: str

    settings: Settings
    session_id = ""

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
        """Show the agent's link, and ask from now on how the session goes, until it is over."""
        self.session_id = session["id"]
        self.tab.link("session", "Open the session", session["agent"])
        self.tab.poll(self.look, PERIOD_SECONDS)
        return Invitation(session_id=session["id"], link=session["customer"])

    async def look(self) -> None:
        """Report what the service says."""
        session = await self.ask("GET", f"/sessions/{self.session_id}")
        match session and session["state"]:
            case "joined":
                self.tab.report.connected()
            case "left" | None:
                self.tab.report.ended(EndReason.CUSTOMER)

    async def end(self) -> None:
        """End the session for everyone."""
        await self.ask("POST", f"/sessions/{self.session_id}/end")

    async def ask(self, method: str, path: str) -> Any:  # noqa: ANN401 - JSON
        """Ask the service; None for what it does not know."""
        try:
            answer = await self.tab.http.request(method, f"{self.settings.service}{path}")
        except HttpError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise
            return None
        return answer.json
