"""The agent's tab in Firefox: restored from its snapshot, and a session from invitation to note."""

# ruff: noqa: F401 - the tests of other engines

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from browser.test_other_tables import (
    test_a_tab_is_restored_where_functions_come_out_of_tables_as_other_objects,
)
from browser.test_tab import test_a_session_runs_from_invitation_to_note
from firefox import IN_FIREFOX, firefox

pytestmark = IN_FIREFOX


@pytest.fixture(scope="module")
def cotab_browser() -> Iterator[Browser]:
    with firefox({"dom.events.testing.asyncClipboard": True}) as (_, running):
        yield running


@pytest.fixture(scope="session")
def cotab_permissions() -> None:
    """It knows none of Chromium's."""
