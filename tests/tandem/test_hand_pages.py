"""What the agent's hand does within roots, frames, dialogs and windows: what the customer's would have done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

from customers import Stage, customer
from hands import *  # noqa: F403 - its fixtures
from hands import Hand


def test_tab_goes_through_shadow_roots_and_frames_and_past_what_is_out_of_bounds(hand: Hand) -> None:
    hand.show(
        "<input id='a'><input id='p' type='password'><div id='h'></div><iframe id='f'></iframe><input id='z'>",
        """h.attachShadow({ mode: "open" }).innerHTML = "<input id='s'>";
        f.contentDocument.body.innerHTML = "<input id='i'>";""",
    )
    hand.agent.click("a")
    typed = []
    for sign in "si z".replace(" ", ""):
        hand.agent.press("Tab")
        typed.append(hand.agent.type(sign))
    inner = "[h.shadowRoot.firstChild.value, f.contentDocument.getElementById('i').value, z.value, p.value]"
    assert (typed, hand.get(inner)) == (["done"] * 3, ["s", "i", "z", ""])
    hand.agent.press("Tab", "Tab", mods="s")
    assert hand.get("document.activeElement.id") == "h"
    hand.get("p.focus()")
    assert hand.agent.type("x") == "password"
    assert hand.agent.press("Tab") == "done"
    assert hand.agent.type("t") == "done"
    assert hand.get("[h.shadowRoot.firstChild.value, p.value]") == ["t", ""]


def test_a_frame_that_is_written_in_takes_the_focus_and_lets_it_go(hand: Hand) -> None:
    hand.show(
        "<input id='a'><p id='n'>Nothing</p><iframe id='f'></iframe>",
        """f.contentDocument.body.innerHTML = "<p id='p'>Text</p>";
        f.contentDocument.body.contentEditable = "true";""",
    )
    hand.see("p")
    hand.agent.click("a")
    assert hand.agent.click("p") == "done"
    hand.agent.press("End")
    hand.agent.type("!")
    assert hand.get("[a.value, f.contentDocument.body.textContent]") == ["", "Text!"]
    hand.agent.click("n")
    assert hand.get("document.activeElement.localName") == "body"


def test_keys_scroll_by_what_is_in_view_of_what_they_scroll(hand: Hand) -> None:
    hand.show("<div id='l' tabindex='0' style='height:420px;overflow:auto'><p style='height:2000px'></p></div>")
    hand.agent.click("l")
    hand.agent.press("PageDown")
    assert hand.get("l.scrollTop") == 367


def test_escape_and_clicks_beside_close_what_lies_on_top(hand: Hand) -> None:
    hand.show(
        "<p id='t' style='margin:200px 0 0 300px'>Text</p><div id='o' popover>Menu</div>"
        "<dialog id='d'><button id='ok'>OK</button></dialog>",
        "o.showPopover()",
    )
    hand.agent.click("t")
    assert hand.get("o.matches(':popover-open')") is False
    hand.get("d.showModal()")
    hand.agent.press("Escape")
    assert hand.get("d.open") is False


def test_the_wheel_goes_on_outside_and_asks_the_page_first(hand: Hand) -> None:
    tall = "<p style='height:500px'></p>"
    hand.show(
        f"<div id='i' style='height:100px;overflow:auto'>{tall}</div><div id='n' style='height:100px'></div>"
        f"<div style='height:3000px'></div>",
        """n.addEventListener("wheel", (event) => {
          log.push(event.deltaY);
          event.preventDefault();
        }, { passive: false })""",
    )
    hand.agent.act("wheel", "i", dy=1000)
    inner = hand.get("[i.scrollTop > 0, scrollY]")
    hand.agent.act("wheel", "n", dy=7)
    hand.agent.act("wheel", "i", dy=30)
    assert (inner, hand.get("[log, scrollY]")) == ([True, 0], [[7], 30])
    hand.get("scrollTo(0, 0)")


def test_a_component_that_has_the_focus_itself_gets_the_keys(hand: Hand) -> None:
    hand.show(
        "<div id='h' tabindex='0'></div><input id='z'>",
        """h.attachShadow({ mode: "open" }).innerHTML = "<p>Slider</p>";
        h.addEventListener("keydown", ({ key }) => log.push(key));""",
    )
    hand.agent.click("h")
    hand.agent.press("ArrowRight", "Tab")
    assert (hand.get("log"), hand.get("document.activeElement.id")) == (["ArrowRight", "Tab"], "z")


# A window that the customer is not in: the focus moves, and nobody is told. No browser without a screen can be that.
SILENT = """() => {
  window.silence = new AbortController();
  document.hasFocus = () => false;
  for (const type of ["focus", "focusin", "blur", "focusout", "change"]) {
    addEventListener(type, (event) => event.isTrusted && event.stopImmediatePropagation(),
      { capture: true, signal: silence.signal });
  }
}"""


@contextmanager
def unfocused(page: Page) -> Iterator[None]:
    """The customer looks elsewhere."""
    page.evaluate(SILENT)
    yield
    page.evaluate("() => { silence.abort(); delete document.hasFocus; }")


def test_a_page_hears_of_the_focus_in_a_window_that_has_none(hand: Hand) -> None:
    hand.show(
        "<input id='a'><input id='b'><p id='p'>Text</p>",
        """heard("a", "focus", "input", "change", "blur"); heard("b", "focus", "blur", "change");
        a.addEventListener("input", () => a.value.length > 1 && b.focus());""",
    )
    with unfocused(hand.page):
        hand.agent.click("a")
        hand.agent.type("xy")
        assert hand.get("log.splice(0)") == ["focus", "input", "input", "change", "blur", "focus"]
        hand.agent.type("z")
        hand.agent.press("Enter")
        hand.agent.click("p")
        assert hand.get("log") == ["change", "blur"]


def test_closed_roots_are_seen_acted_in_and_masked(hand: Hand) -> None:
    hand.show(
        "<div id='h'><u id='l'>Slotted</u></div><input id='z'>",
        """window.root = h.attachShadow({ mode: "closed" });
        root.innerHTML = `<input id='s'><input id='k' type='password' value='SEKRET-1234'>
          <button id='w'>Go</button><slot></slot><div id='deep'></div>`;
        const deeper = root.getElementById("deep").attachShadow({ mode: "closed" });
        deeper.innerHTML = "<input id='d'>";
        root.getElementById("w").addEventListener("click", () => log.push("go"));
        root.querySelector("slot").addEventListener("click", () => log.push("slot"));""",
    )
    assert hand.agent.click("s") == "done"
    hand.agent.type("x")
    assert hand.agent.click("k") == "password"
    hand.agent.press("Tab", " ")
    hand.agent.click("l")
    assert hand.get("[root.getElementById('s').value, log]") == ["x", ["go", "slot"]]
    hand.agent.click("d")
    assert hand.agent.type("y") == "done"
    node = hand.agent.inbox.node("d")
    hand.agent.until("attention", focus=node, caret=[1, 1])
    hand.page.evaluate("() => { root.getElementById('k').value = 'SEKRET-4321'; }")
    hand.page.evaluate("() => { root.append(Object.assign(document.createElement('i'), { id: 'late' })); }")
    hand.agent.wait(lambda: any(each.get("attributes", {}).get("id") == "late" for each in hand.agent.inbox.nodes()))
    assert "SEKRET" not in hand.agent.inbox.text


def test_what_listens_for_closed_roots_goes_with_the_session(browser: Browser, stage: Stage) -> None:
    with browser.new_context(locale="en-US") as context:
        context.add_init_script("window.native = Element.prototype.attachShadow;")
        shopper = customer(context, stage, "/hand.html")
        page = shopper.page
        # What is there before the script is Playwright's own hook for the tests, set after `native`.
        assert page.evaluate("() => document.createElement('p').attachShadow({ mode: 'closed' }).mode") == "closed"
        for hook in ("Element.prototype.attachShadow", "function (options) { return own.call(this, options); }"):
            page.evaluate(
                f"() => {{ const own = Element.prototype.attachShadow; window.hook = {hook};"
                " Element.prototype.attachShadow = window.hook; }"
            )
            agent = stage.agent(path="/hand.html")
            shopper.join(agent)
            page.evaluate("() => window.tandem.end()")
            agent.away()
            same = page.evaluate("() => Element.prototype.attachShadow === window.hook")
            assert same is hook.startswith("function")


def test_keys_scroll_what_was_pressed_or_has_the_focus(hand: Hand) -> None:
    tall = "<p id='{}' style='height:900px;margin:0'>Text</p>"
    hand.show(
        f"<div id='i' style='height:200px;overflow:auto'>{tall.format('t')}</div>"
        f"<div id='s' tabindex='0' style='height:200px;overflow:auto'>{tall.format('u')}</div>{tall.format('v')}"
    )
    hand.agent.click("t", at=[5, 5, 100, 900])
    hand.agent.press("PageDown")
    hand.agent.press("ArrowUp")
    hand.agent.click("u", at=[5, 5, 100, 900])
    hand.agent.press(" ")
    assert hand.get("[i.scrollTop, s.scrollTop, scrollY]") == [135, 175, 0]
    hand.agent.press("End")
    assert hand.get("[s.scrollTop, scrollY]") == [700, 0]


def test_dialogs_close_as_they_say(hand: Hand) -> None:
    hand.show(
        "<dialog id='d' closedby='any'><button id='in'>In</button></dialog>"
        "<dialog id='n' closedby='none'><button id='ok'>OK</button></dialog>",
        "d.showModal()",
    )
    hand.agent.click("in")
    assert hand.get("d.open")
    hand.agent.click("d", at=[-20, -20, 100, 50])
    assert hand.get("d.open") is False
    hand.get("n.showModal()")
    hand.agent.press("Escape")
    hand.agent.click("n", at=[-20, -20, 100, 50])
    assert hand.get("n.open") is True


def test_what_lies_in_a_padded_and_scaled_frame_is_hit(hand: Hand) -> None:
    hand.show(
        "<iframe id='f' style='padding:40px;border:10px solid;transform:scale(.5);transform-origin:0 0'></iframe>",
        """f.contentDocument.addEventListener("wheel", ({ clientX, clientY }) => log.push(clientX, clientY));""",
    )
    at = hand.get("[f.getBoundingClientRect().left + 45, f.getBoundingClientRect().top + 35]")
    hand.agent.act("wheel", x=at[0], y=at[1], dy=1)
    assert hand.get("log") == [40, 20]


def test_what_lies_beneath_the_banner_is_pressed_as_the_agent_sees_it(hand: Hand) -> None:
    hand.show(
        "<button id='b' style='position:fixed;inset:0;width:100%;height:100%'>Buy</button>", "heard('b', 'click')"
    )
    banner = "document.querySelector('[data-tandem-ui]').shadowRoot.querySelector('.banner').getBoundingClientRect()"
    place = hand.get(f"[{banner}.left + 9, {banner}.top + 9, b.offsetWidth, b.offsetHeight]")
    assert hand.agent.click("b", at=place) == "done"
    assert hand.get("log") == ["click"]


NAMED = """const all = new Set();
for (let owner = HTMLFormElement.prototype; owner !== Object.prototype; owner = Object.getPrototypeOf(owner)) {
  for (const name of Object.getOwnPropertyNames(owner)) if (/^[a-z]/.test(name)) all.add(name);
}
for (const form of [f, g]) {
  form.addEventListener("submit", (event) => (event.preventDefault(), log.push(event.target === form ? "submit" : "")));
  for (const name of all) {
    HTMLElement.prototype.append.call(form, Object.assign(document.createElement("input"), { type: "hidden", name }));
  }
}"""


@pytest.mark.full
def test_fields_may_be_called_as_what_browsers_have(hand: Hand) -> None:
    hand.show(
        "<style>form:hover b { color: rgb(1, 2, 3) }</style><form id='f'><b id='b'>Text</b><input id='a'><input id='c'>"
        "<p id='e' contenteditable>one</p><button id='s'>Send</button></form><form id='g'><input id='d'></form>",
        NAMED,
    )
    assert hand.agent.click("b") == "done"
    assert hand.get("getComputedStyle(b).color") == "rgb(1, 2, 3)"
    assert hand.agent.click("a") == "done"
    hand.agent.type("x")
    hand.agent.press("Tab", "y", "Enter", "Tab")
    hand.agent.press("End", "z")
    hand.agent.click("d")
    hand.agent.press("w", "Enter")
    assert hand.get("[a.value, c.value, e.textContent, d.value, ...log]") == ["x", "y", "onez", "w", "submit", "submit"]
    hand.agent.press("Tab", "Tab", mods="s")
    assert hand.get("document.activeElement.id") == "e"
    hand.show("<p>The form has gone</p>")


@pytest.mark.full
def test_a_form_of_such_fields_has_the_focus_and_closes_as_any_other(hand: Hand) -> None:
    hand.show(
        "<p id='n'>Nothing</p><form id='f' tabindex='0'><b id='b'>Text</b></form>"
        "<form id='g' popover style='inset:auto 0 0 auto'><b>More</b></form>"
        "<svg id='v' tabindex='0' width='50' height='50'><rect id='r' width='50' height='50'/></svg>",
        NAMED,
    )
    assert hand.agent.click("b") == "done"
    assert hand.get("document.activeElement === f")
    assert hand.agent.click("r") == "done"
    assert hand.get("document.activeElement.id") == "v"
    hand.agent.press("Tab", mods="s")
    assert hand.get("document.activeElement === f")
    assert hand.agent.click("n") == "done"
    assert hand.get("document.activeElement === document.body")
    for close, how in ((hand.agent.press, "Escape"), (hand.agent.click, "n")):
        hand.get("HTMLElement.prototype.showPopover.call(g)")
        assert close(how) == "done"
        assert not hand.get("Element.prototype.matches.call(g, ':popover-open')")
