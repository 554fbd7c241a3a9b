"""AG Grid, and a virtual list."""

from web.steps import click, double, drag, keys, step, wheel, write

STEPS = [
    step("AG: sort by a click", click(".ag-header-cell:has-text('Price')"), state="state.sort"),
    step("AG: select a row", click(".ag-row:has-text('Item 100') .ag-checkbox-input"), state="state.selected"),
    step(
        "AG: edit a cell",
        double(".ag-cell:text-is('Item 0')"),
        keys("Control+a"),
        write("Renamed"),
        keys("Enter"),
        state="state.edited",
    ),
    step(
        "AG: move by arrows",
        click(".ag-cell:text-is('Item 200')"),
        keys("ArrowDown", "ArrowRight"),
        state="state.focus",
    ),
    step("AG: filter", click(".ag-floating-filter input >> nth=0"), write("Item 7"), state="state.shown"),
    step(
        "AG: drag a column",
        drag(".ag-header-cell:has-text('Id')", ".ag-header-cell:has-text('Price')", end=(0.8, 0.5)),
        state="state.columns",
    ),
    step("AG: wheel", wheel(".ag-body-viewport, .ag-grid-viewport", 400), state="state.first > 0"),
    step("list: a row", click("#row-3 button"), state="state.picked"),
    step("list: wheel, then a row", wheel("#list", 4000), click("#row-101 button"), state="state.picked"),
    step("list: PageDown", click("#list", (0.8, 0.5)), keys("PageDown"), state="state.top"),
]
