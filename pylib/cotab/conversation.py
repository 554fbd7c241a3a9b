"""What the tab can do to the conversation: send the invitation into it, attach a note to it.

Every call passes the conversation's id, because the agent may have moved on to another customer meanwhile.
Used by app.py for the buttons, and open to adapters as `tab.conversation`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cotab.errors import CotabError, MessageError, NotAvailableError, NoteError

if TYPE_CHECKING:
    from cotab.browser import Browser

__all__ = ["Conversation"]


class Conversation:
    """The Omnichannel conversation with this id, seen from the tab."""

    def __init__(self, browser: Browser, conversation_id: str) -> None:
        self._browser = browser
        self.id = conversation_id

    @property
    def can_send(self) -> bool:
        """Whether Omnichannel is there to take messages."""
        return self._browser.omnichannel() is not None

    @property
    def can_note(self) -> bool:
        """Whether Dataverse's Web API is there to take notes."""
        return self._browser.web_api_base() is not None

    async def send(self, text: str) -> None:
        """Send a message to the customer at once, without the agent's send box.

        `sendMessageToConversation(message, toSendBox, conversationId)` needs the conversation to be assigned to the
        signed-in agent (facts: dataverse.md, section 7). Raises NotAvailableError or MessageError.
        """
        omnichannel = self._browser.omnichannel()
        if omnichannel is None:
            raise NotAvailableError("Microsoft.Omnichannel is not on the top window")
        try:
            await omnichannel.call_async("sendMessageToConversation", text, False, self.id)  # noqa: FBT003 - Microsoft's signature
        except CotabError as error:
            raise MessageError(f"Omnichannel did not take the message: {error}") from error

    async def attach_note(self, subject: str, text: str) -> None:
        """Attach a note to the conversation's record (table msdyn_ocliveworkitem).

        Raises NotAvailableError or NoteError.
        """
        note = {
            "subject": subject,
            "notetext": text,
            "objectid_msdyn_ocliveworkitem@odata.bind": f"/msdyn_ocliveworkitems({self.id.strip('{}')})",
        }
        try:
            await self._browser.web_api("POST", "annotations", note)
        except NotAvailableError:
            raise
        except CotabError as error:
            raise NoteError(f"Dataverse did not take the note: {error}") from error
