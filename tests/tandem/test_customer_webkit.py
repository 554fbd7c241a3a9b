"""The customer in WebKit, whose driver does not see into the script's closed shadow root: keys are pressed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from customers import Agent, Stage
from webkit import ENTER, IN_WEBKIT, TAB, WebKit, webkit

pytestmark = IN_WEBKIT


@pytest.fixture(scope="module")
def browser() -> Iterator[WebKit]:
    with webkit() as running:
        yield running


def join(browser: WebKit, stage: Stage, agent: Agent) -> None:
    """Enter the PIN and agree: the first button, which has the focus, does not."""
    browser.go(f"{stage.site}/shop.html")
    browser.wait("return Boolean(window.tandem)")
    browser.run("void tandem.join(arguments[0])", agent.pin)
    browser.wait("return tandem.state === 'deciding'")
    browser.wait("return document.activeElement?.hasAttribute('data-tandem-ui')")
    browser.type(TAB + ENTER)


def test_a_customer_joins_is_seen_and_helped(browser: WebKit, stage: Stage) -> None:
    agent = stage.agent()
    join(browser, stage, agent)
    agent.until("consent", view=True)
    agent.wait(lambda: agent.inbox.snapshots)
    agent.wait(lambda: "Ten percent off" in agent.inbox.text)
    assert "Jane Doe" not in agent.inbox.text
    browser.run("document.getElementById('public').textContent = 'Twenty percent off'")
    agent.wait(lambda: "Twenty percent off" in agent.inbox.text)

    agent.send(t="ask", what="control")
    browser.wait("return document.activeElement?.hasAttribute('data-tandem-ui')")
    browser.type(TAB + ENTER)
    agent.until("control", allowed=True)
    browser.run("window.clicked = 0; document.getElementById('buy').addEventListener('click', () => window.clicked++)")
    while agent.click("buy") == "customer_input":
        browser.run("return 0")
    assert browser.run("return window.clicked") == 1
    assert agent.click("name") == "done"
    assert agent.type("Ann") == "done"
    assert browser.run("return document.getElementById('name').value") == "Ann"
    agent.send(t="end")
    browser.wait("return tandem.state === 'none'")


def test_a_screen_comes_as_pictures_where_there_is_no_webrtc(browser: WebKit, stage: Stage) -> None:
    agent = stage.agent("screenshare")
    join(browser, stage, agent)
    agent.until("share", on=True, fallback=True)
    agent.wait(lambda: agent.inbox.pictures)
    assert agent.inbox.pictures[0].startswith(b"\xff\xd8")
    agent.send(t="end")
    browser.wait("return tandem.state === 'none'")
