"""The command `test`: what it runs, and which exit code comes of it. Nothing is really run here."""

from __future__ import annotations

import json
import re
import subprocess
from itertools import pairwise, repeat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cotab_kit.cli import run_tests as checks
from cotab_kit.errors import BuildError, SetupError
from cotab_kit.layout import source_root
from cotab_kit.project.project import Project
from cotab_kit.tools.node import Node
from cotab_kit.tools.process import Finished

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator, Sequence

    from cotab_kit.progress import Steps

ROOT = source_root() or Path()


class Ran:
    """Stands in for every program; `bad` are the checks that find something, `code` is pytest's."""

    def __init__(self) -> None:
        self.checks: list[str] = []
        self.tests: list[tuple[Path, list[str]]] = []
        self.limits: list[float | None] = []
        self.bad: set[str] = set()
        self.codes: Iterator[int] = repeat(0)
        self.counts: dict[str, dict[str, float]] = {"tests/unit": {"passed": 3, "seconds": 1.5}}

    def check(self, command: Sequence[str | Path], **_: object) -> Finished:
        words = " ".join(str(word) for word in command)
        self.checks.append(words)
        return Finished(int(any(bad in words for bad in self.bad)), "what it found")

    def test(self, folder: Path, arguments: Sequence[str], limit: float | None) -> int:
        self.tests.append((folder, list(arguments)))
        self.limits.append(limit)
        (file,) = [argument for argument in arguments if argument.startswith("--cotab-results=")] or [""]
        if file:
            Path(file.partition("=")[2]).write_text(json.dumps(self.counts), "utf-8")
        return next(self.codes)

    def options(self) -> list[dict[str, str]]:
        """What stands after each option, for each run of pytest; the last one counts."""
        return [dict(pairwise(run)) for _, run in self.tests]


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Ran:
    ran = Ran()
    monkeypatch.setattr(checks, "run_process", ran.check)
    monkeypatch.setattr(checks, "_pytest", ran.test)
    monkeypatch.setattr(checks, "build", lambda *_: None)
    monkeypatch.setattr(checks, "find_browser", lambda _: None)
    monkeypatch.setattr(checks, "ensure_node", lambda *_, **__: Node(Path("node"), Path("modules")))
    return ran


def test_a_provider_project_gets_its_own_tests_and_no_linters(ran: Ran, provider: Path, steps: Steps) -> None:
    assert checks.run_tests(Project.at(provider), steps, ["-k", "x"]) == 0
    plugins = ["-p", "cotab_kit.testing.plugin", "-p", "cotab_kit.cli.areas", "-o", "console_output_style=classic"]
    assert ran.tests == [(provider, [*plugins, "-k", "x"])]
    assert ran.limits == [None], "an author may debug as long as it takes"
    assert ran.checks == []


def test_a_provider_project_has_one_size(ran: Ran, provider: Path, steps: Steps) -> None:
    with pytest.raises(SetupError, match="cotab's own tests"):
        checks.run_tests(Project.at(provider), steps, [], full=True)
    assert ran.tests == []


def test_a_checkout_gets_every_check_and_the_core_on_all_cores(ran: Ran, steps: Steps, said: io.StringIO) -> None:
    assert checks.run_tests(Project.at(), steps, ["--lf"]) == 0
    assert [folder for folder, _ in ran.tests] == [ROOT, ROOT]
    assert [run["-m"] for run in ran.options()] == ["not browser and not full", "browser and not full"]
    for (_, arguments), limit in zip(ran.tests, ran.limits, strict=True):
        assert {"-n", "auto", "--hypothesis-profile=core", "--hypothesis-seed=0", "--lf"} <= set(arguments)
        assert "faulthandler_timeout=180" in arguments
        assert limit
        assert 0 < limit <= 40 * 60
    configs = ("tsconfig.json", "tsconfig.node.json")
    for tool in ("ruff check", "ruff format --check", "mypy", "lint-imports", *configs, "eslint"):
        assert any(tool in command for command in ran.checks), tool
    assert "core size: about 8 minutes on two cores; seed 0" in said.getvalue()
    assert re.findall(r"Part . of 2, tests .*", said.getvalue()) == [
        "Part 1 of 2, tests without a browser",
        "Part 2 of 2, tests in a browser",
    ]


def test_the_full_size_is_all_tests_with_many_examples_and_a_seed_of_its_own(ran: Ran, steps: Steps) -> None:
    assert checks.run_tests(Project.at(), steps, ["-x"], full=True, seed=7) == 0
    assert [run["-m"] for run in ran.options()] == ["not browser", "browser"]
    for _, arguments in ran.tests:
        assert {"--hypothesis-profile=full", "--hypothesis-seed=7"} <= set(arguments)
        assert "faulthandler_timeout=900" in arguments


