"""The FFI seam inside real Pyodide (under Node): one boot runs the suite, each of its tests is reported by itself."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from rich.console import Console

from cotab_kit.build.fast_start.file_system import SITE_PACKAGES
from cotab_kit.layout import Workspace, kit_files
from cotab_kit.progress import Steps
from cotab_kit.tools.node import ensure_node
from cotab_kit.tools.wheels import ensure_wheels

HERE = Path(__file__).parent
SUITE = HERE / "suite"
MODULES = ("objects", "callbacks", "conversion", "scripts", "page", "tasks")


def names() -> list[str]:
    """The tests of the suite, as "module::test"."""
    return [
        f"{module}::{node.name}"
        for module in MODULES
        for node in ast.parse((SUITE / f"{module}.py").read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]


@pytest.fixture(scope="module")
def results(pytestconfig: pytest.Config) -> dict[str, str | None]:
    steps = Steps(Console(stderr=True), quiet=True)
    workspace, files = Workspace(pytestconfig.rootpath), kit_files()
    node = ensure_node(workspace, files, steps, dev=True)
    wheels = ensure_wheels(files.wheels_lock, workspace, steps)
    sources = {f"cotab/{path.relative_to(files.library).as_posix()}": path for path in files.library.rglob("*.py")}
    sources |= {f"suite/{path.name}": path for path in SUITE.glob("*.py")}
    order = {
        "pyodide": str(node.modules / "pyodide"),
        "wheels": [str(wheel) for wheel in wheels],
        "files": {f"{SITE_PACKAGES}/{name}": str(path) for name, path in sources.items()},
        "top": str(files.page / "top.js"),
    }
    output = node.run(HERE / "run.mjs", json.dumps(order), timeout=120)
    found: dict[str, str | None] = json.loads(output.partition("RESULTS ")[2])
    return found


def test_nothing_runs_without_being_reported(results: dict[str, str | None]) -> None:
    assert sorted(results) == sorted(names())


@pytest.mark.parametrize("name", names())
def test_inside_pyodide(name: str, results: dict[str, str | None]) -> None:
    assert name in results, f"{name} was not run"
    assert results[name] is None, results[name]
