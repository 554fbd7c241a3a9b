"""The snapshot, seen from inside: what is imported before it is made, and what a restored interpreter puts right.

`make` runs once, in Node, when the page is built (cotab_kit/build/fast_start/make_snapshot.mjs); `restore`
runs in the page after every restore (interpreter.js). See docs/internals/fast-start.md#the-snapshot.
"""

from __future__ import annotations

import gc
import importlib
import json
import linecache
import marshal
import os
import random
import re
import sys
import time
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import spec_from_file_location
from types import CodeType, ModuleType
from typing import Any
from uuid import UUID

from cotab._tab.settings import validated
from cotab.context import TabContext
from cotab.errors import SettingsInvalidError

__all__ = ["PROJECT_FOLDER", "make", "restore"]

# Where the author's modules live.
PROJECT_FOLDER = "/project"
IN_PROJECT = f"{PROJECT_FOLDER}/"

# Reads one beforehand: what decoding and validating one needs the first time is in the snapshot then.
QUERY = f"?data=%7B%22conversationId%22%3A%22{UUID(int=0)}%22%7D"

# What belongs to the page: it does not exist yet where the snapshot is made.
PAGE_MODULES = ("js", "pyodide_js", "pyscript", "_pyscript", "polyscript")


class PageTouchedError(ImportError):
    """Code has touched the page while it was imported for the snapshot."""


