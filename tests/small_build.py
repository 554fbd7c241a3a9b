"""A build of one page and one script, for tests of the harness that need no Python in the page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cotab_kit.deploy.release import Release
from kit.deploy.runs import release


def small_build(folder: Path, html: str, boot: str, **parts: Any) -> Path:  # noqa: ANN401 - any part of the manifest
    """Lay out `folder` as a dist folder whose mode cobrowse is `html`, with `boot` as its boot.js.

    `parts` are parts of the manifest.
    """
    made = release(**parts)
    name = f"{made.manifest.folder}/cobrowse.html"
    own = {name: html.encode(), f"{made.manifest.folder}/boot.js": boot.encode()}
    (folder / "assist_managed.zip").write_bytes(Release(made.manifest, {**made.resources, **own}).zip)
    (folder / "build.json").write_text(json.dumps({"pages": {"cobrowse": name}}), "utf-8")
    return folder
