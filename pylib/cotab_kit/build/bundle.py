"""The page's scripts, bundled by esbuild (bundle.mjs). Called by build.py; a bundle is kept until its inputs change."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cotab_kit.layout import KitFiles, Workspace
    from cotab_kit.tools.node import Node

BUNDLER = Path(__file__).with_name("bundle.mjs")
LIGHTENER = Path(__file__).parent / "fast_start" / "asm.mjs"


@dataclass(frozen=True)
class Bundle:
    """The bundled scripts by name, and the folders of the packages that went in."""

    scripts: dict[str, str]
    packages: tuple[Path, ...]


def make_bundle(node: Node, files: KitFiles, workspace: Workspace, runtime: str, wanted: list[str]) -> Bundle:
    """Bundle the page's scripts for a runtime ("solution", "cdn" or "inline"). Raises ToolError.

    `wanted` names what the wasm modules import of Pyodide's JavaScript.
    """
    folder = workspace.cache / "bundles" / _key(files, runtime, wanted)
    report = folder / "report.json"
    if not report.is_file():
        _bundle(node, files.page, folder, {"runtime": runtime, "wanted": wanted})
    packages = json.loads(report.read_text("utf-8"))["packages"]
    scripts = {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.js"))}
    return Bundle(scripts, tuple(node.modules / package for package in packages))


def _bundle(node: Node, page: Path, folder: Path, options: dict[str, object]) -> None:
    """Bundle aside, and move the report last: another build finds a whole bundle there, or none."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="bundling-") as aside:
        order = {"node": str(node.modules.parent), "page": str(page), "out": aside, **options}
        node.run(BUNDLER, json.dumps(order))
        for path in sorted(Path(aside).iterdir(), key=lambda path: path.suffix == ".json"):
            path.replace(folder / path.name)


def _key(files: KitFiles, runtime: str, wanted: list[str]) -> str:
    digest = sha256(json.dumps([runtime, wanted]).encode())
    sources = [path for path in files.page.rglob("*") if path.suffix in (".js", ".json")]
    for path in [BUNDLER, LIGHTENER, files.package_lock, *sorted(sources)]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:24]
