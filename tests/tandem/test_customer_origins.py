"""One session over several origins of one customer: who is asked where, and where the code is not to be found."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from cotab_kit.testing import ConsoleWatch
from customers import TIMEOUT, Agent, Stage, customer

CODE = """async ([relay, origin]) => {
  const { ticket } = JSON.parse(localStorage.getItem("tandem"));
  const method = "POST";
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${relay}/api/leave`, { method, headers, body: JSON.stringify({ ticket, origin }) });
  return (await answer.json()).code;
}"""


@pytest.fixture
def open_context(browser: Browser) -> Iterator[Callable[[], BrowserContext]]:
    """Open a customer's browser that nobody has used yet."""
    opened: list[tuple[BrowserContext, ConsoleWatch]] = []

    def make() -> BrowserContext:
        context = browser.new_context(locale="en-GB")
        watch = ConsoleWatch(context)
        watch.expect("/api/leave", optional=True)
        watch.expect("/api/join", optional=True)
        context.set_default_timeout(TIMEOUT * 1000)
        opened.append((context, watch))
        return context

    yield make
    for context, watch in opened:
        watch.check()
        context.close()


@pytest.mark.full
def test_a_session_goes_along_to_an_origin_that_the_consent_named(
    open_context: Callable[[], BrowserContext], stage: Stage, agent: Agent
) -> None:
    context = open_context()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(f"{request.url} {request.headers.get('referer')}"))
    shopper = customer(context, stage, "/leaving.html")
    shopper.page.evaluate("() => window.tandem.open()")
    shopper.ui.get_by_label("PIN").fill(agent.pin)
    shopper.button("Continue").click()
    expect(shopper.ui.get_by_role("dialog")).to_contain_text(stage.other.removeprefix("http://"))
    shopper.button("Allow").click()
    agent.wait(lambda: "The shop" in agent.inbox.text)
    agent.send(t="ask", what="control")
    shopper.button("Allow acting").click()
    agent.until("control", allowed=True)

    assert agent.click("over") == "done"
    agent.wait(lambda: "The till" in agent.inbox.text)
    expect(shopper.banner).to_contain_text("may act")
    assert shopper.page.url == f"{stage.other}/arrived.html?x=1#part"
    assert "tandem=" not in shopper.page.evaluate("() => window.seen")
    assert shopper.page.evaluate("() => scrollY + history.length") > 0
    assert agent.click("pay") == "done"

    shopper.page.reload()
    agent.wait(lambda: agent.inbox.snapshots >= 3)
    shopper.page.locator("#back").click()
    agent.wait(lambda: agent.inbox.snapshots >= 4)
    expect(shopper.banner).to_contain_text("may act")
    assert shopper.page.url == f"{stage.site}/leaving.html"
    assert len(asked) > 0
    assert not [each for each in asked if "tandem=" in each]


def test_the_first_entry_into_an_origin_asks_unless_the_consent_named_it(
    open_context: Callable[[], BrowserContext], stage: Stage, agent: Agent
) -> None:
    shopper = customer(open_context(), stage, "/second.html")
    shopper.join(agent)
    agent.send(t="ask", what="control")
    shopper.button("Allow acting").click()
    agent.until("control", allowed=True)
    shopper.page.goto(f"{stage.site}/leaving.html")
    agent.wait(lambda: "The shop" in agent.inbox.text)
    shopper.page.evaluate("to => { location.href = to; }", f"{stage.other}/arrived.html")
    expect(shopper.ui.get_by_role("dialog")).to_contain_text("May Agent see this page?")
    agent.until("control", allowed=False)
    assert "The till" not in agent.inbox.text
    shopper.button("Allow").click()
    agent.wait(lambda: "The till" in agent.inbox.text)
    expect(shopper.banner).to_contain_text("Agent sees this page")
    shopper.page.evaluate("to => location.replace(to)", f"{stage.site}/leaving.html")
    shopper.state("live")  # where it has begun, nothing is asked
    shopper.page.locator("#quiet").click()
    agent.wait(lambda: agent.inbox.snapshots >= 5)
    assert shopper.page.evaluate("() => document.referrer") == ""
    shopper.button("Stop").click()
    assert agent.until("ended")["reason"] == "customer"


@pytest.mark.full
def test_where_nothing_says_from_where_somebody_comes_they_are_asked(
    open_context: Callable[[], BrowserContext], stage: Stage, agent: Agent
) -> None:
    shopper = customer(open_context(), stage, "/leaving.html")
    shopper.join(agent)
    shopper.page.locator("#quiet").click()
    expect(shopper.ui.get_by_role("dialog")).to_contain_text("May Agent see this page?")
    assert "The till" not in agent.inbox.text


def test_a_stolen_code_shows_nobody_who_is_not_asked(
    open_context: Callable[[], BrowserContext], stage: Stage, agent: Agent
) -> None:
    shopper = customer(open_context(), stage, "/leaving.html")
    shopper.join(agent)
    code = shopper.page.evaluate(CODE, [stage.relay, stage.other])
    victim = customer(open_context(), _at(stage), f"/arrived.html#tandem={code}")
    expect(victim.ui.get_by_role("dialog")).to_contain_text("May Agent see this page?")
    assert victim.page.url == f"{stage.other}/arrived.html"
    assert "The till" not in agent.inbox.text
    late = customer(open_context(), _at(stage), f"/arrived.html#tandem={code}")
    expect(late.banner).to_contain_text("not valid")
    here = customer(
        open_context(), stage, f"/leaving.html#tandem={shopper.page.evaluate(CODE, [stage.relay, stage.other])}"
    )
    expect(here.banner).to_contain_text("not valid")


def test_a_site_that_the_relay_does_not_know_gets_no_code(
    open_context: Callable[[], BrowserContext], stage: Stage, agent: Agent
) -> None:
    shopper = customer(open_context(), stage, "/leaving.html")
    shopper.join(agent)
    shopper.page.locator("#strange").click()
    shopper.page.wait_for_url("**/arrived.html")
    assert "tandem=" not in shopper.page.evaluate("() => window.seen")
    shopper.state("none")
    assert agent.until("peer", here=False)
    shopper.page.go_back()
    assert agent.until("peer", here=True)


def _at(stage: Stage) -> Stage:
    """The stage with the other origin as its site."""
    return Stage(stage.other, stage.relay)
