"""Strip exports that nothing uses from Pyodide's wasm modules.

Pyodide exports whatever any extension module could want, and the start deals with each export several times. Which
libraries a page has is known. What is exported decides about addresses in the memory, so the snapshot is made with the
same modules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from cotab_kit.build.fast_start.wasm import Kind, Module, Section, vector, written
from cotab_kit.errors import ToolError

MAIN = "pyodide.asm.wasm"
RELOCATION = "__wasm_apply_data_relocs"

# In Pyodide's JavaScript: the function that takes every export, and the declaration of a variable for each of them.
TAKING = re.compile(r"function assignWasmExports\(wasmExports\)\{[^{}]*\}")
DECLARING = re.compile(r"\bvar \w+(,\w+){1000,};")
WORD = re.compile(r"[\w$]+")

# What takes an export by its name: Pyodide, and what makes the snapshot.
SCRIPT, LOADER = "pyodide.asm.mjs", "pyodide.mjs"
MAKER = Path(__file__).with_name("make_snapshot.mjs")


@lru_cache(maxsize=4)  # the preview makes a page after every edit
def main_module(pyodide: Path, libraries: tuple[bytes, ...]) -> bytes:
    """Make Pyodide's module for a page with these shared libraries."""
    module = Module((pyodide / MAIN).read_bytes())
    texts = [_without_exports(pyodide / SCRIPT), (pyodide / LOADER).read_text("utf-8"), MAKER.read_text("utf-8")]
    words = {word for text in texts for word in WORD.findall(text)}
    linked = {item.name for part in (module, *map(Module, libraries)) for item in part.imports}
    kept = [
        export.whole for export in module.exports if {export.name, f"_{export.name}"} & words or export.name in linked
    ]
    return written(module.sections | {Section.EXPORT: vector(kept)}, module.custom)


def _without_exports(script: Path) -> str:
    """Remove from the script what names every export: if it stayed, every export would look used."""
    text = script.read_text("utf-8")
    for name, pattern in (("TAKING", TAKING), ("DECLARING", DECLARING)):
        text, count = pattern.subn("", text)
        if count != 1:
            raise ToolError(f"{script}: {name} of {Path(__file__).name} is found {count} times instead of once")
    return text


def wanted_of_javascript(main: bytes, libraries: Iterable[bytes]) -> list[str]:
    """Name what these modules import: of Pyodide's JavaScript nothing else is needed (asm.mjs)."""
    return sorted({item.name for part in (main, *libraries) for item in Module(part).imports})


@lru_cache(maxsize=4)
def exported_places(main: bytes) -> dict[int, str]:
    """Find where exported functions stand in the table: Pyodide would look at thousands of others to find them."""
    module = Module(main)
    exported = {export.index: export.name for export in module.exports if export.kind is Kind.FUNCTION}
    return {place: exported[function] for place, function in module.table.items() if function in exported}


def unrelocated(library: bytes) -> bytes:
    """Make a shared library not write addresses into its data when it is loaded.

    It takes a long function for that, whose work is in the snapshot if the memory it is compared with has been made
    without. The page leaves it out likewise (pyodide_shims.js).
    """
    module = Module(library)
    kept = [export.whole for export in module.exports if export.name != RELOCATION]
    return written(module.sections | {Section.EXPORT: vector(kept)}, module.custom)
