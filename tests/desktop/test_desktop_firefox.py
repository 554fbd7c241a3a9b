"""The agent desktop in Firefox: from the button to the closed tab."""

# ruff: noqa: F401 - the tests of other engines

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from desktop.test_agent_desktop import test_a_session_from_the_button_to_the_closed_tab
from firefox import IN_FIREFOX, firefox

pytestmark = IN_FIREFOX


@pytest.fixture(scope="module")
def cotab_browser() -> Iterator[Browser]:
    with firefox() as (_, launched):
        yield launched


@pytest.fixture(scope="session")
def cotab_permissions() -> None:
    """It knows none of Chromium's."""
