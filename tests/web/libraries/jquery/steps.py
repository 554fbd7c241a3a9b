"""jQuery, jQuery UI and select2."""

from web.steps import click, drag, hover, keys, step, write

STEPS = [
    step("delegated click", click("#row-2 button"), state="state.row"),
    step("change on leaving", click("#name"), write("Ada"), keys("Tab"), state="state.name"),
    step("keyup: which", click("#keys"), keys("ArrowDown"), state="state.which"),
    step("serialized form", click("#send"), state="state.sent"),
    step("mouseenter, mouseleave", hover("#hover"), hover("#keys"), state="state.hover"),
    step(
        "autocomplete: click",
        click("#language"),
        write("ja"),
        click(".ui-autocomplete .ui-menu-item >> nth=0"),
        state="state.language",
    ),
    step(
        "autocomplete: ArrowDown, Enter",
        click("#language"),
        keys("Control+a"),
        write("py"),
        keys("ArrowDown", "Enter"),
        state="state.language",
    ),
    step(
        "select2: click", click("#states + .select2"), click(".select2-results__option >> nth=1"), state="state.state"
    ),
    step("select2: search, Enter", click("#states + .select2"), write("tex"), keys("Enter"), state="state.state"),
    step(
        "select2: several",
        click("#several + .select2"),
        click(".select2-results__option >> nth=1"),
        state="state.several",
    ),
    step(
        "select2: remove one",
        click("#several + .select2 .select2-selection__choice__remove >> nth=0"),
        keys("Escape"),
        state="state.several",
    ),
    step("date picker: a day", click("#date"), click(".ui-datepicker-calendar a >> text=/^20$/"), state="state.date"),
    step(
        "date picker: next month, a day",
        click("#date"),
        click(".ui-datepicker-next"),
        click(".ui-datepicker-calendar a >> text=/^5$/"),
        state="state.date",
    ),
    step("slider: click 70 %", click("#slider", (0.7, 0.5)), state="state.level"),
    step("slider: drag", drag("#slider .ui-slider-handle", "#slider", end=(0.2, 0.5)), state="state.level"),
    step("slider: ArrowRight", keys("ArrowRight"), state="state.level"),
    step("spinner: up", click("#spinner + .ui-spinner-up"), state="state.spin"),
    step("check button", click("#bold-label"), state="state.bold"),
    step("select menu", click("#speed-button"), click("#speed-menu li >> nth=2"), state="state.speed"),
    step("tabs", click("#tabs li >> nth=1"), state="state.tab"),
    step("accordion", click("#accordion h3 >> nth=1"), state="state.panel"),
    step("dialog: open", click("#open"), state="state.dialog"),
    step("dialog: Escape", keys("Escape"), state="state.dialog"),
    step("sortable: drag", drag("#sortable li >> nth=0", "#sortable li >> nth=2", end=(0.5, 0.9)), state="state.order"),
    step("draggable to droppable", drag("#draggable", "#droppable"), state="state.dropped"),
    step("resizable: drag", drag("#resizable .ui-resizable-se", "#resizable", end=(1.4, 1.4)), state="state.size"),
]
