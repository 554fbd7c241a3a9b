"""The command `preview`: open the browser, say where things are, end with Ctrl-C."""

from __future__ import annotations

import signal
import webbrowser
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from cotab_kit.cli.extras import extra
from cotab_kit.cli.options import ProjectOption
from cotab_kit.progress import Steps
from cotab_kit.project.project import Project


def preview(
    project: ProjectOption = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")] = 0,
    like: Annotated[
        Path | None,
        typer.Option("--like", metavar="FILE", help="Resemble the org that `inspect --save FILE` looked at."),
    ] = None,
    *,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in your browser.")] = True,
) -> None:
    """Build, and show the tab in a local Omnichannel that follows your edits; Ctrl-C ends it."""
    show(Project.at(project), Steps.for_this_terminal(), port=port, like=like, open_browser=open_browser)


def show(project: Project, steps: Steps, *, port: int, open_browser: bool, like: Path | None = None) -> None:
    """Run the preview until it is stopped. Raises KitError."""
    with extra("preview"):
        from cotab_kit.preview.preview import preview as running  # noqa: PLC0415 - no other command needs a server

    before = signal.signal(signal.SIGTERM, _stop)
    try:
        with running(project, steps, port=port, like=like) as server:
            (conversation, *_) = server.desktop.chat.all()
            agent = f"{server.url}/?conversation={conversation.id}"
            print(f"Agent's desktop    {agent}")
            print(f"Administration     {server.url}/admin")
            print(f"Customer's site    {server.desktop.shop}/")
            print(f"Edits in {project.root} are followed. Ctrl-C ends it.", flush=True)
            if open_browser:
                webbrowser.open(agent)
            server.wait()
    except KeyboardInterrupt:
        steps.note("The preview has ended")
    finally:
        signal.signal(signal.SIGTERM, before)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """Do as Ctrl-C does, so that everything that was started is ended too."""
    raise KeyboardInterrupt
