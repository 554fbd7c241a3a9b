"""The command `check`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from cotab_kit.cli.options import ProjectOption
from cotab_kit.progress import Steps
from cotab_kit.project.project import Project


def check(
    project: ProjectOption = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON, for machines.")] = False,
) -> None:
    """Say everything that is wrong with the manifest, the code and the scripts; the exit code is 1 if something is."""
    from cotab_kit.check.check import check as find  # noqa: PLC0415 - only this command needs it

    findings = find(Project.at(project), Steps.for_this_terminal())
    if as_json:
        print(json.dumps([finding.as_json() for finding in findings], indent=1))
    else:
        print("\n".join(map(str, findings)) or "Nothing is wrong")
    raise typer.Exit(int(bool(findings)))
