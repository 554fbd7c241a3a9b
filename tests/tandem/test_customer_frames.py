"""Frames of other origins that the page and they themselves have named: mirrored, masked and acted in as one page."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Frame, expect

from cotab_kit.build.tandem import web_sources
from cotab_kit.layout import Workspace, kit_files
from cotab_kit.progress import Steps
from cotab_kit.tools.node import ensure_node
from customers import Agent, Customer, Stage, customer, wait_for_turn

FIRST = 10**8
COVER = """() => {
  const over = Object.assign(document.createElement("div"), { id: "over" });
  Object.assign(over.style, { position: "fixed", inset: "0" });
  document.body.append(over);
}"""

TOLD = """() => {
  window.told = [];
  for (const type of ["focusin", "focusout", "change", "click"]) {
    addEventListener(type, ({ target: { id } }) => window.told.push(`${type} ${id}`));
  }
}"""

SHY = """() => {
  const note = document.getElementById("note");
  note.focus();
  const takes = document.activeElement === note;
  note.blur();
  note.addEventListener("focus", () => note.blur());
  return takes;
}"""

FRAMED = "(src) => document.querySelector('main').append(Object.assign(document.createElement('iframe'), { src }))"


def _frame(shopper: Customer, name: str) -> Frame:
    frame = shopper.page.frame(url=f"**/{name}")
    assert frame
    return frame


def _place(shopper: Customer, node: str) -> dict[str, Any]:
    """Where the middle of what lies in the frame is in the page."""
    box = _frame(shopper, "inner.html").locator(f"#{node}").bounding_box()
    assert box
    return {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}


def test_a_frame_that_both_have_named_is_part_of_the_page(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    shopper = customer(context, stage, "/around.html")
    shopper.page.evaluate("() => window.tandem.open()")
    shopper.ui.get_by_label("PIN").fill(agent.pin)
    shopper.button("Continue").click()
    expect(shopper.ui.get_by_role("dialog")).to_contain_text(stage.other.removeprefix("http://"))
    shopper.button("Allow").click()
    agent.wait(lambda: "The till in the frame" in agent.inbox.text)
    assert "Jane" not in agent.inbox.text  # the page allows such, the frame does not
    assert "Said to somebody else" not in agent.inbox.text
    assert agent.inbox.node("inside") > FIRST
    holes = [each["data-tandem-hole"] for each in agent.inbox.changes("till") if "data-tandem-hole" in each]
    assert holes == [] or holes[-1] is None
    inner = _frame(shopper, "inner.html")
    assert inner.evaluate("() => window.heard") == 0
    frame = "() => getComputedStyle(document.getElementById('secret')).outlineStyle"
    assert inner.evaluate(frame) == "dashed"

    agent.send(t="ask", what="control")
    shopper.button("Allow acting").click()
    agent.until("control", allowed=True)
    wait_for_turn(shopper.page, agent)
    assert agent.click("inside", **_place(shopper, "inside")) == "done"
    expect(inner.locator("#said")).to_have_text("pressed ")
    assert agent.click("secret", **_place(shopper, "secret")) == "password"
    assert agent.click("note", **_place(shopper, "note")) == "done"
    assert agent.type("Hi") == "done"
    expect(inner.locator("#said")).to_have_text("wrote Hi")
    agent.wait(lambda: "wrote Hi" in agent.inbox.text)
    shopper.page.evaluate(COVER)
    assert agent.click("inside", **_place(shopper, "inside")) == "moved"
    shopper.page.evaluate("() => document.getElementById('over').remove()")

    agent.send(t="resync")
    before = agent.inbox.node("inside")
    events = len(agent.inbox.events)
    agent.wait(lambda: any(_attaches(each, "The till in the frame") for each in agent.inbox.events[events:]))
    assert agent.inbox.node("inside") == before
    inner.evaluate("() => location.reload()")
    agent.wait(lambda: agent.inbox.node("inside") > before + FIRST / 2)

    shopper.button("Stop").click()
    assert agent.until("ended")["reason"] == "customer"
    inner = _frame(shopper, "inner.html")
    inner.wait_for_function(f"() => ({frame})() === 'none'")
    assert inner.evaluate("() => localStorage.length") == 0


@pytest.mark.full
def test_keys_go_to_what_the_agent_went_to_in_a_frame(context: BrowserContext, stage: Stage, agent: Agent) -> None:
    shopper = customer(context, stage, "/around.html")
    shopper.join(agent)
    agent.wait(lambda: "The till in the frame" in agent.inbox.text)
    agent.send(t="ask", what="control")
    shopper.button("Allow acting").click()
    agent.until("control", allowed=True)
    wait_for_turn(shopper.page, agent)
    inner = _frame(shopper, "inner.html")
    inner.evaluate(TOLD)
    assert agent.click("note", **_place(shopper, "note")) == "done"
    assert agent.type("Hi") == "done"
    assert agent.press("Backspace", "o", "ArrowLeft", "ArrowLeft", "A") == "done"
    assert inner.evaluate("() => document.getElementById('note').value") == "AHo"
    assert agent.click("inside", **_place(shopper, "inside")) == "done"
    assert agent.press("Enter") == "done"
    expect(inner.locator("#said")).to_have_text("wrote AHopressed pressed ")
    told = ["focusin note", "click note", "change note", "focusout note", "focusin inside", "click inside"]
    assert inner.evaluate("() => window.told") == [*told, "click inside"]
    if inner.evaluate(SHY):  # in WebKit no script gives the focus, and the agent's keys have one of their own
        agent.click("note", **_place(shopper, "note"))
        agent.type("x")
        assert inner.evaluate("() => document.getElementById('note').value") == "AHo"
    shopper.page.evaluate(FRAMED, f"{stage.other}/inner.svg")
    agent.wait(lambda: "Drawn in the frame" in agent.inbox.text)


def _attaches(event: dict[str, Any], text: str) -> bool:
    return bool(event["data"].get("isAttachIframe")) and text in json.dumps(event)


NODE = {
    "type": 2,
    "id": FIRST + 2,
    "attributes": {"start": "3"},
    "childNodes": [{"id": FIRST + 3, "rootId": FIRST + 1}],
}


SAID: list[tuple[dict[str, Any], bool]] = [
    ({"type": 2, "data": {"node": NODE}}, True),
    ({"data": {"adds": [{"parentId": FIRST + 1, "nextId": None, "node": NODE}], "removes": [], "texts": []}}, True),
    ({"data": {"adds": [{"parentId": 7, "nextId": None, "node": NODE}]}}, False),
    ({"data": {"removes": [{"parentId": FIRST + 1, "id": 2 * FIRST + 1}]}}, False),
    ({"data": {"node": {"id": FIRST + 1, "childNodes": [{"id": 5}]}}}, False),
    ({"data": {"attributes": [{"id": 5, "attributes": {"class": "x"}}]}}, False),
    ({"data": {"id": FIRST + 1, "styleIds": [FIRST + 4, 3]}}, False),
    ({"data": {"positions": [{"x": 5, "y": 5, "id": FIRST + 1, "timeOffset": 0}]}}, True),
    ({"data": {"ranges": [{"start": FIRST + 1, "startOffset": 2, "end": 9, "endOffset": 3}]}}, False),
    ({"data": {"payload": {"nodes": [[FIRST + 1, {"scroll": [5, 6]}]], "top": [[FIRST + 2, "popover"]]}}}, True),
    ({"data": {"payload": {"nodes": [[5, {"checked": True}]]}}}, False),
    ({"data": {"payload": {"nodes": [[FIRST + 1, {"chosen": [5]}]]}}}, False),
    ({"data": {"payload": {"top": [[5, "modal"]]}}}, False),
    ({"t": "attention", "focus": 5}, False),
]


def test_a_frame_speaks_of_its_own_nodes_alone(pytestconfig: pytest.Config) -> None:
    node = ensure_node(Workspace(pytestconfig.rootpath), kit_files(), Steps.for_this_terminal(), dev=True)
    told = (web_sources() / "customer" / "foreign" / "told.js").as_uri()
    driver = pytestconfig.rootpath / "tests" / "tandem" / "foreign_driver.mjs"
    asked = "\n".join(json.dumps({"first": FIRST, "value": value}) for value, _ in SAID)
    command = [str(node.exe), "--no-warnings", str(driver), told]
    answers = subprocess.run(command, input=asked, capture_output=True, check=True, encoding="utf-8").stdout
    assert [json.loads(each) for each in answers.splitlines()] == [own for _, own in SAID]
