"""The pages of real libraries: their packages, locked and installed once, and each page with its bundle and steps."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock

from cotab_kit.layout import Workspace, kit_files
from cotab_kit.progress import Steps
from cotab_kit.tools.cache import Cache
from cotab_kit.tools.esbuild import Bundle, BundleConfig, Run, run_esbuild
from cotab_kit.tools.node import Node, ensure_node
from web.steps import Step

FOLDER = Path(__file__).with_name("libraries")
PACKAGES = Path(__file__).with_name("bundling") / "packages.mjs"
PAGES = tuple(sorted(path.parent.name for path in FOLDER.glob("*/steps.py")))
LOOKS = tuple(sorted(path.parent.name for path in FOLDER.glob("*/page.html")))


@dataclass(frozen=True)
class LibraryPage:
    """One page: the folder that has `page.html`, those with what it refers to, and what is done on it."""

    name: str
    folder: Path
    packages: tuple[Path, ...]
    steps: tuple[Step, ...]


def steps_of(name: str) -> tuple[Step, ...]:
    """Return what is done on a page; nothing, if it is only looked at."""
    return tuple(importlib.import_module(f"web.libraries.{name}.steps").STEPS) if name in PAGES else ()


def library_page(name: str, workspace: Workspace) -> LibraryPage:
    """Make a page, with what it needs; one without a script of packages lies there as it is."""
    source = FOLDER / name
    entry = next((path for path in source.glob("page.[jt]s*")), None)
    if entry is None:
        return LibraryPage(name, source, (), steps_of(name))
    progress = Steps.for_this_terminal()
    packages = _packages(workspace, progress)
    folder = _bundled(source, entry, workspace, packages, progress)
    return LibraryPage(name, folder, (packages.modules,), steps_of(name))


def _bundled(source: Path, entry: Path, workspace: Workspace, packages: Node, progress: Steps) -> Path:
    tools = ensure_node(workspace, kit_files(), progress, dev=True)
    options = {PACKAGES: {"modules": str(packages.modules)}}
    config = BundleConfig(source, (Run((entry.name,)),), copied=("page.html",), plugins=options)

    def make(aside: Path) -> None:
        with progress.step(f"Bundling {source.name}"):
            run_esbuild(tools, config, aside)

    inputs = config.inputs(FOLDER / "package-lock.json")
    return Cache(workspace.cache / "library-pages").get(inputs, make, Bundle.read).folder


def _packages(workspace: Workspace, progress: Steps) -> Node:
    """Install what the pages are made of, apart from what the build needs."""
    files = replace(kit_files(), package_json=FOLDER / "package.json", package_lock=FOLDER / "package-lock.json")
    home = Workspace(workspace.caches / "libraries")
    home.root.mkdir(parents=True, exist_ok=True)
    with FileLock(home.root / "lock"):  # several processes run tests
        return ensure_node(home, files, progress, dev=False)
