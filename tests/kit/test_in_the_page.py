"""What no page can do: `check` names the cause, the place and what to write instead, whatever things are called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from cotab import _limits as limits
from cotab._limits import explanation
from cotab_kit.check.check import what_cannot_work
from cotab_kit.layout import kit_files
from cotab_kit.manifest.model import MANIFEST
from cotab_kit.project.project import Project

if TYPE_CHECKING:
    from pathlib import Path

    from cotab._limits import Limit

# Each is a project of its own: the line of the mistake is marked.
MISTAKES: dict[str, tuple[str, str, Limit]] = {
    "a breakpoint": ("breakpoint()  #!", "breakpoint", limits.DEBUGGER),
    "a debugger": ("import pdb\npdb.set_trace()  #!", "pdb.set_trace", limits.DEBUGGER),
    "an editor's debugger": ("import debugpy  #!", "debugpy", limits.DEBUGGER),
    "a question": ("name = input('Who? ')  #!", "input", limits.KEYBOARD),
    "a password": ("from getpass import getpass\ngetpass()  #!", "getpass.getpass", limits.KEYBOARD),
    "the keyboard": ("import sys\nsys.stdin.readline()  #!", "sys.stdin.readline", limits.KEYBOARD),
    "a sleep": ("import time\ntime.sleep(1)  #!", "time.sleep", limits.SLEEP),
    "a sleep called otherwise": ("from time import sleep as nap\nnap(1)  #!", "time.sleep", limits.SLEEP),
    "a sleep in a variable": ("import time as t\nwait = t.sleep  #!\nwait(1)", "time.sleep", limits.SLEEP),
    "a select": ("import select\nselect.select([], [], [], 1)  #!", "select.select", limits.SLEEP),
    "a thread": ("import threading\nthreading.Thread(target=print)  #!", "threading.Thread", limits.THREAD),
    "a thread of one's own": (
        "from threading import Thread\nclass Mine(Thread):  #!\n    pass",
        "threading.Thread",
        limits.THREAD,
    ),
    "a timer": ("import threading as t\nt.Timer(1, print)  #!", "threading.Timer", limits.THREAD),
    "a pool": (
        "from concurrent import futures\nfutures.ThreadPoolExecutor()  #!",
        "concurrent.futures.ThreadPoolExecutor",
        limits.THREAD,
    ),
    "a thread of asyncio": (
        "import asyncio\nasync def f():\n    await asyncio.to_thread(print)  #!",
        "asyncio.to_thread",
        limits.THREAD,
    ),
    "an executor": ("def f(loop):\n    loop.run_in_executor(None, print)  #!", "run_in_executor", limits.THREAD),
    "a program": ("import subprocess\nsubprocess.run(['ls'])  #!", "subprocess.run", limits.PROCESS),
    "a shell": ("import os\nos.system('ls')  #!", "os.system", limits.PROCESS),
    "a process": (
        "import multiprocessing as m\nm.Process(target=print)  #!",
        "multiprocessing.Process",
        limits.PROCESS,
    ),
    "requests": ("import requests  #!", "requests", limits.NETWORK),
    "httpx": ("from httpx import AsyncClient  #!", "httpx", limits.NETWORK),
    "a module by its name": (
        "from importlib import import_module\nimport_module('aiohttp')  #!",
        "aiohttp",
        limits.NETWORK,
    ),
    "urllib": (
        "from urllib import request\nrequest.urlopen('https://a.example')  #!",
        "urllib.request.urlopen",
        limits.NETWORK,
    ),
    "a socket": ("import socket\nsocket.create_connection(())  #!", "socket.create_connection", limits.NETWORK),
    "a server": (
        "import asyncio\nasync def f():\n    await asyncio.start_server(print)  #!",
        "asyncio.start_server",
        limits.NETWORK,
    ),
    "a loop of one's own": ("import asyncio\nasyncio.run(main())  #!", "asyncio.run", limits.LOOP),
    "a loop till it is done": ("def f(loop):\n    loop.run_until_complete(g())  #!", "run_until_complete", limits.LOOP),
    "a queue": (
        "import queue\nclass A:\n    def f(self):\n        self.jobs = queue.Queue()\n        self.jobs.get()  #!",
        "queue.Queue.get()",
        limits.WAIT,
    ),
    "an event": ("from threading import Event\ncame = Event()\ncame.wait()  #!", "threading.Event.wait()", limits.WAIT),
    "a loop without end": ("while True:  #!\n    print()", "while True", limits.ENDLESS),
    "a loop that leaves an inner one": (
        "while 1:  #!\n    for each in ():\n        break",
        "while 1",
        limits.ENDLESS,
    ),
    "a loop that defines what awaits": (
        "while True:  #!\n    async def f(x):\n        await x",
        "while True",
        limits.ENDLESS,
    ),
    "a loop that looks": ("while not came.is_set():  #!\n    pass", "while not came.is_set()", limits.ENDLESS),
    "a count without end": (
        "import itertools\nfor each in itertools.count():  #!\n    print(each)",
        "for ... in itertools.count()",
        limits.ENDLESS,
    ),
    "a sleep that is not awaited": (
        "import asyncio\nasync def f():\n    asyncio.sleep(1)  #!",
        "asyncio.sleep()",
        limits.NOT_AWAITED,
    ),
    "a method that is not awaited": (
        "class A:\n    async def end(self):\n        pass\n    async def f(self):\n        self.end()  #!",
        "self.end()",
        limits.NOT_AWAITED,
    ),
    "a message that is not awaited": (
        "async def f(tab):\n    tab.conversation.send('Hello')  #!",
        "tab.conversation.send()",
        limits.NOT_AWAITED,
    ),
    "an exit": ("import sys\nsys.exit()  #!", "sys.exit", limits.EXIT),
    "an abort": ("import os\nos.abort()  #!", "os.abort", limits.DEATH),
    "a browser": ("import webbrowser\nwebbrowser.open('https://a.example')  #!", "webbrowser.open", limits.WINDOW),
    "a module that the page lacks": ("import tkinter  #!", "tkinter", limits.NO_MODULE),
    "a package that nobody has named": ("import contoso_tools.net  #!", "contoso_tools", limits.NO_MODULE),
}

HARMLESS = {
    "what a host does": "import sys, time\nif sys.platform != 'emscripten':\n    time.sleep(1)\nelse:\n    pass",
    "what type checkers read": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import requests",
    "a script's own end": "import asyncio\nif __name__ == '__main__':\n    asyncio.run(main())",
    "what is prepared for": "try:\n    import requests\nexcept ImportError:\n    requests = None",
    "what the author knows better": "import time\ntime.sleep(0)  # noqa: cotab",
    "a loop that awaits": "async def f():\n    while True:\n        await g()",
    "a loop that breaks": "while True:\n    if done():\n        break",
    "a loop that returns": "def f():\n    while True:\n        return 1",
    "a loop that raises": "def f():\n    while True:\n        raise ValueError",
    "a generator": "def f():\n    while True:\n        yield 1",
    "a loop that awaits its items": "async def f(x):\n    while True:\n        async for each in x:\n            pass",
    "a loop that changes something": "while read():\n    pass",
    "a queue that does not wait": "import queue\nq = queue.Queue()\nq.get(False)\nq.get(block=False)\nq.get_nowait()",
    "names of one's own": "def sleep(x): ...\nsleep(1)\ndef f(time, input):\n    time.sleep(1)\n    input()",
    "methods of one's own": "class A:\n    def exit(self): ...\n    def f(self):\n        self.exit()",
    "locks": "import threading\nlock = threading.Lock()\nwith lock:\n    pass\nthreading.local()",
    "types and exceptions": "import subprocess, threading\ndef f(x: threading.Thread) -> threading.Thread: ...\n"
    "try:\n    f()\nexcept subprocess.CalledProcessError:\n    pass",
    "addresses": "from urllib.parse import urlsplit\nfrom urllib.request import Request\nRequest('https://a.example')",
    "what is awaited": "import asyncio\nasync def f():\n    await asyncio.sleep(1)\n    asyncio.create_task(f())",
    "modules of one's own": "import helpers\nfrom . import others\nimport js, pyodide, cotab, pydantic",
    "code that Python cannot read": "def",
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project but for its manifest, and a module that others import."""
    (tmp_path / MANIFEST).write_bytes((kit_files().templates["minimal"] / MANIFEST).read_bytes())
    (tmp_path / "helpers.py").write_text("", "utf-8")
    return Project.at(tmp_path)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_cause_place_and_remedy(project: Project, mistake: str) -> None:
    code, what, limit = MISTAKES[mistake]
    path = project.root / "main.py"
    path.write_text(code, "utf-8")
    (line,) = [number for number, text in enumerate(code.splitlines(), 1) if text.endswith("#!")]
    assert [str(found) for found in what_cannot_work(project)] == [f"{path}:{line}: {what}: {limit}"]


