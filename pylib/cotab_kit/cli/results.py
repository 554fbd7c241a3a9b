"""The results of several runs of pytest as one: the summary in pytest's form, and the page of the last full run."""

from __future__ import annotations

import json
import platform
from collections import defaultdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from cotab import __version__
from cotab_kit.cli.areas import ENDS

FULL_RUN = Path("docs") / "full-run.md"
_TOOLS = ("pytest", "hypothesis", "playwright", "pydantic")
_HEAD = """# The last full run

`python build.py test --full` has written this page: every test, with whole matrices, many random examples and real
packages. Seconds are work, of all processes together; two processes run at a time.

| area | passed | failed | errors | skipped | seconds |
|---|--:|--:|--:|--:|--:|
"""


class Results:
    """The ends of the tests of each area, over all runs of pytest."""

    def __init__(self) -> None:
        self.areas: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))

    def add(self, file: Path, *, whole: bool) -> None:
        """Add what cotab_kit.cli.areas has written; a run that is not whole, or wrote nothing, is an error."""
        written = file.is_file()
        if not (whole and written):
            self.areas["a run that broke off"]["error"] += 1
        if not written:
            return
        for area, counts in json.loads(file.read_text("utf-8")).items():
            for name, value in counts.items():
                self.areas[area][name] += value

    def summary(self, seconds: float) -> str:
        """Sum up as the last line of pytest does: "1 failed, 12 passed in 3.21s"."""
        found = {end: self._total(end) for end in ENDS}
        parts = [f"{count} {end}{'s' * (end == 'error' and count > 1)}" for end, count in found.items() if count]
        return f"{', '.join(parts) or 'no tests ran'} in {_duration(seconds)}"

    def page(self, seconds: float, seed: int) -> str:
        """Write the page of a full run: counts by area, durations, date and versions."""
        rows = [_row(area, counts) for area, counts in sorted(self.areas.items())]
        rows.append(_row("all", {name: self._total(name) for name in (*ENDS, "seconds")}))
        versions = [
            f"cotab {__version__}",
            f"Python {platform.python_version()}",
            *(f"{name} {version(name)}" for name in _TOOLS),
        ]
        facts = f"{datetime.now(UTC):%Y-%m-%d}, {_duration(seconds)}, seed {seed}; {', '.join(versions)}."
        return f"{_HEAD}{''.join(rows)}\n{facts}\n"

    def _total(self, name: str) -> int:
        return round(sum(counts.get(name, 0) for counts in self.areas.values()))


def _row(area: str, counts: dict[str, float]) -> str:
    numbers = [counts.get(name, 0) for name in ("passed", "failed", "error", "skipped", "seconds")]
    return f"| {area} | {' | '.join(f'{number:,.0f}' for number in numbers)} |\n"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{seconds:.2f}s" + (f" ({minutes // 60}:{minutes % 60:02}:{rest:02})" if minutes else "")
