"""An agent's hand on a page that is made anew for each test, and its fixtures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from customers import Agent, Customer, Stage, customer

SHOW = """([html, script, mark]) => {
  document.body.innerHTML = html;
  window.log = [];
  window.heard = (id, ...types) => types.forEach((type) =>
    document.getElementById(id).addEventListener(type, (event) => window.log.push(event.type)));
  new Function(script)();
  document.body.append(Object.assign(document.createElement("i"), { id: mark }));
}"""


class Hand:
    """An agent who may act on a page that is made anew for each test, and its fixtures."""

    def __init__(self, shopper: Customer, agent: Agent) -> None:
        self.page, self.agent = shopper.page, agent
        self._shown = 0

    def show(self, html: str, script: str = "") -> None:
        self._shown += 1
        mark = f"mark-{self._shown}"
        self.page.evaluate(SHOW, [html, script, mark])
        self.see(mark)

    def see(self, name: str) -> None:
        """Wait until the agent sees an element with this id attribute."""
        found = lambda: any(node.get("attributes", {}).get("id") == name for node in self.agent.inbox.nodes())  # noqa: E731
        self.agent.wait(found)

    def get(self, expression: str) -> Any:  # noqa: ANN401 - whatever a page holds
        return self.page.evaluate(f"() => {expression}")

    def value(self, name: str) -> str:
        return str(self.get(f"document.getElementById('{name}').value"))


@pytest.fixture(scope="module")
def hand(browser: Browser, stage: Stage) -> Iterator[Hand]:
    agent = stage.agent(path="/hand.html")
    with browser.new_context(locale="en-US") as context:
        context.set_default_timeout(30_000)
        shopper = customer(context, stage, "/hand.html")
        shopper.join(agent)
        agent.send(t="ask", what="control")
        shopper.button("Allow acting").click()
        agent.until("control", allowed=True)
        yield Hand(shopper, agent)
    agent.away()
