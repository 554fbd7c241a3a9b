"""The agent's tab in WebKit: it is restored from its snapshot as in every other engine, and invites a customer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from browser.parts import ORDINARY
from cotab_kit.testing import ServedBuild
from cotab_kit.testing.tab import CONVERSATION
from webkit import IN_WEBKIT, WebKit, webkit

pytestmark = IN_WEBKIT
OPEN_LOG = "const panel = document.getElementById('log-panel'); panel.open = true; panel.scrollIntoView();"
STATE = "return document.documentElement.dataset.state"


@pytest.fixture(scope="module")
def browser() -> Iterator[WebKit]:
    with webkit() as running:
        yield running


def test_a_tab_invites_a_customer(browser: WebKit, cotab_server: ServedBuild) -> None:
    """At its first start, and at the next, which finds its session and what the first has kept."""
    cotab_server.begin_conversation(CONVERSATION)
    query = f"data={quote(json.dumps({'conversationId': CONVERSATION}))}"
    tab = cotab_server.address(cotab_server.pages["cobrowse"], query, "default")
    window = {"src": tab, "conversation": CONVERSATION, "lcid": "1033", "omnichannel": "1", "reject": ""}
    pins = set()
    for _ in range(2):
        browser.out()
        browser.go(cotab_server.window(window))
        browser.into("iframe")
        browser.wait("return ['inviting', 'failed'].includes(document.documentElement.dataset.state)")
        assert browser.run(STATE) == "inviting"
        pins.add(browser.run("return document.getElementById('pin').textContent"))
        browser.run(OPEN_LOG)
        log = browser.wait("return document.getElementById('log').textContent")
        assert ORDINARY not in log, log
    assert len(pins) == 1
