"""The agent's side in Firefox: the viewer starts, mirrors, points and acts, and shows a screen."""

# ruff: noqa: F401 - the tests and fixtures of other engines

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from customers import Stage
from firefox import IN_FIREFOX, firefox
from test_viewer import (
    context,
    test_a_refusal_and_strangers,
    test_a_session_survives_refreshes_and_ends_by_the_agent,
    test_an_agent_sees_points_and_acts,
)
from test_viewer_screen import (
    picture,
    shared,
    test_a_browser_that_cannot_share_a_screen_says_so_to_both,
)

pytestmark = IN_FIREFOX
# One machine is the whole network, and has no names for its own addresses.
LOOPING = {"media.peerconnection.ice.loopback": True, "media.peerconnection.ice.obfuscate_host_addresses": False}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with firefox(LOOPING) as (_, running):
        yield running


def test_a_screen_comes_as_a_video(browser: Browser, stage: Stage) -> None:
    with shared(browser, stage) as (desk, shopper):
        desk.received("connected")
        assert picture(desk) == "video"
        shopper.button("Stop").click()
        assert desk.received("ended")["reason"] == "customer"
