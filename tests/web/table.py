"""Run the tests of pages and print a table of them: kind, page, way, result, and why.

`python tests/web/table.py` runs all of them; whatever else is given goes to pytest, such as `-k 26-mirror`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

WIDTH = 160


class Results:
    """The outcome of every test, as pytest reports it."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a test went, once it is known."""
        if report.when != "call" and report.passed:
            return
        name = re.search(r"\[(.*)\]$", report.nodeid)
        known = getattr(report, "wasxfail", "")
        result = "known" if known and report.skipped else report.outcome
        self.rows.append((name[1] if name else report.nodeid.rpartition("::")[2], result, known or reason(report)))

    def table(self) -> Table:
        """Return them as a table."""
        table = Table("page", "result", "why", title="Pages", width=WIDTH)
        for row in self.rows:
            table.add_row(*row)
        counts = {result: sum(row[1] == result for row in self.rows) for _, result, _ in self.rows}
        table.caption = ", ".join(f"{count} {result}" for result, count in counts.items())
        return table


def reason(report: pytest.TestReport) -> str:
    """What the test said in the end."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        return str(crash.message).removeprefix("AssertionError: ").split("\nassert ")[0]
    return str(report.longrepr or "").splitlines()[-1] if report.failed else ""


def main(arguments: list[str]) -> int:
    """Run them and print the table."""
    results = Results()
    here = Path(__file__).parent
    code = pytest.main([str(here), "-m", "full", "-n", "0", "--tb=no", "-q", *arguments], plugins=[results])
    Console(width=WIDTH).print(results.table())
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
