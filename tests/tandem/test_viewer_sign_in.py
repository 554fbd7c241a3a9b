"""An agent signs in from inside the viewer, in a window of the issuer, and is not asked again after a refresh."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from cotab_kit.serving import Served
from cotab_kit.testing import ConsoleWatch
from customers import Stage, built_assets, staged
from desks import Desk
from issuers import Issuer
from tandem.clock import SystemClock


@pytest.fixture
def stage(pytestconfig: pytest.Config) -> Iterator[Stage]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    issuer = Issuer(SystemClock())
    with Served(issuer.app) as served:
        issuer.url = served.url
        settings: dict[str, Any] = {"origin": f"http://127.0.0.1:{port}", "issuer": issuer.url, "client_id": "me"}
        with staged(built_assets(pytestconfig.rootpath), port, **settings) as made:
            yield made


def test_an_agent_signs_in_once_in_a_window_of_the_issuer(browser: Browser, stage: Stage) -> None:
    with browser.new_context(locale="en-GB") as context:
        watch = ConsoleWatch(context)
        desk = Desk(context, stage)
        site = f"{stage.site}/shop.html"
        desk.post("open", mode="cobrowse", conversation="1", session=None, site=site, language="en-US")
        with context.expect_page() as window:
            desk.viewer.get_by_role("button", name="Sign in").click()
        window.value.get_by_role("link", name="I am Ada").click()
        invitation = desk.received("invitation")
        assert len(invitation["pin"]) == 6
        expect(desk.viewer.get_by_role("button", name="Sign in")).to_be_hidden()
        if not window.value.is_closed():
            window.value.wait_for_event("close")
        desk.page.reload()
        desk.embed()
        assert desk.open(session=invitation["session"])["pin"] == invitation["pin"]
        watch.check()
