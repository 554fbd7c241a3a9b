"""An agent who may act on a customer's page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from customers import Stage, built_assets, customer, staged
from hands import Hand


@pytest.fixture(scope="module")
def stage(pytestconfig: pytest.Config) -> Iterator[Stage]:
    with staged(built_assets(pytestconfig.rootpath), tries_per_address=50) as served:
        yield served


@pytest.fixture(scope="module")
def hand(browser: Browser, stage: Stage) -> Iterator[Hand]:
    agent = stage.agent(path="/hand.html")
    with browser.new_context(locale="en-US") as context:
        context.set_default_timeout(8000)
        shopper = customer(context, stage, "/hand.html")
        shopper.join(agent)
        agent.send(t="ask", what="control")
        shopper.button("Allow acting").click()
        agent.until("control", allowed=True)
        yield Hand(shopper, agent)
    agent.away()
