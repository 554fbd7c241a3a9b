"""Where things lie: the kit's own files, and the folder an author works in.

A source checkout and an installed wheel hold the kit's files in different places; `kit_files` is the only
function that knows it. Every command starts from these two.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cotab_kit.errors import SetupError


@dataclass(frozen=True)
class KitFiles:
    """The kit's files beside its Python."""

    page: Path
    icons: Path
    package_json: Path
    package_lock: Path
    wheels_lock: Path
    nodejs_lock: Path
    examples: Path
    docs: Path
    library: Path

    @property
    def templates(self) -> dict[str, Path]:
        """The provider projects to begin with, by name: the examples, and the default project, Tandem."""
        manifests = sorted(self.examples.glob("*/provider.toml"))
        return {path.parent.name: path.parent for path in manifests} | {"tandem": self.page.parent}


@dataclass(frozen=True)
class Workspace:
    """The folder of a provider project: its caches and its output. Asking for a path creates nothing."""

    root: Path

    @property
    def caches(self) -> Path:
        """All that can be fetched or computed again; `clean` removes it."""
        return self.root / ".cotab"

    @property
    def node(self) -> Path:
        """The JavaScript parts, and Node itself where the machine has none."""
        return self.caches / "node"

    @property
    def wheels(self) -> Path:
        """The Python wheels that go into the browser."""
        return self.caches / "wheels"

    @property
    def cache(self) -> Path:
        """Results worth keeping between two builds."""
        return self.caches / "cache"

    @property
    def dist(self) -> Path:
        """The output of the build."""
        return self.root / "dist"


def source_root(package: Path | None = None) -> Path | None:
    """Return the root of the source checkout this kit runs from; None if it was installed from a wheel."""
    package = package or Path(__file__).resolve().parent
    return None if (package / "_files").is_dir() else package.parent.parent


def kit_files(package: Path | None = None) -> KitFiles:
    """Find the kit's files from `package`: the folder of cotab_kit, this one if not given."""
    package = package or Path(__file__).resolve().parent
    library = package.parent / "cotab"
    packed = package / "_files"
    if packed.is_dir():
        return _files(packed, examples=packed / "examples", docs=packed / "docs", library=library)
    source = package.parent.parent
    docs = source / "dist" / "docs"
    files = _files(source / "webresource", examples=source / "examples", docs=docs, library=library)
    if not files.page.is_dir():
        raise SetupError(
            f"The installation of cotab is incomplete: neither {packed} nor {files.page} exists.",
            hint="Install it again: pip install --force-reinstall cotab",
        )
    return files


def _files(folder: Path, *, examples: Path, docs: Path, library: Path) -> KitFiles:
    return KitFiles(
        page=folder / "page",
        icons=folder / "icons",
        package_json=folder / "package.json",
        package_lock=folder / "package-lock.json",
        wheels_lock=folder / "requirements.lock",
        nodejs_lock=folder / "nodejs.lock",
        examples=examples,
        docs=docs,
        library=library,
    )
