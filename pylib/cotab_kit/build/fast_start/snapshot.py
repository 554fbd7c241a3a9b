"""The snapshot of a page, made in Node from exactly what the page needs (make_snapshot.mjs).

Three steps: the shipped Python compiled to bytecode without docstrings, the snapshot, and what is left to be fetched
after the tab is up. The first two are kept until their own inputs change.
"""

from __future__ import annotations

import ast
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from cotab_kit.build.fast_start.exports import MAIN, unrelocated
from cotab_kit.build.fast_start.file_system import ENVIRONMENT, PROJECT_FOLDER, SITE_PACKAGES, STDLIB, Files
from cotab_kit.build.fast_start.wasm import WASM_PAGE, Kind, Module, Reader
from cotab_kit.errors import ToolError
from cotab_kit.tools.cache import Cache
from cotab_kit.tools.node import Node

MAKER = Path(__file__).with_name("make_snapshot.mjs")
LIGHTENER = Path(__file__).with_name("asm.mjs")
SNAPSHOT, REPORT = "snapshot.bin", "report.json"
COMPILER = Path(__file__).with_name("compile_sources.py")

# Stripped of docstrings and assertions. The author's own code keeps both.
OPTIMISED = 2

# Never imported in a page: the first line is of no use there, the others say themselves that they cannot run there.
NOT_FOR_THE_PAGE = (
    "test/", "idlelib/", "tkinter/", "turtledemo/", "ensurepip/", "lib2to3/", "pydoc_data/",
    "asyncio/windows_", "encodings/mbcs.py", "encodings/oem.py", "multiprocessing/popen_spawn_win32.py",
    "concurrent/interpreters/", "concurrent/futures/interpreter.py",
    "multiprocessing/forkserver.py", "multiprocessing/popen_forkserver.py", "multiprocessing/resource_tracker.py",
    "multiprocessing/shared_memory.py", "multiprocessing/synchronize.py",
)  # fmt: skip

# What every start runs, with the compiler's flags: Pyodide's own lines, a tab's, and what PyScript makes of a library
# without files. Should one of them say something else one day, it is compiled when it runs; a test names it.
RUN_TAB = "from cotab._tab.main import main\nawait main()\n"
RUN_RESIDENT = "from cotab._tab.resident import main\nawait main()\n"
RESIDENT = "cotab._tab.resident"
AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
PYSCRIPT = """import os as _os
from pathlib import Path as _Path
_path = None
import pyscript as _pyscript
del _Path
del _path
del _os
del _pyscript

"""
RUN_AT_START = (
    ("{}", 0),
    ("import importlib; importlib", 0),
    ("import __main__; __main__.__dict__", 0),
    ("import builtins; builtins.__dict__", 0),
    (RUN_TAB, AWAIT),
    (PYSCRIPT, AWAIT),
)

EMPTY_ZIP = b"PK\x05\x06" + bytes(18)


@dataclass(frozen=True)
class Snapshot:
    """A snapshot; what can be imported beside it, by path; and the author's modules that could not be in it."""

    content: bytes
    late: Files
    left_out: list[dict[str, Any]]
    settings_problem: str

    @property
    def memory(self) -> int:
        """Length of the memory it was taken from, in bytes: the first number of its header (make_snapshot.mjs)."""
        return int.from_bytes(self.content[:4], "little")


@dataclass(frozen=True)
class SnapshotInputs:
    """The inputs of a snapshot: the packages below site-packages, the author's files, shared libraries by path.

    `main` is Pyodide's main module, `wanted` what it and the libraries import of Pyodide's JavaScript. `compiled_only`
    are packages that need the page to be imported: their code is compiled, but not run. The adapter's `settings` are
    checked on the occasion. `resident`: tabs may have one.
    """

    pyodide: Path
    main: bytes
    wanted: list[str]
    packages: Files
    project: Files
    libraries: dict[str, bytes]
    compiled_only: tuple[str, ...]
    adapter: str
    settings: dict[str, Any]
    resident: bool = False

    @property
    def standard(self) -> Files:
        """The standard library, by path."""
        with ZipFile(self.pyodide / "python_stdlib.zip") as archive:
            names = [
                name for name in archive.namelist() if name.endswith(".py") and not name.startswith(NOT_FOR_THE_PAGE)
            ]
            return {f"{STDLIB}/{name}": archive.read(name).decode("utf-8") for name in sorted(names)}

    @property
    def installed(self) -> Files:
        """The packages, by path."""
        return {f"{SITE_PACKAGES}/{name}": content for name, content in self.packages.items()}


