"""The examples: they pass those of their tests that need no browser, and hold names and hashes of packages only.

With a browser they are tried as the templates that they are: test_scaffold.py, in the full size.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cotab_kit.deploy.release import Release
from cotab_kit.layout import kit_files, source_root
from cotab_kit.project.project import Project
from cotab_kit.tools.npm import LOCK, lock_problem
from kit.deploy.runs import Run
from sizes import in_full

ROOT = source_root() or Path()
EXAMPLES = sorted(path.parent for path in kit_files().examples.glob("*/provider.toml"))
IN_THE_CORE = {"cobrowseio", "iframe"}  # one with packages from npm, one without
WITH_NPM = [path.parent for path in sorted(kit_files().examples.glob(f"*/{LOCK}"))]
IN_A_BROWSER = ("test_desktop.py", "test_tab.py")


@pytest.mark.parametrize(
    "example",
    [path if path.name in IN_THE_CORE else in_full(path) for path in EXAMPLES],
    ids=lambda path: path.name,
)
def test_an_example_passes_its_tests_on_the_host(example: Path) -> None:
    left_out = [f"--ignore={example / 'tests' / name}" for name in IN_A_BROWSER]
    options = ["-c", str(example / "pytest.ini"), "-p", "no:cacheprovider", "-q", *left_out]
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(example / "tests")],
        capture_output=True,
        text=True,
        check=False,
        # Without the one there are no sockets on Windows.
        env={"SYSTEMROOT": os.environ.get("SYSTEMROOT", ""), "PYTHONPATH": str(ROOT / "pylib"), "PATH": ""},
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.mark.parametrize("managed", [True, pytest.param(False, marks=pytest.mark.full)], ids=["managed", "unmanaged"])
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
async def test_an_example_that_is_uninstalled_leaves_the_database_as_it_was(example: Path, *, managed: bool) -> None:
    """What a build would bring has no matter here: test_wheel.py does the same with it."""
    manifest = Project.at(example).manifest
    pages = ("boot.js", "configuration.html", *(f"{mode}.html" for mode in manifest.modes))
    release = Release(manifest, {f"{manifest.folder}/{name}": b"1;" for name in pages}, managed)
    run = Run()
    before = run.snapshot()
    assert (await run.install(release)).complete
    assert run.snapshot() != before
    assert (await run.uninstall(release)).residue == []
    assert run.snapshot() == before


@pytest.mark.parametrize("example", WITH_NPM, ids=lambda path: path.name)
def test_a_lock_fits_the_manifest_and_names_no_registry(example: Path) -> None:
    project = Project.at(example)
    tables = [table for table in (project.npm, project.preview_npm) if table.wanted]
    for table in tables:
        assert lock_problem(table) == ""
        assert '"resolved"' not in table.lock.read_text("utf-8")
    assert {table.lock for table in tables} == set(example.glob("npm*.lock"))
    assert list(project.problems()) == []
    assert not (example / "node_modules").exists()
