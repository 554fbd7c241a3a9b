"""The command `lock`."""

from __future__ import annotations

from cotab_kit.cli.options import ProjectOption
from cotab_kit.errors import BuildError
from cotab_kit.layout import kit_files, source_root
from cotab_kit.progress import Steps
from cotab_kit.project.project import Project


def lock(project: ProjectOption = None) -> None:
    """Write npm.lock and npm.preview.lock: the packages of [page.npm] and [preview.npm] and what they depend on.

    Each with its version and hash.
    """
    from cotab_kit.tools.node import ensure_node  # noqa: PLC0415 - only this command needs them
    from cotab_kit.tools.npm import write_lock  # noqa: PLC0415 - as above

    given, steps = Project.at(project), Steps.for_this_terminal()
    tables = [table for table in (given.npm, given.preview_npm) if table.wanted]
    if not tables:
        raise BuildError("[page.npm] names no package", hint='Write one there, such as "livekit-client" = "2.23.0".')
    node = ensure_node(given.workspace, kit_files(), steps, dev=source_root() is not None)
    for table in tables:
        with steps.step("Asking npm"):
            locked = write_lock(table, node)
        print(f"Locked in {table.lock}: {', '.join(locked)}")
