"""What Python cannot do in a page, and what to write instead: one table for `check` and for the tab.

`check` finds the names in the author's code. What gets past it is recognized by the exception it ends in, and
explained in the same words (`explanation`).
"""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from inspect import iscoroutine
from types import FrameType

__all__ = [
    "CALLED",
    "DEBUGGER",
    "ENDLESS",
    "LIMITS",
    "LOOP",
    "NOT_AWAITED",
    "NOT_CALLED",
    "NO_COROUTINE",
    "NO_FUNCTION",
    "NO_MODULE",
    "NO_PROMISE",
    "SLEEP",
    "WAIT",
    "Limit",
    "LimitError",
    "explanation",
    "limit_of",
    "need_function",
    "place_of",
]

# Whose code is not the author's, beside packages and the standard library.
NOT_THE_AUTHORS = {"cotab", "pyodide", "_pyodide", *sys.stdlib_module_names}


@dataclass(frozen=True)
class Limit:
    """Something that Python cannot do in a page.

    `names` are full names of functions and modules (a module stands for all that is in it), `modules` those that no
    page can use at all. `symptoms` match what an exception says that it ends in: "RuntimeError: can't start new ...".
    """

    problem: str
    instead: str
    names: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    symptoms: str = r"(?!)"

    def __str__(self) -> str:
        return f"{self.problem}; {self.instead}"


class LimitError(RuntimeError):
    """A call that cannot work in a page, refused before it does harm."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(str(limit))
        self.limit = limit


DEBUGGER = Limit(
    "a page has no terminal for a debugger",
    "print() what you want to know, or debug a test on the host in your editor (docs/debugging.md)",
    ("breakpoint", "pdb", "bdb", "code.interact", "code.InteractiveConsole"),
    ("ipdb", "pudb", "debugpy", "pydevd"),
    r"BdbQuit",
)
KEYBOARD = Limit(
    "nobody can type anything into a page's Python",
    "ask in your viewer, or make it a setting",
    ("input", "getpass.getpass", "sys.stdin", "fileinput"),
    symptoms=r"EOFError",
)
SLEEPER = "pyodide.webloop._sleep"  # what time.sleep is in a page
SLEEP = Limit(
    "nothing else in the agent's window works while it waits",
    "write await asyncio.sleep(seconds)",
    ("time.sleep", "select.select", "select.poll", "selectors", "signal.pause", "signal.sigwait", SLEEPER),
)
THREAD = Limit(
    "a page has one thread only",
    "write a coroutine, and start it with asyncio.create_task()",
    (
        "threading.Thread",
        "threading.Timer",
        "_thread.start_new_thread",
        "concurrent.futures.ThreadPoolExecutor",
        "concurrent.futures.InterpreterPoolExecutor",
        "concurrent.futures.thread",
        "multiprocessing.pool.ThreadPool",
        "multiprocessing.dummy",
        "asyncio.to_thread",
        ".run_in_executor",
    ),
    symptoms=r"can't start new thread",
)
PROCESS = Limit(
    "a page starts no other programs",
    "let your service do it, and ask your service",
    (
        "subprocess",
        "multiprocessing",
        "concurrent.futures.ProcessPoolExecutor",
        "concurrent.futures.process",
        "asyncio.create_subprocess_exec",
        "asyncio.create_subprocess_shell",
        "pty",
        *(f"os.{name}" for name in ("system", "popen", "fork", "forkpty", "posix_spawn", "posix_spawnp", "startfile")),
        *(f"os.exec{kind}" for kind in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")),
        *(f"os.spawn{kind}" for kind in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")),
    ),
    symptoms=r"does not support processes|absence of OS process APIs|_multiprocessing|lacks multiprocessing",
)
NETWORK = Limit(
    "a page has no sockets",
    "ask your service by your SDK, or with tab.http",
    (
        *(f"socket.{name}" for name in ("socket", "create_connection", "create_server", "socketpair", "getaddrinfo")),
        "socket.gethostbyname",
        *(f"urllib.request.{name}" for name in ("urlopen", "urlretrieve", "build_opener", "OpenerDirector")),
        "http.client.HTTPConnection",
        "http.client.HTTPSConnection",
        *("http.server", "socketserver", "smtplib", "ftplib", "poplib", "imaplib", "xmlrpc.client.ServerProxy"),
        *("asyncio.open_connection", "asyncio.start_server", "asyncio.open_unix_connection"),
        "pyodide.http.open_url",
    ),
    (
        *("requests", "httpx", "urllib3", "aiohttp", "websockets", "websocket", "wsproto", "pycurl", "httplib2"),
        *("niquests", "socketio", "grpc", "paramiko", "tornado", "twisted", "redis", "nats", "psycopg", "psycopg2"),
    ),
    r"restricted raw socket access|RemoteDisconnected|urlopen error|Host is unreachable",
)
LOOP = Limit(
    "the page's event loop runs already",
    "await the coroutine, or start it with asyncio.create_task()",
    (
        *("asyncio.run", "asyncio.Runner", "asyncio.new_event_loop", ".run_until_complete", ".run_forever"),
        *("pyodide.ffi.run_sync", "anyio.run"),
    ),
    ("nest_asyncio", "uvloop", "trio"),
    r"stack switching not supported|Cannot stack switch|while another task .* is being executed",
)
WAIT = Limit(
    "it waits for another thread, and a page has one only, so it waits for ever",
    "take asyncio's: asyncio.Queue, asyncio.Event, asyncio.Condition, and await it",
)
EXIT = Limit(
    "the page goes on, and so does its session",
    "raise a ProviderError, or call tab.report.ended()",
    ("sys.exit", "exit", "quit"),
    symptoms=r"SystemExit",
)
DEATH = Limit(
    "it stops the page's Python for good, and the tab with it",
    "raise a ProviderError, or call tab.report.ended()",
    ("os._exit", "os.abort", "os.kill", "signal.raise_signal"),
)
WINDOW = Limit(
    "a page opens no browser",
    "return an Invitation with a link, which the agent can open",
    ("webbrowser",),
)
FILE = Limit(
    "the page has none of your files but Python modules and assets",
    "make its content a Python constant or a setting",
    symptoms=r"FileNotFoundError",
)
TIME_ZONES = Limit(
    "the page has no time zones but the agent's and UTC",
    "name the package tzdata in page.packages",
    symptoms=r"No time zone found",
)
NO_MODULE = Limit(
    "the page has no such module",
    "do without it, or name a package of pure Python that has it in page.packages",
    modules=(
        *("curses", "dbm", "ensurepip", "grp", "idlelib", "msvcrt", "pwd", "readline", "resource", "syslog", "test"),
        *("tkinter", "turtle", "turtledemo", "venv", "winreg", "winsound", "nis", "ossaudiodev", "spwd", "crypt"),
    ),
    symptoms=r"ModuleNotFoundError: No module named",
)
ENDLESS = Limit(
    "this loop never ends, and nothing else in the agent's window works meanwhile",
    "await something in it, such as asyncio.sleep(1), or leave it with break or return",
)
NOT_AWAITED = Limit(
    "nothing is done before it is awaited",
    "write await before it",
    symptoms=r"'_asyncio\.(Task|Future)' object|'Pyodide(Task|Future)' object|'coroutine' object"
    r"|JavaScript has nothing like a (Pyodide)?(Task|Future);",
)
NO_PROMISE = Limit(
    "what is awaited here is no promise, and there already",
    "leave out await",
    symptoms=r"^TypeError: .*(can't be used in 'await' expression|can't be awaited)",
)
NO_FUNCTION = Limit(
    "this is data, such as the json of an answer, and is called like a function",
    "leave out the parentheses behind it",
    symptoms=r"^TypeError: '(dict|list|str)' object is not callable",
)
CALLED = Limit(
    "a function belongs here, and this is what calling one gave", "leave out the parentheses behind its name"
)
NOT_CALLED = Limit(
    "a coroutine belongs here, and this is the function that makes one", "write parentheses behind its name"
)
NO_COROUTINE = Limit(
    "a coroutine belongs here, and this is what a plain function gave", "make that function one with async def"
)

# The first that fits is the one told.
LIMITS = (
    DEBUGGER,
    KEYBOARD,
    SLEEP,
    THREAD,
    PROCESS,
    NETWORK,
    LOOP,
    WAIT,
    EXIT,
    DEATH,
    WINDOW,
    FILE,
    TIME_ZONES,
    NO_MODULE,
    NOT_AWAITED,
    NO_PROMISE,
    NO_FUNCTION,
)

# What libraries raise where a system call is missing; anything else that comes out of them is the author's affair.
_REFUSALS = (OSError, RuntimeError, NotImplementedError, SystemExit)

_NAMES = {name: limit for limit in LIMITS for name in (*limit.names, *limit.modules)}


def need_function(handler: object) -> None:
    """Refuse what calling a handler gave in the place of the handler. Raises LimitError."""
    if not callable(handler):
        if iscoroutine(handler):
            handler.close()  # Python would complain that nobody awaited it
        raise LimitError(CALLED)


def limit_of(name: str) -> Limit | None:
    """Return the limit that a full name runs into, such as "subprocess.run"; None if there is none."""
    parts = name.split(".")
    beginnings = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((_NAMES[each] for each in beginnings if each in _NAMES), None)


def explanation(error: BaseException) -> str:
    """Explain an exception that comes from something that a page cannot do: where, why, what to write; "" for others.

    The place is the author's line, however deep in a library it happened; the words are those of `check`.
    """
    for each in _causes(error):
        limit = _limit_behind(each)
        if limit is not None:
            missing = str(each.name or "") if isinstance(each, ModuleNotFoundError) else ""
            return ": ".join(filter(None, [place_of(each), missing, str(limit)]))
    return ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Go from an exception to what caused it, and never round in a circle."""
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)


