"""Compiles Python sources to bytecode, inside Pyodide under Node. image.mjs runs this text; nothing imports it.

Reads /sources.json ({path: [text, optimisation level]}), writes /compiled.json ({path of the .pyc: base64}).
"""

import importlib.util
import json
from base64 import b64encode
from importlib._bootstrap_external import _code_to_hash_pyc  # type: ignore[attr-defined]
from pathlib import Path


def compiled(path: str, text: str, level: int) -> str:
    """The content of a .pyc that is never checked against its source."""
    code = compile(text, path, "exec", dont_inherit=True, optimize=level)
    data = _code_to_hash_pyc(code, importlib.util.source_hash(text.encode()), checked=False)
    return b64encode(data).decode()


sources = json.loads(Path("/sources.json").read_text("utf-8"))
results = {}
for path, (text, level) in sources.items():
    try:
        results[f"{path}c"] = compiled(path, text, level)
    except SyntaxError:  # such files exist in the standard library's test data; they cannot be imported either
        continue
Path("/compiled.json").write_text(json.dumps(results), "utf-8")
