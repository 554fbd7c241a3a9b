"""The oldest Chromium that is supported, on both sides: a customer joins, the page is mirrored, the agent acts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from old_browsers import AT_THE_FLOOR, IN_OLD_CHROMIUM, old_chromium
from test_viewer import context, test_an_agent_sees_points_and_acts

__all__ = ["context", "test_an_agent_sees_points_and_acts"]
pytestmark = IN_OLD_CHROMIUM


@pytest.fixture(scope="module")
def browser(pytestconfig: pytest.Config) -> Iterator[Browser]:
    with old_chromium(AT_THE_FLOOR, pytestconfig.rootpath) as browser:
        yield browser
