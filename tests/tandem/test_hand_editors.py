"""What the agent's hand tells pages that do what browsers do by themselves: editors, boards, drawings, maps."""

from __future__ import annotations

import pytest

from customers import wait_for_turn
from hands import *  # noqa: F403 - its fixtures
from hands import Hand

pytestmark = pytest.mark.full

HEARD = """for (const type of ["beforeinput", "input"]) e.addEventListener(type, (event) => {
  const ranges = event.getTargetRanges().map(({ startOffset, endOffset }) => `${startOffset}-${endOffset}`);
  const { inputType, data, dataTransfer } = event;
  log.push([inputType, data ?? dataTransfer?.getData("text/plain"), ...ranges].filter(Boolean).join(" "));
});"""


def test_editors_are_told_what_a_change_is_about(hand: Hand) -> None:
    hand.show("<div id='e' contenteditable='true'><p id='p'>one two</p></div>", HEARD)
    hand.agent.click("p")
    hand.agent.press("End", "x", "Backspace")
    assert hand.get("log.splice(0)") == [
        *("insertText x 7-7", "insertText x"),
        *("deleteContentBackward 7-8", "deleteContentBackward"),
    ]
    hand.agent.press("Backspace", mods="c")
    hand.agent.press("ArrowLeft", mods="s")
    hand.agent.press("y")
    assert hand.get("log.splice(0)") == [
        *("deleteWordBackward 4-7", "deleteWordBackward"),
        *("insertText y 3-4", "insertText y"),
    ]
    assert hand.get("p.textContent") == "oney"
    hand.agent.act("paste", text="zz")
    hand.agent.press("b", mods="c")
    hand.agent.press("w")
    assert hand.get("log") == [
        *("insertFromPaste zz 4-4", "insertFromPaste zz"),
        *("formatBold 6-6", "insertText w 6-6", "insertText w"),
    ]
    assert hand.get("p.innerHTML") == "oneyzz<b>w</b>"


def test_what_is_pasted_is_undone_by_itself(hand: Hand) -> None:
    hand.show("<div id='e' contenteditable='true'><p id='p'>one</p></div><input id='i'>")
    for node, text in (("p", "p.textContent"), ("i", "i.value")):
        hand.agent.click(node)
        hand.agent.press("End", "x")
        before = hand.get(text)
        hand.agent.act("paste", text="zz")
        hand.agent.press("y")
        assert hand.get(text) == f"{before}zzy"
        hand.agent.press("z", "z", mods="c")
        assert hand.get(text) == before


def test_an_editor_may_do_all_by_itself(hand: Hand) -> None:
    hand.show(
        "<div id='e' contenteditable='true'><p id='p'>one two</p></div>",
        """e.addEventListener("beforeinput", (event) => {
          const [{ startContainer, startOffset, endContainer, endOffset }] = event.getTargetRanges();
          const range = document.createRange();
          range.setStart(startContainer, startOffset);
          range.setEnd(endContainer, endOffset);
          range.deleteContents();
          if (event.data) range.insertNode(new Text(event.data.toUpperCase()));
          range.collapse(false);
          getSelection().removeAllRanges();
          getSelection().addRange(range);
          event.preventDefault();
        });""",
    )
    hand.agent.click("p")
    hand.agent.press("End")
    hand.agent.press("Backspace", mods="c")
    hand.agent.type("six")
    assert hand.get("p.textContent") == "one SIX"


def test_an_editor_that_only_takes_text_gets_it(hand: Hand) -> None:
    hand.show(
        "<div id='e' tabindex='0' style='height:40px'></div>",
        """const context = (e.editContext = new EditContext({ text: "one two" }));
        context.updateSelection(7, 7);
        context.addEventListener("textupdate", ({ text, updateRangeStart, updateRangeEnd }) =>
          log.push(`${updateRangeStart}-${updateRangeEnd} ${text}`));
        e.addEventListener("beforeinput", ({ inputType }) => log.push(inputType));
        e.addEventListener("keydown", (event) => {
          if (event.key !== "z" || !event.ctrlKey) return;
          event.preventDefault();
          context.updateText(0, context.text.length, "one two");
        });""",
    )
    hand.agent.click("e")
    assert hand.agent.press("z", mods="c") == "undo"
    hand.agent.press("x", "Backspace", "Enter")
    hand.agent.press("Backspace", mods="c")
    assert hand.agent.act("paste", text="zz") == "done"
    assert hand.get("e.editContext.text") == "one zz"
    assert hand.get("log") == [
        *("insertText", "7-7 x", "deleteContentBackward", "7-8 ", "insertParagraph"),
        *("deleteWordBackward", "4-7 ", "insertFromPaste", "4-4 zz"),
    ]
    assert [hand.agent.press("z", mods="c") for _ in range(2)] == ["done", "undo"]
    assert hand.get("e.editContext.text") == "one two"
    hand.agent.press("y")
    hand.page.keyboard.press("Shift")  # the customer's: they may have changed it
    wait_for_turn(hand.page, hand.agent)
    hand.agent.click("e")
    assert hand.agent.press("z", mods="c") == "undo"
    hand.get("e.remove()")


