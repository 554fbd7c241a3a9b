"""Everything that leaves the customer's browser over a session, put together and inflated, holds no secret of the page.

Every secret of tests/tandem/site/secrets.* begins with "secret-", whatever may be seen with "shown-".
"""

from __future__ import annotations

import re

from playwright.sync_api import Browser

from cotab_kit.testing import ConsoleWatch
from customers import Agent, Customer, Stage, customer

# Numbers and names that a field cannot hold with a mark before them.
MORE_SECRETS = ("47114711", "83474", "person.example", "1947-11")
PARTS = ("text", "title", "placeholder", "label", "option", "link", "alt", "font", "path")
PLACES = ("by-attribute", "in-frame", "in-shadow", "late", "set", "added", "typed")


def leaked(agent: Agent) -> set[str]:
    text = agent.inbox.text
    return set(re.findall(r".{0,60}secret-.{0,40}", text, re.IGNORECASE)) | {
        each for each in MORE_SECRETS if each in text
    }


def test_no_secret_leaves_and_all_that_is_allowed_arrives(browser: Browser, stage: Stage) -> None:
    agent = stage.agent()
    with browser.new_context(locale="en-GB") as context:
        watch = ConsoleWatch(context)
        # The policy of the site forbids these on purpose; they are there to be masked all the same.
        watch.expect("Content Security Policy|violates|Refused", optional=True)
        shopper = customer(context, stage, "/secrets.html?secret-query=1#secret-fragment")
        shopper.join(agent)
        work(shopper, agent)
        agent.away()
        watch.check()
    assert leaked(agent) == set()
    text = agent.inbox.text
    assert [each for each in PARTS + PLACES if f"shown-{each}" not in text] == []
    assert "--size:12px" in text.replace(" ", "")
    assert "\uf101" in text or "\\f101" in text
    nodes = [node["attributes"] for node in agent.inbox.nodes() if "attributes" in node]
    assert "@shown-md:flex hidden@shown-sm" in {node.get("class") for node in nodes}, "style sheets need them"
    pictures = {node["src"] for node in nodes if node.get("id") == "picture"}
    assert any("width='20' height='20'" in each for each in pictures), "a masked picture keeps its natural size"


def work(shopper: Customer, agent: Agent) -> None:
    """A session as it goes: the page changes, both sides act, snapshots are asked for, the page is loaded again."""
    page = shopper.page
    agent.wait(lambda: "shown-in-frame" in agent.inbox.text)
    page.locator("#text").fill("secret-typed")
    page.locator("#area").press_sequentially("secret-keys")
    page.locator("#editable").fill("secret-typed-editable")
    page.locator("#shown-password").fill("secret-typed-password")
    page.locator("#shown-input").fill("shown-typed")
    page.evaluate("() => window.stir()")
    agent.wait(lambda: "shown-added" in agent.inbox.text and "shown-set" in agent.inbox.text)
    agent.wait(lambda: any("width='20'" in each.get("src", "") for each in agent.inbox.changes("late-picture")))
    agent.send(t="ask", what="control")
    shopper.button("Allow acting").click()
    agent.until("control", allowed=True)
    assert agent.act("choose", "reveal", values=["x"]) == "password"
    assert agent.act("choose", "shown-card", values=["x"]) == "password"
    assert agent.act("choose", "text", values=["x"]) == "masked"
    page.locator("#shown").scroll_into_view_if_needed()
    assert agent.click("shown") == "done"
    snapshots = agent.inbox.snapshots
    agent.send(t="resync")
    agent.wait(lambda: agent.inbox.snapshots > snapshots)
    page.evaluate("() => document.getElementById('shown').setAttribute('data-tandem-block', '')")
    page.evaluate("() => { document.getElementById('shown').textContent = 'secret-blocked-afterwards'; }")
    agent.wait(lambda: agent.inbox.snapshots > snapshots + 1)
    page.evaluate("() => window.stir()")
    page.reload()
    agent.wait(lambda: agent.inbox.snapshots > snapshots + 2)
    page.evaluate("() => window.stir()")
    agent.send(t="ping", at=77)
    agent.until("pong", at=77)
