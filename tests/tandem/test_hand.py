"""What the agent's hand does to elements of a page: what the customer's own would have done, and nothing else."""

from __future__ import annotations

import pytest

from customers import wait_for_turn
from hands import *  # noqa: F403 - its fixtures
from hands import Hand


def test_text_goes_where_the_caret_is(hand: Hand) -> None:
    hand.show("<input id='a' value='Main Street 1'><textarea id='t'>Dear team</textarea>")
    assert hand.agent.click("a") == "done"
    hand.agent.press("End")
    hand.agent.type("b")
    hand.agent.press("Home", "ArrowRight")
    hand.agent.type("x")
    assert hand.value("a") == "Mxain Street 1b"
    hand.agent.click("t")
    hand.agent.press("End", mods="c")
    hand.agent.press("Enter")
    hand.agent.type("a")
    hand.agent.press("Backspace", mods="c")
    hand.agent.type("?")
    assert hand.value("t") == "Dear team\n?"
    hand.agent.press("a", mods="c")
    hand.agent.type("new")
    assert hand.value("t") == "new"


def test_text_goes_where_the_caret_is_in_fields_that_do_not_tell_it(hand: Hand) -> None:
    hand.show(
        "<input id='n' type='number' value='12'><input id='e' type='email' value='ada@x.de' maxlength='12'>"
        "<input id='z'>",
        """for (const type of ["beforeinput", "input", "select", "change"])
          n.addEventListener(type, (event) => log.push([type, event.inputType, event.data].join(" ").trim()));""",
    )
    hand.agent.click("n")
    hand.agent.press("End", "3")
    assert hand.value("n") == "123"
    hand.agent.press("Home", "ArrowRight", "Delete", "-", "Backspace", "0", ".")
    hand.agent.press("Backspace", "Backspace", "End", ".", "5", "Backspace", "7")
    assert hand.value("n") == "13.7"
    hand.agent.press("Tab")
    hand.agent.press("ArrowRight", *"abc", "ArrowLeft", "ArrowLeft", *"xyz")
    assert hand.value("e") == "ada@x.deaxbc"
    hand.agent.press("Home", "ArrowRight")
    hand.agent.press("ArrowRight", "End", mods="s")
    hand.agent.press("d", "@", "b")
    hand.agent.press("Backspace", "Tab")
    assert hand.value("e") == "ad@"
    log = hand.get("log")
    assert log[:3] == ["beforeinput insertText 3", "input insertText 3", "beforeinput deleteContentForward"]
    assert (log.count("change"), log.count("select")) == (1, 0)


def test_formatters_lengths_and_numbers_in_the_making_are_left_alone(hand: Hand) -> None:
    hand.show(
        "<input id='money'><input id='short' maxlength='3'><input id='n' type='number' step='0.5'>",
        """money.addEventListener("input", () => {
          money.value = Number(money.value.replace(/\\D/g, "")).toLocaleString("en-US");
        });""",
    )
    hand.agent.click("money")
    hand.agent.type("1234567")
    hand.agent.click("short")
    hand.agent.type("abcd")
    hand.agent.click("n")
    hand.agent.type("-1.5")
    assert [hand.value(name) for name in ("money", "short", "n")] == ["1,234,567", "abc", "-1.5"]
    hand.agent.press("ArrowUp")
    assert hand.value("n") == "-1"


def test_change_comes_once_when_a_field_is_left_or_entered(hand: Hand) -> None:
    hand.show(
        "<form id='f'><input id='a'><input id='b'></form>",
        """heard("a", "beforeinput", "input", "change", "blur"); heard("f", "submit");
        f.addEventListener("submit", (event) => event.preventDefault());""",
    )
    hand.agent.click("a")
    hand.agent.type("x")
    hand.agent.press("Tab")
    assert hand.get("log") == ["beforeinput", "input", "change", "blur"]
    assert hand.get("document.activeElement.id") == "b"
    hand.get("void (log.length = 0, f.append(Object.assign(document.createElement('button'), {})))")
    hand.agent.press("Tab", mods="s")
    hand.agent.press("End")
    hand.agent.type("y")
    hand.agent.press("Enter")
    assert hand.get("log") == ["beforeinput", "input", "beforeinput", "change", "submit"]
    hand.agent.press("Tab")
    assert hand.get("log").count("change") == 1


