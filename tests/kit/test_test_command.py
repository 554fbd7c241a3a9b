"""The command `test`: what it runs, and which exit code comes of it. Nothing is really run here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cotab_kit.cli import test as checks
from cotab_kit.errors import BuildError, SetupError
from cotab_kit.layout import source_root
from cotab_kit.project.project import Project
from cotab_kit.tools.node import Node
from cotab_kit.tools.process import Finished

if TYPE_CHECKING:
    import io
    from collections.abc import Sequence

    from cotab_kit.progress import Steps

ROOT = source_root() or Path()


class Ran:
    """Stands in for every program; `bad` are the checks that find something, `code` is pytest's."""

    def __init__(self) -> None:
        self.checks: list[str] = []
        self.tests: list[tuple[Path, list[str]]] = []
        self.bad: set[str] = set()
        self.code = 0

    def check(self, command: Sequence[str | Path], **_: object) -> Finished:
        words = " ".join(str(word) for word in command)
        self.checks.append(words)
        return Finished(int(any(bad in words for bad in self.bad)), "what it found")

    def test(self, folder: Path, arguments: Sequence[str]) -> int:
        self.tests.append((folder, list(arguments)))
        return self.code


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
    assert ran.tests == [(provider, ["-k", "x"])]
    assert ran.checks == []


def test_a_checkout_gets_every_check_and_all_tests_on_all_cores(ran: Ran, steps: Steps) -> None:
    assert checks.run_tests(Project.at(), steps, ["--lf"]) == 0
    assert ran.tests == [(ROOT, ["-n", "auto", "--dist", "loadscope", "--no-loadscope-reorder", "--lf"])]
    for tool in ("ruff check", "ruff format --check", "mypy", "lint-imports", "tsc", "eslint"):
        assert any(tool in command for command in ran.checks), tool


def test_a_check_that_fails_shows_why_and_does_not_hide_the_tests(ran: Ran, steps: Steps, said: io.StringIO) -> None:
    ran.bad = {"mypy"}
    assert checks.run_tests(Project.at(), steps, []) == 1
    assert "mypy failed:\nwhat it found\n" in said.getvalue()
    assert "ruff failed" not in said.getvalue()
    assert len(ran.tests) == 1


def test_the_exit_code_is_that_of_the_tests(ran: Ran, provider: Path, steps: Steps) -> None:
    ran.code = 5
    assert checks.run_tests(Project.at(provider), steps, []) == 5
    ran.bad = {"ruff"}
    assert checks.run_tests(Project.at(), steps, []) == 5


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
