"""Where the runtime lies on a public CDN, and that nothing but the locked bytes can come from there."""

from __future__ import annotations

import json
from base64 import b64decode
from hashlib import sha384
from typing import TYPE_CHECKING

import pytest

from cotab_kit.build.remote import REMOTE_FILES, remote_files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def pyodide(tmp_path: Path) -> Path:
    (tmp_path / "package.json").write_text(json.dumps({"name": "pyodide", "version": "314.0.7"}))
    for name in REMOTE_FILES:
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


@pytest.mark.parametrize("base", ["https://cdn.example/npm", "https://cdn.example/npm/"])
def test_each_address_names_the_locked_version(pyodide: Path, base: str) -> None:
    assert {name: file["url"] for name, file in remote_files(pyodide, base).items()} == {
        "pyodide.asm.mjs": "https://cdn.example/npm/pyodide@314.0.7/pyodide.asm.mjs",
        "pyodide.asm.wasm": "https://cdn.example/npm/pyodide@314.0.7/pyodide.asm.wasm",
        "python_stdlib.zip": "https://cdn.example/npm/pyodide@314.0.7/python_stdlib.zip",
    }


def test_each_hash_is_that_of_the_installed_file(pyodide: Path) -> None:
    for name, file in remote_files(pyodide, "https://cdn.example").items():
        kind, _, digest = file["integrity"].partition("-")
        assert kind == "sha384"
        assert b64decode(digest) == sha384(name.encode()).digest()