def test_a_page_can_prevent_keys_text_and_presses(hand: Hand) -> None:
    hand.show(
        "<input id='a'><input id='b'><button id='c'>Bold</button>",
        """a.addEventListener("keydown", (event) => event.key === "x" && event.preventDefault());
        a.addEventListener("beforeinput", (event) => event.data === "y" && event.preventDefault());
        c.addEventListener("mousedown", (event) => event.preventDefault()); heard("c", "click");
        a.addEventListener("keydown", ({ key, code, keyCode, which }) => log.push(key, code, keyCode, which));""",
    )
    hand.agent.click("a")
    hand.agent.type("xyz")
    assert hand.value("a") == "z"
    assert hand.get("log.slice(-4)") == ["z", "KeyZ", 90, 90]
    hand.agent.click("c")
    assert (hand.get("log.at(-1)"), hand.get("document.activeElement.id")) == ("click", "a")


def test_the_mouse_sends_what_a_mouse_sends_at_the_point_where_it_is(hand: Hand) -> None:
    hand.show(
        "<div id='m' style='width:300px;height:100px'></div>",
        """for (const type of ["pointerdown", "mousedown", "pointerup", "mouseup", "click", "dblclick"])
          m.addEventListener(type, ({ offsetX, offsetY, buttons, shiftKey }) =>
            log.push([type, offsetX, offsetY, buttons, shiftKey]));
        heard("m", "pointerover", "pointerenter", "mouseover", "mouseenter", "contextmenu");""",
    )
    at = [280, 20, 300, 100]
    assert hand.agent.click("m", count=2, at=at, mods="s") == "done"
    press = [
        [kind, 280, 20, buttons, True]
        for kind, buttons in (("pointerdown", 1), ("mousedown", 1), ("pointerup", 0), ("mouseup", 0), ("click", 0))
    ]
    entered = ["pointerover", "pointerenter", "mouseover", "mouseenter"]
    assert hand.get("log") == [*entered, *press, *press, ["dblclick", 280, 20, 0, True]]
    hand.agent.act("down", "m", button=2, count=1)
    assert hand.get("log.includes('contextmenu') !== navigator.platform.startsWith('Win')")
    hand.agent.act("up", "m", button=2, count=1)
    assert hand.get("log.filter((each) => each === 'contextmenu').length") == 1


def test_what_is_dragged_follows_the_pointer_even_if_it_captures_it(hand: Hand) -> None:
    hand.show(
        "<div id='k' style='position:absolute;left:10px;top:10px;width:20px;height:20px'></div>",
        """k.addEventListener("pointerdown", (event) => { k.setPointerCapture(event.pointerId); });
        k.addEventListener("pointermove", (event) => {
          if (k.hasPointerCapture(event.pointerId)) k.style.left = `${event.clientX - 10}px`;
        });
        heard("k", "gotpointercapture", "lostpointercapture");""",
    )
    native = hand.get("Element.prototype.setPointerCapture.toString()")
    hand.agent.point("down", "k", x=20, y=20)
    for x in (60, 100, 140):
        hand.agent.act("move", "k", x=x, y=20)
    hand.agent.point("up", "k", x=140, y=20)
    assert hand.get("k.style.left") == "130px"
    assert hand.get("log") == ["gotpointercapture", "lostpointercapture"]
    assert hand.get("Element.prototype.setPointerCapture.toString()") == native


