"""An adapter that makes the mistake that `data` names, in a way that no linter sees: each line here is one."""

import asyncio
import builtins
import concurrent.futures
import os
import pdb  # noqa: T100 - one of the mistakes
import subprocess
import sys
import threading
import time
import zoneinfo
from importlib import import_module
from operator import attrgetter
from pathlib import Path

from cotab import Invitation, JsObject, Provider


async def nothing() -> None:
    """Do nothing, to be run by a loop."""


async def leave() -> None:
    """Leave Python, in a task."""
    await asyncio.sleep(0)
    attrgetter("exit")(sys)(1)


# As the module was imported before there was a page.
nap = attrgetter("sleep")(time)


def busy(seconds: float) -> None:
    """Compute for so long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(1000))


MISTAKES = {
    "thread": lambda: attrgetter("Thread")(threading)(None, print).start(),
    "timer": lambda: attrgetter("Timer")(threading)(1, print).start(),
    "pool": lambda: attrgetter("ThreadPoolExecutor")(concurrent.futures)().submit(print),
    "processes": lambda: attrgetter("ProcessPoolExecutor")(concurrent.futures)().submit(print),
    "subprocess": lambda: attrgetter("run")(subprocess)(["ls"]),
    "popen": lambda: attrgetter("popen")(os)("ls"),
    "breakpoint": lambda: attrgetter("breakpoint")(builtins)(),  # noqa: PLW0108 - it must be called from here
    "pdb": lambda: attrgetter("set_trace")(pdb)(),  # noqa: PLW0108 - as above
    "input": lambda: attrgetter("input")(builtins)("name: "),
    "run": lambda: attrgetter("run")(asyncio)(nothing()),
    "complete": lambda: attrgetter("run_until_complete")(asyncio.get_running_loop())(nothing()),
    "requests": lambda: import_module("requests".strip()),
    "module": lambda: import_module("tkinter".strip()),
    "unknown": lambda: import_module("contoso_tools".strip()),
    "exit": lambda: attrgetter("exit")(sys)(1),
    "exit in a task": lambda: asyncio.ensure_future(leave()),
    "exit in a call": lambda: asyncio.get_running_loop().call_later(0, attrgetter("exit")(sys)),
    "file": lambda: Path("config.json").read_text("utf-8"),
    "zone": lambda: zoneinfo.ZoneInfo("Europe/Berlin"),
    "sleep": lambda: attrgetter("sleep")(time)(5),
    "nap": lambda: nap(5),
    "busy": lambda: busy(5),
}


class Mistaken(Provider):
    """Makes a mistake in `start`."""

    async def start(self) -> Invitation:
        """Make the mistake; those that only take time go on."""
        if url := self.tab.context.extra.get("frame"):
            await self.tab.show_stage()
            await self.tab.embed(self.stage, str(url), print, title="Viewer").spoken(3)
        if url := self.tab.context.extra.get("service"):
            await self.tab.http.get(str(url))
        if mistake := self.tab.context.extra.get("mistake"):
            MISTAKES[mistake]()
        return Invitation(session_id="s-1", pin="123456")

    def attach(self, stage: JsObject) -> None:
        """Keep the stage for what goes wrong there."""
        self.stage = stage

    async def resume(self, session_id: str) -> Invitation:
        """Take it up again."""
        return Invitation(session_id=session_id, pin="123456")

    async def end(self) -> None:
        """Do nothing."""
