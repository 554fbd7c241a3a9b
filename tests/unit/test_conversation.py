"""The conversation in Omnichannel: every call names it, and every failure has its kind."""

from __future__ import annotations

import asyncio

import pytest

from cotab import Conversation, MessageNotSentError, NoAnswerError, NotAvailableError, NoteNotAttachedError
from cotab.testing import FakeBrowser, FakeObject

GUID = "11111111-2222-3333-4444-555555555555"


async def test_a_message_goes_straight_to_the_customer_of_this_conversation(fake_browser: FakeBrowser) -> None:
    calls: list[tuple[object, ...]] = []
    fake_browser.top = FakeObject(sendMessageToConversation=lambda *arguments: calls.append(arguments))
    await Conversation(fake_browser, "c-1").send("Hello")
    assert calls == [("Hello", False, "c-1")]


async def test_a_message_that_is_refused_later_is_not_sent_either(fake_browser: FakeBrowser) -> None:
    async def refuse(*_: object) -> None:
        raise RuntimeError("not assigned to you")

    fake_browser.top = FakeObject(sendMessageToConversation=refuse)
    with pytest.raises(MessageNotSentError, match="not assigned to you"):
        await Conversation(fake_browser, "c-1").send("Hello")


async def test_an_omnichannel_without_messages_takes_none(fake_browser: FakeBrowser) -> None:
    fake_browser.top = FakeObject()
    with pytest.raises(MessageNotSentError, match="no method"):
        await Conversation(fake_browser, "c-1").send("Hello")


async def test_a_note_is_bound_to_the_conversations_record(fake_browser: FakeBrowser) -> None:
    await Conversation(fake_browser, f"{{{GUID}}}").attach_note("Co-browse", "It went well")
    assert fake_browser.notes == [
        {
            "subject": "Co-browse",
            "notetext": "It went well",
            "objectid_msdyn_ocliveworkitem@odata.bind": f"/msdyn_ocliveworkitems({GUID})",
        }
    ]


async def test_a_refused_note_says_why(fake_browser: FakeBrowser) -> None:
    fake_browser.refuse = "status 403"
    with pytest.raises(NoteNotAttachedError, match="status 403"):
        await Conversation(fake_browser, GUID).attach_note("Co-browse", "It went well")


@pytest.mark.parametrize("conversation_id", ["x)/others(y", "a/b", "{}", "a'b"])
async def test_no_id_changes_the_address_of_a_note(fake_browser: FakeBrowser, conversation_id: str) -> None:
    with pytest.raises(NoteNotAttachedError, match="is not the id of a record"):
        await Conversation(fake_browser, conversation_id).attach_note("Co-browse", "It went well")
    assert fake_browser.notes == []


async def test_dynamics_is_not_waited_for_for_ever(fake_browser: FakeBrowser, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("cotab.conversation.TIMEOUT_SECONDS", 0.01)
    monkeypatch.setattr(fake_browser, "web_api", never)
    fake_browser.top = FakeObject(sendMessageToConversation=never)
    with pytest.raises(NoAnswerError, match="Omnichannel did not answer within"):
        await Conversation(fake_browser, "c-1").send("Hello")
    with pytest.raises(NoAnswerError, match="Dataverse did not answer within"):
        await Conversation(fake_browser, "c-1").attach_note("Co-browse", "It went well")


async def test_outside_dynamics_nothing_is_available() -> None:
    conversation = Conversation(FakeBrowser(in_dynamics=False), "c-1")
    assert (conversation.can_send, conversation.can_note) == (False, False)
    with pytest.raises(NotAvailableError):
        await conversation.send("Hello")
    with pytest.raises(NotAvailableError):
        await conversation.attach_note("Co-browse", "It went well")


def test_inside_dynamics_both_are(fake_browser: FakeBrowser) -> None:
    conversation = Conversation(fake_browser, "c-1")
    assert (conversation.can_send, conversation.can_note) == (True, True)
