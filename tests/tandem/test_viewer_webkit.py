"""The agent's side in WebKit, with a customer in Chromium: the viewer mirrors, points, acts, and survives a refresh."""

# ruff: noqa: F401 - the tests of other engines

from __future__ import annotations

from collections.abc import Iterator

import pytest

from test_viewer import (
    test_a_session_survives_refreshes_and_ends_by_the_agent,
    test_an_agent_sees_points_and_acts,
)
from webkit import IN_WEBKIT
from webkit_pages import Context, webkit_pages

pytestmark = IN_WEBKIT


@pytest.fixture
def context() -> Iterator[Context]:
    with webkit_pages() as engine, engine.new_context() as made:
        yield made
