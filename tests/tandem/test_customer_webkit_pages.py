"""The customer in WebKit, as in every engine: pages and origins, frames of other origins, and Stop above all."""

# ruff: noqa: F401 - the tests and fixtures of other engines

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette

from customers import Stage, built_assets, shop, staged
from test_customer_consent import test_stop_stays_in_reach_whatever_a_page_does
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
from test_viewer_screen import test_a_browser_that_cannot_share_a_screen_says_so_to_both
from webkit import IN_WEBKIT
from webkit_pages import Context, Engine, Preloading, webkit_pages

pytestmark = IN_WEBKIT


@pytest.fixture(scope="module")
def browser() -> Iterator[Engine]:
    with webkit_pages() as engine:
        yield engine


@pytest.fixture(scope="module")
def stage(browser: Engine, pytestconfig: pytest.Config) -> Iterator[Stage]:
    def site(stage: Stage) -> Starlette:
        app = shop(stage)
        app.add_middleware(Preloading, engine=browser)
        return app

    with staged(built_assets(pytestconfig.rootpath), site=site, tries_per_address=50) as served:
        yield served


@pytest.fixture
def context(browser: Engine) -> Iterator[Context]:
    with browser.new_context() as made:
        yield made
