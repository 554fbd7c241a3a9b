"""Meaning of an org's Content-Security-Policy for the tab, in plain words: the table in docs/administrators.md.

Dataverse keeps the sources that an administrator added, as JSON by directive; in which form is not documented, so only
the words that matter are looked for.
"""

from __future__ import annotations

import json
import re

EVAL, WASM = "'unsafe-eval'", "'wasm-unsafe-eval'"


def consequence(configuration: str, boot: str) -> str:
    """Write one sentence for an org whose policy is enforced. `configuration` is the column of the organization."""
    allowed = script_sources(configuration)
    if EVAL in allowed:
        return f"The org enforces a Content-Security-Policy that allows {EVAL}: the tab works"
    if WASM in allowed:
        start = "starts on plain Pyodide by itself, unless the code imports pyscript" if boot == "pyscript" else "works"
        return f"The org enforces a Content-Security-Policy that allows {WASM}: the tab {start}"
    return (
        "The org enforces a Content-Security-Policy. Where it is Dataverse's default the tab works; where it is strict "
        f"it does not start until an administrator adds {WASM} to script-src"
    )


def script_sources(configuration: str) -> set[str]:
    """Return the words of script-src."""
    try:
        directives = json.loads(configuration)
    except ValueError:
        directives = None
    if isinstance(directives, dict):
        chosen = [value for name, value in directives.items() if str(name).casefold() == "script-src"]
        text = json.dumps(chosen)
    else:
        match = re.search(r"script-src([^;]*)", configuration, re.IGNORECASE)
        text = match[1] if match else ""
    return set(re.findall(r"'[a-z-]+'", text))