@pytest.fixture
def page(ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the page of the last full run goes; in each of its parts three tests pass."""
    assert ran.counts["tests/unit"]["passed"] == 3
    monkeypatch.setattr(checks, "FULL_RUN", tmp_path / "full-run.md")
    return tmp_path / "full-run.md"


def test_a_full_run_is_written_down(page: Path, steps: Steps) -> None:
    checks.run_tests(Project.at(), steps, [], full=True, seed=7)
    text = page.read_text("utf-8")
    assert "| tests/unit | 6 | 0 | 0 | 0 | 3 |" in text
    assert "| all | 6 | 0 | 0 | 0 | 3 |" in text
    assert re.search(r"\n\d{4}-\d\d-\d\d, [\d.]+s, seed 7; cotab \d.*, Python \d.*, pytest \d.*\.\n$", text)


@pytest.mark.parametrize(("arguments", "full"), [(["-k", "x"], True), ([], False)])
def test_a_part_of_it_and_the_core_are_not(page: Path, steps: Steps, arguments: list[str], *, full: bool) -> None:
    checks.run_tests(Project.at(), steps, arguments, full=full)
    assert not page.exists()


def test_the_last_line_is_one_summary_of_both_parts_in_the_form_of_pytest(
    ran: Ran, steps: Steps, capsys: pytest.CaptureFixture[str]
) -> None:
    ran.counts = {"tests/kit": {"passed": 2, "failed": 1, "error": 1}, "tests/unit": {"passed": 3}}
    ran.codes = iter([1, 0])
    checks.run_tests(Project.at(), steps, [])
    assert re.fullmatch(r"2 failed, 10 passed, 2 errors in [\d.]+s\n", capsys.readouterr().out)


@pytest.mark.parametrize("code", [2, 3, 4])
def test_a_part_that_broke_off_is_an_error_of_the_summary(
    ran: Ran, steps: Steps, capsys: pytest.CaptureFixture[str], code: int
) -> None:
    ran.codes = iter([0, code])
    assert checks.run_tests(Project.at(), steps, []) == code
    assert capsys.readouterr().out.startswith("6 passed, 1 error in ")


def test_a_check_that_fails_shows_why_and_does_not_hide_the_tests(ran: Ran, steps: Steps, said: io.StringIO) -> None:
    ran.bad = {"mypy"}
    assert checks.run_tests(Project.at(), steps, []) == 1
    assert "mypy failed:\nwhat it found\n" in said.getvalue()
    assert "ruff failed" not in said.getvalue()
    assert len(ran.tests) == 2


@pytest.mark.parametrize(
    ("codes", "code"),
    [([0, 0], 0), ([1, 0], 1), ([0, 1], 1), ([5, 0], 0), ([0, 5], 0), ([5, 5], 5), ([5, 2], 2), ([3, 1], 3)],
)
def test_the_exit_code_is_that_of_the_part_that_failed(ran: Ran, steps: Steps, codes: list[int], code: int) -> None:
    ran.codes = iter([*codes, *codes])
    assert checks.run_tests(Project.at(), steps, []) == code
    ran.bad = {"ruff"}
    assert checks.run_tests(Project.at(), steps, []) == (code or 1)


def test_the_exit_code_of_a_provider_project_is_that_of_its_tests(ran: Ran, provider: Path, steps: Steps) -> None:
    ran.codes = iter([5])
    assert checks.run_tests(Project.at(provider), steps, []) == 5


def test_a_run_that_takes_too_long_is_stopped_and_has_failed(
    ran: Ran, steps: Steps, said: io.StringIO, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def late(_folder: Path, _arguments: Sequence[str], limit: float | None) -> int:
        raise subprocess.TimeoutExpired("pytest", limit or 0)

    monkeypatch.setattr(checks, "_pytest", late)
    assert checks.run_tests(Project.at(), steps, []) == 1
    assert "took longer than 40 minutes and were stopped" in said.getvalue()
    assert capsys.readouterr().out.startswith("2 errors in ")
    assert ran.tests == []


def test_a_project_that_does_not_build_is_not_tested(
    ran: Ran, provider: Path, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise BuildError("broken")

    monkeypatch.setattr(checks, "build", fail)
    with pytest.raises(BuildError):
        checks.run_tests(Project.at(provider), steps, [])
    assert ran.tests == []


def test_missing_tools_are_named_with_the_way_to_them(
    ran: Ran, provider: Path, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "find_spec", lambda name: None if name == "playwright" else object())
    with pytest.raises(SetupError, match="need playwright") as failure:
        checks.run_tests(Project.at(provider), steps, [])
    assert "cotab[test]" in failure.value.hint
    assert ran.tests == []
