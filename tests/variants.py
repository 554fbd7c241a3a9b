"""Builds of projects with other settings, for browser tests; the `variant` fixture of conftest.py is one of these.

Most tests want a provider that needs no service and whose customer is played by a script: that is examples/minimal.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any

from filelock import FileLock
from rich.console import Console

from cotab_kit.build.build import build
from cotab_kit.progress import Steps
from cotab_kit.project.project import Project
from cotab_kit.testing import ServedBuild

ROOT = Path(__file__).parents[1]
PROJECTS = ROOT / "tests" / "projects"
MINIMAL = ROOT / "examples" / "minimal"


class Variants:
    """Builds projects with other settings, once for all test processes, and serves them until the tests are over."""

    def __init__(self, cache: Path, open_until_the_end: ExitStack) -> None:
        self._cache = cache
        self._stack = open_until_the_end
        self._served: dict[Path, ServedBuild] = {}

    def __call__(self, project: str | Path | None = None, **page: Any) -> ServedBuild:  # noqa: ANN401 - values of [page]
        """`project` is one of tests/projects, a folder, or examples/minimal; `page` replaces keys of its [page]."""
        root = PROJECTS / project if isinstance(project, str) else project or MINIMAL
        options = json.dumps([str(root), page], sort_keys=True)
        dist = self._cache / sha256(options.encode()).hexdigest()[:16]
        if dist not in self._served:
            self._cache.mkdir(parents=True, exist_ok=True)
            with FileLock(self._cache / "build.lock"):
                build(Project.at(root, dist, **page), Steps(Console(quiet=True), quiet=True))
            self._served[dist] = self._stack.enter_context(ServedBuild(dist))
        return self._served[dist]