def _limit_behind(error: BaseException) -> Limit | None:
    """Find the limit by what the author has called, else by what the exception says."""
    if isinstance(error, LimitError):
        return error.limit
    if isinstance(error, ModuleNotFoundError) and (known := limit_of(error.name or "")):
        return known
    said = f"{type(error).__name__}: {error}"
    symptom = next((limit for limit in LIMITS if re.search(limit.symptoms, said)), None)
    called = limit_of(_called(error)) if isinstance(error, _REFUSALS) else None
    return called or symptom


def _called(error: BaseException) -> str:
    """Name the function of a library that the author's last step was in."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    last = max((at for at, frame in enumerate(frames) if _is_authors(frame)), default=len(frames))
    if last + 1 >= len(frames):
        return ""
    frame = frames[last + 1]
    return f"{frame.f_globals.get('__name__', '')}.{frame.f_code.co_qualname}"


def place_of(error: BaseException) -> str:
    """Name file and line of the author's last step that led to an exception; "" if there is none."""
    found = [(frame, line) for frame, line in traceback.walk_tb(error.__traceback__) if _is_authors(frame)]
    if not found:
        return ""
    frame, line = found[-1]
    return f"{frame.f_code.co_filename.removeprefix('/project/')}:{line}"


def _is_authors(frame: FrameType) -> bool:
    package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    return package not in NOT_THE_AUTHORS and "site-packages" not in frame.f_code.co_filename
