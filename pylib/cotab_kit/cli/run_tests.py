"""The command `test`: for a provider project its tests; in a checkout of cotab every check too, and tests in two sizes.

pytest runs once for the tests without a browser and once for those with one, which need another kind of event loop. One
summary comes last, in pytest's form, so that it is what remains on the screen and in the log.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from secrets import randbelow
from tempfile import TemporaryDirectory

from cotab_kit.build.build import build
from cotab_kit.cli.results import FULL_RUN, Results
from cotab_kit.errors import SetupError
from cotab_kit.layout import kit_files, source_root
from cotab_kit.progress import Steps
from cotab_kit.project.project import Project
from cotab_kit.tools.browser import find_browser
from cotab_kit.tools.engines import ensure_engines
from cotab_kit.tools.node import Node, ensure_node
from cotab_kit.tools.process import run_process

Command = list[str | Path]

NO_TESTS = 5  # what pytest ends with if it has selected none
WHOLE = (0, 1)  # and if it has run all of them, whether they passed or not
_WORDS = ["-p", "cotab_kit.cli.areas", "-o", "console_output_style=classic"]  # without percentages
_PLUGINS = ["-p", "cotab_kit.testing.plugin", *_WORDS]  # a checkout has no entry points
_WORKERS = ["-n", "auto", "--dist", "loadscope", "--no-loadscope-reorder"]


@dataclass(frozen=True)
class Size:
    """The size of a test run: `marks` select it, `profile` is Hypothesis's. What outlasts the limits is stopped."""

    name: str
    promise: str
    marks: str
    profile: str
    test_limit: int  # seconds
    run_limit: int  # seconds; more than promised, for a machine may be slow
    seed: Callable[[], int]  # of the choice among many cases, where none is given


CORE = Size("core", "about 8 minutes on two cores", " and not full", "core", 180, 40 * 60, lambda: 0)
FULL = Size("full", "about an hour on two cores", "", "full", 900, 120 * 60, lambda: randbelow(100_000))
PARTS = {"without a browser": "not browser", "in a browser": "browser"}


def run_tests(
    project: Project, steps: Steps, arguments: Sequence[str], *, full: bool = False, seed: int | None = None
) -> int:
    """Build, check, test; the exit code is that of pytest, or 1 if only a check failed. Raises SetupError."""
    require_test_tools()
    source = source_root()
    is_checkout = source is not None and project.root == source / "webresource"
    if full and not is_checkout:
        raise SetupError("The full size is that of cotab's own tests", hint="Leave --full away: all of yours run")
    build(project, steps)
    if source is None or not is_checkout:
        return _pytest(project.root, [*_PLUGINS, *arguments], None)
    sound = _checks_pass(source, project, steps)
    find_browser(steps)  # once, before several workers look for it (and perhaps install it) at the same time
    if full:
        ensure_engines(steps)
    return _Run(source, steps, FULL if full else CORE, seed).tests(arguments) or int(not sound)


def require_test_tools() -> None:
    """Raise SetupError if pytest or Playwright is not there."""
    for module in ("pytest", "playwright"):
        if find_spec(module) is None:
            raise SetupError(f"The tests need {module}, which is not installed", hint="Run: pip install cotab[test]")


class _Run:
    """A run of cotab's own tests."""

    def __init__(self, source: Path, steps: Steps, size: Size, seed: int | None) -> None:
        self._source, self._steps, self._size = source, steps, size
        self._seed = size.seed() if seed is None else seed
        self._started = time.monotonic()

    def tests(self, arguments: Sequence[str]) -> int:
        """Run both parts, sum them up, and return the exit code."""
        size, results, codes = self._size, Results(), []
        self._steps.note(f"Tests, {size.name} size: {size.promise}; seed {self._seed}, --seed N takes another")
        for number, (title, marks) in enumerate(PARTS.items(), start=1):
            self._steps.note(f"Part {number} of {len(PARTS)}, tests {title}")
            with TemporaryDirectory() as folder:
                file = Path(folder) / "results.json"
                codes.append(self._part([f"--cotab-results={file}", "-m", marks + size.marks, *arguments]))
                if codes[-1] != NO_TESTS:
                    results.add(file, whole=codes[-1] in WHOLE)
        took = time.monotonic() - self._started
        if size is FULL and not arguments:
            (self._source / FULL_RUN).write_text(results.page(took, self._seed), "utf-8")
        print(results.summary(took))
        return next((code for code in codes if code not in (0, NO_TESTS)), min(codes))

    def _part(self, arguments: Sequence[str]) -> int:
        size = self._size
        limit = f"faulthandler_timeout={size.test_limit}"
        chance = [f"--hypothesis-profile={size.profile}", f"--hypothesis-seed={self._seed}"]
        remaining = size.run_limit - (time.monotonic() - self._started)
        try:
            return _pytest(self._source, [*_PLUGINS, *_WORKERS, "-o", limit, *chance, *arguments], remaining)
        except subprocess.TimeoutExpired:
            self._steps.note(f"The tests took longer than {size.run_limit // 60} minutes and were stopped")
            return 1


def _pytest(folder: Path, arguments: Sequence[str], limit: float | None) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=folder, check=False, timeout=limit).returncode


def _checks_pass(source: Path, project: Project, steps: Steps) -> bool:
    """Run every check, show the output of those that fail, and return whether all passed."""
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
        "jscpd": [node.exe, modules / "jscpd" / "bin" / "jscpd", "--config", "webresource/jscpd.json", "--silent"],
        "eslint": [
            node.exe,
            modules / "eslint" / "bin" / "eslint.js",
            "--config=webresource/eslint.config.cjs",
            "webresource/page",
            "examples/*/assets/*.js",
            "examples/*/backend/*.js",
            "pylib/cotab_kit",
            "pylib/tandem/web",
        ],
    }
