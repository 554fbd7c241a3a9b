"""Leaflet, and a canvas of the page."""

from web.steps import click, double, drag, keys, step, wheel

STEPS = [
    step("click at a position", click("#map", (0.75, 0.25)), state="state.clicked"),
    step("zoom in", click(".leaflet-control-zoom-in"), state="state.zoom"),
    step("zoom out", click(".leaflet-control-zoom-out"), state="state.zoom"),
    step("marker: its popup", click(".leaflet-marker-icon"), state="state.popup"),
    step("popup: close", click(".leaflet-popup-close-button"), state="state.popup"),
    step("pan by a drag", drag("#map", "#map", start=(0.3, 0.6), end=(0.6, 0.8)), state="state.center"),
    step("pan by keys", click("#map", (0.2, 0.8)), keys("ArrowRight"), state="state.center"),
    step("wheel zoom", wheel("#map", -300), state="state.zoom"),
    step("double click zooms", double("#map", (0.4, 0.4)), state="state.zoom"),
    step("canvas: click position", click("#canvas", (0.8, 0.2)), state="state.click"),
    step("canvas: pointerdown position", click("#canvas", (0.2, 0.4)), state="state.down"),
]
