"""Firefox as administrators set it up who do not want WebRTC: a screen comes as pictures, and both read so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from customers import Stage
from firefox import IN_FIREFOX, firefox
from test_viewer_screen import picture, shared

pytestmark = IN_FIREFOX


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with firefox({"media.peerconnection.enabled": False}) as (_, running):
        yield running


def test_without_webrtc_a_screen_comes_as_pictures(browser: Browser, stage: Stage) -> None:
    with shared(browser, stage) as (desk, shopper):
        desk.received("connected")
        assert picture(desk) == "canvas"
        expect(shopper.banner).to_contain_text("as single pictures")
