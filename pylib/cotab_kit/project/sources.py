"""Read what the author's Python files say, without running them.

The page's Python may be newer than this one: whether it can read a file is decided when the snapshot is made.
"""

from __future__ import annotations

import ast
import symtable
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cotab_kit.errors import BuildError, not_utf8

# Methods of tab.sdk: those that take a script of the solution, and the one that takes a package of [page.npm].
LOADERS, PACKAGE_LOADERS = {"load", "load_module"}, {"load_package"}


def read_source(path: Path) -> str:
    """Read a Python file, with LF line ends on every platform. Raises BuildError if it is not UTF-8."""
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BuildError(f"{path}: {not_utf8(error)}", hint="Save the file as UTF-8.") from error


@contextmanager
def _python(path: Path) -> Iterator[str]:
    """Read a Python file. Where Python cannot read it, the block ends with a BuildError."""
    text = read_source(path)
    try:
        yield text
    except SyntaxError as error:
        raise BuildError(f"{path}:{error.lineno or 1}: {error.msg}", hint="Correct the file at that line.") from error
    except (ValueError, RecursionError, MemoryError) as error:  # NUL characters, thousands of brackets
        raise BuildError(f"{path} is no Python: {error}", hint="Correct the file.") from error


def top_level_names(path: Path) -> set[str]:
    """Collect what a module defines, imports or assigns; "*" for what a star import brings. Raises BuildError."""
    with _python(path) as text:
        body = ast.parse(text, str(path)).body
        with warnings.catch_warnings(action="ignore"):  # what is only doubtful is the author's own affair
            compile(text, str(path), "exec", dont_inherit=True)
        symbols = symtable.symtable(text, str(path), "exec").get_symbols()
    own = {symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()}
    return own | {"*" for node in body if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"}


def imports(path: Path) -> set[str]:
    """Collect the top-level packages that a module imports by name, wherever in it."""
    with _python(path) as text:
        nodes = list(ast.walk(ast.parse(text, str(path))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    parts = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    return {name.partition(".")[0] for name in plain | parts}


def loaded_scripts(path: Path) -> list[tuple[int, str]]:
    """Find the scripts of the solution that a module loads by a literal name ("assets/sdk.js"), with their lines."""
    found = [(line, name.partition("?")[0].removeprefix("./")) for line, name in _loaded(path, LOADERS)]
    return [(line, name) for line, name in found if name.startswith("assets/")]


def loaded_packages(path: Path) -> list[tuple[int, str]]:
    """Find the packages of npm that a module loads by a literal name, with their lines."""
    return _loaded(path, PACKAGE_LOADERS)


def _loaded(path: Path, loaders: set[str]) -> list[tuple[int, str]]:
    """Find the texts that are the first argument of a loader."""
    try:
        with _python(path) as text:
            nodes = list(ast.walk(ast.parse(text, str(path))))
    except BuildError:  # newer than this Python, or wrong: making the snapshot will tell
        return []
    return [
        (name.lineno, name.value)
        for node in nodes
        if isinstance(node, ast.Call) and _is_loader(node.func, loaders)
        for name in node.args[:1]
        if isinstance(name, ast.Constant) and isinstance(name.value, str)
    ]


def _is_loader(function: ast.expr, loaders: set[str]) -> bool:
    """Return whether it is one of these methods of `tab.sdk`, whatever the tab is called."""
    if not isinstance(function, ast.Attribute) or function.attr not in loaders:
        return False
    return isinstance(function.value, ast.Attribute) and function.value.attr == "sdk"
