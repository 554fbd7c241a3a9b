"""What most browser tests of Tandem begin with: a site, its relay, and an agent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

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
