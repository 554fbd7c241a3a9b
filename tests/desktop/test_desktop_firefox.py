"""The agent desktop in Firefox: from the button to the closed tab, alone and with a customer of Tandem."""

# ruff: noqa: F401 - the tests and fixtures of other engines

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from desktop.test_agent_desktop import test_a_session_from_the_button_to_the_closed_tab
from desktop.test_tandem_on_the_desktop import running, test_an_agent_helps_a_customer_on_the_customers_page
from firefox import IN_FIREFOX, firefox

pytestmark = IN_FIREFOX


@pytest.fixture(scope="module")
def cotab_browser() -> Iterator[Browser]:
    with firefox() as (_, launched):
        yield launched


@pytest.fixture(scope="session")
def cotab_permissions() -> None:
    """It knows none of Chromium's."""


@pytest.fixture
def has_keys() -> bool:
    """Playwright's keys reach no frame of another site in Firefox; test_viewer_firefox.py types in the viewer."""
    return False
