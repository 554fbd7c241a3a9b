"""What a tab of examples/minimal carries: what the page can import from where it starts, and nothing else.

Nothing here names what may ship. The way in is what the page runs (its main module, the adapter, and what its scripts
import); a module counts if an import leads to it from there, or if it belongs to a wheel that is imported.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from cotab_kit.build.carriers import inflate
from cotab_kit.build.fast_start.file_system import SITE_PACKAGES
from cotab_kit.layout import source_root

if TYPE_CHECKING:
    from variants import Variants

PYLIB = (source_root() or Path()) / "pylib"
PARTS_OF_PYODIDE = {"_pyodide", "_pyodide_core", "js", "pyodide", "pyodide_js"}
PYTHON_IN_SCRIPTS = re.compile(r"""["'`]([\w.]+)["'`]|\b(?:from|import) ([\w.]+)""")


@dataclass(frozen=True)
class Tab:
    """A built tab, read as its page reads it."""

    folder: Path

    @cached_property
    def page(self) -> dict[str, Any]:
        match = re.search(r'<meta name="cotab" content="([^"]*)">', (self.folder / "cobrowse.html").read_text("utf-8"))
        assert match
        settings: dict[str, Any] = json.loads(unescape(match[1]))
        return settings

    def carried(self, name: str) -> bytes:
        carrier = self.page["carriers"][name]
        parts = [ET.parse(self.folder / part).getroot().text or "" for part in carrier["parts"]]  # noqa: S314 - our own
        return inflate(b"".join(map(b64decode, parts)), carrier["size"])

    def archive(self, name: str) -> dict[str, Any]:
        files: dict[str, Any] = json.loads(self.carried(name))
        return files

    @cached_property
    def modules(self) -> dict[str, str]:
        """Everything that Python finds in the page beside the standard library: the source, by the module's name."""
        files = self.archive("packages.json") | self.archive("project.json")
        return {module_name(path): text for path, text in files.items() if path.endswith(".py")}

    @cached_property
    def entries(self) -> set[str]:
        """What the page imports by itself."""
        scripts = [path.read_text("utf-8") for path in self.folder.glob("*.js")]
        named = {name for script in scripts for pair in PYTHON_IN_SCRIPTS.findall(script) for name in pair}
        main = set(imported("main", self.page["main"])) | {self.page["adapter"].partition(":")[0]}
        return (main | named) & set(self.modules)

    @cached_property
    def reached(self) -> set[str]:
        """The modules to which imports lead, and the packages they are in."""
        found: set[str] = set()
        waiting = list(self.entries)
        while waiting:
            name = waiting.pop()
            for each in accumulated(name):
                if each in self.modules and each not in found:
                    found.add(each)
                    waiting += imported(each, self.modules[each])
                    waiting += self.whole_wheel(each)
        return found

    def whole_wheel(self, name: str) -> list[str]:
        """The modules that a wheel brings together with this one: they may import each other in any way."""
        wheel = name.partition(".")[0]
        return [each for each in self.modules if wheel in self.wheels and each.startswith(f"{wheel}.")]

    @cached_property
    def wheels(self) -> set[str]:
        return {path.partition("-")[0] for path in self.archive("metadata.json")}

    @cached_property
    def own(self) -> set[str]:
        """The modules of cotab and the author, and whatever else no wheel has brought."""
        return {name for name in self.modules if name.partition(".")[0] not in self.wheels | {"pyscript"}}


def module_name(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def accumulated(name: str) -> list[str]:
    """A module and the packages around it: "a.b.c" is imported after "a" and "a.b"."""
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)]


def imported(name: str, source: str) -> Iterator[str]:
    """What a module imports by absolute names, wherever in it, but for the types' sake."""
    for node in at_run_time(ast.parse(source, name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def unconditional(source: str) -> str:
    """The imports without which a module cannot be imported itself."""
    imports = [node for node in ast.parse(source).body if isinstance(node, ast.Import | ast.ImportFrom)]
    return "\n".join(map(ast.unparse, imports))


def at_run_time(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)):
            yield child
            yield from at_run_time(child)


def top(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


@pytest.fixture(scope="module")
def tab(variant: Variants) -> Tab:
    return Tab(variant().dist / "webresources" / "contoso_" / "minimal")


@pytest.fixture(scope="module")
def host_modules(tab: Tab) -> set[str]:
    """Every module in pylib/ that the tab must not have."""
    names = {module_name(path.relative_to(PYLIB).as_posix()) for path in PYLIB.rglob("*.py")}
    return names - tab.reached


def test_the_page_begins_with_its_main_module_the_adapter_and_the_snapshot(tab: Tab) -> None:
    assert {"cotab._tab.main", "main", "cotab._snapshot"} <= tab.entries


def test_every_module_of_cotab_and_the_author_is_reached_from_there(tab: Tab) -> None:
    assert {"main", "cotab", "cotab.provider"} <= tab.own
    assert sorted(tab.own - tab.reached) == []


def test_every_package_is_imported_and_brings_its_metadata_or_belongs_to_the_page(tab: Tab) -> None:
    assert top(set(tab.modules)) - top(tab.reached) == set()
    assert top(set(tab.modules)) - tab.wheels == {"cotab", "main", "pyscript"}


def test_whatever_a_module_needs_to_be_imported_is_there(tab: Tab) -> None:
    there = top(set(tab.modules)) | sys.stdlib_module_names | PARTS_OF_PYODIDE | {"_pyscript", "polyscript"}
    needed = {name: top(set(imported(name, unconditional(source)))) for name, source in tab.modules.items()}
    assert {name: names - there for name, names in needed.items() if names - there} == {}


def test_nothing_of_tests_is_in_it(tab: Tab) -> None:
    words = re.compile(r"(^|[._])(tests?|testing|conftest)([._]|$)")
    assert [name for name in tab.modules if words.search(name)] == []


def test_what_comes_late_are_parts_of_the_same_and_the_standard_library(tab: Tab) -> None:
    packages = tab.archive("packages.json")
    late = {path.removeprefix(f"{SITE_PACKAGES}/") for path in tab.archive("late.json") if SITE_PACKAGES in path}
    assert late - set(packages) == set()


@pytest.mark.parametrize("name", ["snapshot.bin", "packages.json", "late.json", "project.json", "metadata.json"])
def test_neither_a_file_nor_the_snapshot_knows_a_module_of_the_authors_machine(
    tab: Tab, host_modules: set[str], name: str
) -> None:
    content = tab.carried(name)
    assert {"cotab.testing", "tandem.relay", "cotab_kit.cli", "cotab_setup.web_api"} <= host_modules
    assert [module for module in host_modules if "." in module and module.encode() in content] == []
    assert b"tandem" not in content.lower()


def test_a_module_that_nothing_imports_is_noticed(tab: Tab) -> None:
    stray = Tab(tab.folder)
    vars(stray)["modules"] = tab.modules | {"cotab.providers.vendor": "import cotab"}
    with pytest.raises(AssertionError, match=r"cotab\.providers\.vendor"):
        test_every_module_of_cotab_and_the_author_is_reached_from_there(stray)
