"""Svelte's bindings."""

from web.steps import START, choose, click, keys, step, write

STEPS = [
    step("text", click("#name"), write("Ada"), state="state.name"),
    step("text area: Enter", click("#notes"), keys("Control+End", "Enter"), write("two"), state="state.notes"),
    step("checkbox", click("#agree"), state="state.agree"),
    step("checkbox of a group", click("#mint"), state="state.flavors"),
    step("radio of a group", click("#large"), state="state.size"),
    step("select", choose("#plan", "Pro"), state="state.plan"),
    step("select multiple: click option B", click("#several option >> nth=1"), state="state.several"),
    step("number: overtype", click("#count"), keys("Control+a"), write("12"), state="state.count"),
    step("range: ArrowRight", click("#range"), keys("ArrowRight"), state="state.range"),
    step("time typed", click("#time", START), write("0930am"), state="state.time"),
    step("rich text keeps <b>", click("#rich"), keys("Control+End"), write("!"), state="state.rich"),
    step(
        "rich text: Enter, Backspace",
        click("#rich"),
        keys("Control+End", "Enter", "Backspace", "Backspace"),
        state="state.rich",
    ),
    step("list: add", click("#item"), write("milk"), keys("Enter"), state="state.items"),
    step("list: remove", click("#items button >> nth=0"), state="state.items"),
    step("a transition's end", click("#toggle"), state="state.shown"),
]
