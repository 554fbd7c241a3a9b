"""Tandem with a resident, as `preview` shows it: what others notice of an agent who looks elsewhere."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from cotab_kit.project.project import Project
from desktop.meetings import WEBRESOURCE, met, previewing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, FrameLocator

    from cotab_kit.desktop.server import Running
    from cotab_kit.testing import Desktop
    from desktop.meetings import Meeting
    from variants import Variants

CONNECTED, ENDED = "CobrowseConnectedEvent", "CobrowseEndedEvent"
WATCH = """() => {
  const root = document.querySelector("[data-tandem-ui]").shadowRoot;
  const look = () => { window.wasAway ||= /is away/.test(root.textContent) };
  new MutationObserver(look).observe(root, { childList: true, characterData: true, subtree: true });
  window.wasAway = false;
}"""


@pytest.fixture(scope="module")
def running(variant: Variants) -> Iterator[Running]:
    built = variant(WEBRESOURCE, resident="auto")
    with previewing(Project.at(WEBRESOURCE, built.dist, resident="auto")) as server:
        yield server


def backstage(agent: Desktop) -> FrameLocator:
    """The viewer in the side pane."""
    return agent.page.frame_locator("iframe[name^=side-pane]").frame_locator("iframe")


@contextmanager
def served(browser: Browser, running: Running) -> Iterator[Meeting]:
    """Agent and customer, with a resident that is there: a busy machine takes longer than a tab waits for it."""
    with met(browser, running) as meeting:
        agent = meeting.agent
        agent.press(agent.buttons[0])
        agent.page.locator("iframe[name^=side-pane]").wait_for(state="attached")
        agent.page.wait_for_function("() => Object.keys(window[Symbol.for('cotab.residents')].doors).length")
        agent.expect_state("inviting")
        agent.close_tab(agent.tabs[-1])
        yield meeting


@pytest.mark.full
def test_the_customer_notices_nothing_of_an_agent_who_looks_elsewhere(browser: Browser, running: Running) -> None:
    with served(browser, running) as meeting:
        agent, customer = meeting.agent, meeting.customer
        meeting.join(meeting.invite(0), consent="Allow")
        agent.expect_event(CONNECTED)
        expect(meeting.mirror.get_by_text("Harbour blend")).to_be_visible(timeout=30_000)
        customer.evaluate(WATCH)
        summary, title = agent.tabs
        for _ in range(3):
            agent.switch_tab(summary)
            agent.switch_tab(title)
            agent.expect_state("connected")
            expect(meeting.mirror.get_by_text("Harbour blend")).to_be_visible(timeout=30_000)
        agent.tab().evaluate("() => location.replace('about:blank')")  # as Dynamics takes a page away
        expect(backstage(agent).locator("#allowed")).to_have_text("You see the page", timeout=30_000)
        assert customer.evaluate("() => window.wasAway") is False
        meeting.ui.get_by_role("button", name="Stop", exact=True).click()
        agent.expect_event(ENDED)
        agent.expect_event(CONNECTED)
        agent.expect_no_violation()


@pytest.mark.full
def test_a_tab_that_is_closed_ends_the_customers_session(browser: Browser, running: Running) -> None:
    with served(browser, running) as meeting:
        agent = meeting.agent
        meeting.join(meeting.invite(0), consent="Allow")
        agent.expect_event(CONNECTED)
        agent.close_tab(agent.tabs[-1])
        agent.expect_event(ENDED)
        expect(meeting.ui.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
        agent.expect_no_violation()
