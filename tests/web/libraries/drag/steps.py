"""Dragging: Sortable, the browser's own drag and drop, and a signature pad."""

from web.steps import click, drag, step

STEPS = [
    step(
        "Sortable: within a list", drag("#todo li >> nth=0", "#todo li >> nth=2", end=(0.5, 0.8)), state="state.todo()"
    ),
    step(
        "Sortable: between lists", drag("#todo li >> nth=0", "#done li >> nth=0", end=(0.5, 0.8)), state="state.done()"
    ),
    step("drag and drop of the browser", drag("#piece", "#target"), state="state.dropped"),
    step("signature: a stroke", drag("#pad", "#pad", start=(0.2, 0.3), end=(0.8, 0.7)), state="state.strokes()"),
    step("signature: clear", click("#clear"), state="state.strokes()"),
]
