"""CodeMirror 6."""

from web.steps import click, keys, step, wheel, write

LINE, TEXT, LINES = ".cm-line >> nth=0", "state.line(1)", "state.lines()"

STEPS = [
    step("type at the end of line 1", click(LINE), keys("End"), write("/*x*/"), state=TEXT),
    step("Backspace", keys("Backspace"), state=TEXT),
    step("Enter, indented; structure kept", keys("Enter"), write("y"), state="[state.lines(), state.line(2)]"),
    step("undo", keys("Control+z", "Control+z"), state=LINES),
    step("a bracket closes itself", keys("Control+Home"), write("("), state=TEXT),
    step(
        "arrows, Shift+arrows, overtype",
        keys("Control+Home", "Shift+ArrowRight", "Shift+ArrowRight"),
        write("Q"),
        state=TEXT,
    ),
    step("Home, End by words", keys("End", "Control+ArrowLeft"), write("W"), state=TEXT),
    step("where one clicks the caret is", click(LINE, (0.02, 0.5)), write("K"), state=TEXT),
    step("wheel", wheel(".cm-scroller", 600), state="$('.cm-scroller').scrollTop > 0"),
    step("select all, Delete", click(".cm-line:has-text('// line 30')"), keys("Control+a", "Delete"), state=LINES),
]