@dataclass(frozen=True)
class Compiled:
    """Python compiled to bytecode without docstrings, and its source without docstrings and comments. By path."""

    bytecode: Files
    bare: Files

    def __or__(self, other: Compiled) -> Compiled:
        return Compiled(self.bytecode | other.bytecode, self.bare | other.bare)


def make_snapshot(node: Node, inputs: SnapshotInputs, cache: Path) -> Snapshot:
    """Make the snapshot, or take it from the cache. Raises ToolError when Node or Pyodide fails."""
    standard, installed = inputs.standard, inputs.installed
    sources = standard | installed
    with ThreadPoolExecutor() as pool:  # apart, because the standard library remains while packages change
        parts = list(pool.map(lambda part: _compiled(node, inputs, part, cache), (standard, installed)))
    compiled = parts[0] | parts[1]

    def make(out: Path) -> None:
        out.mkdir()
        files = _files(inputs, sources, compiled.bytecode)
        try:
            _run_maker(node, inputs, files, _plan(inputs, sources, _author_modules(inputs)), out)
        except ToolError as error:
            if not inputs.project:
                raise
            _run_maker(node, inputs, files, _plan(inputs, sources, []), out)
            _blame(out / REPORT, inputs, error)

    snapshot, outcome = Cache(cache / "snapshots").get(_cache_inputs(inputs, sources), make, _read)
    _require_room(inputs.main, snapshot)
    inside = {*outcome["modules"], *_compiled_only(inputs, sources)}
    late = {path: compiled.bare.get(path, content) for path, content in sources.items() if _module(path) not in inside}
    return Snapshot(snapshot, late, outcome["left_out"], outcome["settings"])


def _require_room(main: bytes, content: bytes) -> None:
    """Raise ToolError if no page could restore it: the module has the memory it was linked with (pyodide#6254)."""
    limits = Reader(Module(main).own(Kind.MEMORY)[0].text[1:])
    room, needed = limits.number() * WASM_PAGE, int.from_bytes(content[:4], "little")
    if needed > room:
        raise ToolError(
            f"The snapshot takes {needed:,} bytes; Pyodide starts with {room:,}, so no page could restore it.",
            hint="Leave packages out of `packages` under [page] in provider.toml.",
        )


def _read(folder: Path) -> tuple[bytes, dict[str, Any]]:
    return (folder / SNAPSHOT).read_bytes(), json.loads((folder / REPORT).read_text("utf-8"))


def _files(inputs: SnapshotInputs, sources: Files, bytecode: Files) -> Files:
    """Lay out the file system of the instance it is made of: bytecode, what has none, and the author's sources."""
    others = {path: content for path, content in sources.items() if f"{path}c" not in bytecode}
    return bytecode | others | {f"{PROJECT_FOLDER}/{name}": content for name, content in inputs.project.items()}


def _run_maker(node: Node, inputs: SnapshotInputs, files: Files, plan: dict[str, Any], out: Path) -> None:
    """Run the maker; everything it needs is handed over in files beside `out`."""
    folder = out.parent
    libraries = {path: folder / f"library{number}.so" for number, path in enumerate(sorted(inputs.libraries))}
    fresh = {path: file.with_suffix(".fresh.so") for path, file in libraries.items()}
    for path, file in libraries.items():
        file.write_bytes(inputs.libraries[path])
        fresh[path].write_bytes(unrelocated(inputs.libraries[path]))
    (folder / MAIN).write_bytes(inputs.main)
    (folder / "files.json").write_text(json.dumps(files), "utf-8")
    (folder / "empty.zip").write_bytes(EMPTY_ZIP)
    order = {
        "task": "make",
        "pyodide": str(inputs.pyodide),
        "main": str(folder),
        "wanted": inputs.wanted,
        "files": str(folder / "files.json"),
        "libraries": {path: str(file) for path, file in libraries.items()},
        "fresh": {path: str(file) for path, file in fresh.items()},
        "plan": plan,
        "env": ENVIRONMENT,
        "empty": str(folder / "empty.zip"),
        "out": str(out / SNAPSHOT),
        "report": str(out / REPORT),
    }
    node.carry_out(MAKER, order, timeout=300)


