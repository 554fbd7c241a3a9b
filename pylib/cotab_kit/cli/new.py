"""The command `new`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cotab_kit.cli.options import command_line
from cotab_kit.errors import KitError
from cotab_kit.project.scaffold import Kind, make_project

# What an author does with a new project.
NEXT_STEPS = {"test": "build it and run its tests", "preview": "build it and see it", "build": "make what is shipped"}


def new(
    folder: Annotated[Path, typer.Argument(help="Folder to make; its name becomes the provider's.")],
    template: Annotated[
        str | None,
        typer.Option(
            help="An example to begin with: livekit, cobrowseio, or tandem, which has a relay of its own.",
            show_default=False,
        ),
    ] = None,
    kind: Annotated[
        Kind | None,
        typer.Option(
            help="What your product is here: an SDK in the page (as without it), a page in an iframe, or a link.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Make a new provider project that builds and passes its own tests."""
    if kind and template:
        raise KitError("--kind and --template both say what to begin with", hint="Leave one of them away.")
    make_project(folder, template or (kind or Kind.SDK).template)
    print(f"Made {folder}. Edit main.py and provider.toml there, and then:")
    lines = {command_line(command, folder): purpose for command, purpose in NEXT_STEPS.items()}
    for line, purpose in lines.items():
        print(f"  {line.ljust(max(map(len, lines)))}   {purpose}")
