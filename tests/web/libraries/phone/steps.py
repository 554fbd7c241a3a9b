"""Formatted and native fields: intl-tel-input, Cleave, noUiSlider, and masks without a library."""

from web.steps import START, click, drag, keys, step, write

STEPS = [
    step("intl-tel-input: type", click("#tel"), write("2025550123"), state="$('#tel').value"),
    step(
        "intl-tel-input: country",
        click(".iti__selected-country"),
        keys("ArrowDown", "Enter"),
        state="$('.iti__selected-country').title",
    ),
    step("Cleave: date", click("#cleave-date"), write("24122025"), state="$('#cleave-date').value"),
    step("Cleave: blocks", click("#cleave-blocks"), write("DE891234"), state="$('#cleave-blocks').value"),
    step("Cleave: Backspace", keys("Backspace", "Backspace"), state="$('#cleave-blocks').value"),
    step("Cleave: thousands", click("#cleave-number"), write("1234567.5"), state="$('#cleave-number').value"),
    step("mask: phone", click("#mask"), write("3456789"), state="$('#mask').value"),
    step(
        "mask: a digit in the middle",
        click("#mask"),
        keys("Home", *["ArrowRight"] * 4),
        write("1"),
        state="$('#mask').value",
    ),
    step("mask: amount", click("#amount"), write("1234567.5"), state="$('#amount').value"),
    step("noUiSlider: drag", drag("#slider .noUi-handle", "#slider", end=(0.25, 0.5)), state="state.level"),
    step("noUiSlider: tap", click("#slider", (0.95, 0.5)), state="state.level"),
    step("noUiSlider: ArrowLeft", click("#slider .noUi-handle"), keys("ArrowLeft"), state="state.level"),
    step("range: click 90 %", click("#range", (0.9, 0.5)), state="$('#range').value"),
    step("range: End", click("#range"), keys("End"), state="$('#range').value"),
    step("date typed", click("#date", START), write("03152025"), state="$('#date').value"),
    step("time typed", click("#time", START), write("0930am"), state="$('#time').value"),
    step("number: ArrowUp", click("#number"), keys("ArrowUp"), state="$('#number').value"),
    step("number: decimals", click("#number"), keys("Control+a"), write("1.5"), state="$('#number').value"),
    step("number: negative", click("#number"), keys("Control+a"), write("-5"), state="$('#number').value"),
    step("select multiple: click b", click("#several option >> nth=1"), state="state.several()"),
    step("select multiple: Ctrl+click c", click("#several option >> nth=2", hold="Control"), state="state.several()"),
]
