"""The lines of the command `test` while tests run, and what it learns of their end: real runs of pytest, small."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cotab_kit.cli.areas import Progress, area_of
from sizes import in_full

if TYPE_CHECKING:
    from pathlib import Path

SUITE = {
    "tests/unit/test_a.py": "def test_1(): pass\ndef test_2(): assert False, 'why'\n",
    "tests/kit/deep/test_b.py": """
import pytest
def test_3(): pass
def test_4(): pytest.skip()
@pytest.fixture
def broken(): raise OSError
def test_5(broken): pass
""",
}


@pytest.mark.parametrize(
    ("nodeid", "area"),
    [
        ("tests/kit/test_x.py::test_1[a/b]", "tests/kit"),
        ("tests/kit/deploy/test_x.py::TestA::test_1", "tests/kit"),
        ("tests/test_tab.py::test_1", "tests"),
        ("test_tab.py", "."),
    ],
)
def test_an_area_is_a_folder(nodeid: str, area: str) -> None:
    assert area_of(nodeid) == area


def test_lines_come_with_a_new_area_then_now_and_again_and_at_the_end() -> None:
    said: list[str] = []
    time = [0.0]
    progress = Progress(said.append, lambda: time[0])
    tests = [f"tests/{area}/test_x.py::test_{number}" for area in ("kit", "unit") for number in range(5)]
    progress.expect(tests)
    for nodeid in tests:
        time[0] += 7
        if nodeid == tests[5]:
            progress.fail(nodeid)
            progress.fail(nodeid)
        progress.finish(nodeid)
    assert said == [
        "0:07  tests/kit, area 1 of 2: 1 of 10 tests finished",
        "0:28  tests/kit, area 1 of 2: 4 of 10 tests finished",
        "0:42  failed: tests/unit/test_x.py::test_0",
        "0:42  tests/unit, area 2 of 2: 6 of 10 tests finished, 1 failed",
        "1:03  tests/unit, area 2 of 2: 9 of 10 tests finished, 1 failed",
        "1:10  tests/unit, area 2 of 2: 10 of 10 tests finished, 1 failed",
    ]


@pytest.mark.parametrize("workers", [in_full([], id="in one process"), pytest.param(["-n", "1"], id="in several")])
def test_a_run_tells_in_words_and_writes_down_how_it_ended(tmp_path: Path, workers: list[str]) -> None:
    for name, text in SUITE.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -q -p no:cacheprovider", "utf-8")
    options = [
        "-p",
        "cotab_kit.cli.areas",
        "-o",
        "console_output_style=classic",
        "--cotab-results=results.json",
        *workers,
    ]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1, run.stderr
    lines = run.stdout.splitlines()
    assert "area 2 of 2: 5 of 5 tests finished" in run.stdout
    assert any(line.endswith("failed: tests/unit/test_a.py::test_2") for line in lines)
    assert not [line for line in lines if line and set(line.partition(" [")[0]) <= set(".FEs")], "letters, not words"
    assert any(line.startswith("FAILED tests/unit/test_a.py::test_2") for line in lines)
    assert "%" not in run.stdout
    assert lines[-1].startswith("1 failed, 2 passed, 1 skipped, 1 error in ")
    results = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert all(area.pop("seconds") > 0 for area in results.values())
    assert results == {"tests/unit": {"passed": 1, "failed": 1}, "tests/kit": {"passed": 1, "skipped": 1, "error": 1}}
