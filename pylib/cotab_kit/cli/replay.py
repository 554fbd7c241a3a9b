"""The command `replay`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from cotab_kit.cli.options import ProjectOption
from cotab_kit.errors import KitError
from cotab_kit.project.project import Project
from cotab_kit.tools.saved import text_of


def replay(
    log: Annotated[Path, typer.Argument(help="A file with the log that an agent has copied.")],
    project: ProjectOption = None,
) -> None:
    """Replay a session from a log against the adapter on this machine; the exit code is 1 if it goes another way."""
    from cotab._tab.app import load_adapter  # noqa: PLC0415 - only this command needs it
    from cotab.errors import AdapterError  # noqa: PLC0415 - as above
    from cotab.testing.replay import Replay, entries_of  # noqa: PLC0415 - as above

    found = Project.at(project)
    sys.path.insert(0, str(found.root))
    try:
        replayed = Replay(entries_of(text_of(log.read_bytes())), load_adapter(found.manifest.page.adapter))
    except ValueError as error:
        raise KitError(
            f"{log}: {error}", hint="Name the file with the whole log, as the agent has copied it."
        ) from error
    except AdapterError as error:
        raise KitError(str(error), hint="Correct it there, or page.adapter in provider.toml.") from error
    asyncio.run(replayed.run())
    print("\n".join([*replayed.told, *(f"Otherwise than then: {difference}" for difference in replayed.differences)]))
    raise typer.Exit(int(bool(replayed.differences)))
