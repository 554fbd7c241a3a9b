"""The conversation in Omnichannel: every call names it, and every failure has its kind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

import pytest

from cotab import (
    Conversation,
    HttpAnswer,
    HttpError,
    MessageNotSentError,
    NoAnswerError,
    NotAvailableError,
    NoteNotAttachedError,
)
from cotab.conversation import CONTEXTS
from cotab.testing import FakeBrowser, FakeObject, HttpRequest

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


async def _context(
    answers: Sequence[int | dict[str, str]], *wanted: str, seconds: float = 5.0
) -> tuple[dict[str, str], list[str]]:
    """What `context` returns where the org answers so; and the tables that were asked."""
    asked: list[str] = []

    class Org(FakeBrowser):
        async def fetch(self, request: HttpRequest) -> HttpAnswer:
            asked.append(request.url.removeprefix("https://org.example/api/data/v9.2/").partition("?")[0])
            assert f"_msdyn_ocliveworkitemid_value%20eq%20{GUID}" in request.url
            answer = answers[min(len(asked), len(answers)) - 1]
            if isinstance(answer, int):
                return HttpAnswer(answer, "{}")
            rows = [{"msdyn_name": name, "msdyn_value": value} for name, value in answer.items()]
            return HttpAnswer(200, json.dumps({"value": rows}))

    return await Conversation(Org(), f"{{{GUID}}}").context(*wanted, seconds=seconds), asked


ELASTIC, STANDARD = CONTEXTS


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cotab.conversation.CONTEXT_PAUSE_SECONDS", 0.001)


async def test_what_the_chat_has_brought_is_read_from_the_newer_table() -> None:
    assert await _context([{"topic": "Delivery"}]) == ({"topic": "Delivery"}, [ELASTIC])


@pytest.mark.parametrize("first", [{}, 403, 404])
async def test_without_it_the_older_table_is_read(first: int | dict[str, str]) -> None:
    assert await _context([first, {"topic": "Delivery"}]) == ({"topic": "Delivery"}, [ELASTIC, STANDARD])


@pytest.mark.usefixtures("no_pause")
async def test_rows_that_come_late_are_waited_for() -> None:
    answers: list[int | dict[str, str]] = [{}, {}, {"topic": "Delivery"}, {"topic": "Delivery", "tandem": "1"}]
    found, asked = await _context(answers, "tandem")
    assert found == {"topic": "Delivery", "tandem": "1"}
    assert asked == [ELASTIC, STANDARD, ELASTIC, ELASTIC]


@pytest.mark.usefixtures("no_pause")
async def test_rows_that_never_come_are_none() -> None:
    assert (await _context([{}], seconds=0.01))[0] == {}
    assert (await _context([{"topic": "Delivery"}], "tandem", seconds=0.01))[0] == {"topic": "Delivery"}


async def test_an_agent_who_may_not_read_them_is_told() -> None:
    with pytest.raises(HttpError, match="403"):
        await _context([403])


async def test_outside_dynamics_there_is_no_context(fake_browser: FakeBrowser) -> None:
    fake_browser.top = None
    with pytest.raises(NotAvailableError):
        await Conversation(fake_browser, GUID).context()


async def test_no_id_changes_the_address_of_the_context(fake_browser: FakeBrowser) -> None:
    assert await Conversation(fake_browser, "x' or 1 eq 1").context() == {}
    assert fake_browser.requests == []
