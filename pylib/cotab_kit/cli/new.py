"""The command `new`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cotab_kit.cli.options import command_line
from cotab_kit.project.scaffold import make_project

# What an author does with a new project.
NEXT_STEPS = {"test": "build it and run its tests", "preview": "build it and see it", "build": "make what is shipped"}


def new(
    folder: Annotated[Path, typer.Argument(help="Folder to make; its name becomes the provider's.")],
    template: Annotated[
        str, typer.Option(help="What to begin with: minimal, an SDK of yours; tandem, with a relay of its own.")
    ] = "minimal",
) -> None:
    """Make a new provider project that builds and passes its own tests."""
    make_project(folder, template)
    print(f"Made {folder}. Edit main.py and provider.toml there, and then:")
    lines = {command_line(command, folder): purpose for command, purpose in NEXT_STEPS.items()}
    for line, purpose in lines.items():
        print(f"  {line.ljust(max(map(len, lines)))}   {purpose}")
