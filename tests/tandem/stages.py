"""What most browser tests of Tandem begin with: a site, its relay, and an agent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from cotab_kit.testing import ConsoleWatch
from customers import Agent, Stage, built_assets, staged


@pytest.fixture(scope="module")
def stage(pytestconfig: pytest.Config) -> Iterator[Stage]:
    """A relay for one module, whose tests together join more often than a customer should."""
    with staged(built_assets(pytestconfig.rootpath), tries_per_address=50) as served:
        yield served


@pytest.fixture
def agent(stage: Stage) -> Iterator[Agent]:
    """An agent with a session, who goes away at the end."""
    made = stage.agent()
    yield made
    made.away()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A customer's browser, whose console stays silent."""
    with browser.new_context(locale="en-GB") as made:
        watch = ConsoleWatch(made)
        made.set_default_timeout(30_000)
        yield made
        watch.check()
