"""A provider project: where it lies, what of it is shipped, and where the output and the caches go."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from cotab_kit.errors import BuildError
from cotab_kit.layout import Workspace, source_root
from cotab_kit.manifest.load import load_manifest
from cotab_kit.manifest.model import MANIFEST, Manifest
from cotab_kit.project.sources import imports, loaded_packages, loaded_scripts, top_level_names
from cotab_kit.tools.npm import LOCK, PREVIEW_LOCK, WRITE_IT, NpmTable, lock_problem

# Never part of what is shipped.
LEFT_OUT = {"tests", "dist", "node_modules", "__pycache__"}

# Windows' Explorer makes these anew whenever it shows a folder, and does not show them.
LEFT_BY_WINDOWS = {"thumbs.db", "desktop.ini"}

# The distribution's own packages: cotab has no adapters, and no tab carries the others.
COTABS_OWN = {"cotab", "cotab_kit", "cotab_setup", "tandem"}

# What the page imports beside the standard library.
PAGE_PACKAGES = {"cotab", "js", "pydantic", "pydantic_core", "pyodide", "pyodide_js", "pyscript", "typing_extensions"}


@dataclass(frozen=True)
class Project:
    """A provider project. `dist` is its output, `workspace` holds the caches it may share with others.

    `given` takes the place of the manifest in provider.toml; nothing is read then.
    """

    root: Path
    dist: Path
    workspace: Workspace
    overrides: dict[str, Any] = field(default_factory=dict)
    given: Manifest | None = None

    @classmethod
    def at(cls, root: Path | None = None, dist: Path | None = None, **overrides: Any) -> Project:  # noqa: ANN401 - values of the manifest's [page]
        """Open the project in `root`; without one, in the current folder, else the default project of a checkout."""
        source = source_root()
        default = source / "webresource" if source else None
        here = Path.cwd()
        root = (root or (here if default is None or (here / MANIFEST).is_file() else default)).resolve()
        if source and root == default:
            dist = dist or source / "dist"
        return cls(root, dist or root / "dist", Workspace(source or root), overrides)

    @cached_property
    def manifest(self) -> Manifest:
        """The project's manifest. Raises ManifestError."""
        return self.given or load_manifest(self.root / MANIFEST, self.overrides)

    def modules(self) -> dict[str, Path]:
        """Find the author's Python files by their name in the browser: top-level modules and packages."""
        return {path.relative_to(self.root).as_posix(): path for path in _python_files(self.root)}

    def assets(self) -> dict[str, Path]:
        """Find the files of the assets folder by their name as a web resource, such as "assets/sdk.js"."""
        folder = self._assets_folder
        files = {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()}
        return {f"assets/{name.as_posix()}": path for name, path in files.items() if not _is_hidden(name)}

    @property
    def npm(self) -> NpmTable:
        """The packages from npm that are shipped."""
        return NpmTable("page.npm", self.manifest.page.npm, self.root / LOCK)

    @property
    def preview_npm(self) -> NpmTable:
        """The packages from npm that only the preview shows, on the customer's site."""
        return NpmTable("preview.npm", self.manifest.preview.npm, self.root / PREVIEW_LOCK)

    def needs_pyscript(self) -> bool:
        """Return whether the author's code imports `pyscript`, so that plain Pyodide cannot run it."""
        return any("pyscript" in imports(path) for path in self.modules().values())

    def with_manifest(self, manifest: Manifest) -> Project:
        """Take this for the project's manifest, as `check` does, which goes on where a key is wrong."""
        return replace(self, given=manifest)

    def check(self) -> None:
        """Raise BuildError if the author's code cannot be what the manifest says."""
        for _, problem in self.problems():
            raise problem

    def problems(self) -> Iterator[tuple[str, BuildError]]:
        """Find everything in the author's code that cannot be, each with the key that it depends on."""
        checks = {
            "page.adapter": self._check_adapter,
            "modules": self._check_modules,
            "page.assets": self._check_assets,
            "scripts": self._check_scripts,
            "page.npm": self._check_npm,
            "preview.npm": self.preview_npm_problems,
            "page.boot": self._check_boot,
        }
        for key, check in checks.items():
            try:
                yield from ((key, problem) for problem in check())
            except BuildError as error:  # a file that cannot be read
                yield key, error

    def _check_boot(self) -> Iterator[BuildError]:
        if self.manifest.page.boot == "pyodide" and self.needs_pyscript():
            yield BuildError(
                'The code imports pyscript, but page.boot = "pyodide" starts Python without it',
                hint='Write boot = "pyscript" into [page] of provider.toml, or do without pyscript.',
            )

    def _check_modules(self) -> Iterator[BuildError]:
        """Find modules in the way of one that the page needs: the project's folder comes first in sys.path."""
        for name, path in self.modules().items():
            module = name.partition("/")[0].removesuffix(".py")
            if module in sys.stdlib_module_names or module in PAGE_PACKAGES:
                yield BuildError(
                    f"{path}: a module named {module} would take the place of the one that Python brings itself",
                    hint="Give it another name.",
                )

    def _check_adapter(self) -> Iterator[BuildError]:
        """Find what is missing of the module and the class that the manifest names."""
        module, _, name = self.manifest.page.adapter.partition(":")
        wanted = module.replace(".", "/")
        files = self.modules()
        path = files.get(f"{wanted}.py") or files.get(f"{wanted}/__init__.py")
        named = f'{self._place_of(self.manifest.page.adapter)}: page.adapter names the module "{module}"'
        if path is None and module.partition(".")[0] in COTABS_OWN:
            yield BuildError(
                f"{named}, which no page can import",
                hint=f'Write the adapter into a module of the project, such as main.py, and name it: "main:{name}".',
            )
        elif path is None:
            yield BuildError(
                f"{named}, but there is no {wanted}.py",
                hint=f"Write the adapter into {wanted}.py, or correct page.adapter.",
            )
        elif not {name, "*"} & top_level_names(path):
            yield BuildError(
                f'{path} defines no "{name}", which page.adapter names',
                hint="Correct page.adapter, or the name of the class.",
            )

    def _check_scripts(self) -> Iterator[BuildError]:
        """Find scripts of the solution that the code loads and that are not there."""
        shipped = self.assets()
        for path in self.modules().values():
            for line, script in loaded_scripts(path):
                if script not in shipped:
                    yield BuildError(
                        f'{path}:{line}: loads "{script}", but there is no such file in {self._assets_folder}',
                        hint="Put the script there, or correct its name: upper and lower case matter.",
                    )

    def _check_npm(self) -> Iterator[BuildError]:
        """Find packages that are not locked, and such that the code loads and the manifest does not name."""
        yield from _lock_problems(self.npm)
        for path in self.modules().values():
            for line, package in loaded_packages(path):
                if package not in self.npm.wanted:
                    entry = f'"{package}" = "{self.preview_npm.wanted.get(package, "1.2.3")}"'
                    yield BuildError(
                        f'{path}:{line}: loads the package "{package}", which [page.npm] does not name',
                        hint=f"Write it there with its version, such as {entry}, and run `cotab lock`.",
                    )

    def preview_npm_problems(self) -> Iterator[BuildError]:
        """Find what is wrong with the lock of the packages that only the preview has."""
        return _lock_problems(self.preview_npm)

    def _check_assets(self) -> Iterator[BuildError]:
        """Find a missing folder that the manifest names; without that key there may be one or not."""
        named = "assets" in self.manifest.page.model_fields_set
        if named and not self._assets_folder.is_dir():
            yield BuildError(
                f'{self.root / MANIFEST}: page.assets = "{self.manifest.page.assets}": there is no such folder',
                hint=f"Make {self._assets_folder}, or correct page.assets.",
            )

    def _place_of(self, value: str) -> str:
        """Name the manifest's path, with the line in which a text is written, if one is."""
        path = self.root / MANIFEST
        lines = enumerate(path.read_text("utf-8-sig").splitlines(), 1)
        return next((f"{path}:{number}" for number, line in lines if f'"{value}"' in line), str(path))

    @property
    def _assets_folder(self) -> Path:
        return self.root / self.manifest.page.assets


def _lock_problems(table: NpmTable) -> Iterator[BuildError]:
    if table.wanted and (problem := lock_problem(table)):
        yield BuildError(f"{table.lock}: {problem}", hint=WRITE_IT)


def _python_files(folder: Path) -> Iterator[Path]:
    """Find the Python files of a folder and of the packages in it; enter nothing else, nor follow links to folders."""
    for path in sorted(folder.iterdir()):
        if path.name in LEFT_OUT or path.name.startswith("."):
            continue
        if (path / "__init__.py").is_file() and not path.is_symlink():
            yield from _python_files(path)
        elif path.suffix == ".py" and path.is_file() and not _is_test(path):
            yield path


def _is_test(path: Path) -> bool:
    return path.name.startswith("test_") or path.name == "conftest.py"


def _is_hidden(name: Path) -> bool:
    """Return whether it is something that a system or an editor left, such as .DS_Store."""
    return name.name.lower() in LEFT_BY_WINDOWS or any(part.startswith(".") for part in name.parts)
