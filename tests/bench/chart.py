"""Bar charts as SVG without scripts. Used by starts.py, tandem_relay.py and tandem_mirror.py."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

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


class Bar(NamedTuple):
    """One line of a chart: what it is, how long, what is written at its end, and whether it is ours."""

    label: str
    length: float
    text: str
    ours: bool


def write_chart(path: Path, medians: dict[str, float]) -> None:
    """One bar for each case, in relation to stock Pyodide with pydantic (warm HTTP cache)."""
    stock = medians["stock_pyodide"]
    bars = [
        Bar(label, medians[name], f"{medians[name] / stock:.2f}", label.startswith("cotab"))
        for name, label in BARS.items()
    ]
    write_bars(path, "Time to start, as a part of stock Pyodide with pydantic", bars)


def write_bars(path: Path, title: str, bars: Sequence[Bar]) -> None:
    """The bars below each other; the longest takes the room there is."""
    longest = max(bar.length for bar in bars)
    rows = []
    for number, bar in enumerate(bars):
        y, width = 28 * number + 8, 380 * bar.length / longest
        color = "#0f6cbd" if bar.ours else "#8a8886"
        rows.append(
            f'<text x="250" y="{y + 15}" text-anchor="end">{escape(bar.label)}</text>'
            f'<rect x="260" y="{y}" width="{width:.1f}" height="20" rx="3" fill="{color}"/>'
            f'<text x="{268 + width:.1f}" y="{y + 15}">{escape(bar.text)}</text>'
        )
    height = 28 * len(bars) + 12
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {height}" role="img" '
        f'aria-label="{escape(title)}">\n'
        f'<rect width="720" height="{height}" fill="#ffffff"/>\n'
        f'<g font-family="Segoe UI, system-ui, sans-serif" font-size="13" fill="#242424">\n'
        + "\n".join(rows)
        + "\n</g>\n</svg>\n",
        "utf-8",
    )