def test_a_page_that_takes_the_space_bar_keeps_it(hand: Hand) -> None:
    hand.show(
        "<button id='a'>A</button><button id='b'>B</button>",
        """a.addEventListener("keydown", (event) => event.preventDefault());
        for (const each of [a, b]) each.addEventListener("click", () => log.push(each.id));""",
    )
    for name in "ab":
        hand.get(f"{name}.focus()")
        hand.agent.press(" ")
    assert hand.get("log") == ["b"]


def test_what_is_dragged_is_moved_or_copied_as_both_sides_say(hand: Hand) -> None:
    box = "style='width:50px;height:50px'"
    hand.show(
        f"<div id='a' draggable='true' {box}>a</div><div id='b' {box}>b</div><div id='c' {box}>c</div>",
        """a.addEventListener("dragstart", ({ dataTransfer }) => {
          dataTransfer.setData("text/plain", "it");
          dataTransfer.effectAllowed = "move";
        });
        for (const each of [b, c]) each.addEventListener("dragover", (event) => {
          event.preventDefault();
          log.push([event.dataTransfer.getData("text/plain"), event.dataTransfer.dropEffect].join());
          if (each === c) event.dataTransfer.dropEffect = "copy";
        });
        for (const each of [a, b, c]) for (const type of ["drop", "dragend"])
          each.addEventListener(type, ({ dataTransfer }) => log.push([type, dataTransfer.dropEffect].join()));""",
    )
    for target, told in (("b", ["drop,move", "dragend,move"]), ("c", ["dragend,none"])):
        for do, node in (("down", "a"), ("move", "a"), ("move", target), ("up", target)):
            x, y = hand.get(f"[{node}.getBoundingClientRect().x + 25, {node}.getBoundingClientRect().y + 25]")
            hand.agent.point(do, node, x=x + 9 * (do == "move"), y=y)
        log = hand.get("log.splice(0)")
        assert [each for each in log if not each.startswith(",")] == told
        assert set(log) - set(told) == {",move"}


def test_pointer_and_wheel_tell_what_drawings_and_maps_count(hand: Hand) -> None:
    hand.show(
        "<canvas id='k' width='300' height='200'></canvas>",
        """for (const type of ["pointerdown", "pointermove", "pointerup"]) k.addEventListener(type, (event) =>
          log.push([type, event.pressure, event.movementX, event.getCoalescedEvents().length].join(" ")));
        k.addEventListener("wheel", ({ wheelDelta }) => log.push(wheelDelta));""",
    )
    x, y = hand.get("[k.getBoundingClientRect().x + 20, k.getBoundingClientRect().y + 20]")
    hand.agent.act("move", "k", x=x, y=y, at=[20, 20, 300, 200])
    hand.get("void (log.length = 0)")
    hand.agent.point("down", "k", x=x, y=y, at=[20, 20, 300, 200])
    hand.agent.act("move", "k", x=x + 30, y=y)
    hand.agent.point("up", "k", x=x + 30, y=y)
    hand.agent.act("wheel", "k", dy=100)
    assert hand.get("log") == ["pointerdown 0.5 0 0", "pointermove 0.5 30 1", "pointerup 0 0 0", -120]


def test_a_page_may_keep_its_text_from_being_selected(hand: Hand) -> None:
    hand.show(
        "<p id='a'>First words</p><p id='b'>Other words</p>",
        "a.addEventListener('selectstart', (event) => event.preventDefault());",
    )
    hand.agent.click("b", count=2)
    assert hand.get("getSelection().toString().trim()") == "words"
    hand.agent.click("a", count=2)
    assert hand.get("getSelection().toString().trim()") == "words"


def test_what_an_editor_holds_is_not_marked_as_hovered(hand: Hand) -> None:
    hand.show(
        "<style>.off:not(:hover) { color: red } .b:not(.off, .x):hover { color: rgb(1, 2, 3) }</style>"
        "<div id='e' contenteditable='true'><p class='b' id='p'>one</p></div><b class='b' id='b'>Text</b>",
        """const made = e.innerHTML;
        const take = () => (log.push("taken"), (e.innerHTML = made));
        new MutationObserver(take).observe(e, { attributes: true, subtree: true });""",
    )
    assert hand.agent.act("move", "p") == "done"
    assert (hand.agent.click("p"), hand.agent.press("End", "x")) == ("done", "done")
    assert hand.get("[p.textContent, ...log]") == ["onex"]
    hand.agent.act("move", "b")
    assert hand.get("getComputedStyle(b).color") == "rgb(1, 2, 3)"
