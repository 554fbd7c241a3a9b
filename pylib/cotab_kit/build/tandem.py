"""Bundle the browser's parts of Tandem into a folder that the relay serves, with the notices of what is in them."""

from __future__ import annotations

import base64
import hashlib
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cotab import __version__
from cotab_kit.build.notices import npm_notices
from cotab_kit.build.sbom import SUFFIX, Part, bill, locked_parts, npm_parts
from cotab_kit.tools.cache import Cache, put_in_place
from cotab_kit.tools.esbuild import OLD, Bundle, BundleConfig, Run, run_esbuild
from cotab_kit.tools.wheels import read_lock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cotab_kit.layout import KitFiles, Workspace
    from cotab_kit.progress import Steps
    from cotab_kit.tools.node import Node

PATCHES = Path(__file__).parent / "tandem_patches" / "rrweb.mjs"
SCRIPT, APP = "tandem.js", "tandem-app.js"
BILL = f"tandem{SUFFIX}"
# Of the image of the relay, which is made of a checkout.
RELAYS_BILL, RELAYS_LOCK = f"tandem-relay{SUFFIX}", Path("deploy", "tandem", "requirements.lock")
NOT_IN_IT = re.compile(r"^\S+ ;[^\\\n]*== 'emscripten'[^\\\n]*(\\\n[^\\\n]*)*\n?", re.MULTILINE)
MARKER = re.compile(r" ;[^\\\n]*")
# What the customer's script loads when it is wanted.
NAMES = ("hand", "assets", "pictures", "origins", "frames", "screen", "chat", "languages")
MODULES = tuple(f"tandem-{name}.js" for name in NAMES)
# In the customer's page the globals are the browser's own, whatever the page has made of them or calls by their names.
NATIVES = ("customer/natives.js", "customer/nodes.js", "customer/hooks.js")
OF_DOCUMENT = ("title", "head", "body", "hidden", "fonts", "referrer")
# What a page's scripts may declare at their top, which hides it from all others: it stays in the window.
HIDDEN = (
    *("Animation", "Blob", "CSS", "Element", "Event", "Node", "Reflect", "crypto", "fetch", "history", "innerHeight"),
    *("innerWidth", "localStorage", "navigator", "performance", "sessionStorage", "visualViewport"),
)
SHOWN = {name: f"window.{name}" for name in HIDDEN}
NUMBERS = {
    "Node.ELEMENT_NODE": "1",
    "Node.TEXT_NODE": "3",
    "Node.CDATA_SECTION_NODE": "4",
    "Node.DOCUMENT_NODE": "9",
    "Node.DOCUMENT_FRAGMENT_NODE": "11",
    "WebSocket.OPEN": "1",
}
RENAMED = {
    **SHOWN,
    **NUMBERS,
    "Array.from": "arrayFrom",
    "JSON.stringify": "stringify",
    **{f"document.{name}": f"page.{name}" for name in OF_DOCUMENT},
    "document.createElement": "createElement",
    "document.addEventListener": "listenToDocument",
    "document.removeEventListener": "unlistenToDocument",
}


def web_sources() -> Path:
    """Find the sources of customer script and viewer, in a checkout and in an installed wheel."""
    return Path(__file__).resolve().parents[2] / "tandem" / "web"


def tandem_config() -> BundleConfig:
    """Describe the customer script with what it loads by and by, and the viewer as a page of its own."""
    first = Run((f"customer/{SCRIPT}",), "iife", target=(OLD,), define={**SHOWN, "URL": "window.URL"})
    rest = (Run((f"customer/{name}",), "esm", NATIVES, define=RENAMED) for name in (APP, *MODULES))
    viewer = Run(("viewer/loader.js",), "iife", target=(OLD,)), Run(("viewer/viewer.js", "viewer/viewer.css"))
    runs = first, *rest, *viewer
    return BundleConfig(web_sources(), runs, copied=("viewer/viewer.html",), plugins={PATCHES: {}})


def build_relay(node: Node, files: KitFiles, workspace: Workspace, dist: Path, steps: Steps) -> None:
    """Make what the image of the relay takes from `dist`: the browser's parts, and the bill of all that is in it."""
    scripts = build_tandem(node, files, workspace, dist / "tandem", steps)
    lock = (web_sources().parents[2] / RELAYS_LOCK).read_text("utf-8")
    pins = read_lock(MARKER.sub("", NOT_IN_IT.sub("", lock)), str(RELAYS_LOCK))
    _put(dist / RELAYS_BILL, bill("tandem-relay", __version__, scripts + locked_parts(pins)))


def build_tandem(node: Node, files: KitFiles, workspace: Workspace, out: Path, steps: Steps) -> list[Part]:
    """Make the customer's scripts and the viewer's files in `out`, unless they are up to date. Raises ToolError.

    Return the parts of others in them, whose bill lies beside them. The same inputs give the same bytes.
    """
    config = tandem_config()

    def make(aside: Path) -> None:
        with steps.step("Bundling Tandem"):
            run_esbuild(node, config, aside)

    bundle = Cache(workspace.cache / "tandem").get(config.inputs(files.package_lock), make, Bundle.read)
    out.mkdir(parents=True, exist_ok=True)
    made = bundle.files()
    for name in bundle.outputs:
        made[name] += _notices(node.modules / package for package in bundle.packages(name))
    parts = npm_parts(node.modules / package for package in bundle.packages())
    for name, content in {**_linked(made), BILL: bill("tandem", __version__, parts)}.items():
        _put(out / name, content)
    return parts


def _linked(files: dict[str, bytes]) -> dict[str, bytes]:
    """Write into each script of the customer's page which others it may load: these, and nothing put in their place."""
    app = files[APP]
    for name in MODULES:
        app = _naming(app, name, files[name])
    return {**files, APP: app, SCRIPT: _naming(files[SCRIPT], APP, app)}


def _naming(script: bytes, name: str, loaded: bytes) -> bytes:
    """Write the digest of what a script loads into it, and the version by which caches tell it from others."""
    digest = base64.b64encode(hashlib.sha256(loaded).digest())
    named = script.replace(f"sha256-of-{name}".encode(), b"sha256-" + digest)
    return named.replace(f"version-of-{name}".encode(), hashlib.sha256(loaded).hexdigest()[:32].encode())


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
    put_in_place(Path(aside.name), path)