class CompiledModules(MetaPathFinder, Loader):
    """A finder of modules whose code is in the snapshot, compiled but not run: they need the page to be imported."""

    def __init__(self) -> None:
        self._codes: dict[str, tuple[CodeType, str]] = {}

    def add(self, name: str, path: str, bytecode: bytes) -> None:
        """Keep the code of a module; `path` is that of its source."""
        self._codes[name] = (marshal.loads(bytecode[16:]), path)  # noqa: S302 - our own build made it

    def find_spec(self, fullname: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """See MetaPathFinder."""
        if fullname not in self._codes:
            return None
        _, path = self._codes[fullname]
        package = [path.rpartition("/")[0]] if path.endswith("/__init__.py") else None
        return spec_from_file_location(fullname, path, loader=self, submodule_search_locations=package)

    def exec_module(self, module: ModuleType) -> None:
        """See Loader."""
        exec(self._codes[module.__name__][0], vars(module))  # noqa: S102 - that is what importing is


class LateFiles(MetaPathFinder):
    """A finder of everything that can be imported but is not in the snapshot. It is fetched after the tab is up.

    If a module is wanted before it has arrived, `fetch` gets it at once, because imports are synchronous.
    """

    def __init__(self, modules: set[str]) -> None:
        self._modules = modules
        self.fetch: Callable[[], Any] | None = None

    def find_spec(self, fullname: str, path: Sequence[str] | None = None, _target: object = None) -> ModuleSpec | None:
        """See MetaPathFinder. It stands last, so the module was not found in the file system."""
        if self.fetch is None or fullname not in self._modules:
            return None
        fetch, self.fetch = self.fetch, None
        try:
            self._unpack(fetch().to_bytes())
        except Exception as error:
            self.fetch = fetch  # the network may come back
            raise ImportError(f"{fullname} could not be fetched: {error}", name=fullname) from error
        importlib.invalidate_caches()
        return PathFinder.find_spec(fullname, path)

    def _unpack(self, files: bytes) -> None:
        known: set[str] = set()
        for name, text in json.loads(files).items():
            folder = name.rpartition("/")[0]
            if folder not in known:
                os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - pathlib need not be in the snapshot
                known.add(folder)
            with open(name, "w", encoding="utf-8") as file:  # noqa: PTH123 - as above
                file.write(text)


def make(plan_json: str) -> str:
    """Import what the page needs, and return a report.

    The plan: {"imports": names to import if possible, "author": the author's modules, "compiled": {name: [path of the
    source, path of the .pyc]}, "available": names of all modules that can be imported, "run": [[source, flags]] of what
    every start runs, "adapter": module:Class, "settings": what it gets}. The report: {"left_out":
    [{"module", "file", "line", "reason"}], "modules": what is in the snapshot, "settings": what is wrong with them}.
    """
    plan = json.loads(plan_json)
    importlib.import_module("cotab._tab.main")
    for name in plan["imports"]:
        _import_if_possible(name)
    left_out = [finding for name in plan["author"] if (finding := _import_author(name))]
    problem = _settings_problem(plan["adapter"], plan["settings"])
    TabContext.from_query(QUERY)
    compiled = CompiledModules()
    for name, (source, bytecode) in plan["compiled"].items():
        with open(bytecode, "rb") as file:  # noqa: PTH123 - pathlib need not be in the snapshot
            compiled.add(name, source, file.read())
    _prepare(plan["run"])
    sys.meta_path.insert(0, compiled)
    sys.meta_path.append(LateFiles(set(plan["available"]) - set(sys.modules)))
    report = json.dumps({"left_out": left_out, "modules": sorted(sys.modules), "settings": problem})
    _tidy()
    return report


def restore(fetch_late: Callable[[], Any]) -> None:
    """Put right what a restored interpreter has from the moment it was made: randomness, clocks, paths."""
    random.seed()
    _set_time_zone()
    if "logging" in sys.modules:
        sys.modules["logging"]._startTime = time.time_ns()  # type: ignore[attr-defined]  # noqa: SLF001 - when the program began
    sys.path[:] = dict.fromkeys(sys.path)
    sys.path_importer_cache.clear()
    for finder in sys.meta_path:
        if isinstance(finder, LateFiles):
            finder.fetch = fetch_late


def _set_time_zone() -> None:
    """Set the time module's constants, which are those of the build's machine; WebAssembly has no tzset()."""
    year = time.localtime().tm_year
    winter, summer = (time.localtime(datetime(year, month, 1, tzinfo=UTC).timestamp()) for month in (1, 7))
    standard, saving = sorted((winter, summer), key=lambda moment: moment.tm_gmtoff)
    time.timezone, time.altzone = -standard.tm_gmtoff, -saving.tm_gmtoff
    time.daylight = int(standard.tm_gmtoff != saving.tm_gmtoff)
    time.tzname = (standard.tm_zone, saving.tm_zone)


def _prepare(sources: list[list[Any]]) -> None:
    """Compile what every start runs: otherwise Python's parser and compiler would have to be loaded for a few lines.

    Pyodide compiles all that JavaScript has it run in one function; other sources, and other options, go on to it.
    """
    base: Any = importlib.import_module("_pyodide._base")
    compile_generally = base._parse_and_compile_gen  # noqa: SLF001 - Pyodide is pinned
    codes: dict[tuple[str, int], CodeType] = {}
    for source, flags in sources:
        steps = compile_generally(source, flags=flags)
        try:
            steps.send(next(steps))
        except StopIteration as done:
            codes[source, flags] = done.value

    def compile_or_take(source: str, **options: Any) -> Generator[Any, Any, CodeType]:  # noqa: ANN401 - passed on
        code = codes.pop((source, options.get("flags", 0)), None)  # each runs once; what is left was never asked for
        if code is None or options.get("return_mode") != "last_expr" or options.get("filename") != "<exec>":
            code = yield from compile_generally(source, **options)
        else:
            yield None  # for who wants to see the syntax tree
        return code

    base._parse_and_compile_gen = compile_or_take  # noqa: SLF001 - as above
    for source, flags in sources:
        code = codes[source, flags]
        if base.CodeRunner(source, flags=flags).compile().code is not code:
            raise ImportError("Pyodide's CodeRunner does not compile by _parse_and_compile_gen any more")
        codes[source, flags] = code


def _import_if_possible(name: str) -> None:
    with suppress(Exception):  # the page will import it if it is really needed
        importlib.import_module(name)


def _import_author(name: str) -> dict[str, Any] | None:
    """Import a module of the author's; if that cannot be in it, say where and why."""
    before = set(sys.modules)
    try:
        with _page_refused():
            importlib.import_module(name)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the module stays out of the snapshot
        for added in set(sys.modules) - before:
            if str(getattr(sys.modules[added], "__file__", None)).startswith(IN_PROJECT):
                del sys.modules[added]
        return {"module": name, "reason": _reason(error), **_place(error, name)}
    return None


def _settings_problem(adapter: str, settings: dict[str, Any]) -> str:
    """Say what the adapter's Settings refuse; "" if nothing, or if only the page can import the adapter."""
    module, _, name = adapter.partition(":")
    model = getattr(getattr(sys.modules.get(module), name, None), "Settings", None)
    if model is None:
        return ""
    try:
        validated(settings, model)
    except SettingsInvalidError as error:
        return str(error)
    return ""


def _reason(error: BaseException) -> str:
    if isinstance(error, PageTouchedError):
        return str(error)
    if isinstance(error, ImportError):  # Python suggests other names
        return "".join(traceback.format_exception_only(error)).strip()
    if isinstance(error, SyntaxError):  # file and line are told beside it
        return f"{type(error).__name__}: {error.msg}"
    return f"{type(error).__name__}: {error}"


def _place(error: BaseException, name: str) -> dict[str, Any]:
    """Find the last line of the author's own code on the way to the error."""
    if isinstance(error, SyntaxError) and error.filename and error.filename.startswith(IN_PROJECT):
        return {"file": error.filename.removeprefix(IN_PROJECT), "line": error.lineno or 1}
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(IN_PROJECT)]
    if not own:
        return {"file": f"{name.replace('.', '/')}.py", "line": 1}
    return {"file": own[-1].filename.removeprefix(IN_PROJECT), "line": own[-1].lineno}


class _Refuse(MetaPathFinder):
    def find_spec(self, fullname: str, _path: object = None, _target: object = None) -> None:
        if fullname.partition(".")[0] in PAGE_MODULES:
            raise PageTouchedError(f"{fullname} belongs to the page; import it inside a function", name=fullname)


@contextmanager
def _page_refused() -> Iterator[None]:
    """Let nothing of the page be imported inside the block."""
    refuse = _Refuse()
    hidden = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] in PAGE_MODULES}
    sys.meta_path.insert(0, refuse)
    try:
        yield
    finally:
        sys.meta_path.remove(refuse)
        sys.modules.update(hidden)


def _tidy() -> None:
    """Drop what the page can do without: every byte is carried and copied at every start."""
    linecache.clearcache()
    re.purge()
    sys.path_importer_cache.clear()
    if sys.version_info >= (3, 13):  # that of the page is; the host's need not be
        sys._clear_internal_caches()  # noqa: SLF001 - of methods, by type: they fill again in no time
    for _ in range(3):
        gc.collect()
