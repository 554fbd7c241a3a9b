"""What the agent can do: send the invitation, copy, add a note, choose tools; and where that is not possible."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from cotab import Invitation, ProviderError
from cotab._tab.app import App
from cotab.testing import FakeBrowser, FakeObject, FakeTab, until

if TYPE_CHECKING:
    from unit.conftest import Texts, Vendor


@pytest.fixture
def tab(vendor: Vendor, texts: Texts) -> FakeTab:
    return FakeTab(vendor, texts=texts)


async def says(tab: FakeTab, key: str) -> None:
    """The notice appears, and it is this one."""
    wanted = tab.browser.texts[key]
    await until(lambda: tab.browser.shown("notice") and tab.browser.text("notice") == wanted)


async def had_a_session(tab: FakeTab, vendor: Vendor) -> None:
    await tab.open(conversationId="{C-1}")
    vendor.report.connected()
    vendor.report.ended()


# Folding


async def test_the_invitation_folds_away_and_comes_back_at_the_agents_wish(tab: FakeTab, vendor: Vendor) -> None:
    await tab.open(conversationId="c-1")
    assert tab.browser.shown("invitation")
    vendor.report.connected()
    for shown in (False, True, False):
        assert tab.browser.shown("invitation") is shown
        tab.browser.click("show-invitation")
    tab.browser.click("end-session")
    tab.browser.click("start-again")
    await until(lambda: tab.browser.shown("invitation"))
    vendor.report.connected()
    assert not tab.browser.shown("invitation")


# Sending


@pytest.mark.parametrize("needed", [False, True])
async def test_the_invitation_asks_for_the_pin_only_where_the_link_does(
    tab: FakeTab, vendor: Vendor, *, needed: bool
) -> None:
    vendor.invitation = vendor.invitation.model_copy(update={"link_needs_pin": needed})
    await tab.open(conversationId="c-1")
    tab.browser.click("send-invitation")
    await says(tab, "notice.sent")
    [(conversation, text)] = tab.browser.messages
    assert conversation == "c-1"
    assert "https://join.example/s-1" in text
    assert ("123456" in text) is needed


@pytest.mark.parametrize(
    ("invitation", "text"),
    [
        (Invitation(session_id="s", pin="12"), "To let me help you on your screen, please enter the PIN 12."),
        (
            Invitation(session_id="s", link="https://a.example/{pin}"),
            "To let me help you on your screen, please open https://a.example/{pin}.",
        ),
    ],
)
async def test_the_message_names_only_what_there_is(
    tab: FakeTab, vendor: Vendor, invitation: Invitation, text: str
) -> None:
    vendor.invitation = invitation
    await tab.open(conversationId="c-1")
    tab.browser.click("send-invitation")
    await until(lambda: tab.browser.messages)
    assert tab.browser.messages == [("c-1", text)]


async def test_pressing_send_twice_sends_once(tab: FakeTab) -> None:
    await tab.open(conversationId="c-1")
    tab.browser.click("send-invitation")
    tab.browser.click("send-invitation")
    await says(tab, "notice.sent")
    assert len(tab.browser.messages) == 1


async def test_a_button_at_work_is_disabled(tab: FakeTab) -> None:
    await tab.open(conversationId="c-1")
    sending = asyncio.Event()
    tab.browser.top = FakeObject(sendMessageToConversation=lambda *_: sending.wait())
    tab.browser.click("send-invitation")
    await until(lambda: tab.browser.elements["send-invitation"]["aria-disabled"])
    sending.set()
    await says(tab, "notice.sent")
    assert tab.browser.elements["send-invitation"]["aria-disabled"] is None


async def test_a_refused_message_is_said_and_logged_and_the_session_goes_on(tab: FakeTab) -> None:
    await tab.open(conversationId="c-1")
    tab.browser.refuse = "not assigned to you"
    tab.browser.click("send-invitation")
    await says(tab, "notice.MESSAGE_NOT_SENT")
    assert "not assigned to you" in str(tab.browser.errors[0])
    assert tab.state == "inviting"
    tab.browser.refuse = None
    tab.browser.click("send-invitation")
    await says(tab, "notice.sent")


async def test_what_is_still_being_sent_for_the_last_session_is_no_matter_of_the_next(tab: FakeTab) -> None:
    await tab.open(conversationId="c-1")
    sending, sent = asyncio.Event(), list[str]()

    async def send(text: str, *_: object) -> None:
        await sending.wait()
        sent.append(text)

    tab.browser.top = FakeObject(sendMessageToConversation=send)
    for button in ("send-invitation", "end-session", "start-again"):
        tab.browser.click(button)
    await until(lambda: tab.state == "inviting")
    assert tab.browser.elements["send-invitation"]["aria-disabled"] is None
    tab.browser.click("copy-pin")
    await says(tab, "notice.copied")
    sending.set()
    await until(lambda: sent)
    await says(tab, "notice.copied")


# Notes


async def test_a_note_is_added_to_the_conversation_once(tab: FakeTab, vendor: Vendor) -> None:
    await had_a_session(tab, vendor)
    assert tab.browser.shown("attach-note")
    tab.browser.click("attach-note")
    tab.browser.click("attach-note")
    await says(tab, "notice.noted")
    assert tab.browser.notes == [
        {
            "subject": "Co-browse",
            "notetext": "Session with Test, connected 2026-01-02 03:04, ended 2026-01-02 03:04. "
            "The customer ended the session.",
            "objectid_msdyn_ocliveworkitem@odata.bind": "/msdyn_ocliveworkitems(C-1)",
        }
    ]
    assert not tab.browser.shown("attach-note")


async def test_without_a_customer_there_is_nothing_to_note(tab: FakeTab) -> None:
    await tab.open(conversationId="c-1")
    tab.browser.click("end-session")
    assert tab.state == "ended"
    assert not tab.browser.shown("attach-note")


async def test_a_refused_note_may_be_tried_again(tab: FakeTab, vendor: Vendor) -> None:
    await had_a_session(tab, vendor)
    tab.browser.refuse = "no privilege"
    tab.browser.click("attach-note")
    await says(tab, "notice.NOTE_NOT_ATTACHED")
    assert tab.browser.shown("attach-note")
    tab.browser.refuse = None
    tab.browser.click("attach-note")
    await says(tab, "notice.noted")


async def test_a_note_on_the_last_session_does_not_stand_for_the_next(tab: FakeTab, vendor: Vendor) -> None:
    await had_a_session(tab, vendor)
    tab.browser.click("attach-note")
    tab.browser.click("start-again")
    await until(lambda: tab.browser.notes and tab.state == "inviting")
    vendor.report.connected()
    vendor.report.ended()
    assert tab.browser.shown("attach-note")


# Copying


@pytest.mark.parametrize(("button", "text"), [("copy-pin", "123456"), ("copy-link", "https://join.example/s-1")])
async def test_pin_and_link_can_be_copied(tab: FakeTab, button: str, text: str) -> None:
    await tab.open(conversationId="c-1")
    tab.browser.click(button)
    await says(tab, "notice.copied")
    assert tab.browser.copied == [text]


async def test_refused_copying_is_said(tab: FakeTab) -> None:
    await tab.open(conversationId="c-1")
    tab.browser.refuse = "no permission"
    tab.browser.click("copy-pin")
    await says(tab, "notice.not_copied")


async def test_a_notice_goes_when_the_customer_comes(tab: FakeTab, vendor: Vendor) -> None:
    await tab.open(conversationId="c-1")
    tab.browser.click("copy-pin")
    await says(tab, "notice.copied")
    vendor.report.connected()
    assert not tab.browser.shown("notice")


# Tools


async def test_a_tool_is_switched_on_and_off_and_another_replaces_it(tab: FakeTab, vendor: Vendor) -> None:
    await tab.open(conversationId="c-1")
    vendor.report.connected()
    assert tab.browser.shown("tools")
    for tool in ("pointer", "drawing", "drawing"):
        tab.browser.click(f"tool-{tool}")
        tab.browser.click(f"tool-{tool}")
        assert tab.browser.elements["tool-pointer"]["aria-disabled"] == "true"
        await until(lambda: tab.browser.elements["tool-pointer"]["aria-disabled"] is None)
    assert vendor.calls[2:] == ["select_tool pointer", "select_tool drawing", "select_tool None"]
    pressed = {name: tab.browser.elements[f"tool-{name}"]["aria-pressed"] for name in ("pointer", "drawing")}
    assert pressed == {"pointer": "false", "drawing": "false"}


async def test_a_refused_tool_is_said_and_the_session_goes_on(tab: FakeTab, vendor: Vendor, texts: Texts) -> None:
    vendor.fails["select_tool"] = RuntimeError("no rights")
    await tab.open(conversationId="c-1")
    vendor.report.connected()
    tab.browser.click("tool-pointer")
    await until(lambda: tab.browser.shown("notice"))
    assert tab.browser.text("notice") == texts["notice.TOOL_REFUSED"]
    assert tab.browser.elements["notice"]["data-kind"] == "failed"
    assert (tab.state, tab.browser.elements["tool-pointer"]["aria-pressed"]) == ("connected", "false")


async def test_the_agent_reads_why_the_provider_refuses_a_tool(tab: FakeTab, vendor: Vendor, texts: Texts) -> None:
    vendor.fails["select_tool"] = ProviderError("there are no pens in this plan")
    await tab.open(conversationId="c-1")
    vendor.report.connected()
    tab.browser.click("tool-pointer")
    await until(lambda: tab.browser.shown("notice"))
    assert tab.browser.text("notice") == f"{texts['notice.TOOL_REFUSED']} there are no pens in this plan"
    tab.browser.click("send-invitation")
    assert not tab.browser.shown("notice")


async def test_only_the_adapters_tools_are_offered(tab: FakeTab, vendor: Vendor) -> None:
    await tab.open(conversationId="c-1")
    assert not tab.browser.shown("tools")
    vendor.report.connected()
    offered = [name for name in ("pointer", "drawing", "control") if tab.browser.shown(f"tool-{name}")]
    assert offered == ["pointer", "drawing"]


# Outside Dynamics


async def test_outside_dynamics_the_session_works_and_the_page_says_what_does_not(vendor: Vendor, texts: Texts) -> None:
    tab = FakeTab(vendor, texts=texts, in_dynamics=False)
    await tab.open(conversationId="c-1")
    assert tab.state == "inviting"
    assert tab.browser.text("hint") == texts["hint.omnichannel_missing"]
    assert not tab.browser.shown("send-invitation")
    vendor.report.connected()
    vendor.report.ended()
    assert tab.state == "ended"
    assert not tab.browser.shown("attach-note")


@pytest.mark.parametrize("button", ["send-invitation", "attach-note"])
async def test_what_dynamics_took_away_meanwhile_is_not_available(tab: FakeTab, vendor: Vendor, button: str) -> None:
    await had_a_session(tab, vendor)
    tab.browser.top = None
    tab.browser.click(button)
    await says(tab, "notice.NOT_AVAILABLE")


async def test_within_another_site_the_page_says_that_dynamics_hears_nothing(vendor: Vendor, texts: Texts) -> None:
    browser = FakeBrowser(query='?data={"conversationId":"c-1"}', texts=texts)
    browser.top_reachable = False
    await App(browser, vendor).run()
    assert browser.text("hint") == texts["hint.top_unreachable"]
    assert browser.shown("hint")
