"""Fluent's web components."""

from web.steps import click, keys, step, write

STEPS = [
    step("text input (shadow)", click("#name"), write("Ada"), state="$('#name').value"),
    step("text area", click("#notes"), write("Hello"), state="$('#notes').value"),
    step("checkbox", click("#agree"), state="$('#agree').checked"),
    step("switch", click("#wifi"), state="$('#wifi').checked"),
    step("drop-down: choose", click("#fruit"), click("#pear"), state="$('#fruit').value"),
    step("drop-down: keys", click("#fruit"), keys("ArrowUp", "Enter"), state="$('#fruit').value"),
    step("radio", click("#second"), state="$('#radios').value"),
    step("slider: click 80 %", click("#slider", (0.8, 0.5)), state="$('#slider').value"),
    step("slider: ArrowRight", keys("ArrowRight"), state="$('#slider').value"),
    step("submit", click("#submit"), state="state.sent"),
    step("dialog: open, yes", click("#open"), click("#yes"), state="state.yes"),
    step("menu (popover): item", click("#menu-button"), click("#rename"), state="state.menu"),
    step("tab", click("#tab-two"), state="$('#tabs').activeid"),
    step("accordion", click("#accordion-item", (0.5, 0.5)), state="$('#accordion-item').expanded"),
    step("Tab between fields", click("#name"), keys("Tab"), state="document.activeElement.id"),
    step("Tab, and type there", click("#name"), keys("Tab", "End"), write("!"), state="$('#notes').value"),
]
