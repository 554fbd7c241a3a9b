"""What `test` runs: for a provider project its tests; in a checkout of cotab also every linter and type checker.

Called by cli.py. pytest comes last, so that its summary is what remains on the screen and in the log.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from cotab_kit.build.build import build
from cotab_kit.errors import SetupError
from cotab_kit.layout import kit_files, source_root
from cotab_kit.tools.browser import find_browser
from cotab_kit.tools.node import Node, ensure_node
from cotab_kit.tools.process import run_process

if TYPE_CHECKING:
    from cotab_kit.progress import Steps
    from cotab_kit.project.project import Project

Command = list[str | Path]


def run_tests(project: Project, steps: Steps, arguments: Sequence[str]) -> int:
    """Build, check, test; the exit code is that of pytest, or 1 if only a check failed."""
    _require_test_tools()
    build(project, steps)
    source = source_root()
    if source is None or project.root != source / "webresource":
        return _pytest(project.root, arguments)
    sound = _checks_pass(source, project, steps)
    find_browser(steps)  # once, before several workers look for it (and perhaps install it) at the same time
    code = _pytest(source, ["-n", "auto", "--dist", "loadscope", "--no-loadscope-reorder", *arguments])
    return code or int(not sound)


def _require_test_tools() -> None:
    for module in ("pytest", "playwright"):
        if find_spec(module) is None:
            raise SetupError(f"The tests need {module}, which is not installed", hint="Run: pip install cotab[test]")


def _checks_pass(source: Path, project: Project, steps: Steps) -> bool:
    """Run every check, show the output of those that fail, and answer whether all passed."""
    node = ensure_node(project.workspace, kit_files(), steps, dev=True)
    passed = True
    for title, command in _checks(node).items():
        with steps.step(title):
            finished = run_process(command, cwd=source, env={"NODE_PATH": str(node.modules)})
        if not finished.ok:
            passed = False
            steps.note(f"{title} failed:\n{finished.output}")
    return passed


def _checks(node: Node) -> dict[str, Command]:
    python, scripts, modules = sys.executable, Path(sys.executable).parent, node.modules
    tsc: Command = [node.exe, modules / "typescript" / "bin" / "tsc", "-p"]
    return {
        "ruff": [python, "-m", "ruff", "check", "--no-cache"],
        "ruff format": [python, "-m", "ruff", "format", "--check", "--no-cache"],
        "mypy": [python, "-m", "mypy"],
        "import-linter": [scripts / "lint-imports", "--no-cache"],
        "tsc": [*tsc, "webresource/tsconfig.json"],
        "tsc of what runs in Node": [*tsc, "webresource/tsconfig.node.json"],
        "page_config.d.ts": [python, "-m", "cotab_kit.build.page_types", "--check"],
        "eslint": [
            node.exe,
            modules / "eslint" / "bin" / "eslint.js",
            "--config=webresource/eslint.config.cjs",
            "webresource/page",
            "examples/*/assets/*.js",
            "pylib/cotab_kit",
            "pylib/tandem/web",
        ],
    }


def _pytest(folder: Path, arguments: Sequence[str]) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=folder, check=False).returncode


def run_bench(what: str, arguments: Sequence[str]) -> int:
    """Run a benchmark of tests/bench, "tandem-relay" say; the exit code is its own. Raises SetupError elsewhere."""
    source = source_root()
    if source is None:
        raise SetupError("The benchmark is part of cotab's source checkout", hint="Run it there: python build.py bench")
    _require_test_tools()
    script = source / "tests" / "bench" / f"{what.replace('-', '_')}.py"
    return subprocess.run([sys.executable, script, *arguments], check=False).returncode
