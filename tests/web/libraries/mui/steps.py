"""Material UI with its date pickers."""

from web.steps import click, drag, hover, keys, step, write

STEPS = [
    step("text field", click("#name"), write("Ada"), state="state.name"),
    step("text field: overtype", click("#name"), keys("Control+a"), write("Grace"), state="state.name"),
    step("multi-line: Enter", click("#notes"), write("one"), keys("Enter"), write("two"), state="state.notes"),
    step("select: click", click("#age"), click("#menu-age li >> nth=1"), state="state.age"),
    step("select: keys", keys("ArrowDown", "ArrowDown", "Enter"), state="state.age"),
    step(
        "autocomplete: type, click",
        click("#film"),
        write("God"),
        click("#film-listbox li >> nth=0"),
        state="state.film",
    ),
    step(
        "autocomplete: type, ArrowDown, Enter",
        click("#film"),
        keys("Control+a"),
        write("Pul"),
        keys("ArrowDown", "Enter"),
        state="state.film",
    ),
    step(
        "autocomplete: several", click("#tags"), click("#tags-listbox li >> nth=1"), keys("Escape"), state="state.tags"
    ),
    step("autocomplete: Backspace removes", click("#tags"), keys("Escape", "Backspace"), state="state.tags"),
    step("checkbox", click("#agree"), state="state.agree"),
    step("switch", click("#wifi"), state="state.wifi"),
    step("radio", click("#red"), state="state.color"),
    step("toggle button", click("#right"), state="state.align"),
    step("rating", click("#rating label >> nth=3"), state="state.rating"),
    step("slider: click at 70 %", click("#slider", (0.7, 0.5)), state="state.level"),
    step("slider: drag to 20 %", drag("#slider .MuiSlider-thumb", "#slider", end=(0.2, 0.5)), state="state.level"),
    step("slider: ArrowRight", keys("ArrowRight"), state="state.level"),
    step("menu: item", click("#menu-button"), click("#settings"), state="state.menu"),
    step("dialog: open, confirm", click("#dialog-button"), click("#confirm"), state="state.confirmed"),
    step("dialog: open", click("#dialog-button"), state="state.dialog"),
    step("dialog: Escape", keys("Escape"), state="state.dialog"),
    step("tabs: click", click("#tab-1"), state="state.tab"),
    step("tabs: ArrowRight, Enter", click("#tab-1"), keys("ArrowRight", "Enter"), state="state.tab"),
    step("accordion", click("#accordion-header"), state="state.open"),
    step("pagination", click("#pages button >> nth=3"), state="state.page"),
    step("table: sort", click("#sort"), state="state.order"),
    step("chip: delete", click("#chip svg"), state="state.chip"),
    step("tooltip", hover("#hint"), state="state.hint"),
    step(
        "date picker: type sections",
        click("#date .MuiPickersSectionList-section >> nth=0"),
        write("04052026"),
        state="state.date",
    ),
    step(
        "date picker: a day",
        click("#date button"),
        click(".MuiDayCalendar-monthContainer >> text=/^20$/"),
        state="state.date",
    ),
    step(
        "time picker: type sections",
        click("#time .MuiPickersSectionList-section >> nth=0"),
        write("0930am"),
        state="state.time",
    ),
]
