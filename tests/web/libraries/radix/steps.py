"""Radix."""

from web.steps import click, drag, hover, keys, step

STEPS = [
    step("select: click", click("#select"), click("text=Pear"), state="state.fruit"),
    step("select: keys", click("#select"), keys("ArrowUp", "Enter"), state="state.fruit"),
    step("menu: item", click("#menu"), click("text=Rename"), state="state.menu"),
    step("menu: keys", click("#menu"), keys("ArrowDown", "ArrowDown", "ArrowDown", "Enter"), state="state.menu"),
    step("context menu", click("#area", button="right"), click("text=Reload"), state="state.context"),
    step("dialog: open", click("#dialog"), state="state.dialog"),
    step("dialog: Escape", keys("Escape"), state="state.dialog"),
    step("checkbox", click("#checkbox"), state="state.agree"),
    step("switch", click("#switch"), state="state.on"),
    step("radio", click("#radio-b"), state="state.choice"),
    step("tabs", click("#tab-b"), state="state.tab"),
    step("accordion", click("#accordion-b"), state="state.panel"),
    step("popover: outside click closes", click("#popover"), click("#area"), state="[state.opened, state.popover]"),
    step("tooltip", hover("#tip"), state="state.tip"),
    step("slider: click", click("#slider", (0.9, 0.5)), state="state.level"),
    step("slider: drag", drag("#thumb", "#slider", end=(0.1, 0.5)), state="state.level"),
]
