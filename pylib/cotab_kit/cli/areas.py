"""A pytest plugin: say how far the tests are, by area, and write down how they ended.

An area is a folder of tests. Lines take the place of pytest's letter for each test, which nobody can read without a
legend, unless pytest is told to be verbose. Processes of pytest-xdist that only run tests leave the talking to the one
that started them.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from _pytest.terminal import TerminalReporter

    Status = tuple[str, str, str | tuple[str, dict[str, bool]]]
    Results = dict[str, dict[str, float]]

ENDS = ("failed", "passed", "skipped", "error")  # in the order of pytest's summary
_PAUSE = 15.0  # seconds between two lines


def area_of(nodeid: str) -> str:
    """Name the area of a test: its folder, at most two levels deep."""
    folder = PurePosixPath(nodeid.partition("::")[0]).parent
    return "/".join(folder.parts[:2]) or "."


class Progress:
    """Tell how many tests have finished, at most every few seconds, and each failure at once."""

    def __init__(self, tell: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._tell, self._clock = tell, clock
        self._started = self._told = clock()
        self._areas: list[str] = []
        self._begun: list[str] = []
        self._tests = self._finished = 0
        self._failed: list[str] = []

    def expect(self, nodeids: Iterable[str]) -> None:
        """Take note of what will run."""
        tests = [area_of(nodeid) for nodeid in nodeids]
        self._tests, self._areas = len(tests), list(dict.fromkeys(tests))

    def finish(self, nodeid: str) -> None:
        """Count a test as finished."""
        area = area_of(nodeid)
        is_new = area not in self._begun
        self._finished += 1
        if is_new:
            self._begun.append(area)
        if is_new or self._finished == self._tests or self._clock() - self._told >= _PAUSE:
            self._told = self._clock()
            place = f"{area}, area {self._begun.index(area) + 1} of {len(self._areas)}"
            failed = f", {len(self._failed)} failed" if self._failed else ""
            self._tell(f"{self._elapsed()}  {place}: {self._finished} of {self._tests} tests finished{failed}")

    def fail(self, nodeid: str) -> None:
        """Name a test that failed; why follows at the end."""
        if nodeid not in self._failed:
            self._failed.append(nodeid)
            self._tell(f"{self._elapsed()}  failed: {nodeid}")

    def _elapsed(self) -> str:
        minutes, seconds = divmod(int(self._clock() - self._started), 60)
        return f"{minutes}:{seconds:02}"


class Plugin:
    """The hooks that pytest calls."""

    def __init__(self, terminal: TerminalReporter, results: str | None) -> None:
        self._terminal, self._results = terminal, results
        self._progress = Progress(terminal.write_line)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Expect the tests that this process runs itself."""
        if session.items:
            self._progress.expect(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Expect the tests that other processes run; each of them has found the same."""
        self._progress.expect(ids)

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(self, config: pytest.Config) -> Generator[None, Status, Status]:
        """Keep what pytest counts and calls it, and leave its letter away."""
        status = yield
        return status if config.get_verbosity() > 0 else (status[0], "", status[2])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Tell a failure."""
        if report.failed:
            self._progress.fail(report.nodeid)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Tell how far the run is."""
        self._progress.finish(nodeid)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Write down how many tests of each area ended how, and how many seconds they took."""
        if self._results:
            Path(self._results).write_text(json.dumps(counted(self._terminal.stats)), "utf-8")


def counted(stats: dict[str, list[pytest.TestReport]]) -> Results:
    """Count the reports of pytest's terminal by area and end; `seconds` is the work of all processes together."""
    areas: Results = defaultdict(lambda: defaultdict(float))
    for end in ("", *ENDS):  # those without an end are of set-up and tear-down
        for report in stats.get(end, []):
            area = areas[area_of(report.nodeid)]
            area["seconds"] += getattr(report, "duration", 0)  # a report of collection has none
            if end:
                area[end] += 1
    return areas


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the name of the file for the results."""
    parser.addoption("--cotab-results", metavar="FILE", help="write how the tests of each area ended, as JSON")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Speak in the process that has the terminal, not in those that only run tests."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is None or hasattr(config, "workerinput"):
        return
    config.pluginmanager.register(Plugin(terminal, config.getoption("--cotab-results")))
