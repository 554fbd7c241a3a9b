"""Running other programs: real ones, but small."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest

from cotab_kit.tools.process import Finished, run_process

if TYPE_CHECKING:
    from pathlib import Path


def test_output_and_errors_arrive_in_one_text() -> None:
    code = "import sys; print('out', flush=True); print('err', file=sys.stderr); sys.exit(3)"
    finished = run_process([sys.executable, "-c", code])
    assert finished.code == 3
    assert not finished.ok
    assert finished.output.split() == ["out", "err"]


def test_a_folder_with_spaces_and_an_extra_variable_reach_the_program(tmp_path: Path) -> None:
    folder = tmp_path / "two words"
    folder.mkdir()
    code = "import os; print(os.path.basename(os.getcwd()), os.environ['EXTRA'])"
    finished = run_process([sys.executable, "-c", code], cwd=folder, env={"EXTRA": "set"})
    assert finished.output.strip() == "two words set"


def test_what_python_writes_arrives_whole_where_the_console_has_another_encoding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As on Windows, where a name such as Jörg is in the path of whatever is installed for one's own account."""
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    assert run_process([sys.executable, "-c", "print('Jörg 日本')"]).output.strip() == "Jörg 日本"


def test_a_program_that_does_not_exist_is_a_failure_and_no_exception(tmp_path: Path) -> None:
    finished = run_process([tmp_path / "missing"])
    assert finished.code == 127
    assert "missing" in finished.output


def test_a_program_that_takes_too_long_is_stopped_with_what_it_started() -> None:
    code = (
        "import subprocess, sys; print('began', flush=True);"
        "subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    )
    began = time.monotonic()
    finished = run_process([sys.executable, "-c", code], timeout=0.7)
    assert finished == Finished(None, finished.output)
    assert "began" in finished.output
    assert time.monotonic() - began < 20


def test_the_last_lines_are_the_end_of_the_output() -> None:
    assert Finished(1, "one\ntwo\nthree\n\n").last_lines(2) == "two\nthree"
