"""Pinned public addresses of Pyodide's parts with their integrity hashes (runtime "cdn").

The hashes are those of the files npm installed by its lock, so a CDN can only serve the very same bytes.
"""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha384
from pathlib import Path

from cotab_kit.build.page_config import RemoteFile

REMOTE_FILES = ("pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")


def remote_files(pyodide: Path, base: str) -> dict[str, RemoteFile]:
    """Return address and integrity of each part; `pyodide` is the npm package's folder, `base` an npm CDN's address."""
    version = json.loads((pyodide / "package.json").read_text("utf-8"))["version"]
    return {
        name: {"url": f"{base.rstrip('/')}/pyodide@{version}/{name}", "integrity": _integrity(pyodide / name)}
        for name in REMOTE_FILES
    }


def _integrity(path: Path) -> str:
    return f"sha384-{b64encode(sha384(path.read_bytes()).digest()).decode()}"