def _author_modules(inputs: SnapshotInputs) -> list[str]:
    return [_module(f"{PROJECT_FOLDER}/{name}") for name in sorted(inputs.project) if name.endswith(".py")]


def _blame(report: Path, inputs: SnapshotInputs, error: ToolError) -> None:
    """Say of every module of the author's that it is not in the snapshot: one of them keeps an object of the page."""
    outcome = json.loads(report.read_text("utf-8"))
    reason = f"it cannot be in a snapshot together with the interpreter: {str(error).strip().splitlines()[-1]}"
    outcome["left_out"] = [
        {"module": _module(f"{PROJECT_FOLDER}/{name}"), "file": name, "line": 1, "reason": reason}
        for name in sorted(inputs.project)
    ]
    report.write_text(json.dumps(outcome), "utf-8")


def _plan(inputs: SnapshotInputs, sources: Files, author: list[str]) -> dict[str, Any]:
    """Plan the imports; see cotab._snapshot.make."""
    modules = {_module(path) for path in sources if path.endswith(".py")}
    compiled = _compiled_only(inputs, sources)
    page_only = {path: sources[path] for path in compiled.values()}
    own = {RESIDENT} if inputs.resident else set()
    return {
        "imports": sorted((_imported(inputs.project | page_only) & (modules | sys.stdlib_module_names)) | own),
        "author": author,
        "compiled": {name: [path, f"{path}c"] for name, path in compiled.items()},
        "available": sorted(modules - set(compiled)),
        "run": [*RUN_AT_START, *([(RUN_RESIDENT, AWAIT)] if inputs.resident else [])],
        "adapter": inputs.adapter,
        "settings": inputs.settings,
    }


def _compiled_only(inputs: SnapshotInputs, sources: Files) -> dict[str, str]:
    """Find modules that are in the snapshot as code that has not run yet, and their sources' paths."""
    modules = {_module(path): path for path in sources if path.endswith(".py")}
    return {name: path for name, path in modules.items() if name.partition(".")[0] in inputs.compiled_only}


def _imported(project: Files) -> set[str]:
    """Collect what the author's code imports anywhere, also inside functions."""
    found: set[str] = set()
    for name, content in project.items():
        if not name.endswith(".py") or not isinstance(content, str):
            continue
        try:
            tree = ast.parse(content)
        except (SyntaxError, ValueError):  # newer than this Python, or wrong: making the snapshot will tell
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def _compiled(node: Node, inputs: SnapshotInputs, sources: Files, cache: Path) -> Compiled:
    """Compile sources that are not the author's own."""
    texts = {path: [text, OPTIMISED] for path, text in sources.items() if path.endswith(".py")}

    def make(out: Path) -> None:
        given = out.with_suffix(".sources")
        given.write_text(json.dumps(texts), "utf-8")
        order = {
            "task": "compile",
            "pyodide": str(inputs.pyodide),
            "sources": str(given),
            "compiler": str(COMPILER),
            "out": str(out),
        }
        node.carry_out(MAKER, order, timeout=300)

    decisive = {"texts": texts, "compiler": COMPILER, "maker": MAKER, "pyodide": inputs.pyodide / "package.json"}
    return Cache(cache / "bytecode").get(decisive, make, _read_compiled)


def _read_compiled(path: Path) -> Compiled:
    found = json.loads(path.read_text("utf-8"))
    return Compiled({path: {"base64": data} for path, data in found["bytecode"].items()}, found["bare"])


def _cache_inputs(inputs: SnapshotInputs, sources: Files) -> dict[str, object]:
    """Name all that decides about the snapshot."""
    return {
        "sources": [sources, inputs.project, sorted(inputs.compiled_only)],
        "settings": [inputs.adapter, inputs.settings] if inputs.project else [],
        "main": inputs.main,
        **({"resident": RESIDENT} if inputs.resident else {}),
        "code": Path(__file__).parent,
        "pyodide": inputs.pyodide / "package.json",
        **{f"libraries/{path}": content for path, content in inputs.libraries.items()},
    }


def _module(path: str) -> str:
    """Return the name a file is imported by."""
    for folder in (SITE_PACKAGES, PROJECT_FOLDER, STDLIB):
        if path.startswith(f"{folder}/"):
            path = path.removeprefix(f"{folder}/")
            break
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
