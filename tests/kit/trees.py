"""A copy of the checkout that a test changes and builds."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cotab_kit.build.build import WEB_RESOURCES, build
from cotab_kit.layout import KitFiles, Workspace, kit_files, source_root
from cotab_kit.project.project import Project

if TYPE_CHECKING:
    from cotab_kit.build.report import Report
    from cotab_kit.progress import Steps

ROOT = source_root() or Path()


COPIED = ("webresource", "examples/minimal", "pylib/cotab", "pylib/cotab_setup", "pylib/cotab_kit/build")


LEFT_OUT = shutil.ignore_patterns("__pycache__", "dist", ".*", "node_modules")


@dataclass(frozen=True)
class SharedParts(Workspace):
    """What was installed comes from the checkout; what is computed is kept elsewhere."""

    own: Path

    @property
    def cache(self) -> Path:
        return self.own


@dataclass(frozen=True)
class Tree:
    """A copy of the checkout: its default project with the example's assets, and the kit's own files beside it."""

    root: Path
    dist: Path
    steps: Steps
    overrides: dict[str, Any]
    cache: Path = ROOT / ".cotab" / "cache"

    @property
    def kit(self) -> KitFiles:
        return kit_files(self.root / "pylib" / "cotab_kit")

    def build(self) -> Report:
        overrides = {"assets": "../examples/minimal/assets", **self.overrides}
        project = Project(self.root / "webresource", self.dist, SharedParts(ROOT, self.cache), overrides)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("cotab_kit.build.build.kit_files", lambda: self.kit)
            return build(project, self.steps)

    def is_made_again(self) -> bool:
        marks = self.dist / WEB_RESOURCES / "mark"
        marks.parent.mkdir(exist_ok=True)
        marks.touch()  # a build removes what was there
        self.build()
        return not marks.exists()

    def add(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((path.read_text("utf-8") if path.exists() else "") + text, "utf-8")

    def resource(self, name: str) -> Path:
        return self.dist / WEB_RESOURCES / "cotab_" / "tandem" / name


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def copy(target: Path) -> Path:
    for name in COPIED:
        shutil.copytree(ROOT / name, target / name, ignore=LEFT_OUT)
    return target