def test_html5_drag_and_drop_brings_its_data(hand: Hand) -> None:
    box = "style='width:50px;height:50px'"
    hand.show(
        f"<div id='a' draggable='true' {box}>a</div><div id='b' {box}>b</div>",
        """a.addEventListener("dragstart", (event) => event.dataTransfer.setData("text/plain", "it"));
        b.addEventListener("dragover", (event) => { event.preventDefault(); window.overs = (window.overs ?? 0) + 1; });
        b.addEventListener("drop", (event) => log.push(event.dataTransfer.getData("text/plain")));
        heard("a", "dragend");""",
    )
    box_b = hand.get("[b.getBoundingClientRect().x + 20, b.getBoundingClientRect().y + 20]")
    box_a = hand.get("[a.getBoundingClientRect().x + 25, a.getBoundingClientRect().y + 25]")
    hand.agent.point("down", "a", x=box_a[0], y=box_a[1])
    hand.agent.act("move", "a", x=box_a[0] + 10, y=box_a[1])
    hand.agent.act("move", "b", x=box_b[0], y=box_b[1])
    hand.page.wait_for_function("() => window.overs > 2")  # while it is held there
    hand.agent.point("up", "b", x=box_b[0], y=box_b[1])
    assert hand.get("log") == ["it", "dragend"]


def test_native_widgets_take_keys_and_clicks(hand: Hand) -> None:
    hand.show(
        "<input id='d' type='date'><input id='t' type='time'><input id='r' type='range' style='width:216px'>"
        "<select id='s'><option>One<option>Two<option>Three</select>"
        "<select id='m' multiple size='3'><option id='o1'>A<option id='o2' selected>B<option id='o3'>C</select>"
        "<input type='radio' name='x' id='x1' checked><input type='radio' name='x' id='x2'><input id='c' type='color'>"
    )
    hand.agent.click("d")
    hand.agent.type("05172031")
    hand.agent.click("t")
    hand.agent.type("0830p")
    hand.agent.click("r", at=[8 + 0.75 * 200, 8, 216, 16])
    assert [hand.value(name) for name in "dtr"] == ["2031-05-17", "20:30", "75"]
    hand.agent.press("ArrowLeft", "ArrowLeft")
    assert hand.value("r") == "73"
    hand.get("s.focus()")
    hand.agent.press("ArrowDown")
    assert hand.value("s") == "Two"
    hand.agent.type("th")
    assert hand.value("s") == "Three"
    hand.agent.click("o1")
    hand.agent.click("o3", mods="c")
    assert hand.get("[...m.selectedOptions].map(({ text }) => text)") == ["A", "C"]
    hand.agent.click("x1")
    hand.agent.press("ArrowDown")
    assert hand.get("[x2.checked, document.activeElement.id]") == [True, "x2"]
    assert hand.agent.act("choose", "c", values=["#00ff80"]) == "done"
    assert hand.agent.act("choose", "c", values=["green"]) == "invalid"
    assert hand.value("c") == "#00ff80"


def test_rich_text_keeps_its_structure(hand: Hand) -> None:
    hand.show("<div id='e' contenteditable><p>Dear <b>Ada</b></p><ul><li id='li'>one</li></ul></div>")
    hand.agent.click("li")
    hand.agent.press("End")
    hand.agent.type("!")
    hand.agent.press("Enter")
    hand.agent.type("two")
    assert hand.get("[...e.querySelectorAll('b, li')].map((each) => each.textContent)") == ["Ada", "one!", "two"]


def test_undo_ends_at_what_the_agent_changed_first(hand: Hand) -> None:
    hand.show("<input id='a'>")
    hand.page.locator("#a").press_sequentially("mine")
    wait_for_turn(hand.page, hand.agent)
    assert hand.agent.press("z", mods="c") == "customer_input"
    hand.agent.click("a")
    assert hand.agent.press("z", mods="c") == "undo"
    hand.agent.press("End")
    hand.agent.type(" and yours")
    while hand.agent.press("z", mods="c") == "done":
        pass
    assert hand.value("a") == "mine"


