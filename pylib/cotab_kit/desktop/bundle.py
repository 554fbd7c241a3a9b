"""The desktop's pages, bundled by esbuild (bundle.mjs). Called by the preview and by the `desktop` fixture.

Kept until a source changes; an installed wheel bundles at first use.
"""

from __future__ import annotations

import json
import tempfile
from hashlib import sha256
from pathlib import Path

from rich.console import Console

from cotab_kit.layout import Workspace, kit_files
from cotab_kit.progress import Steps
from cotab_kit.project.project import Project
from cotab_kit.tools.node import Node, ensure_node

BUNDLER = Path(__file__).with_name("bundle.mjs")
SOURCES = Path(__file__).with_name("pages")
STAMP = "index.html"


def pages(workspace: Workspace | None = None, steps: Steps | None = None) -> Path:
    """The folder of the bundled pages: `index.html`, `admin.html` and what they load from `/desktop/static/`.

    `workspace` is that of the current project if not given. Raises SetupError, ToolError.
    """
    workspace = workspace or Project.at().workspace
    steps = steps or Steps(Console(quiet=True), quiet=True)
    files = kit_files()
    folder = workspace.cache / "desktop" / _key(files.package_lock)
    if not (folder / STAMP).is_file():
        node = ensure_node(workspace, files, steps, dev=False)
        with steps.step("Bundling the desktop's pages"):
            _bundle(node, folder)
    return folder


def _bundle(node: Node, folder: Path) -> None:
    """Bundle aside, and move the first page last: another process finds whole pages there, or none."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="bundling-") as aside:
        order = {"node": str(node.modules.parent), "pages": str(SOURCES), "out": aside}
        node.run(BUNDLER, json.dumps(order))
        for path in sorted(Path(aside).iterdir(), key=lambda path: path.name == STAMP):
            path.replace(folder / path.name)


def _key(lock: Path) -> str:
    digest = sha256()
    for path in [BUNDLER, lock, *sorted(path for path in SOURCES.iterdir() if path.is_file())]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:24]
