"""Compile Python sources to bytecode, and bare them, inside Pyodide under Node.

Reads /sources.json ({path: [text, optimization level]}), writes /compiled.json ({"bytecode": {path of .pyc: base64},
"bare": {path: the source without comments and docstrings}}). Both are left out where the source is wrong.
"""

import importlib.util
import io
import json
import tokenize
from base64 import b64encode
from importlib._bootstrap_external import _code_to_hash_pyc  # type: ignore[attr-defined]
from pathlib import Path

Cut = tuple[tuple[int, int], tuple[int, int], str]


def compiled(path: str, text: str, level: int) -> str:
    """Return the content of a .pyc that is never checked against its source."""
    code = compile(text, path, "exec", dont_inherit=True, optimize=level)
    data = _code_to_hash_pyc(code, importlib.util.source_hash(text.encode()), checked=False)
    return b64encode(data).decode()


def bare(text: str) -> str:
    """Remove comments and docstrings. What remains stays in its line and column, as tracebacks show it."""
    lines = text.split("\n")
    for (top, left), (bottom, right), instead in reversed(cuts(text)):
        kept = lines[top - 1][:left] + instead + "\n" * (bottom - top) + lines[bottom - 1][right:]
        lines[top - 1 : bottom] = [line.rstrip() for line in kept.split("\n")]
    return "\n".join(lines)


def cuts(text: str) -> list[Cut]:
    """Find comments, and strings that are statements of their own; and what to write there instead."""
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    comments: list[Cut] = [(token.start, token.end, "") for token in tokens if token.type == tokenize.COMMENT]
    code = [token for token in tokens if token.type not in (tokenize.COMMENT, tokenize.NL)]
    strings: list[Cut] = [
        (token.start, token.end, "0" if token.start[1] else "")  # a block must not be empty, and the module may be
        for before, token, after in zip([None, *code], code, code[1:], strict=False)
        if token.type == tokenize.STRING and after.type == tokenize.NEWLINE and begins_statement(before)
    ]
    return sorted(comments + strings)


def begins_statement(before: tokenize.TokenInfo | None) -> bool:
    """Return whether a statement begins after this token."""
    return before is None or before.type in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)


sources = json.loads(Path("/sources.json").read_text("utf-8"))
results: dict[str, dict[str, str]] = {"bytecode": {}, "bare": {}}
for path, (text, level) in sources.items():
    try:
        results["bytecode"][f"{path}c"] = compiled(path, text, level)
        results["bare"][path] = bare(text)
    except SyntaxError:  # such files exist in the standard library's test data; they cannot be imported either
        continue
Path("/compiled.json").write_text(json.dumps(results), "utf-8")
