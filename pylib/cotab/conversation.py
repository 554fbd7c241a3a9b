"""The conversation: send the invitation into it, attach a note to it, read what its chat has brought along.

Every call passes the conversation's id, because the agent may have moved on to another customer meanwhile.
"""

from __future__ import annotations

import asyncio
import re
from inspect import isawaitable
from typing import TYPE_CHECKING

from cotab._waiting import TimeLimitError, in_time
from cotab.errors import (
    CotabError,
    HttpError,
    MessageNotSentError,
    NoAnswerError,
    NotAvailableError,
    NoteNotAttachedError,
)
from cotab.http import Http

if TYPE_CHECKING:
    from cotab._js.interface import Browser

__all__ = ["Conversation"]

# Dynamics answers within a second or two; the agent's button must not wait for ever.
TIMEOUT_SECONDS = 30.0

# Where a chat's context is, by entity set: in newer orgs, and in all others (docs/internals/dataverse.md).
CONTEXTS = ("msdyn_ocliveworkitemcontextitemelastics", "msdyn_ocliveworkitemcontextitems")
CONTEXT_PAUSE_SECONDS = 0.5  # and twice as long before each further look

# What ids of records are made of; anything else could change the address the note is bound to.
RECORD_ID = re.compile(r"\{?([0-9A-Za-z-]+)\}?")


class Conversation:
    """The Omnichannel conversation with this id, seen from the tab."""

    def __init__(self, browser: Browser, conversation_id: str, http: Http | None = None) -> None:
        self._browser = browser
        self._http = http or Http(browser)
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

    async def context(self, *wanted: str, seconds: float = 5.0) -> dict[str, str]:
        """Return what the chat has brought along, by the names of its variables (`setContextProvider` of the widget).

        Its rows may come a moment after the conversation. So this looks again until everything `wanted` is there, or
        anything if nothing is named, for so many seconds at most; what is there then may be nothing at all.
        What it says comes from a customer's browser: it is to be shown, and trusted no further.
        Raises NotAvailableError outside Dynamics, and HttpError where the agent may not read it.
        """
        record, base = RECORD_ID.fullmatch(self.id), self._browser.web_api_base()
        if base is None:
            raise NotAvailableError("Xrm is not on the top window, so there is no Web API")
        if record is None:
            return {}
        loop = asyncio.get_running_loop()
        end, pause = loop.time() + seconds, CONTEXT_PAUSE_SECONDS
        while True:
            found = await self._context(base, record[1])
            enough = found and found.keys() >= set(wanted)
            if enough or loop.time() + pause > end:
                return found
            await asyncio.sleep(pause)
            pause *= 2

    async def _context(self, base: str, record: str) -> dict[str, str]:
        """Read the first of the tables that has something. Raises HttpError if none can be read."""
        refusals: list[HttpError] = []
        for table in CONTEXTS:
            path = f"{table}?$select=msdyn_name,msdyn_value&$filter=_msdyn_ocliveworkitemid_value%20eq%20{record}"
            try:
                rows = (await self._http.get(base + path)).json["value"]
            except HttpError as error:
                refusals.append(error)
                continue
            if rows:
                return {str(row["msdyn_name"]): str(row.get("msdyn_value") or "") for row in rows}
        if len(refusals) == len(CONTEXTS):
            raise refusals[-1]
        return {}
