"""The conversations of the local Omnichannel: each a row of the org, and its messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Literal
from uuid import UUID, uuid4

from pydantic import BaseModel, Field, JsonValue

from cotab_kit.desktop.feed import Feed
from cotab_kit.desktop.requests import RequestRefusedError
from cotab_kit.emulator import LocalOrg
from cotab_kit.emulator.tables.omnichannel import CHAT_WIDGET, CONVERSATION

Side = Literal["agent", "customer", "system"]
Clock = Callable[[], datetime]

ENGLISH = 1033


class Message(BaseModel):
    """What somebody has said."""

    id: str
    sender: Side = Field(serialization_alias="from")
    text: str
    time: str


class Conversation(BaseModel):
    """A conversation. `id` is that of its row in msdyn_ocliveworkitem, `language` the customer's LCID."""

    id: str
    widget: str
    customer: str
    language: int = ENGLISH
    messages: list[Message] = []
    state: Literal["open", "closed"] = "open"

    def as_json(self) -> dict[str, JsonValue]:
        """Return the conversation as the pages have it."""
        return self.model_dump(by_alias=True)


def local_time() -> datetime:
    """Return the time of this machine's clock, as the org has it."""
    return datetime.now(UTC)


class Chat:
    """All conversations, the oldest first."""

    def __init__(self, org: LocalOrg, feed: Feed, clock: Clock = local_time) -> None:
        self._org, self._feed, self._clock = org, feed, clock
        self._known: dict[str, Conversation] = {}

    def all(self) -> list[Conversation]:
        """List all of them."""
        return list(self._known.values())

    def get(self, key: str) -> Conversation:
        """Return one of them. Raises RequestRefusedError."""
        found = self._known.get(key.strip("{}").lower())
        if found is None:
            raise RequestRefusedError(f"There is no conversation {key[:100]!r}.", status=HTTPStatus.NOT_FOUND)
        return found

    def open(self, widget: str, customer: str, language: int = ENGLISH) -> Conversation:
        """Begin a conversation of a customer in a chat widget. Raises RequestRefusedError."""
        key = self._widget(widget)
        row = self._org.seed(
            CONVERSATION.name,
            activityid=str(uuid4()),
            subject=customer,
            msdyn_title=customer,
            **{"msdyn_livechatconfigid@odata.bind": f"/{CHAT_WIDGET.entity_set}({key})"},
        )
        made = self._known[row] = Conversation(id=row, widget=key, customer=customer, language=language)
        self._feed.publish("conversation", conversation=made.as_json())
        return made

    def _widget(self, given: str) -> str:
        try:
            key = str(UUID(given))
        except ValueError:
            key = ""
        if not key or self._org.store.get(CHAT_WIDGET, key) is None:
            raise RequestRefusedError(f"There is no chat widget {given[:100]!r}.", status=HTTPStatus.NOT_FOUND)
        return key

    def post(self, key: str, sender: Side, text: str) -> Message:
        """Post a message into a conversation. Raises RequestRefusedError for one that is closed or not there."""
        conversation = self.get(key)
        if conversation.state == "closed":
            raise RequestRefusedError("The conversation is closed.", status=HTTPStatus.CONFLICT)
        message = Message(id=str(uuid4()), sender=sender, text=text, time=self._clock().isoformat())
        conversation.messages.append(message)
        self._feed.publish("message", conversation=conversation.id, message=message.model_dump(by_alias=True))
        return message

    def close(self, key: str) -> Conversation:
        """End a conversation; doing so twice is harmless. Raises RequestRefusedError."""
        conversation = self.get(key)
        if conversation.state == "open":
            conversation.state = "closed"
            with self._org.store.transaction():
                self._org.store.update(CONVERSATION, conversation.id, {"statecode": 1, "statuscode": 2})
            self._feed.publish("conversation", conversation=conversation.as_json())
        return conversation
