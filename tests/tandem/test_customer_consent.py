"""The banner with Stop: whatever a page does to its document it stays in reach, or else nothing is recorded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from cotab_kit.testing import ConsoleWatch
from customers import TIMEOUT, Agent, Customer, Stage, customer
from desks import Desk
from sizes import in_full

STYLE = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  window.added = sheet;
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
HIDING = """
html { opacity: 0; filter: grayscale(1); transform: scale(.5); clip-path: inset(40%); pointer-events: none }
html, body { visibility: hidden }
* { opacity: 0 !important; visibility: hidden !important; pointer-events: none !important;
  transform: translate(-9999px) !important; clip-path: inset(50%) !important; animation: none !important; }
body ~ div, [data-tandem-ui], [popover] { display: none !important; position: static !important; zoom: .01 !important }
::backdrop { background: #000 !important; pointer-events: auto !important }
"""
REACHED = """() => {
  const host = document.querySelector("[data-tandem-ui]") ?? window.inner;
  const stop = host.shadowRoot.querySelector(".banner[data-state=live] .stop");
  const { left, top, width, height } = stop?.getBoundingClientRect() ?? {};
  const at = [left + width / 2, top + height / 2];
  const outer = stop && host.getRootNode().elementFromPoint(...at);
  return outer === host && host.shadowRoot.elementFromPoint(...at) === stop;
}"""
# What pages do to their document, each as one step. The banner must be in reach after each.
STEPS = {
    "swaps its body": "() => document.body.replaceWith(document.createElement('body'))",
    "takes the banner out": "() => document.querySelector('[data-tandem-ui]').remove()",
    "moves the banner": "() => document.body.append(document.querySelector('[data-tandem-ui]'))",
    "marks the banner": """() => {
      const host = document.querySelector("[data-tandem-ui]");
      Object.assign(host, { hidden: true, inert: true, popover: null, style: "display: none !important" });
    }""",
    "closes the banner": "() => document.querySelector('[data-tandem-ui]').hidePopover()",
    "animates the banner": """() => {
      document.querySelector("[data-tandem-ui]").animate({ opacity: [0, 0], translate: ["-9999px", "-9999px"] }, 1e6);
    }""",
    "lays a veil over all": """() => {
      const veil = document.createElement("div");
      veil.style.cssText = "position: fixed; inset: 0; z-index: 2147483647; background: #fff";
      document.documentElement.append(veil);
      window.veil = veil;
    }""",
    "opens a modal dialog": """() => {
      const dialog = document.createElement("dialog");
      dialog.style.overflow = "hidden";
      document.body.append(dialog, (window.dialog = document.createElement("dialog")));
      window.dialog.showModal();
      dialog.showModal();
    }""",
    "opens a modal dialog in a shadow root": """() => {
      const host = document.createElement("div");
      document.querySelector("dialog:modal").append(host);
      host.innerHTML = "<p style='height: 200vh'>Modal</p>";
      host.attachShadow({ mode: "open" }).innerHTML = "<dialog style='transform: scale(.2)'><slot></slot></dialog>";
      window.inner = document.querySelector("[data-tandem-ui]");
      host.shadowRoot.firstChild.showModal();
    }""",
    "takes its dialogs away": "() => { for (const each of document.querySelectorAll('dialog')) each.remove(); }",
    "opens a popover over all": """() => {
      const menu = Object.assign(document.createElement("div"), { popover: "manual" });
      menu.style.cssText = "inset: 0; width: 100%; height: 100%; background: #fff; pointer-events: none";
      document.body.append(menu);
      menu.showPopover();
    }""",
    "is zoomed by its style": "() => { document.documentElement.style.zoom = '3'; }",
    "is zoomed out": "() => { document.documentElement.style.zoom = '0.1'; }",
}


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(locale="en-GB") as made:
        watch = ConsoleWatch(made)
        watch.expect("Content Security Policy|violates|Refused", optional=True)
        made.set_default_timeout(TIMEOUT * 1000)
        yield made
        watch.check()


def in_reach(shopper: Customer) -> None:
    """Wait until a click would hit Stop, and nothing of the page lies over it."""
    shopper.page.wait_for_function(REACHED)


def test_stop_stays_in_reach_whatever_a_page_does(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    shopper = customer(context, stage)
    shopper.join(agent)
    for step in STEPS.values():
        shopper.page.evaluate(step)
        in_reach(shopper)
    shopper.button("Stop").click()
    assert agent.until("ended")["reason"] == "customer"


def test_no_style_sheet_hides_stop(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    shopper = customer(context, stage)
    shopper.join(agent)
    shopper.page.evaluate(STYLE, HIDING)
    in_reach(shopper)
    backdrop = "() => getComputedStyle(document.querySelector('[data-tandem-ui]'), '::backdrop').display"
    assert shopper.page.evaluate(backdrop) == "none"
    shopper.button("Stop").click()
    assert agent.until("ended")["reason"] == "customer"


def test_stop_is_above_what_fills_the_screen(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    shopper = customer(context, stage)
    shopper.join(agent)
    for what, fills in (("section", True), ("canvas", False)):
        shopper.page.evaluate(
            """(what) => {
          document.body.append(document.createElement("canvas"));
          document.body.onclick = () => document.querySelector(what).requestFullscreen();
        }""",
            what,
        )
        shopper.page.locator("h1").click()
        shopper.page.wait_for_function("(fills) => Boolean(document.fullscreenElement) === fills", arg=fills)
        in_reach(shopper)
        shopper.page.evaluate("() => document.fullscreenElement && document.exitFullscreen()")
        in_reach(shopper)
    shopper.button("Stop").click()
    assert agent.until("ended")["reason"] == "customer"


def test_a_page_that_swallows_clicks_does_not_swallow_that_on_stop(
    context: BrowserContext, stage: Stage, agent: Agent
) -> None:
    shopper = customer(context, stage)
    shopper.join(agent)
    shopper.page.evaluate("""() => {
      for (const type of ["pointerdown", "mousedown", "pointerup", "mouseup", "click", "focusin"]) {
        document.addEventListener(type, (event) => (event.preventDefault(), event.stopImmediatePropagation()), true);
      }
    }""")
    shopper.button("Stop").click()
    assert agent.until("ended")["reason"] == "customer"


@pytest.mark.parametrize(
    "change",
    [
        "() => document.documentElement.replaceWith(document.documentElement.cloneNode(true))",
        in_full("() => { document.open(); document.write('<!doctype html><p id=public>'); document.close(); }"),
        in_full("() => { document.open(); document.write('<!doctype html><p id=public>'); }"),
    ],
    ids=["another root", "a written document", "a document that is never done"],
)
def test_a_new_document_is_shown_from_its_beginning(
    context: BrowserContext, stage: Stage, agent: Agent, change: str
) -> None:
    shopper = customer(context, stage)
    shopper.join(agent)
    seen = agent.inbox.snapshots
    shopper.page.evaluate(change)
    in_reach(shopper)
    agent.wait(lambda: agent.inbox.snapshots > seen)
    assert len([node for node in list(agent.inbox.nodes()) if node.get("tagName") == "html"]) == seen + 1
    shopper.page.evaluate("() => { document.getElementById('public').setAttribute('data-tandem-allow', ''); }")
    shopper.page.evaluate("() => { document.getElementById('public').textContent = 'Forty percent off'; }")
    agent.wait(lambda: "Forty percent off" in agent.inbox.text)
    shopper.button("Stop").click()
    assert agent.until("ended")["reason"] == "customer"


@pytest.mark.full
def test_a_question_outlives_the_document_it_was_asked_in(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    shopper = customer(context, stage)
    shopper.join(agent)
    agent.send(t="ask", what="control")
    expect(shopper.button("Allow acting")).to_be_visible()
    shopper.page.evaluate("() => { document.open(); document.write('<p>New'); document.close(); }")
    shopper.button("Allow acting").click()
    assert agent.until("control")["allowed"] is True


def test_nothing_is_recorded_while_stop_cannot_be_shown(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    shopper = customer(context, stage)
    shopper.join(agent)
    shopper.page.evaluate(STYLE, "html { display: none }")
    assert agent.until("covered")["covered"] is True
    shopper.state("paused")
    agent.back()  # before anybody has noticed that they were away
    assert agent.until("covered")["covered"] is True
    seen = agent.inbox.snapshots
    shopper.page.evaluate("() => { document.getElementById('public').textContent = 'In the dark'; }")
    agent.send(t="resync")
    agent.send(t="ping", at=1)
    agent.until("pong")
    shopper.page.evaluate("() => { document.getElementById('public').textContent = 'In the light'; }")
    shopper.page.evaluate("() => { document.adoptedStyleSheets.pop(); }")
    assert agent.until("covered")["covered"] is False
    agent.wait(lambda: agent.inbox.snapshots > seen)
    assert ("In the light" in agent.inbox.text, "In the dark" in agent.inbox.text) == (True, False)
    in_reach(shopper)


def test_a_page_that_fights_the_banner_ends_the_session(context: BrowserContext, stage: Stage) -> None:
    shopper = customer(context, stage)
    desk = Desk(context, stage)
    pin = desk.open()["pin"]
    shopper.page.bring_to_front()
    shopper.page.evaluate("(pin) => { void window.tandem.join(pin); }", pin)
    shopper.button("Allow").click()
    desk.sees("Ten percent off")
    shopper.page.evaluate("""() => {
      const fight = () => document.querySelector("[data-tandem-ui]")?.remove();
      new MutationObserver(fight).observe(document.documentElement, { childList: true });
      fight();
    }""")
    expect(desk.viewer.locator("#notice")).to_contain_text("hides the Stop button")
    shopper.state("none")
    expect(desk.viewer.locator("#panel-text")).to_contain_text("hid the Stop button")
    desk.received("ended", reason="customer")


NAMED = """() => {
  const form = document.body.appendChild(document.createElement("form"));
  form.style.cssText = "position: fixed; inset: 0";
  for (let owner = HTMLFormElement.prototype; owner !== Object.prototype; owner = Object.getPrototypeOf(owner)) {
    for (const name of Object.getOwnPropertyNames(owner)) {
      if (!/^[a-z]/.test(name)) continue;
      HTMLElement.prototype.append.call(form, Object.assign(document.createElement("input"), { type: "hidden", name }));
    }
  }
}"""


@pytest.mark.full
def test_a_form_whose_fields_are_called_as_what_browsers_have_hides_no_banner(
    context: BrowserContext, stage: Stage, agent: Agent
) -> None:
    shopper = customer(context, stage)
    shopper.page.evaluate(NAMED)
    shopper.join(agent)
    in_reach(shopper)
    shopper.button("Stop").click()
    shopper.state("none")


SHADED = """() => {
  const host = document.body.appendChild(document.createElement("div"));
  const root = host.attachShadow({ mode: "closed" });
  const style = "inset: 0; width: 100%; height: 100%; background: #fff; pointer-events: none";
  root.innerHTML = `<div popover="manual" style="${style}"></div>`;
  window.veil = root.firstChild;
  veil.showPopover();
}"""
# Whether the banner is painted above it, which only what can be hit tells.
ABOVE = f"""() => {{
  veil.style.pointerEvents = "auto";
  const above = ({REACHED})();
  veil.style.pointerEvents = "none";
  return above;
}}"""
KEPT_ABOVE = """() => {
  addEventListener("toggle", ({ target }) => {
    if (!target.hasAttribute("data-tandem-ui")) return;
    veil.hidePopover();
    veil.showPopover();
  }, true);
  veil.hidePopover();
  veil.showPopover();
}"""


@pytest.mark.full
def test_what_lets_clicks_through_covers_stop_no_more(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    shopper = customer(context, stage)
    shopper.join(agent)
    shopper.page.evaluate(SHADED)
    shopper.page.wait_for_function(ABOVE)
    shopper.page.evaluate(KEPT_ABOVE)
    shopper.state("none")


SWEEP = """async () => {
  for (let count = 0; count < 45; count++) {
    const tip = Object.assign(document.createElement("div"), { popover: "manual", textContent: "Tip" });
    document.body.append(tip);
    tip.showPopover();
    await new Promise((resolve) => setTimeout(resolve, 120));
    tip.remove();
  }
  document.dispatchEvent(new Event("toggle"));
}"""


@pytest.mark.full
def test_tips_that_follow_the_mouse_are_no_fight(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    shopper = customer(context, stage)
    shopper.join(agent)
    shopper.page.evaluate(SWEEP)
    in_reach(shopper)


VEIL = """() => {
  const style = "inset: 0; width: 100%; height: 100%; background: #fff; pointer-events: none";
  document.body.insertAdjacentHTML("beforeend", `<div id="veil" popover="manual" style="${style}"></div>`);
  document.getElementById("veil").showPopover();
}"""


@pytest.mark.full
def test_nothing_is_painted_over_a_question(context: BrowserContext, stage: Stage) -> None:
    shopper = customer(context, stage)
    shopper.page.evaluate("() => window.tandem.open()")
    title = shopper.ui.get_by_role("heading")
    shown = title.screenshot()
    shopper.page.evaluate(VEIL)
    for _ in range(100):
        if title.screenshot() == shown:
            break
        shopper.page.wait_for_timeout(50)
    assert title.screenshot() == shown
    expect(shopper.ui.get_by_label("PIN")).to_be_focused()
    shopper.page.evaluate("""() => {
      const veil = document.getElementById("veil");
      const fight = () => { veil.hidePopover(); veil.showPopover(); };
      veil.addEventListener("toggle", fight);
      fight();
    }""")
    expect(title).to_have_count(0)


@pytest.mark.full
@pytest.mark.parametrize("zoom", ["1", "1.25", "0.8"])
def test_the_laser_is_where_the_agent_points_however_the_page_is_zoomed(
    context: BrowserContext, stage: Stage, agent: Agent, zoom: str
) -> None:
    shopper = customer(context, stage)
    shopper.join(agent)
    shopper.page.evaluate("(zoom) => { document.documentElement.style.zoom = zoom; }", zoom)
    agent.send(t="laser", x=333, y=222)
    points = """() => {
      const canvas = document.querySelector("[data-tandem-ui]").shadowRoot.querySelector("canvas");
      const { data, width } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const inked = [...data.keys()].filter((at) => at % 4 === 3 && data[at] > 200).map((at) => (at - 3) / 4);
      if (inked.length === 0) return false;
      const box = canvas.getBoundingClientRect();
      const mean = (list) => list.reduce((sum, each) => sum + each, 0) / list.length;
      const [x, y] = [mean(inked.map((at) => at % width)), mean(inked.map((at) => Math.floor(at / width)))];
      const [across, down] = [box.left + (x * box.width) / canvas.width, box.top + (y * box.height) / canvas.height];
      return Math.abs(across - 333) < 2 && Math.abs(down - 222) < 2;
    }"""
    shopper.page.wait_for_function(points)


@pytest.mark.full
def test_stop_follows_what_fingers_and_keyboard_leave_in_view(browser: Browser, stage: Stage, agent: Agent) -> None:
    with browser.new_context(
        locale="en-GB", is_mobile=True, has_touch=True, viewport={"width": 400, "height": 700}
    ) as phone:
        shopper = customer(phone, stage)
        shopper.join(agent)
        cdp = phone.new_cdp_session(shopper.page)
        cdp.send("Emulation.setPageScaleFactor", {"pageScaleFactor": 2.5})
        shopper.page.wait_for_function("() => visualViewport.scale > 2")
        inside = """() => {
          const { shadowRoot } = document.querySelector("[data-tandem-ui]");
          const stop = shadowRoot.querySelector(".stop").getBoundingClientRect();
          const { offsetLeft, offsetTop, width, height } = visualViewport;
          return stop.left >= offsetLeft && stop.top >= offsetTop && stop.right <= offsetLeft + width &&
            stop.bottom <= offsetTop + height && stop.height < 40;
        }"""
        shopper.page.wait_for_function(inside)
        in_reach(shopper)