def test_what_the_page_makes_of_a_key_is_the_agents_to_undo(hand: Hand) -> None:
    hand.show(
        "<div id='e' contenteditable>text</div>",
        """const texts = { Enter: "TEXT", z: "text" };
        e.addEventListener("keydown", (event) => {
          if (!(event.key in texts)) return;
          event.preventDefault();
          e.textContent = texts[event.key];
        });""",
    )
    hand.agent.click("e")
    assert hand.agent.press("z", mods="c") == "undo"
    hand.agent.press("Enter")
    assert hand.get("e.textContent") == "TEXT"
    assert [hand.agent.press("z", mods="c") for _ in range(2)] == ["done", "undo"]
    assert hand.get("e.textContent") == "text"


def test_the_customers_own_input_comes_first(hand: Hand) -> None:
    hand.show("<input id='a'><input id='b'>")
    hand.page.locator("#a").press_sequentially("Jo")
    assert hand.agent.point("down", "b") == "customer_input"
    assert hand.agent.press("x") == "customer_input"
    wait_for_turn(hand.page, hand.agent)
    assert hand.agent.press("x") == "customer_input"  # it would end up in what the customer is writing
    assert hand.agent.click("b") == "done"
    assert hand.agent.type("agent") == "done"
    hand.page.keyboard.type("e")
    assert (hand.value("a"), hand.value("b")) == ("Joe", "agent")
    wait_for_turn(hand.page, hand.agent)


def test_what_a_user_could_not_do_is_refused(hand: Hand) -> None:
    hand.show(
        "<div style='position:relative;width:100px'><button id='below'>Below</button>"
        "<div style='position:absolute;inset:0'></div></div><button id='off' disabled>Off</button>"
        "<a id='tab' href='https://example.com' target='_blank'>New tab</a><input id='a' value='x'>"
    )
    assert hand.agent.click("below") == "moved"
    assert hand.agent.click("off") == "disabled"
    hand.page.wait_for_function("() => !navigator.userActivation.isActive")
    assert hand.agent.click("tab") == "native"
    hand.agent.click("a")
    assert hand.agent.press("x", mods="c") == "clipboard"
    assert hand.value("a") == "x"


def test_what_would_open_another_window_is_refused_whatever_says_so_and_presses_it(hand: Hand) -> None:
    hand.show(
        "<base target='_blank'><a id='link' href='https://example.com'>New tab</a>"
        "<a id='own' href='#' target='_self'>Here</a>"
        "<form id='f' target='_blank'><input id='a'><button id='s'>Send</button></form>"
        "<form><input id='c'><button id='t' formtarget='_blank'>Send</button>"
        "<button id='n' type='button'>No</button></form>"
        "<form method='dialog'><button id='d'>Close</button></form>",
        """for (const form of document.forms) {
          form.addEventListener("submit", (event) => (event.preventDefault(), log.push(event.submitter.id)));
        }""",
    )
    hand.page.wait_for_function("() => !navigator.userActivation.isActive")
    assert [hand.agent.click(name) for name in ("link", "s", "t")] == ["native"] * 3
    keys = {"link": ["Enter"], "own": [], "a": ["Enter"], "s": ["Enter", " "], "c": ["Enter"]}
    for name, pressed in keys.items():  # in the order of Tab: what a test has the page do counts as the customer's
        hand.agent.press("Tab")
        assert (name, [hand.agent.press(key) for key in pressed]) == (name, ["native" for _ in pressed])
    assert hand.get("log") == []
    assert [hand.agent.click(name) for name in ("n", "d", "own")] == ["done"] * 3
    assert hand.get("log") == ["d"]


def test_what_is_typed_after_a_press_in_vain_goes_nowhere(hand: Hand) -> None:
    hand.show("<input id='a'><input id='b'><input id='otp' autocomplete='one-time-code'>")
    hand.agent.click("a")
    assert hand.agent.point("down", "otp") == "password"
    assert (hand.agent.type("1"), hand.agent.act("paste", text="2")) == ("password", "password")
    assert hand.agent.press("Tab") == "done"
    hand.agent.type("b")
    assert hand.agent.point("down", "otp") == "password"
    hand.get("a.focus()")
    hand.agent.type("a")
    assert [hand.value(name) for name in ("a", "b", "otp")] == ["a", "b", ""]


