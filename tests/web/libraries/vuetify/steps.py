"""Vuetify."""

from web.steps import click, drag, keys, step, write

STEPS = [
    step("text field", click("#name"), write("Ada"), state="state.name"),
    step("text area: Enter", click("#notes"), write("one"), keys("Enter"), write("two"), state="state.notes"),
    step("select: click", click(".select .v-field"), click(".v-overlay .v-list-item >> nth=1"), state="state.fruit"),
    step("autocomplete", click("#city"), write("Ber"), click(".v-overlay .v-list-item >> nth=0"), state="state.city"),
    step("combo box: new word", click("#word"), write("new"), keys("Enter"), state="state.word"),
    step("checkbox", click("#agree"), state="state.agree"),
    step("switch", click("#wifi"), state="state.wifi"),
    step("radio", click("#red"), state="state.color"),
    step("slider: click", click(".slider .v-slider__container", (0.8, 0.5)), state="state.level"),
    step(
        "slider: drag",
        drag(".slider .v-slider-thumb", ".slider .v-slider__container", end=(0.3, 0.5)),
        state="state.level",
    ),
    step("one-time code", click(".otp input >> nth=0"), write("1234"), state="state.otp"),
    step("rating", click(".rating label >> nth=3"), state="state.rating"),
    step("menu: item", click("#menu"), click("#rename"), state="state.menu"),
    step("dialog: open", click("#dialog"), state="state.dialog"),
    step("dialog: Escape", keys("Escape"), state="state.dialog"),
    step("tabs", click("#tab-two"), state="state.tab"),
    step("expansion panel", click("#panel .v-expansion-panel-title"), state="state.panel"),
    step("date picker: a day", click(".date .v-date-picker-month__day-btn >> text=/^20$/"), state="state.date"),
    step("table: sort", click(".table th >> nth=0"), state="state.order"),
]
