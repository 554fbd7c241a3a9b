"""The chart of the starts, as an SVG without scripts. Used by starts.py."""

from __future__ import annotations

from html import escape
from pathlib import Path

BARS = {
    "plain_js": "plain JavaScript",
    "floor": "floor: fetch, compile, copy",
    "pyodide_second": "cotab, Pyodide: second start",
    "pyscript_second": "cotab, PyScript: second start",
    "pyodide_first_warm": "cotab, Pyodide: first of a session",
    "pyscript_first_warm": "cotab, PyScript: first of a session",
    "pyodide_first_cold": "cotab, Pyodide: first ever",
    "stock_pyodide": "stock Pyodide with pydantic",
    "stock_pyscript": "stock PyScript with pydantic",
}


def write_chart(path: Path, medians: dict[str, float]) -> None:
    """One bar for each case, in relation to stock Pyodide with pydantic (warm HTTP cache)."""
    stock, longest = medians["stock_pyodide"], max(medians[name] for name in BARS)
    rows = []
    for number, (name, label) in enumerate(BARS.items()):
        y, width = 28 * number + 8, 380 * medians[name] / longest
        colour = "#0f6cbd" if label.startswith("cotab") else "#8a8886"
        rows.append(
            f'<text x="250" y="{y + 15}" text-anchor="end">{escape(label)}</text>'
            f'<rect x="260" y="{y}" width="{width:.1f}" height="20" rx="3" fill="{colour}"/>'
            f'<text x="{268 + width:.1f}" y="{y + 15}">{medians[name] / stock:.2f}</text>'
        )
    height = 28 * len(BARS) + 12
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {height}" role="img" '
        f'aria-label="Time to start, as a part of stock Pyodide with pydantic">\n'
        f'<rect width="720" height="{height}" fill="#ffffff"/>\n'
        f'<g font-family="Segoe UI, system-ui, sans-serif" font-size="13" fill="#242424">\n'
        + "\n".join(rows)
        + "\n</g>\n</svg>\n",
        "utf-8",
    )
