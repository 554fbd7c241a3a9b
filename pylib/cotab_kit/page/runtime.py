"""Pyodide's main module as the page and the memory image have it: without exports that nobody asks for.

It exports whatever any extension module could want, and the start deals with each export several times. Which libraries
a page has is known. What is exported decides about addresses in the memory, so the image is made with the same module.
Called by compose.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from cotab_kit.page.wasm import Module, Section, vector, written

MAIN = "pyodide.asm.wasm"

# In Pyodide's JavaScript: the function that takes every export, and the declaration of a variable for each of them.
TAKING = re.compile(r"function assignWasmExports\(wasmExports\)\{[^{}]*\}")
DECLARING = re.compile(r"\bvar \w+(,\w+){1000,};")
WORD = re.compile(r"[\w$]+")

# What takes an export by its name: Pyodide, and what makes the image.
SCRIPTS = ("pyodide.asm.mjs", "pyodide.mjs")
MAKER = Path(__file__).with_name("image.mjs")


def main_module(pyodide: Path, libraries: Iterable[bytes]) -> bytes:
    """The module from Pyodide's folder, for a page with these shared libraries."""
    module = Module((pyodide / MAIN).read_bytes())
    texts = [path.read_text("utf-8") for path in (*(pyodide / name for name in SCRIPTS), MAKER)]
    words = {word for text in texts for word in WORD.findall(DECLARING.sub("", TAKING.sub("", text)))}
    linked = {item.name for part in (module, *map(Module, libraries)) for item in part.imports}
    kept = [export.whole for export in module.exports if {export.name, f"_{export.name}"} & words or export.name in linked]
    return written(module.sections | {Section.EXPORT: vector(kept)}, module.custom)
