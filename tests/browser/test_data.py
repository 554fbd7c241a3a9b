"""What the tab is opened with: the `data` parameter in all its forms, without it, and outside Dynamics.

As a window of its own the tab is opened in test_policies.py.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from cotab_kit.testing import Tab

CONNECTED, ENDED = "CobrowseConnectedEvent", "CobrowseEndedEvent"
CONVERSATION = "11111111-2222-4333-8444-555555555555"

BAD = {
    "DATA_MISSING": "userlcid=1033",
    "DATA_EMPTY": "data=&userlcid=1033",
    "DATA_NOT_JSON": "data=%7BconversationId",
    "DATA_NOT_OBJECT": "data=%5B1%2C2%5D",
    "DATA_NO_CONVERSATION": "data=%7B%22conversationId%22%3A%22%20%22%7D",
    "DATA_TOO_LARGE": "data=" + "%20" * 40_000,
}

OPEN_AGAIN = "from cotab._tab.main import main; await main()"


def error_code(tab: Tab) -> str:
    return tab.frame.locator("#error-code").inner_text()


def stored_sessions(tab: Tab) -> list[str]:
    names = tab.frame.evaluate("() => Object.keys(sessionStorage).filter((name) => name.startsWith('cotab:'))")
    return sorted(names)


@pytest.mark.variant(project="faults")
def test_data_is_found_wherever_it_stands_and_every_bad_one_is_named(
    tab: Tab, python: Callable[[str], Any], simulate: Callable[..., None]
) -> None:
    """One start for all: a second App in the same page reads the address anew."""
    data = {"extra": {"nested": [1, None]}, "conversationId": CONVERSATION, "text": "50 % + \u00fc & ?"}
    once = quote(json.dumps(data))
    tab.open(query=f"orglcid=1033&userlcid=1033&data={quote(once)}&typename=x")
    tab.expect_state("inviting")
    assert stored_sessions(tab) == [f"cotab:cotab_/faults:cobrowse:{CONVERSATION}"]
    simulate("left")
    for code, query in BAD.items():
        tab.frame.evaluate("(query) => history.replaceState(null, '', query)", f"?{query}")
        python(OPEN_AGAIN)
        tab.expect_state("failed")
        assert error_code(tab) == code
        expect(tab.frame.locator("#error-what")).not_to_be_empty()
        expect(tab.frame.locator("#error-next")).not_to_be_empty()
        expect(tab.frame.locator("#start-again")).to_be_hidden()
    assert stored_sessions(tab) == []
    assert tab.events == []


def test_without_data_the_agent_confirms_the_conversation_of_that_moment(tab: Tab, join: Callable[[], None]) -> None:
    tab.open(query="userlcid=1033", conversation="first-customer")
    tab.expect_state("confirm")
    tab.expect_text("Which conversation is this for?")
    assert tab.frame.evaluate("() => globalThis.FakeSdk") is None  # nothing has begun yet
    tab.page.evaluate("() => { Microsoft.Omnichannel.getConversationId = async () => 'second-customer' }")
    tab.frame.locator("#use-conversation").dblclick()
    tab.expect_state("inviting")
    tab.press("send-invitation")
    tab.expect_text("The invitation was sent to the conversation.")
    join()
    assert [message["conversationId"] for message in tab.messages] == ["first-customer"]
    assert stored_sessions(tab) == ["cotab:contoso_/minimal:cobrowse:first-customer"]
    tab.press("end-session")
    tab.expect_events(CONNECTED, ENDED)


@pytest.mark.full
def test_in_a_window_without_dynamics_it_works_with_data_only(tab: Tab, join: Callable[[], None]) -> None:
    tab.open(query="", omnichannel=False)
    tab.page.evaluate("() => { delete window.Xrm }")
    tab.expect_state("failed")
    assert error_code(tab) == "DATA_MISSING"
    tab.expect_text("This tab does not know its conversation")
    assert tab.events == []

    tab.open(omnichannel=False)
    tab.page.evaluate("() => { delete window.Xrm }")
    join()
    tab.expect_text("Dynamics 365 was not found around this tab.")
    tab.press("show-invitation")
    expect(tab.frame.locator("#send-invitation")).to_be_hidden()
    tab.press("end-session")
    tab.expect_events(CONNECTED, ENDED)
    expect(tab.frame.locator("#attach-note")).to_be_hidden()
