"""Kinds of secrets, each once, on a page that allows everything else; and drawings that could be scanned, masked.

What a page must not show begins with "secret-", what must arrive with "shown-", in tests/tandem/site/kinds.html.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from customers import Agent, Customer, Stage, customer, wait_for_turn

SHOWN = ("text", "hidden-input", "in-hidden", "summary", "in-details", "open", "plain", "combobox", "list")


def leaked(agent: Agent) -> set[str]:
    return set(re.findall(r"secret-[a-z-]*", agent.inbox.text))


def settle(shopper: Customer, agent: Agent) -> None:
    """Wait until all that has happened at the customer's is with the agent, and how the page is then."""
    shopper.page.evaluate("() => new Promise(requestAnimationFrame)")
    before = agent.inbox.snapshots
    agent.send(t="resync")
    agent.wait(lambda: agent.inbox.snapshots > before)


def test_a_page_that_allows_everything_shows_no_secret(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    shopper = customer(context, stage, "/kinds.html")
    shopper.page.evaluate("() => window.reveal()")
    shopper.join(agent)
    assert leaked(agent) == set()
    assert [each for each in SHOWN if f"shown-{each}" not in agent.inbox.text] == []
    assert '"Q"' not in agent.inbox.text
    assert "4111 1111 1111 1112" in agent.inbox.text
    assert "5555-5555-5555-4445" in agent.inbox.text
    assert not re.search("4111 1111 1111 1111|5555-5555-5555-4444", agent.inbox.text)
    shopper.page.evaluate("() => window.swap()")
    agent.wait(lambda: "shown-plain-later" in agent.inbox.text)
    agent.send(t="resync")
    settle(shopper, agent)
    assert leaked(agent) == set()
    assert "data-rr-is-password" not in shopper.page.content()


@pytest.mark.full
def test_what_was_not_in_view_arrives_once_it_is(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    shopper = customer(context, stage, "/kinds.html")
    shopper.join(agent)
    assert "later-opened" not in agent.inbox.text
    shopper.page.locator("#later summary").click()
    agent.wait(lambda: "later-opened" in agent.inbox.text)
    shopper.page.locator("#later summary").click()
    shopper.page.evaluate("() => { document.querySelector('#later p').textContent = 'secret-while-closed'; }")
    settle(shopper, agent)
    assert leaked(agent) == set()
    shopper.page.evaluate("() => { document.querySelector('p[hidden]').hidden = false; }")
    agent.wait(lambda: "secret-hidden-text" in agent.inbox.text)


def test_a_hidden_input_that_is_shown_stays_masked(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    shopper = customer(context, stage, "/kinds.html")
    shopper.page.evaluate(
        "() => document.body.insertAdjacentHTML('beforeend', `<input id=t type=hidden value=secret-t>`)"
    )
    shopper.join(agent)
    shopper.page.evaluate("() => { document.getElementById('t').type = 'text'; }")
    settle(shopper, agent)
    assert leaked(agent) == set()


@pytest.mark.full
def test_an_agent_learns_from_no_field_that_a_guess_was_right(
    context: BrowserContext, stage: Stage, agent: Agent
) -> None:
    shopper = customer(context, stage, "/kinds.html")
    shopper.join(agent)
    agent.send(t="ask", what="control")
    shopper.button("Allow acting").click()
    agent.until("control", allowed=True)
    wait_for_turn(shopper.page, agent)
    for guess in ("secret-again", "secret-wrong"):
        assert agent.click("free", count=3) == "done"  # all of it is chosen, and written over
        assert agent.type(guess) == "done"
        settle(shopper, agent)
        assert guess in agent.inbox.text
    shopper.page.locator("#free").fill("")
    shopper.page.wait_for_timeout(1600)  # what comes sooner after an act counts as the agent's
    shopper.page.locator("#free").fill("secret-revealed")
    settle(shopper, agent)
    assert "secret-revealed" not in agent.inbox.text


def test_a_frame_that_is_written_arrives_without_its_secrets(
    context: BrowserContext, stage: Stage, agent: Agent
) -> None:
    shopper = customer(context, stage, "/kinds.html")
    shopper.join(agent)
    shopper.page.evaluate("""() => {
      const { contentDocument } = document.getElementById("frame");
      contentDocument.open();
      const hidden = "<input type=password value=secret-written><p hidden>secret-hidden</p>";
      contentDocument.write(`<p>shown-written</p>${hidden}`);
      contentDocument.close();
    }""")
    agent.wait(lambda: "shown-written" in agent.inbox.text)
    settle(shopper, agent)
    assert leaked(agent) == set()


def node(agent: Agent, name: str) -> dict[str, Any]:
    return [each for each in agent.inbox.nodes() if each.get("attributes", {}).get("id") == name][-1]


@pytest.mark.parametrize(
    "late", [False, pytest.param(True, marks=pytest.mark.full)], ids=["as it comes", "once drawn again"]
)
def test_nothing_that_is_masked_can_be_scanned(
    context: BrowserContext,
    stage: Stage,
    agent: Agent,
    late: bool,  # noqa: FBT001 - pytest's
) -> None:
    shopper = customer(context, stage, "/kinds.html")
    shopper.join(agent)
    if late:
        shopper.page.evaluate("() => window.draw('M0 0')")
        settle(shopper, agent)
        seen = agent.inbox.snapshots
        everything = agent.inbox.text
        agent.send(t="resync")
        agent.wait(lambda: agent.inbox.snapshots > seen)
        assert "v1h-1z" not in everything
    for name in ("rects", "path"):
        drawing = node(agent, name)
        assert drawing["childNodes"] == []
        assert drawing["attributes"]["width"] == "210"
        assert "background: #ddd" in drawing["attributes"]["style"].replace("background:#", "background: #")
    assert node(agent, "code")["childNodes"] == []
    assert "M1 8h14M8 1v14" in agent.inbox.text
    assert '"M1 8h14"' in agent.inbox.text
    cells = [each for each in agent.inbox.nodes() if each.get("tagName") in {"td", "i"}]
    assert len(cells) >= 21 * 21 + 40
    hidden = [each for each in cells if "visibility:hidden" in str(each["attributes"].get("style"))]
    assert len(hidden) >= 21 * 21 + 40
    assert not re.search(r"(\d+px \d+px 0[^,]*, *){9}", agent.inbox.text)
    assert not re.search(r"(rgb\(0, 0, 0\) \d+px[^,]*,[^,]*, *){9}", agent.inbox.text)
    written = json.dumps([node(agent, "blocks"), node(agent, "hashes")])
    assert not re.search("[█▀▄#]| {2}", json.loads(f'"{json.dumps(written)[1:-1]}"').replace('", "', ""))
