"""The customer in Firefox: the way in, acting, pages and origins, frames of other origins, and Stop above all."""

# ruff: noqa: F401 - the tests and fixtures of other engines

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256

import pytest
from playwright.sync_api import Browser, BrowserContext

from cotab_kit.testing import ConsoleWatch
from firefox import IN_FIREFOX, PATIENCE, firefox
from test_customer_consent import (
    test_stop_is_above_what_fills_the_screen,
    test_stop_stays_in_reach_whatever_a_page_does,
    test_the_laser_is_where_the_agent_points_however_the_page_is_zoomed,
)
from test_customer_frames import (
    test_a_frame_that_both_have_named_is_part_of_the_page,
    test_keys_go_to_what_the_agent_went_to_in_a_frame,
)
from test_customer_origins import open_context, test_a_session_goes_along_to_an_origin_that_the_consent_named
from test_customer_session import (
    test_a_customer_finds_the_way_in_by_pin,
    test_an_agent_acts_only_as_far_as_allowed,
    test_the_session_goes_with_the_customer_from_page_to_page,
)

pytestmark = IN_FIREFOX
HASH_OF_NOTHING = b64encode(sha256().digest()).decode()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with firefox() as (_, running):
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(locale="en-GB") as made:
        watch = ConsoleWatch(made)
        watch.expect("Content-Security-Policy|/api/join", optional=True)  # styles of tests, and a PIN that was wrong
        watch.expect(re.escape(HASH_OF_NOTHING), optional=True)  # a script on its way, when its page is left
        made.set_default_timeout(PATIENCE)
        yield made
        watch.check()
