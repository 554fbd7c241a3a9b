"""The customer script on a site: joining, both consents, navigation, tabs, faults and the end, seen from both sides."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, expect

from cotab_kit.testing import ConsoleWatch
from customers import TIMEOUT, Agent, Customer, Stage, customer


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(locale="en-GB") as made:
        watch = ConsoleWatch(made)
        watch.expect("/api/join", optional=True)  # the browser reports that a PIN was wrong
        made.set_default_timeout(TIMEOUT * 1000)
        yield made
        watch.check()


def test_a_customer_finds_the_way_in_by_pin(
    context: BrowserContext, stage: Stage, agent: Agent, axe: Callable[[Frame], list[str]]
) -> None:
    shopper = customer(context, stage)
    shopper.page.get_by_role("button", name="Help").click()
    field = shopper.ui.get_by_label("PIN")
    field.fill("000000")
    shopper.button("Continue").click()
    expect(shopper.ui.get_by_role("alert")).to_contain_text("not valid")
    assert axe(shopper.page.main_frame) == []
    field.fill(agent.pin)
    field.press("Enter")
    question = shopper.ui.get_by_role("dialog", name="May Agent see this page?")
    expect(question).to_contain_text("127.0.0.1")
    expect(question).to_contain_text("Hidden from Agent")
    assert axe(shopper.page.main_frame) == []
    assert not agent.inbox.events
    shopper.button("Allow").click()
    agent.wait(lambda: agent.inbox.snapshots)
    expect(shopper.banner).to_contain_text("Agent sees this page")
    assert axe(shopper.page.main_frame) == []
    assert agent.until("page")["title"] == "Shop"
    assert "Ten percent off" in agent.inbox.text
    assert "Jane" not in agent.inbox.text
    assert "sees this page" not in agent.inbox.text
    frame = "() => getComputedStyle(document.getElementById('mail')).outlineStyle"
    assert shopper.page.evaluate(frame) == "dashed"
    shopper.button("Stop").click()
    assert agent.until("ended")["reason"] == "customer"
    expect(shopper.banner).to_contain_text("Nothing is visible any more")
    assert shopper.page.evaluate(frame) == "none"
    shopper.button("Close").click()
    expect(shopper.ui).to_have_count(0)
    assert shopper.page.evaluate("() => localStorage.length") == 0


def test_a_link_leads_in_and_a_refusal_out_again(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    shopper = Customer(context.new_page())
    shopper.page.add_init_script("localStorage.clear()")
    shopper = customer(context, stage, agent.link.removeprefix(stage.site))
    assert "#" not in shopper.page.url
    shopper.button("Do not allow").click()
    assert agent.until("ended")["reason"] == "customer"
    shopper.state("none")
    expect(shopper.ui).to_have_count(0)
    assert not agent.inbox.events


def test_an_agent_acts_only_as_far_as_allowed(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    shopper = customer(context, stage)
    shopper.join(agent)
    log = shopper.page.locator("#log")
    agent.send(t="ask", what="control")
    shopper.button("Only watching").click()
    assert agent.until("control")["allowed"] is False
    agent.send(t="ask", what="control")
    shopper.button("Allow acting").click()
    assert agent.until("control")["allowed"] is True
    expect(shopper.banner).to_contain_text("may act")

    assert agent.click("buy", count=2) == "done"
    expect(log).to_contain_text("over buy buy twice")
    assert agent.click("name") == "done"
    assert agent.type("Joe") == "done"
    expect(log).to_contain_text("name=Joe")
    assert agent.press("Backspace", "Enter") == "done"
    expect(log).to_contain_text("sent")
    assert shopper.page.locator("#name").input_value() == "Jo"
    assert agent.act("choose", "size", values=["l"]) == "done"
    assert agent.click("gift") == "done"
    expect(log).to_contain_text("size=l gift=true")
    assert agent.act("wheel", "long", dy=100) == "done"
    assert agent.act("wheel", x=10, y=10, dy=200) == "done"
    shopper.page.wait_for_function("() => scrollY > 0 && document.getElementById('pane').scrollTop === 100")
    shopper.page.evaluate("() => scrollTo(0, 0)")

    ids = {name: agent.inbox.node(name) for name in ("masked", "mail", "word", "card", "file", "label-file")}
    refused = {name: agent.act("down", name) for name in ids}
    expected = {"masked": "masked", "mail": "masked", "word": "password", "card": "password"}
    assert refused == expected | {"file": "file", "label-file": "file"}
    assert agent.act("choose", "mail", values=["x"]) == "masked"
    assert agent.act("choose", "size", values=["xxl"]) == "invalid"
    assert agent.act("down", id=10**6) == "gone"
    assert agent.act("dance", "buy") == "invalid"
    assert agent.act("navigate", url="https://elsewhere.example") == "invalid"
    assert agent.act("navigate", url="javascript:alert(1)") == "invalid"
    blocked = shopper.page.evaluate("() => document.querySelector('.never').firstElementChild.id")
    assert blocked == "blocked"
    assert blocked not in str(list(agent.inbox.nodes()))

    shopper.button("Stop acting").click()
    assert agent.until("control")["allowed"] is False
    expect(shopper.banner).to_contain_text("Agent sees this page")
    before = log.text_content()
    agent.send(t="act", n=999, do="down", id=agent.inbox.node("buy"))
    agent.send(t="ping", at=5)
    assert agent.until("pong")["at"] == 5
    assert log.text_content() == before
    assert not {"file", "masked", "blocked"} & set((before or "").split())


def test_the_session_goes_with_the_customer_from_page_to_page(
    context: BrowserContext, stage: Stage, agent: Agent
) -> None:
    shopper = customer(context, stage)
    shopper.join(agent)
    agent.send(t="ask", what="control")
    shopper.button("Allow acting").click()
    agent.until("control", allowed=True)
    assert agent.click("next") == "done"
    agent.wait(lambda: "The second page" in agent.inbox.text)
    expect(shopper.banner).to_contain_text("may act")
    assert agent.act("back") == "done"
    agent.wait(lambda: agent.inbox.snapshots >= 3)
    assert agent.act("navigate", url="second.html?querysecret") == "done"
    shopper.page.wait_for_url("**/second.html?querysecret")
    agent.wait(lambda: agent.inbox.snapshots >= 4)
    shopper.page.reload()
    agent.wait(lambda: agent.inbox.snapshots >= 5)
    assert "querysecret" not in agent.inbox.text
    agent.send(t="end")
    expect(shopper.banner).to_contain_text("Agent has ended the session")


@pytest.mark.full
def test_the_visible_tab_is_what_the_agent_sees(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    first = customer(context, stage)
    first.join(agent)
    second = customer(context, stage, "/second.html")
    second.state("live")
    agent.wait(lambda: "The second page" in agent.inbox.text)
    first.state("elsewhere")
    expect(first.ui).to_have_count(0)
    seen = agent.inbox.snapshots
    first.page.evaluate("() => dispatchEvent(new Event('focus'))")
    first.state("live")
    agent.wait(lambda: agent.inbox.snapshots > seen)
    second.state("elsewhere")
    first.button("Stop").click()
    second.state("none")


def test_nothing_is_recorded_while_the_agent_is_away(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    shopper = customer(context, stage)
    shopper.join(agent)
    agent.away()
    expect(shopper.banner).to_contain_text("Nothing is visible for now")
    shopper.state("paused")
    shopper.page.evaluate("() => { document.getElementById('public').textContent = 'Twenty percent off'; }")
    agent.back()
    agent.wait(lambda: agent.inbox.snapshots)
    assert "Twenty percent off" in agent.inbox.text
    shopper.state("live")
    snapshots = agent.inbox.snapshots
    agent.send(t="resync")
    agent.wait(lambda: agent.inbox.snapshots > snapshots)


COME_AND_GO = """async () => {
  const field = document.createElement("input");
  window.gone = new WeakRef(field);
  for (const act of [() => document.body.append(field), () => field.remove()]) {
    act();
    await new Promise(requestAnimationFrame);
  }
}"""


@pytest.mark.full
def test_a_congested_way_out_is_followed_by_a_fresh_picture(
    context: BrowserContext, stage: Stage, agent: Agent
) -> None:
    shopper = customer(context, stage)
    shopper.join(agent)
    shopper.page.evaluate("""() => {
      window.waiting = 1e9;
      Object.defineProperty(WebSocket.prototype, "bufferedAmount", { get: () => window.waiting });
    }""")
    change = "text => { document.getElementById('public').textContent = text; }"
    shopper.page.evaluate(change, "Dropped")
    agent.send(t="resync")
    agent.send(t="ping", at=1)
    agent.until("pong")
    assert (agent.inbox.snapshots, "Dropped" in agent.inbox.text) == (1, False)
    shopper.page.evaluate(COME_AND_GO)
    cdp = shopper.page.context.new_cdp_session(shopper.page)
    cdp.send("HeapProfiler.collectGarbage")
    assert shopper.page.evaluate("() => window.gone.deref() === undefined"), "nothing is kept that has gone meanwhile"
    shopper.page.evaluate(change, "Thirty percent off")
    shopper.page.evaluate("() => { window.waiting = 0; }")
    agent.wait(lambda: agent.inbox.snapshots == 2)
    assert "Thirty percent off" in agent.inbox.text


@pytest.mark.full
def test_a_relay_that_is_started_again_learns_what_the_customer_decided(
    context: BrowserContext, stage: Stage, agent: Agent
) -> None:
    shopper = customer(context, stage)
    shopper.join(agent)
    agent.send(t="ask", what="control")
    shopper.button("Allow acting").click()
    agent.until("control", allowed=True)
    stage.restart()
    expect(shopper.banner).to_contain_text("Nothing is visible for now")
    agent.back()
    agent.wait(lambda: agent.inbox.snapshots)
    expect(shopper.banner).to_contain_text("may act")
    assert agent.click("buy") == "done"


def test_stop_stays_in_reach_whatever_the_page_does(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    shopper = customer(context, stage)
    shopper.join(agent)
    shopper.page.evaluate("""() => {
      const dialog = document.createElement("dialog");
      dialog.append("A dialog of the site");
      document.body.append(dialog);
      dialog.showModal();
    }""")
    agent.wait(lambda: '"dialog"' in agent.inbox.text)
    shopper.button("Stop").click(trial=True)
    shopper.page.evaluate("() => document.querySelector('dialog').remove()")
    shopper.button("Stop").click(trial=True)
    shopper.page.evaluate("() => document.documentElement.replaceChildren(document.createElement('body'))")
    shopper.button("Stop").click()
    assert agent.until("ended")["reason"] == "customer"


@pytest.mark.full
def test_what_the_agent_points_at_shows_and_fades(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    shopper = customer(context, stage)
    shopper.join(agent)
    inked = """() => { const canvas = document.querySelector("[data-tandem-ui]").shadowRoot.querySelector("canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return data.some((part) => part > 0); }"""
    for message in (
        {"t": "laser", "x": 50, "y": 50},
        {"t": "highlight", "id": agent.inbox.node("buy")},
        {"t": "draw", "stroke": 1, "points": [[10, 10], [90, 90]], "done": True},
    ):
        agent.send(**message)
        shopper.page.wait_for_function(inked)
        shopper.page.wait_for_function(f"() => !({inked})()")
