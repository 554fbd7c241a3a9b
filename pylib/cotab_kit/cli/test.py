"""The command `test`."""

from __future__ import annotations

from typing import Annotated

import typer

from cotab_kit.cli.extras import extra
from cotab_kit.cli.options import ProjectOption
from cotab_kit.progress import Steps
from cotab_kit.project.project import Project


def test(
    project: ProjectOption = None,
    arguments: Annotated[list[str] | None, typer.Argument(help="Passed on to pytest, after --.")] = None,
    *,
    full: Annotated[
        bool, typer.Option("--full", help="In a checkout of cotab: all tests (about an hour, else 8 minutes).")
    ] = False,
    seed: Annotated[
        int | None,
        typer.Option(help="In a checkout of cotab: the seed of what is chosen by chance.", min=0, show_default=False),
    ] = None,
) -> None:
    """Build, run the linters and type checkers (in a checkout of cotab), and the tests."""
    with extra("test"):
        from cotab_kit.cli.run_tests import run_tests  # noqa: PLC0415 - no other command needs pytest

    raise typer.Exit(run_tests(Project.at(project), Steps.for_this_terminal(), arguments or [], full=full, seed=seed))
