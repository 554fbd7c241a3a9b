"""Compare what both sides show of the pages of real libraries, and print how far they differ.

`python tests/web/pixels_table.py` does all; whatever else is given goes to pytest, such as `-k bootstrap`.
Of each page `.cotab/pixels` gets pictures: the customer's screen, the agent's, and what differs.
"""

from __future__ import annotations

import base64
import statistics
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.table import Table

WIDTH = 180
TEST = Path(__file__).with_name("test_web_pixels.py")
PICTURES = Path(__file__).parents[2] / ".cotab" / "pixels"


class Looks:
    """What the tests note about each page."""

    def __init__(self) -> None:
        self.table = Table("page", "when", "pixels", "what is more than may differ")
        self.shares: list[float] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add the rows of a page that was looked at, and one for a page that failed before."""
        noted: dict[str, Any] = dict(report.user_properties)
        if report.when == "call" and "views" in noted:
            self._page(*noted["views"])
        elif report.failed:
            self.table.add_row(report.nodeid.rpartition("::")[2], "-", "-", str(report.longrepr).splitlines()[-1])

    def _page(self, name: str, views: list[dict[str, Any]]) -> None:
        for view in views:
            self.shares.append(view["share"])
            (PICTURES / f"{name}-{view['moment']}.png").write_bytes(base64.b64decode(view["picture"]))
            faults = "\n".join(each.partition(": ")[2] for each in view["faults"])
            self.table.add_row(name, view["moment"], f"{view['share']:.2%}", faults, end_section=view is views[-1])


def main(arguments: list[str]) -> int:
    """Look at them and print the table."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    looks = Looks()
    code = pytest.main([str(TEST), "-m", "full or browser", "-n", "0", "--tb=line", *arguments], plugins=[looks])
    if looks.shares:
        looks.table.caption = f"half of them at most {statistics.median(looks.shares):.2%}; pictures in {PICTURES}"
    Console(width=WIDTH).print(looks.table, markup=False)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
