"""The browser's parts of Tandem, bundled by esbuild (tandem.mjs) into a folder that the relay serves.

Called by page/build.py for the default project of a checkout, and by tests. What was bundled is kept until its inputs
change; the output is byte for byte the same for the same inputs.
"""

from __future__ import annotations

import json
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from cotab_kit.build.notices import npm_notices

if TYPE_CHECKING:
    from cotab_kit.layout import KitFiles, Workspace
    from cotab_kit.progress import Steps
    from cotab_kit.tools.node import Node

BUNDLER = Path(__file__).with_name("tandem.mjs")
REPORT = "report.json"


def web_sources() -> Path:
    """Where the sources of customer script and viewer are, in a checkout and in an installed wheel."""
    return Path(__file__).resolve().parents[2] / "tandem" / "web"


def build_tandem(node: Node, files: KitFiles, workspace: Workspace, out: Path, steps: Steps) -> None:
    """Make tandem.js and the viewer's files in `out`, unless they are up to date. Raises ToolError."""
    web = web_sources()
    kept = workspace.cache / "tandem" / _key(web, files)
    if not (kept / REPORT).is_file():
        with steps.step("Bundling Tandem"):
            _bundle(node, web, kept)
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted(kept.iterdir()):
        if path.name != REPORT:
            _put(out / path.name, path.read_bytes())


def _bundle(node: Node, web: Path, kept: Path) -> None:
    """Bundle aside, and move the report last: another build finds a whole bundle there, or none."""
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent, prefix="bundling-") as aside:
        folder = Path(aside)
        node.run(BUNDLER, json.dumps({"node": str(node.modules.parent), "web": str(web), "out": aside}))
        for name, packages in json.loads((folder / REPORT).read_text("utf-8")).items():
            _add_notices(folder / name, tuple(node.modules / package for package in packages))
        for path in sorted(folder.iterdir(), key=lambda path: path.name == REPORT):
            path.replace(kept / path.name)


def _add_notices(path: Path, packages: tuple[Path, ...]) -> None:
    """A licence asks to go where the code goes: into the file itself, at its end."""
    notices = "\n\n".join(f"{name}\n\n{text.strip()}" for name, text in npm_notices(packages).items())
    if notices:
        comment = f"/*! Contains:\n\n{notices}\n*/\n".replace("\r\n", "\n")
        path.write_bytes(path.read_bytes() + comment.replace("*/", "* /", comment.count("*/") - 1).encode())


def _put(path: Path, content: bytes) -> None:
    """Write a file that a relay may be serving: as a whole, and only if it is another one."""
    if path.is_file() and path.read_bytes() == content:
        return
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as aside:
        aside.write(content)
    Path(aside.name).chmod(0o644)
    Path(aside.name).replace(path)


def _key(web: Path, files: KitFiles) -> str:
    digest = sha256()
    sources = {path.relative_to(web).as_posix(): path for path in web.rglob("*") if path.is_file()}
    sources |= {path.name: path for path in (BUNDLER, Path(__file__), files.package_lock)}
    for name, path in sorted(sources.items()):
        content = path.read_bytes()
        digest.update(f"{name}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()[:24]
