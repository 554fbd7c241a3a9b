"""The adapter of the benchmark: the customer is there at once, so the Connected event marks the end of a start."""

from cotab import Invitation, JsObject, Provider


class Instant(Provider):
    """Connects as soon as it is asked to start."""

    async def start(self) -> Invitation:
        """Report the customer before the invitation is shown."""
        self.tab.report.connected()
        return Invitation(session_id="s", pin="123456")

    async def resume(self, session_id: str) -> Invitation:
        """As a first start."""
        self.tab.report.connected()
        return Invitation(session_id=session_id, pin="123456")

    def attach(self, stage: JsObject) -> None:
        """Draw something, by which the bench sees that the session has this tab."""
        stage.set("textContent", "attached")

    def detach(self) -> None:
        """Nothing to let go of."""

    async def end(self) -> None:
        """Nothing to end."""
