"""An adapter without an SDK: it makes its viewer with PyScript's API, and pressing the button there is joining."""

from typing import Any

from pyscript import document, when

from cotab import Invitation, Provider, SessionUnknownError, Tab


class Scripted(Provider):
    """Counts how often a button in the stage was pressed."""

    def __init__(self, tab: Tab) -> None:
        super().__init__(tab)
        self.count = 0
        self.button: Any = None

    async def start(self) -> Invitation:
        """Put the button into the stage."""
        document.title = "Set by pyscript.document"
        self.button = document.createElement("button")
        document.querySelector("#stage").append(self.button)
        when("click", self.button)(self.pressed)
        self.show()
        return Invitation(session_id="1", pin="123456")

    def pressed(self) -> None:
        """Count, and be a customer."""
        self.count += 1
        self.tab.report.connected()
        self.show()

    def show(self) -> None:
        """Write the count on the button."""
        self.button.textContent = f"Pressed {self.count} times"

    async def resume(self, session_id: str) -> Invitation:
        """Nothing is kept anywhere."""
        raise SessionUnknownError(session_id)

    async def end(self) -> None:
        """Nothing to end."""
