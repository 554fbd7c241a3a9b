"""What the tab can do to the conversation: send the invitation into it, attach a note to it.

Every call passes the conversation's id, because the agent may have moved on to another customer meanwhile.
"""

from __future__ import annotations

import re
from inspect import isawaitable
from typing import TYPE_CHECKING

from cotab._waiting import TimeLimitError, in_time
from cotab.errors import CotabError, MessageNotSentError, NoAnswerError, NotAvailableError, NoteNotAttachedError

if TYPE_CHECKING:
    from cotab._js.interface import Browser

__all__ = ["Conversation"]

# Dynamics answers within a second or two; the agent's button must not wait for ever.
TIMEOUT_SECONDS = 30.0

# What ids of records are made of; anything else could change the address the note is bound to.
RECORD_ID = re.compile(r"\{?([0-9A-Za-z-]+)\}?")


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
        signed-in agent (docs/internals/dataverse.md#omnichannel-calls).
        Raises NotAvailableError, NoAnswerError or MessageNotSentError.
        """
        omnichannel = self._browser.omnichannel()
        if omnichannel is None:
            raise NotAvailableError("Microsoft.Omnichannel is not on the top window")
        try:
            sending = omnichannel.call("sendMessageToConversation", text, False, self.id)  # noqa: FBT003 - Microsoft's signature
            if isawaitable(sending):
                await in_time(sending, TIMEOUT_SECONDS)
        except TimeLimitError as error:
            raise NoAnswerError(f"Omnichannel did not answer within {TIMEOUT_SECONDS:g} seconds") from error
        except CotabError as error:
            raise MessageNotSentError(f"Omnichannel did not take the message: {error}") from error

    async def attach_note(self, subject: str, text: str) -> None:
        """Attach a note to the conversation's record (table msdyn_ocliveworkitem).

        Raises NotAvailableError, NoAnswerError or NoteNotAttachedError.
        """
        record = RECORD_ID.fullmatch(self.id)
        if record is None:
            raise NoteNotAttachedError(f"{self.id!r} is not the id of a record")
        note = {
            "subject": subject,
            "notetext": text,
            "objectid_msdyn_ocliveworkitem@odata.bind": f"/msdyn_ocliveworkitems({record[1]})",
        }
        try:
            await in_time(self._browser.web_api("POST", "annotations", note), TIMEOUT_SECONDS)
        except TimeLimitError as error:
            raise NoAnswerError(f"Dataverse did not answer within {TIMEOUT_SECONDS:g} seconds") from error
        except NotAvailableError:
            raise
        except CotabError as error:
            raise NoteNotAttachedError(f"Dataverse did not take the note: {error}") from error
