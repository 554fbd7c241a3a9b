"""Patches of Pyodide's and PyScript's own code: a build stops by name where one no longer applies."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from rich.console import Console

from cotab_kit.build.fast_start import exports, snapshot
from cotab_kit.build.fast_start.snapshot import PYSCRIPT, RUN_AT_START
from cotab_kit.errors import ToolError
from cotab_kit.layout import Workspace, kit_files, source_root
from cotab_kit.progress import Steps
from cotab_kit.tools.node import Node, ensure_node

LIGHTEN = """
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
const [lightener, esbuild, script] = process.argv.slice(1);
const { lighten } = await import(pathToFileURL(lightener).href);
process.stdout.write(await lighten(createRequire(esbuild)("esbuild"), script, ["memcpy"]));
"""

# What PyScript has Python run before an author's code, where its library is without files.
PYSCRIPT_LIBRARY = """
import { createRequire } from "node:module";
const [esbuild, stdlib, empty] = process.argv.slice(1);
const { build } = createRequire(esbuild)("esbuild");
const setup = (build) => build.onResolve({ filter: /stdlib.pyscript\\.js$/ }, () => ({ path: empty }));
const plugins = [{ name: "empty", setup }];
const { outputFiles } = await build({ entryPoints: [stdlib], bundle: true, format: "esm", write: false, plugins });
const { stdlib: text } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
process.stdout.write(JSON.stringify(text));
"""

# What each patch looks for, and something else in its place.
DOCTORED = {
    "WHOLE": ("async function _createPyodideModule(", "async function _makePyodideModule("),
    "IMPORTS": ("wasmImports={", "wasmImport={"),
    "SIGNATURE": ('.sig="', '.signature="'),
    "OFFER": ('Module["', "Module['"),
    "DECLARATIONS": ("var _set_method_docstring,", "let _set_method_docstring,"),
    "ASSIGN": ("function assignWasmExports(wasmExports){", "function takeWasmExports(wasmExports){"),
    "ASSIGNMENT": ('=wasmExports["', "=wasmExports['"),
    "FIRST_IMPORT": ('"import _pyodide_core"', '"import _pyodide_core\\n"'),
    "LOOK": ("updateTableMap(0,", "updateTableMap(1,"),
}


@pytest.fixture(scope="module")
def node() -> Node:
    workspace, steps = Workspace(source_root() or Path()), Steps(Console(stderr=True), quiet=True)
    return ensure_node(workspace, kit_files(), steps, dev=True)


@pytest.fixture
def doctored(node: Node, tmp_path: Path) -> Path:
    """A copy of Pyodide's two scripts, to be changed."""
    for name in (exports.SCRIPT, exports.LOADER):
        (tmp_path / name).write_text((node.modules / "pyodide" / name).read_text("utf-8"), "utf-8")
    return tmp_path


def lightened(node: Node, folder: Path) -> str:
    script = folder / exports.SCRIPT
    return node.run(
        "--input-type=module",
        "-e",
        LIGHTEN,
        snapshot.LIGHTENER,
        node.modules / "pyodide" / "package.json",
        script,
        timeout=60,
    )


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize("name", DOCTORED)
def test_a_patch_that_does_not_apply_stops_the_build_by_its_name(node: Node, doctored: Path, name: str) -> None:
    replace(doctored / exports.SCRIPT, *DOCTORED[name])
    with pytest.raises(ToolError, match=rf"\b{name} of asm\.mjs"):
        lightened(node, doctored)


@pytest.mark.parametrize("name", ["_loadSnapshot", "restoreSnapshot", "createPyodideModule", "fsInit"])
def test_an_option_that_pyodide_does_not_take_stops_the_build_by_its_name(
    node: Node, doctored: Path, name: str
) -> None:
    replace(doctored / exports.LOADER, f".{name}", ".gone")
    with pytest.raises(ToolError, match=f"does not take {name}"):
        lightened(node, doctored)


def test_most_of_pyodides_javascript_is_left_out(node: Node) -> None:
    whole = (node.modules / "pyodide" / exports.SCRIPT).read_text("utf-8")
    light = lightened(node, node.modules / "pyodide")
    assert len(light) < len(whole) / 3, "something keeps esbuild from removing what is not used: see EVAL in asm.mjs"
    assert light.startswith("export default (async function"), "without parentheses it is compiled twice"


@pytest.mark.parametrize(
    ("name", "old"), [("TAKING", "function assignWasmExports"), ("DECLARING", "var _set_method_docstring,")]
)
def test_exports_that_cannot_be_told_apart_stop_the_build(doctored: Path, node: Node, name: str, old: str) -> None:
    (doctored / exports.MAIN).write_bytes((node.modules / "pyodide" / exports.MAIN).read_bytes())
    replace(doctored / exports.SCRIPT, old, "let gone,")
    with pytest.raises(ToolError, match=f"{name} of exports"):
        exports.main_module(doctored, ())


def test_what_pyodide_runs_at_every_start_is_compiled_beforehand(node: Node) -> None:
    script = (node.modules / "pyodide" / exports.SCRIPT).read_text("utf-8")
    run = {
        json.loads(text) for text in re.findall(r'(?:runPythonInternal|_base\.eval_code)\(("(?:[^"\\]|\\.)*")', script)
    }
    ours = {source for source, _ in RUN_AT_START}
    assert len(run) > 3
    assert run - ours == set()
    assert {source for source in ours if "await" not in source and source != PYSCRIPT} - run == set()


def test_what_pyscript_runs_at_every_start_is_compiled_beforehand(node: Node) -> None:
    stdlib = node.modules / "@pyscript" / "core" / "src" / "stdlib.js"
    empty = kit_files().page / "pyscript_plugins.js"
    text = node.run(
        "--input-type=module",
        "-e",
        PYSCRIPT_LIBRARY,
        node.modules / "pyodide" / "package.json",
        stdlib,
        empty,
        timeout=60,
    )
    assert json.loads(text) == PYSCRIPT


def test_a_snapshot_that_no_page_has_room_for_stops_the_build(node: Node) -> None:
    main = (node.modules / "pyodide" / exports.MAIN).read_bytes()
    room = 30 * 1024 * 1024
    snapshot._require_room(main, room.to_bytes(4, "little"))
    with pytest.raises(ToolError, match="31,522,816 bytes; Pyodide starts with 31,457,280"):
        snapshot._require_room(main, (room + 65536).to_bytes(4, "little"))
