"""Do the steps on the pages of real libraries, and print per page how they ended.

`python tests/web/libraries_table.py` does all; whatever else is given goes to pytest, such as `-k mui`.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:  # the path to it is pytest's
    from web.outcomes import Kind

WIDTH = 180
KINDS: tuple[Kind, ...] = ("same", "refused", "different")
TEST = Path(__file__).with_name("test_web_libraries.py")


class Pages:
    """What the tests note about each page."""

    def __init__(self) -> None:
        self.table = Table("page", "steps", *KINDS, "what is different, or wrong with the page")
        self.totals: Counter[Kind] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add a row for a page that was done, and one for a page that failed before."""
        noted: dict[str, Any] = dict(report.user_properties)
        if report.when == "call" and "outcomes" in noted:
            self._page(*noted["outcomes"])
        elif report.failed:
            self._row(report.nodeid.rpartition("::")[2], *("-" * 4), str(report.longrepr).splitlines()[-1])

    def _page(self, name: str, outcomes: list[dict[str, Any]]) -> None:
        counts = Counter(outcome["kind"] for outcome in outcomes)
        self.totals.update(counts)
        different = "\n".join(f"{each['step']}: {each['note']}" for each in outcomes if each["kind"] == "different")
        self._row(name, str(len(outcomes)), *(str(counts[kind]) for kind in KINDS), different)

    def _row(self, *cells: str) -> None:
        self.table.add_row(*cells, end_section=True)


def main(arguments: list[str]) -> int:
    """Do them and print the table."""
    pages = Pages()
    code = pytest.main([str(TEST), "-m", "full or browser", "-n", "0", "--tb=line", *arguments], plugins=[pages])
    pages.table.caption = ", ".join(f"{pages.totals[kind]} {kind}" for kind in KINDS)
    Console(width=WIDTH).print(pages.table, markup=False)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
