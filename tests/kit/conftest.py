"""What the tests of the kit share: a provider project to change at will, and wheels made on the spot."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from cotab_kit.layout import kit_files
from cotab_kit.progress import Steps
from cotab_kit.project.scaffold import not_copied
from kit.trees import Tree, copy

if TYPE_CHECKING:
    from collections.abc import Callable

    MakeWheel = Callable[..., Path]


@pytest.fixture
def said() -> io.StringIO:
    """What `steps` tells the author."""
    return io.StringIO()


@pytest.fixture
def steps(said: io.StringIO) -> Steps:
    return Steps(Console(file=said, width=200))


@pytest.fixture
def provider(tmp_path: Path) -> Path:
    """A copy of examples/minimal, in a folder whose name has spaces."""
    folder = tmp_path / "a provider's folder"
    shutil.copytree(kit_files().templates["minimal"], folder, ignore=not_copied)
    return folder


@pytest.fixture
def tree(tmp_path: Path, steps: Steps) -> Tree:
    return Tree(copy(tmp_path / "tree"), tmp_path / "dist", steps, {})


@pytest.fixture
def wheel(tmp_path: Path) -> MakeWheel:
    """Makes a wheel `name-1.0-py3-none-any.whl` with the given files; METADATA may be among them."""

    def make(files: dict[str, bytes | str], name: str = "demo") -> Path:
        path = tmp_path / f"{name}-1.0-py3-none-any.whl"
        metadata = f"{name}-1.0.dist-info/METADATA"
        with zipfile.ZipFile(path, "w") as archive:
            for item, content in {metadata: f"Name: {name}\nVersion: 1.0\n", **files}.items():
                archive.writestr(item, content)
        return path

    return make
