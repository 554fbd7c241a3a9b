"""The command `preview` in a terminal: opens the browser, says where things are, ends with Ctrl-C. Called by cli.py."""

from __future__ import annotations

import signal
import webbrowser
from types import FrameType

from cotab_kit.preview.preview import preview
from cotab_kit.progress import Steps
from cotab_kit.project.project import Project


def show(project: Project, steps: Steps, *, port: int, open_browser: bool) -> None:
    """Run the preview until it is stopped. Raises KitError."""
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        with preview(project, steps, port=port) as server:
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
    """As with Ctrl-C, so that everything that was started is ended too."""
    raise KeyboardInterrupt
