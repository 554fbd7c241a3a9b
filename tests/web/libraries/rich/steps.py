"""Rich text: Quill, tiptap, TinyMCE, and an editable element without a library."""

from web.steps import click, double, keys, paste, step, write

QUILL, TIPTAP, PLAIN, TINY = "#quill .ql-editor", "#tiptap .tiptap", "#plain", "#tiny-box iframe / body"
QUILL_IS, TIPTAP_IS, PLAIN_IS, TINY_IS = "state.quill()", "state.tiptap()", "$('#plain').innerHTML", "state.tiny()"

STEPS = [
    step("Quill: type at the end", click(QUILL), keys("Control+End"), write(" end"), state=QUILL_IS),
    step("Quill: undo", keys("Control+z"), state=QUILL_IS),
    step("Quill: Enter", click(QUILL), keys("Control+End", "Enter"), write("next"), state=QUILL_IS),
    step("Quill: Backspace joins lines", click(QUILL), keys("Control+End", "Home", "Backspace"), state=QUILL_IS),
    step("Quill: bold button, type", click(QUILL), keys("Control+End"), click(".ql-bold"), write("B"), state=QUILL_IS),
    step("Quill: paste", click(QUILL), keys("Control+Home"), paste("first "), state=QUILL_IS),
    step("tiptap: type at the end", click(TIPTAP), keys("Control+End"), write(" end"), state=TIPTAP_IS),
    step("tiptap: Enter makes an item", keys("Enter"), write("two"), state=TIPTAP_IS),
    step("tiptap: Backspace", keys("Backspace"), state=TIPTAP_IS),
    step("tiptap: undo", keys("Control+z"), state=TIPTAP_IS),
    step(
        "tiptap: a word by double click, Ctrl+B",
        double(f"{TIPTAP} h3", (0.03, 0.5)),
        keys("Control+b"),
        state=TIPTAP_IS,
    ),
    step("plain: type at the end keeps structure", click(PLAIN), keys("Control+End"), write("!"), state=PLAIN_IS),
    step("plain: Enter", keys("Enter"), write("n"), state=PLAIN_IS),
    step("plain: Backspace", keys("Backspace", "Backspace"), state=PLAIN_IS),
    step(
        "plain: select by Shift+arrows, overtype",
        keys("Home", "Shift+ArrowRight", "Shift+ArrowRight"),
        write("Z"),
        state=PLAIN_IS,
    ),
    step("TinyMCE (frame): type at the end", click(TINY), keys("Control+End"), write(" end"), state=TINY_IS),
    step(
        "TinyMCE: bold button, type",
        click(".tox-tbtn[data-mce-name=bold], .tox-tbtn >> nth=0"),
        write("B"),
        state=TINY_IS,
    ),
    step("TinyMCE: Enter", keys("Enter"), write("next"), state=TINY_IS),
]
