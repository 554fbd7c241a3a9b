"""Bundle the browser's parts of Tandem into a folder that the relay serves, with the notices of what is in them."""

from __future__ import annotations

import base64
import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cotab_kit.build.notices import npm_notices
from cotab_kit.tools.cache import Cache
from cotab_kit.tools.esbuild import Bundle, BundleConfig, Run, run_esbuild

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cotab_kit.layout import KitFiles, Workspace
    from cotab_kit.progress import Steps
    from cotab_kit.tools.node import Node

PATCHES = Path(__file__).parent / "tandem_patches" / "rrweb.mjs"
SCRIPT = "tandem.js"
# What the script loads when it is wanted.
NAMES = ("hand", "assets", "pictures", "origins", "frames", "screen", "chat")
MODULES = tuple(f"tandem-{name}.js" for name in NAMES)
# In the customer's page the globals are the browser's own, whatever the page has made of them.
NATIVES = ("customer/natives.js", "customer/hooks.js")
RENAMED = {
    "Array.from": "arrayFrom",
    "JSON.stringify": "stringify",
    "document.addEventListener": "listenToDocument",
    "document.removeEventListener": "unlistenToDocument",
}


def web_sources() -> Path:
    """Find the sources of customer script and viewer, in a checkout and in an installed wheel."""
    return Path(__file__).resolve().parents[2] / "tandem" / "web"


def tandem_config() -> BundleConfig:
    """Describe the customer script with what it loads when that is wanted, and the viewer as a page of its own."""
    customer = Run(("customer/tandem.js",), "iife", NATIVES, define=RENAMED)
    modules = [Run((f"customer/{name}",), "esm", NATIVES, define=RENAMED) for name in MODULES]
    runs = customer, *modules, Run(("viewer/viewer.js", "viewer/viewer.css"))
    return BundleConfig(web_sources(), runs, copied=("viewer/viewer.html",), plugins={PATCHES: {}})


def build_tandem(node: Node, files: KitFiles, workspace: Workspace, out: Path, steps: Steps) -> None:
    """Make the customer's scripts and the viewer's files in `out`, unless they are up to date. Raises ToolError.

    The same inputs give the same bytes.
    """
    config = tandem_config()

    def make(aside: Path) -> None:
        with steps.step("Bundling Tandem"):
            run_esbuild(node, config, aside)

    bundle = Cache(workspace.cache / "tandem").get(config.inputs(files.package_lock), make, Bundle.read)
    out.mkdir(parents=True, exist_ok=True)
    made = {}
    for name, content in bundle.files().items():
        packages = bundle.packages(name) if name in bundle.outputs else []
        made[name] = content + _notices(node.modules / package for package in packages)
    for name, content in _linked(made).items():
        _put(out / name, content)


def _linked(files: dict[str, bytes]) -> dict[str, bytes]:
    """Write into the customer script which others it may load: these, and nothing put in their place."""
    script = files[SCRIPT]
    for name in MODULES:
        digest = base64.b64encode(hashlib.sha256(files[name]).digest())
        script = script.replace(f"sha256-of-{name}".encode(), b"sha256-" + digest)
    return {**files, SCRIPT: script}


def _notices(packages: Iterable[Path]) -> bytes:
    """Put the licenses where they ask to go, with the code: into the file itself, at its end."""
    notices = "\n\n".join(f"{name}\n\n{text.strip()}" for name, text in npm_notices(tuple(packages)).items())
    comment = f"/*! Contains:\n\n{notices}\n*/\n".replace("\r\n", "\n")
    return comment.replace("*/", "* /", comment.count("*/") - 1).encode() if notices else b""


def _put(path: Path, content: bytes) -> None:
    """Write a file that a relay may be serving: as a whole, and only if it is another one."""
    if path.is_file() and path.read_bytes() == content:
        return
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as aside:
        aside.write(content)
    Path(aside.name).chmod(0o644)
    Path(aside.name).replace(path)
