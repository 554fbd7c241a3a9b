"""The command `clean`."""

from __future__ import annotations

import shutil

from cotab_kit.cli.options import ProjectOption
from cotab_kit.errors import KitError
from cotab_kit.manifest.model import MANIFEST
from cotab_kit.project.project import Project


def clean(project: ProjectOption = None) -> None:
    """Remove what was built, dist/, and the caches, .cotab/, unless they are shared with other projects."""
    target = Project.at(project)
    if not (target.root / MANIFEST).is_file():
        raise KitError(
            f"{target.root} has no {MANIFEST}", hint="Run it in a provider project, or name one with --project."
        )
    own_caches = target.workspace.root in (target.root, target.dist.parent)
    for path in [*target.dist.glob("*"), *([target.workspace.caches] if own_caches else [])]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name == "README.md" or not path.exists():
            continue
        else:
            path.unlink()
        print(f"Removed {path}")
