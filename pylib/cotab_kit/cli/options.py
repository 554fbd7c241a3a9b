"""What several commands have in common: the option --project, and how one types a command in this folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from cotab_kit.layout import source_root
from cotab_kit.project.project import Project

ProjectOption = Annotated[
    Path | None, typer.Option("--project", "-p", help="Folder of the provider project.", show_default=False)
]


# What a shell, cmd included, may read as something else than a part of a word.
SPECIAL = re.compile(r"[^\w./\\:~-]")


def command_line(command: str, project: Path) -> str:
    """Return what to type in this folder to run a command on the project."""
    source = source_root()
    program = f"python {_path(source / 'build.py')}" if source else "cotab"
    is_default = Project.at().root == project.resolve()
    return f"{program} {command}" if is_default else f"{program} {command} --project {_path(project)}"


def _path(path: Path) -> str:
    here = Path.cwd()
    text = str(path.relative_to(here) if path.is_relative_to(here) else path)
    return f'"{text}"' if SPECIAL.search(text) else text