@pytest.mark.parametrize("code", HARMLESS.values(), ids=HARMLESS)
def test_what_a_page_can_do_is_no_mistake(project: Project, code: str) -> None:
    (project.root / "main.py").write_text(code, "utf-8")
    assert what_cannot_work(project) == []


def test_packages_of_the_manifest_may_bring_modules(project: Project) -> None:
    text = (project.root / MANIFEST).read_text("utf-8")
    packages = f'packages = ["contoso-tools==1.0 --hash=sha256:{"0" * 64}"]'
    (project.root / MANIFEST).write_text(text.replace("[page]", f"[page]\n{packages}"), "utf-8")
    (project.root / "main.py").write_text("import contoso_tools\nimport requests\n", "utf-8")
    (found,) = what_cannot_work(Project.at(project.root))
    assert "requests" in found.problem


def test_every_limit_says_what_to_write() -> None:
    for limit in (*limits.LIMITS, limits.ENDLESS, limits.CALLED, limits.NOT_CALLED):
        assert limit.problem
        assert re.match(r"[a-z].*[a-z)]$", limit.instead), limit.instead


def test_other_exceptions_are_not_explained() -> None:
    for error in (ValueError("nope"), ConnectionError("the relay is gone"), RuntimeError("no"), TimeoutError()):
        assert explanation(error) == ""


def test_a_cause_is_found_behind_what_was_raised_from_it() -> None:
    behind = RuntimeError("can't start new thread")
    middle = ValueError("the pool is empty")
    middle.__cause__ = behind
    middle.__context__ = middle  # a circle, as careless code makes
    assert explanation(middle) == str(limits.THREAD)
