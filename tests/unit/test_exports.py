"""What authors import from `cotab`: everything the contract of an adapter names, every error, and nothing else."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import get_args, get_type_hints

import cotab
from cotab import Provider, errors

ROOT = Path(__file__).resolve().parents[2]


def mentioned(annotation: object) -> Iterator[type]:
    """Classes of ours in an annotation, however deep."""
    if isinstance(annotation, type) and annotation.__module__.startswith("cotab."):
        yield annotation
    for part in get_args(annotation):
        yield from mentioned(part)


def functions_of(kind: type) -> Iterator[object]:
    """What an author calls or implements: public methods and properties, and how the adapter is made."""
    for name, member in inspect.getmembers(kind):
        if not name.startswith("_") or (kind is Provider and name == "__init__"):
            yield member.fget if isinstance(member, property) else member


def named_by(kind: type) -> Iterator[type]:
    for name, annotation in get_type_hints(kind).items():
        if not name.startswith("_"):
            yield from mentioned(annotation)
    for function in functions_of(kind):
        if inspect.isfunction(function) and function.__module__.startswith("cotab."):
            for annotation in get_type_hints(function).values():
                yield from mentioned(annotation)


def named_by_the_contract() -> set[str]:
    """Everything reachable from Provider through annotations."""
    found: set[type] = set()
    waiting: list[type] = [Provider]
    while waiting:
        kind = waiting.pop()
        if kind not in found:
            found.add(kind)
            waiting.extend([] if issubclass(kind, Enum) else named_by(kind))
    return {kind.__name__ for kind in found}


def test_the_package_exports_what_the_contract_names_and_the_errors() -> None:
    assert set(cotab.__all__) == named_by_the_contract() | set(errors.__all__)


def test_the_exports_are_sorted_and_there() -> None:
    assert cotab.__all__ == sorted(cotab.__all__)
    for name in cotab.__all__:
        assert getattr(cotab, name).__doc__


def test_every_export_is_public_in_its_module() -> None:
    for name in cotab.__all__:
        module = sys.modules[getattr(cotab, name).__module__]
        assert name in module.__all__


def test_importing_the_library_touches_no_javascript() -> None:
    """So it can be tested on the host, and frozen into the memory image."""
    program = """
import sys
for name in ("js", "pyodide", "pyodide_js", "pyscript"):
    sys.modules[name] = None  # importing it fails
import cotab, cotab._tab.app, cotab._js.page
"""
    done = subprocess.run(  # a fresh interpreter, because this one has imported everything
        [sys.executable, "-c", program],
        cwd=ROOT / "pylib",
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
