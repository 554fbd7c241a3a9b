"""The wasm modules as pages get them: what is left out of them, what a start runs of them, and that they compile."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console

from cotab_kit.build.fast_start import exports as runtime
from cotab_kit.build.fast_start import snapshot
from cotab_kit.build.fast_start.exports import (
    MAIN,
    RELOCATION,
    exported_places,
    main_module,
    unrelocated,
    wanted_of_javascript,
)
from cotab_kit.build.fast_start.split import PROFILE, Halves, code_digest, split, used_at_start
from cotab_kit.build.fast_start.wasm import Kind, Module, Section
from cotab_kit.build.packages import collect
from cotab_kit.layout import Workspace, kit_files, source_root
from cotab_kit.progress import Steps
from cotab_kit.tools.node import Node, ensure_node
from cotab_kit.tools.wheels import ensure_wheels

RECORD = ".venv/bin/python tests/bench/record.py (CONTRIBUTING.md, The locks)"

# The most that Chromium compiles in the page's own thread, which a call into the rest cannot avoid.
SYNCHRONOUS_LIMIT = 8 * 1024 * 1024

LIGHTEN = """
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
const [lightener, script, wanted] = process.argv.slice(1);
const { lighten } = await import(pathToFileURL(lightener).href);
process.stdout.write(await lighten(createRequire(script)("esbuild"), script, JSON.parse(wanted)));
"""

COMPILE = """
import { readFile } from "node:fs/promises";
for (const file of process.argv.slice(1)) new WebAssembly.Module(await readFile(file));
"""


@dataclass(frozen=True)
class Locked:
    """What the locks bring: Pyodide's folder, its main module as a page has it, and pydantic's shared library."""

    node: Node
    pyodide: Path
    whole: Module
    main: bytes
    library: bytes

    @property
    def modules(self) -> dict[str, bytes]:
        return {"Pyodide": self.main, "pydantic-core": self.library}

    def halves(self) -> dict[str, Halves]:
        return {name: split(module, used_at_start(module) or ()) for name, module in self.modules.items()}


@pytest.fixture(scope="module")
def locked() -> Locked:
    files, workspace, steps = kit_files(), Workspace(source_root() or Path()), Steps(Console(stderr=True), quiet=True)
    node = ensure_node(workspace, files, steps, dev=True)
    (library,) = collect(ensure_wheels(files.wheels_lock, workspace, steps), files.library).libraries.values()
    pyodide = node.modules / "pyodide"
    return Locked(node, pyodide, Module((pyodide / MAIN).read_bytes()), main_module(pyodide, (library,)), library)


def names(module: Module) -> set[str]:
    return {export.name for export in module.exports}


def test_the_profile_knows_the_locked_modules_and_no_others(locked: Locked) -> None:
    recorded = set(json.loads(PROFILE.read_text("utf-8")))
    locked_ones = {code_digest(Module(module)): name for name, module in locked.modules.items()}
    for digest, name in locked_ones.items():
        assert digest in recorded, f"{name} is new: record what a start runs of it: {RECORD}"
    assert recorded == set(locked_ones), f"The profile has a module that is locked no more: {RECORD}"


def test_a_start_runs_a_small_part_of_each_module(locked: Locked) -> None:
    for name, module in locked.modules.items():
        used, functions = used_at_start(module) or frozenset(), Module(module).functions
        assert max(used) < len(functions), name
        assert 50 < len(used) < len(functions) / 5, name


def test_the_halves_compile_also_where_a_page_must_wait_for_them(locked: Locked, tmp_path: Path) -> None:
    files = []
    for name, halves in locked.halves().items():
        for half, content in (("first", halves.first), ("rest", halves.rest)):
            assert len(content) < SYNCHRONOUS_LIMIT, f"{half} half of {name}"
            files.append(tmp_path / f"{name}.{half}.wasm")
            files[-1].write_bytes(content)
    locked.node.run("--input-type=module", "-e", COMPILE, *files, timeout=120)


def test_nothing_but_exports_is_left_out_of_the_main_module(locked: Locked) -> None:
    main = Module(locked.main)
    assert {section for section in Section if main.sections.get(section) != locked.whole.sections.get(section)} == {
        Section.EXPORT
    }
    assert main.custom == locked.whole.custom
    assert set(main.exports) < set(locked.whole.exports)
    assert len(main.exports) < len(locked.whole.exports) / 10


def test_what_pyodides_javascript_takes_is_exported(locked: Locked) -> None:
    script = locked.pyodide / "pyodide.asm.mjs"
    wanted = json.dumps(wanted_of_javascript(locked.main, [locked.library]))
    lighter = locked.node.run("--input-type=module", "-e", LIGHTEN, snapshot.LIGHTENER, script, wanted, timeout=60)
    texts = lighter + (locked.pyodide / "pyodide.mjs").read_text("utf-8") + runtime.MAKER.read_text("utf-8")
    whole, main = names(locked.whole), names(Module(locked.main))
    # A member is an export's name, or that after an underscore.
    taken = [{member, member.removeprefix("_")} for member in re.findall(r"\.(\w+)", texts)]
    assert {"__indirect_function_table", "malloc", "sbrk"} <= set().union(*taken)
    assert [members for members in taken if members & whole and not members & main] == []
    assert {"memory", "__indirect_function_table", "__cpp_exception", "__c_longjmp", "malloc"} <= names(
        Module(locked.main)
    )


def test_what_a_library_wants_of_the_main_module_is_exported(locked: Locked) -> None:
    wanted = {item.name for item in Module(locked.library).imports}
    assert {"PyDict_New", "PyUnicode_Type", "__cpp_exception"} <= wanted
    assert wanted & names(locked.whole) <= names(Module(locked.main))
    without = names(Module(main_module(locked.pyodide, ())))
    assert "PyUnicodeDecodeError_Create" in wanted - without, "what only a library wants is there for it alone"


def test_what_the_main_module_wants_of_itself_is_exported(locked: Locked) -> None:
    itself = {item.name for item in locked.whole.imports} & names(locked.whole)
    assert itself <= names(Module(locked.main))


def test_exported_functions_are_told_with_their_places_in_the_table(locked: Locked) -> None:
    main = Module(locked.main)
    exported = {export.index for export in main.exports if export.kind is Kind.FUNCTION}
    places = exported_places(locked.main)
    assert {main.table[place] for place in places} == exported & set(main.table.values())
    assert len(places) == len(set(places)) > 50


def test_a_library_without_relocation_lacks_that_export_only(locked: Locked) -> None:
    library, without = Module(locked.library), Module(unrelocated(locked.library))
    assert names(library) - names(without) == {RELOCATION}
    assert library.sections | {Section.EXPORT: b""} == without.sections | {Section.EXPORT: b""}
    assert code_digest(library) == code_digest(without)
    runtime_js = (kit_files().page / "pyodide_shims.js").read_text("utf-8")
    assert f'"{RELOCATION}"' in runtime_js, "the page leaves it out by the same name"
