"""A provider project: where it lies, what of it is shipped, and where the output and the caches go.

Made by cli.py from the command line, handed to every command.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from cotab_kit.errors import BuildError
from cotab_kit.layout import Workspace, source_root
from cotab_kit.manifest import Manifest

# Never part of what is shipped.
LEFT_OUT = {"tests", "dist", "node_modules", "__pycache__"}

PYSCRIPT_IMPORT = re.compile(r"^\s*(?:import|from)\s+pyscript\b", re.MULTILINE)


@dataclass(frozen=True)
class Project:
    """A provider project. `dist` is its output, `workspace` holds the caches it may share with others."""

    root: Path
    dist: Path
    workspace: Workspace
    overrides: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def at(cls, root: Path | None = None, dist: Path | None = None, **overrides: Any) -> Project:  # noqa: ANN401 - values of the manifest's [page]
        """The project in `root`; without one, the default project of a source checkout or the current folder."""
        source = source_root()
        if root is None:
            root = source / "webresource" if source else Path.cwd()
            dist = dist or (source / "dist" if source else None)
        root = root.resolve()
        return cls(root, dist or root / "dist", Workspace(source or root), overrides)

    @cached_property
    def manifest(self) -> Manifest:
        """The project's provider.toml. Raises ManifestError."""
        return Manifest.load(self.root, self.overrides)

    def modules(self) -> dict[str, Path]:
        """The author's Python files by their name in the browser: top-level modules and packages."""
        return {path.relative_to(self.root).as_posix(): path for path in self._python_files()}

    def assets(self) -> dict[str, Path]:
        """The files of the assets folder by their name as a web resource, such as "assets/sdk.js"."""
        folder = self.root / self.manifest.page.assets
        files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
        return {f"assets/{path.relative_to(folder).as_posix()}": path for path in files}

    def needs_pyscript(self) -> bool:
        """Whether the author's code imports `pyscript`, so that plain Pyodide cannot run it."""
        return any(PYSCRIPT_IMPORT.search(read_source(path)) for path in self.modules().values())

    def check(self) -> None:
        """Raise BuildError if the author's code cannot be what the manifest says."""
        self._check_adapter()
        if self.manifest.page.boot == "pyodide" and self.needs_pyscript():
            raise BuildError(
                'The code imports pyscript, but page.boot = "pyodide" starts Python without it',
                hint='Write boot = "pyscript" into [page] of provider.toml, or do without pyscript.',
            )

    def _check_adapter(self) -> None:
        """The module and the class that the manifest names must exist."""
        module, _, name = self.manifest.page.adapter.partition(":")
        wanted = module.replace(".", "/")
        if module.split(".")[0] in ("cotab", "tandem"):
            return
        files = self.modules()
        path = files.get(f"{wanted}.py") or files.get(f"{wanted}/__init__.py")
        if path is None:
            raise BuildError(
                f'{self.root / "provider.toml"}: page.adapter names the module "{module}", but there is no {wanted}.py',
                hint=f"Write the adapter into {wanted}.py, or correct page.adapter.",
            )
        if name not in _names(path):
            raise BuildError(
                f'{path} defines no "{name}", which page.adapter names',
                hint="Correct page.adapter, or the name of the class.",
            )

    def _python_files(self) -> Iterator[Path]:
        for path in sorted(self.root.rglob("*.py")):
            folders = path.relative_to(self.root).parts[:-1]
            hidden = any(folder in LEFT_OUT or folder.startswith(".") for folder in folders)
            packaged = all(
                (self.root.joinpath(*folders[: n + 1]) / "__init__.py").is_file() for n in range(len(folders))
            )
            if packaged and not hidden and not path.name.startswith(("test_", "conftest")):
                yield path


def read_source(path: Path) -> str:
    """A Python file's text, with LF line ends on every platform. Raises BuildError if it is not UTF-8."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise BuildError(f"{path} is not UTF-8: {error}", hint="Save the file as UTF-8.") from error


def _names(path: Path) -> set[str]:
    """The names a module defines at its top level. Raises BuildError when Python cannot read the file."""
    try:
        tree = ast.parse(read_source(path), str(path))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise BuildError(f"{path}:{line}: {error}", hint="Correct the file and build again.") from error
    names: set[str] = set()
    for node in tree.body:
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                names.add(name)
            case ast.Import(names=imported) | ast.ImportFrom(names=imported):
                names |= {alias.asname or alias.name for alias in imported}
            case ast.Assign(targets=targets):
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
            case _:
                pass
    return names
