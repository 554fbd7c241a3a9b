"""A build of one page and one script, for tests of the preview and its driver that need no Python in the page."""

from __future__ import annotations

import json
from pathlib import Path


def small_build(folder: Path, page: str, boot: str) -> Path:
    """Lay out `folder` as a dist folder whose mode cobrowse is `page`, with `boot` as its boot.js."""
    resources = folder / "webresources" / "abc_" / "demo"
    resources.mkdir(parents=True)
    (resources / "cobrowse.html").write_text(page, "utf-8")
    (resources / "boot.js").write_text(boot, "utf-8")
    pages = {"cobrowse": "abc_/demo/cobrowse.html"}
    (folder / "build.json").write_text(json.dumps({"name": "demo", "pages": pages, "files": []}), "utf-8")
    return folder
