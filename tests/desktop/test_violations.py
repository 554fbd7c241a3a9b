"""What a tab does against the protocol is said in plain words, each thing once; a right tab is left in peace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from desktop.wrong_tabs import wrong_tabs
from sizes import in_full

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cotab_kit.testing import Desktop
    from desktop.conftest import At

NEVER_ENDED = "but CobrowseEndedEvent never came"


@pytest.fixture(scope="module")
def agent(agent_at: At) -> Iterator[Desktop]:
    """One agent for all tabs; each has a conversation of its own."""
    with wrong_tabs() as server, agent_at(server) as agent:
        agent.open()
        yield agent


def open_tab(agent: Desktop, page: str) -> str:
    """Open the tab in a new conversation; its title."""
    agent.open_conversation(f"Customer of {page}", widget=page)
    (label,) = agent.buttons
    agent.press(label)
    agent.tab().wait_for_load_state()
    return label


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ("ended_without_connected", "came without a session"),
        in_full("connected_twice", "came twice"),
        in_full("wrong_mode", "is the wrong event for the mode"),
        in_full("detail", "cannot be cloned"),
        ("wrong_window", "was dispatched on the wrong window"),
    ],
)
def test_a_wrong_tab_is_told_what_is_wrong_and_nothing_else(agent: Desktop, page: str, sentence: str) -> None:
    title = open_tab(agent, page)
    agent.expect_violation(sentence)
    agent.close_tab(title)
    assert len(agent.happened("violation")) == 1


@pytest.mark.parametrize("close", ["remove", in_full("navigate")])
def test_a_tab_that_never_says_it_has_ended(agent: Desktop, close: str) -> None:
    agent.open(close=close)
    title = open_tab(agent, "never_ended")
    agent.expect_event("CobrowseConnectedEvent")
    agent.expect_no_violation()
    agent.refresh_tab()
    agent.expect_violation(f"The tab was refreshed, {NEVER_ENDED}")
    agent.expect_event("CobrowseConnectedEvent", times=2)
    agent.close_tab(title)
    agent.expect_violation(f"The tab was closed, {NEVER_ENDED}")
    agent.expect_message("Co-browse session ended")


@pytest.mark.parametrize("close", ["remove", in_full("navigate")])
def test_a_right_tab_is_left_in_peace(agent: Desktop, close: str) -> None:
    agent.open(close=close)
    title = open_tab(agent, "right")
    agent.expect_event("CobrowseConnectedEvent")
    agent.switch_tab("Customer summary")
    agent.switch_tab(title)
    agent.expect_event("CobrowseConnectedEvent", times=2)
    agent.close_tab(title)
    agent.expect_event("CobrowseEndedEvent", times=2)
    agent.expect_no_violation()


@pytest.mark.full
def test_a_loud_tab_hides_nothing_that_matters(agent: Desktop) -> None:
    title = open_tab(agent, "loud")
    agent.expect_event("CobrowseConnectedEvent")
    lines = agent.happened("console")
    assert lines[-1] == "log: line 4999"
    assert len(lines) <= 1000
    agent.close_tab(title)
    agent.expect_event("CobrowseEndedEvent")
    agent.expect_no_violation()
    assert max(map(len, agent.page.locator("#timeline li").all_text_contents())) < 5000