def test_styles_of_hover_show_and_go(hand: Hand) -> None:
    hand.show(
        "<style>#n:hover > #s { display: block } #s { display: none }</style>"
        "<div id='n'>Menu<div id='s'>Sub</div></div><p id='p'>Text</p>"
    )
    shown = "getComputedStyle(s).display"
    hand.agent.act("move", "n")
    assert hand.get(shown) == "block"
    hand.agent.act("move", "p")
    assert hand.get(shown) == "none"


def test_the_agent_is_told_what_has_the_focus_and_where_the_caret_is(hand: Hand) -> None:
    hand.show("<input id='a' value='abc'>")
    hand.agent.inbox.control.clear()
    hand.agent.click("a")
    hand.agent.press("Home", "ArrowRight")
    node = hand.agent.inbox.node("a")
    assert hand.agent.until("attention", focus=node, caret=[1, 1])["ring"]


def test_the_buttons_of_numbers_step(hand: Hand) -> None:
    field = "type='number' value='5' style='width:150px;height:22px;box-sizing:border-box'"
    hand.show(
        f"<style>.off::-webkit-inner-spin-button {{ appearance: none }}</style><input id='n' {field}>"
        f"<input id='o' class='off' {field}><input id='r' readonly {field}>",
        'heard("n", "input", "change");',
    )
    for name in "nor":
        hand.agent.click(name, at=[140, 5, 150, 22])
    assert [hand.value(name) for name in "nor"] == ["6", "5", "5"]
    hand.agent.click("n", at=[140, 17, 150, 22])
    hand.agent.click("n", at=[20, 11, 150, 22])
    assert (hand.value("n"), hand.get("log")) == ("5", ["input", "change"] * 2)


def test_tab_goes_through_the_sections_of_a_date(hand: Hand) -> None:
    hand.show("<input id='d' type='date'><input id='z'>")
    hand.agent.click("d", at=[5, 10, 150, 21])
    hand.agent.press("Tab", *"17", *"2031")  # once a section is full, the next one has its turn
    hand.agent.press("Tab", "Tab", "z")
    hand.agent.press("Tab", mods="s")
    hand.agent.press("Tab", "Tab", "Tab", mods="s")
    hand.agent.type("05")
    assert [hand.value(name) for name in "dz"] == ["2031-05-17", "z"]


STEPPED = """heard("r", "input", "change");
r.addEventListener("input", () => r.dispatchEvent(new Event("change")));
window.made = 0;
class Own extends HTMLInputElement {
  constructor() {
    super();
    window.made += 1;
  }
}
customElements.get("x-own") ?? customElements.define("x-own", Own, { extends: "input" });"""


@pytest.mark.full
def test_a_page_hears_of_a_step_and_of_the_end_of_a_slide(hand: Hand) -> None:
    hand.show(
        "<input id='r' type='range' style='width:216px'><input id='n' type='number' step='ANY' value='0.5'>"
        "<input id='o' is='x-own' type='number' min='1' step='3' value='1'>",
        STEPPED,
    )
    at = [8 + 0.75 * 200, 8, 216, 16]
    assert hand.agent.click("r", at=at) == "done"
    assert hand.get("log.splice(0)") == ["input", "change", "change"]
    hand.agent.click("n")
    hand.agent.press("ArrowUp")
    hand.agent.click("o")
    hand.agent.press("ArrowUp", "ArrowUp")
    assert hand.get("[n.value, o.value, made]") == ["1.5", "7", 1]
    at[0] = 8 + 0.5 * 200
    assert hand.agent.point("down", "r", at=at) == "done"
    hand.get("log.splice(0)")
    hand.page.keyboard.press("Shift")  # the customer takes over
    wait_for_turn(hand.page, hand.agent)
    assert hand.get("log") == ["change"]
