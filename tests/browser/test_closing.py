"""Exactly one Ended for every Connected, whatever ends the session, and what a reload finds again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from cotab_kit.testing import Tab

    Simulate = Callable[..., None]

CONNECTED, ENDED = "CobrowseConnectedEvent", "CobrowseEndedEvent"


def session_id(tab: Tab) -> str:
    """Which session of the provider the tab has."""
    found: str = tab.frame.evaluate("() => FakeSdk.current.id")
    return found


def kept(tab: Tab) -> dict[str, Any]:
    """What the tab keeps for a reload, by conversation."""
    items: list[tuple[str, str]] = tab.frame.evaluate("() => Object.entries(sessionStorage)")
    prefix = "cotab:contoso_/minimal:cobrowse:"
    return {name.removeprefix(prefix): json.loads(text) for name, text in items if name.startswith(prefix)}


def test_every_way_of_closing_a_connected_session_ends_it_once(tab: Tab, join: Callable[[], None]) -> None:
    tab.open()
    join()
    session = session_id(tab)
    seen = [CONNECTED]

    tab.reload()
    tab.expect_state("connected")
    seen += [ENDED, CONNECTED]
    tab.expect_events(*seen)
    assert session_id(tab) == session

    tab.remove()
    tab.expect_events(*seen, ENDED)
    tab.reopen()
    tab.expect_state("connected")
    seen += [ENDED, CONNECTED]
    assert session_id(tab) == session

    tab.navigate_away()
    tab.expect_events(*seen, ENDED)
    tab.reopen()
    tab.expect_state("connected")
    seen += [ENDED, CONNECTED]
    tab.expect_events(*seen)

    tab.close_window()
    tab.expect_events(*seen, ENDED)
    assert all(record["plain"] and record["cloneable"] for record in tab.records)


@pytest.mark.full
def test_unconnected_sessions_are_closed_in_silence_and_found_again(tab: Tab) -> None:
    tab.open(data={"conversationId": "first"})
    tab.expect_state("inviting")
    first = session_id(tab)
    tab.remove()

    tab.open(data={"conversationId": "second"})
    tab.expect_state("inviting")
    second = session_id(tab)
    assert {name: entry["session_id"] for name, entry in kept(tab).items()} == {"first": first, "second": second}
    tab.navigate_away()

    tab.open(data={"conversationId": "first"})
    tab.expect_state("inviting")
    assert session_id(tab) == first

    the_provider_forgets_its_sessions(tab)
    tab.expect_console_error("SessionUnknownError")
    tab.reload()
    tab.expect_state("failed")
    tab.expect_text("The earlier session is over")
    assert set(kept(tab)) == {"second"}
    tab.press("Start a new session")
    tab.expect_state("inviting")
    assert session_id(tab) not in {first, second}
    expect(tab.frame.locator("#error")).to_be_hidden()

    tab.close_window()
    assert tab.events == []


def the_provider_forgets_its_sessions(tab: Tab) -> None:
    tab.frame.evaluate("() => sessionStorage.removeItem('fake-sdk-sessions')")


@pytest.mark.full
@pytest.mark.variant(project="faults")
def test_ending_too_early_too_late_and_too_often_adds_nothing(tab: Tab, simulate: Simulate) -> None:
    tab.open()
    tab.expect_state("inviting")
    simulate("do", "ends_twice")
    tab.expect_state("ended")

    hold_the_next_session_back(tab)
    tab.press("start-again")
    tab.expect_state("starting")
    tab.press("end-session")
    tab.expect_state("ended")
    tab.frame.evaluate("() => release()")
    assert tab.frame.evaluate("() => FakeSdk.ended") is True  # the provider's late session is ended as well
    tab.expect_state("ended")
    assert tab.events == []

    tab.press("start-again")
    tab.expect_state("inviting")
    simulate("joined", {"name": "Casey Customer"})
    tab.frame.locator("#end-session").dblclick()
    tab.expect_state("ended")
    simulate("left")
    simulate("do", "reports_everything")
    tab.press("start-again")
    tab.expect_state("inviting")
    assert tab.events == [CONNECTED, ENDED]

    simulate("do", "reports_everything")
    tab.expect_state("ended")
    tab.remove()
    assert tab.events == [CONNECTED, ENDED, CONNECTED, ENDED]


def hold_the_next_session_back(tab: Tab) -> None:
    """The provider makes its next session when the test says `release()`, and notes that it was ended."""
    tab.frame.evaluate(
        """() => {
          const create = FakeSdk.createSession;
          const released = new Promise((resolve) => { globalThis.release = resolve; });
          FakeSdk.createSession = async (topic) => {
            FakeSdk.createSession = create;
            await released;
            const session = await create(topic);
            FakeSdk.ended = new Promise((resolve) => { session.end = async () => resolve(true); });
            return session;
          };
        }"""
    )
