"""Chromium just below the floor of versions: a sentence, and nothing that is sent, asked for or redeemed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cotab_kit.testing import ConsoleWatch
from customers import Stage
from desks import Desk
from old_browsers import BELOW, IN_OLD_CHROMIUM, old_chromium
from sentences import sentence

pytestmark = IN_OLD_CHROMIUM
JOIN = "(pin) => window.tandem.join(pin).then(() => 'joined', ({ code }) => code)"


@pytest.fixture(scope="module")
def browser(pytestconfig: pytest.Config) -> Iterator[Browser]:
    with old_chromium(BELOW, pytestconfig.rootpath) as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(locale="fr-FR") as made:
        watch = ConsoleWatch(made)
        yield made
        watch.check()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def asked(page: Page, stage: Stage) -> list[str]:
    """What is asked of the relay from now on."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url.removeprefix(stage.relay)))
    return found


def test_a_visitor_is_told_nothing_until_help_is_asked_for(page: Page, stage: Stage) -> None:
    requests = asked(page, stage)
    page.goto(f"{stage.site}/shop.html")
    page.wait_for_function("() => window.tandem")
    notice = page.get_by_role("alert")
    expect(notice).to_have_count(0)
    page.get_by_role("button", name="Help").click()
    expect(notice).to_contain_text(sentence("en"))  # the page is in English
    page.get_by_role("button", name="Close").click()
    expect(notice).to_have_count(0)
    page.evaluate("() => { document.documentElement.lang = 'xx'; window.tandem.open(); }")
    expect(notice).to_contain_text(sentence("fr"))
    assert page.evaluate("() => window.tandem.state") == "none"
    assert [path for path in requests if path.startswith("/")] == ["/tandem.js"]


def test_neither_a_link_nor_a_pin_is_redeemed(page: Page, stage: Stage) -> None:
    agent = stage.agent()
    requests = asked(page, stage)
    page.goto(agent.link)
    expect(page.get_by_role("alert")).to_contain_text(sentence("en"))
    assert "tandem" not in page.evaluate("() => location.hash")
    assert page.evaluate(JOIN, agent.pin) == "browser"
    assert [path for path in requests if path.startswith("/")] == ["/tandem.js"]
    agent.away()


def test_the_viewer_tells_the_agent_and_the_tab(context: BrowserContext, stage: Stage) -> None:
    requests: list[str] = []
    context.on("request", lambda request: requests.append(request.url))
    desk = Desk(context, stage)
    expect(desk.viewer.get_by_role("heading")).to_have_text(sentence("fr"))
    desk.post("open", mode="cobrowse", conversation="1", session=None, site=None, language="de-DE")
    assert desk.received("failed") == {
        "tandem": 1,
        "type": "failed",
        "code": "browser",
        "message": sentence("de"),
    }
    expect(desk.viewer.get_by_role("heading")).to_have_text(sentence("de"))
    assert not [url for url in requests if "/api/" in url]
