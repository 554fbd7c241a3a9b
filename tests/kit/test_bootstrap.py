"""build.py: the environment it makes, when it makes it anew, and how it hands over to the kit."""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import re
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
LOCK = """\
distlib==1.0 \\
    --hash=sha256:aa
rich==2.0 \\
    --hash=sha256:bb
virtualenv==3.0 \\
    --hash=sha256:cc
"""


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("cotab_bootstrap", ROOT / "build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class FakeMachine:
    """Stands in for `run` and for the modules that Python may lack; makes what the commands would make."""

    def __init__(self, environment: Any) -> None:  # noqa: ANN401 - build.py is no module that can be imported
        self.environment = environment
        self.commands: list[list[str]] = []
        self.lacks: set[str] = set()
        self.fails_at = "nothing"
        self.locks: list[str] = []

    def run(self, command: list[str], goal: str) -> None:
        self.commands.append(command)
        if "-r" in command:
            self.locks.append(Path(command[command.index("-r") + 1]).read_text("utf-8"))
        if command[-1] == str(self.environment.home):
            self.environment.python.parent.mkdir(parents=True)
            self.environment.packages.mkdir(parents=True)
            self.environment.python.touch()
        if self.fails_at in goal:
            raise KeyboardInterrupt

    def find_spec(self, name: str) -> object | None:
        return None if name in self.lacks else object()

    def ran(self, *words: str) -> bool:
        return any(set(words) <= set(command) for command in self.commands)


@pytest.fixture
def bootstrap() -> ModuleType:
    return load()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "a folder with späces"
    folder.mkdir()
    (folder / "pylib").mkdir()
    (folder / "requirements.lock").write_text(LOCK, "utf-8")
    return folder


@pytest.fixture
def machine(bootstrap: ModuleType, root: Path, monkeypatch: pytest.MonkeyPatch) -> FakeMachine:
    fake = FakeMachine(bootstrap.Environment(root))
    monkeypatch.setattr(bootstrap, "run", fake.run)
    monkeypatch.setattr(importlib.util, "find_spec", fake.find_spec)
    return fake


def test_what_was_made_is_ready_and_stays_so(machine: FakeMachine) -> None:
    environment = machine.environment
    assert not environment.is_ready()
    environment.make()
    assert environment.is_ready()
    assert machine.ran("venv")
    assert machine.ran("install", "--require-hashes", str(environment.lock))


def test_a_second_run_starts_nothing_but_the_kit(
    bootstrap: ModuleType, machine: FakeMachine, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.environment.make()
    machine.commands.clear()
    monkeypatch.setattr(bootstrap, "hand_over", lambda _, arguments: len(arguments))
    assert bootstrap.main(["check", "--all"], root) == 2
    assert machine.commands == []


def test_another_lock_makes_it_anew(machine: FakeMachine) -> None:
    machine.environment.make()
    machine.environment.lock.write_text(LOCK + "# changed\n", "utf-8")
    assert not machine.environment.is_ready()


def test_another_python_makes_it_anew(machine: FakeMachine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.environment.make()
    monkeypatch.setattr("platform.python_version", lambda: "3.99.0")
    assert not machine.environment.is_ready()


def test_a_moved_checkout_makes_it_anew(bootstrap: ModuleType, machine: FakeMachine, root: Path) -> None:
    machine.environment.make()
    moved = root.rename(root.with_name("elsewhere"))
    assert not bootstrap.Environment(moved).is_ready()


def test_an_environment_whose_python_was_uninstalled_is_made_anew(machine: FakeMachine) -> None:
    machine.environment.make()
    machine.environment.python.unlink()
    assert not machine.environment.is_ready()


def test_an_interrupted_set_up_is_redone_from_the_start(
    bootstrap: ModuleType, machine: FakeMachine, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.fails_at = "requirements.lock"
    assert bootstrap.main([], root) == 130
    assert "stopped" in capsys.readouterr().err
    (machine.environment.packages / "left-over").touch()
    assert not machine.environment.is_ready()
    machine.fails_at = "nothing"
    machine.environment.make()
    assert machine.environment.is_ready()
    assert not (machine.environment.packages / "left-over").exists()


def test_an_environment_that_breaks_while_it_is_replaced_does_not_pass_for_ready(
    machine: FakeMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.environment.make()

    def fail(_: Path) -> None:
        raise PermissionError("in use")

    monkeypatch.setattr("shutil.rmtree", fail)
    with pytest.raises(PermissionError):
        machine.environment.make()
    assert not machine.environment.is_ready()


def test_the_library_is_found_by_a_path_that_no_encoding_can_spoil(machine: FakeMachine, root: Path) -> None:
    machine.environment.make()
    packages = machine.environment.packages
    line = (packages / "cotab-source.pth").read_text("ascii")
    assert (packages / line).resolve() == (root / "pylib").resolve()


def test_without_ensurepip_an_installed_virtualenv_steps_in(
    machine: FakeMachine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    machine.lacks = {"ensurepip"}
    machine.environment.make()
    assert machine.ran("-m", "virtualenv", str(machine.environment.home))
    assert "python3-venv" in capsys.readouterr().err


def test_without_ensurepip_and_virtualenv_the_locked_one_is_installed_by_hash(machine: FakeMachine) -> None:
    machine.lacks = {"ensurepip", "virtualenv"}
    machine.environment.make()
    assert machine.ran("pip", "--target", "--require-hashes")
    assert machine.locks[0] == LOCK[: LOCK.index("rich")] + LOCK[LOCK.index("virtualenv") :]
    assert machine.environment.is_ready()


def test_without_any_way_to_an_environment_the_package_to_install_is_named(
    bootstrap: ModuleType, machine: FakeMachine, root: Path
) -> None:
    machine.lacks = {"ensurepip", "virtualenv", "pip"}
    with pytest.raises(SystemExit, match="apt install python3-venv"):
        bootstrap.main([], root)


def test_the_python_inside_does_not_saw_off_its_branch(
    bootstrap: ModuleType, machine: FakeMachine, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", str(machine.environment.home))
    with pytest.raises(SystemExit, match="deactivate"):
        bootstrap.main([], root)


def test_an_old_python_is_told_so_before_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 0))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer"):
        load()
    ast.parse((ROOT / "build.py").read_text("utf-8"), feature_version=(3, 6))


def test_a_failed_step_shows_the_end_of_its_output(bootstrap: ModuleType) -> None:
    with pytest.raises(bootstrap.SetupError, match=r"(?s)Trying failed.*the reason"):
        bootstrap.run([sys.executable, "-c", "import sys; sys.exit('the reason')"], "Trying")


def test_progress_names_the_packages_and_is_silent_in_ci(
    bootstrap: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-c", "print('Collecting rich==2.0 (from x)')"]
    monkeypatch.delenv("CI", raising=False)
    bootstrap.run(command, "Trying")
    monkeypatch.setenv("CI", "true")
    bootstrap.run(command, "Trying")
    captured = capsys.readouterr()
    assert captured.err == "cotab:   rich==2.0\n"
    assert captured.out == ""


@pytest.fixture
def kit(tmp_path: Path, bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """A kit that writes down its arguments and ends with 7."""
    package = tmp_path / "fake" / "cotab_kit"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    text = f"import sys\nopen({str(tmp_path / 'arguments')!r}, 'w').write(repr(sys.argv[1:]))\nsys.exit(7)\n"
    (package / "__main__.py").write_text(text, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    monkeypatch.setattr("signal.signal", lambda *_: None)
    return lambda *arguments: bootstrap.hand_over(Path(sys.executable), list(arguments))


def test_arguments_and_exit_code_pass_through(kit: Callable[..., int], tmp_path: Path) -> None:
    assert kit("new", "a name with spaces") == 7
    assert (tmp_path / "arguments").read_text() == "['new', 'a name with spaces']"


def test_no_arguments_mean_build(kit: Callable[..., int], tmp_path: Path) -> None:
    kit()
    assert (tmp_path / "arguments").read_text() == "['build']"


def test_a_kit_that_was_stopped_by_a_signal_ends_as_in_a_shell(
    bootstrap: ModuleType, kit: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(subprocess.Popen[bytes]):
        def wait(self, timeout: float | None = None) -> int:
            super().wait(timeout)
            self.returncode = -15
            return -15

    monkeypatch.setattr(bootstrap.subprocess, "Popen", Stopped)
    assert kit("preview") == 143


def test_ctrl_c_leaves_the_last_word_to_the_kit(
    bootstrap: ModuleType, kit: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupts = [KeyboardInterrupt, KeyboardInterrupt]

    class Interrupted(subprocess.Popen[bytes]):
        def wait(self, timeout: float | None = None) -> int:
            if interrupts:
                raise interrupts.pop()
            return super().wait(timeout)

    monkeypatch.setattr(bootstrap.subprocess, "Popen", Interrupted)
    assert kit("preview") == 7
    assert interrupts == []


def names(lines: list[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9_.-]", line)[0].lower().replace("_", "-") for line in lines}


def test_the_lock_holds_every_dependency_and_no_address() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    assert names(wanted) <= names(lock.splitlines())
    assert "://" not in lock


def test_the_part_of_the_lock_for_virtualenv_is_complete(bootstrap: ModuleType) -> None:
    needed, seen = ["virtualenv"], set()
    while needed:
        name = needed.pop()
        seen.add(name)
        requires = importlib.metadata.requires(name) or []
        needed += names([line for line in requires if applies(line)]) - seen
    assert seen == set(bootstrap.VIRTUALENV)


def applies(requirement: str) -> bool:
    """Whether a requirement counts from Python 3.11 on."""
    _, _, marker = requirement.partition(";")
    return "extra ==" not in marker and "python_version <" not in marker


def test_the_environment_lies_where_this_python_puts_it(bootstrap: ModuleType, root: Path) -> None:
    environment = bootstrap.Environment(root)
    scripts = Path(sysconfig.get_path("scripts", "venv")).name
    assert environment.python.parent == root / ".venv" / scripts
