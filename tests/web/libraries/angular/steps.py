"""Angular Material and its CDK."""

from web.steps import click, drag, keys, step, write

STEPS = [
    step("input", click("#name"), write("Ada"), state="state.name"),
    step("reactive form: required on leaving", click("#mail"), keys("Tab"), state="state.error"),
    step("reactive form: the error goes", click("#mail"), write("a@b.c"), keys("Tab"), state="state.error"),
    step("text area: Enter", click("#notes"), write("one"), keys("Enter"), write("two"), state="state.notes"),
    step("checkbox", click("#agree-input"), state="state.agree"),
    step("slide toggle", click("#wifi-button"), state="state.wifi"),
    step("radio", click("#red-input"), state="state.color"),
    step("button toggle", click("#right-button"), state="state.align"),
    step("mat-select: click", click("#select"), click("mat-option >> nth=1"), state="state.vehicle"),
    step("mat-select: keys", click("#select"), keys("ArrowDown", "Enter"), state="state.vehicle"),
    step("autocomplete: click", click("#city"), write("B"), click("mat-option >> nth=0"), state="state.city"),
    step(
        "autocomplete: keys",
        click("#city"),
        keys("Control+a"),
        write("A"),
        keys("ArrowDown", "Enter"),
        state="state.city",
    ),
    step("mat-slider: click 80 %", click("#slider", (0.8, 0.5)), state="state.level"),
    step("mat-slider: drag to 20 %", drag("#slider", "#slider", start=(0.8, 0.5), end=(0.2, 0.5)), state="state.level"),
    step("date: type", click("#date"), write("4/5/2026"), keys("Tab"), state="state.date"),
    step("menu: item", click("#menu"), click("#rename"), state="state.menu"),
    step("dialog: open", click("#dialog"), state="state.dialog"),
    step("dialog: Escape", keys("Escape"), state="state.dialog"),
    step("tabs", click(".mat-mdc-tab >> nth=1"), state="state.tab"),
    step("expansion panel", click("mat-expansion-panel-header"), state="state.panel"),
    step("chip: remove", click("#chips button[matChipRemove], #chips .remove"), state="state.chips"),
    step("stepper: next", click("#next"), state="state.step"),
    step("paginator: next", click(".mat-mdc-paginator-navigation-next"), state="state.page"),
    step(
        "CDK: drag item 1 below 3",
        drag("#items div >> nth=0", "#items div >> nth=2", end=(0.5, 0.9)),
        state="state.items",
    ),
]
