"""The service that a provider needs in the preview: `server` or `command` under [preview] of provider.toml.

It runs on a free port of this machine, beside the desktop and the customer's site. What the author's code raises is
reported as the author's, with file and line.
"""

from __future__ import annotations

import importlib
import mimetypes
import os
import re
import shutil
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import cast

from pydantic import JsonValue
from starlette.types import ASGIApp

from cotab_kit.errors import DesktopError
from cotab_kit.manifest.model import MANIFEST, Preview
from cotab_kit.serving import TYPES, Served
from cotab_kit.tools.process import stop

VERSION_SWITCH = re.compile(r"-\d(\.\d+)?(-\d+)?")
START_TIMEOUT = 30.0  # seconds until a program listens
_PLACE = re.compile(r"\{(server|shop|desktop)\}")


@dataclass(frozen=True)
class Places:
    """The origins of the preview; a factory gets them. `desktop` is the agent's, `shop` the customer's site."""

    desktop: str
    shop: str
    server: str = ""

    def fill(self, value: JsonValue) -> JsonValue:
        """Replace {server}, {shop} and {desktop} in a value of [preview], wherever in it."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.fill(part) for part in value]
        return {name: self.fill(part) for name, part in value.items()} if isinstance(value, dict) else value

    def text(self, value: str) -> str:
        """Replace them in a text."""
        return _PLACE.sub(lambda found: str(getattr(self, found[1])), value)


@contextmanager
def sidecar(given: Preview, root: Path, places: Places) -> Iterator[str]:
    """Run the provider's service for as long as the block does; its origin, or "". Raises DesktopError."""
    if given.server:
        with _served(given.server, root, places) as url:
            yield url
    elif given.command:
        with _program(given.command, root, places) as url:
            yield url
    else:
        yield ""


def is_of_service(given: Preview, root: Path, path: Path) -> bool:
    """Return whether the service consists of this file too: a module that it has loaded, or what its command names."""
    path = path.resolve()
    if given.server:
        loaded = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
        return path.is_relative_to(root) and str(path) in loaded
    named = [(root / word).resolve() for word in given.command if (root / word).is_file()]
    return any(path == file or (file.parent != root and path.is_relative_to(file.parent)) for file in named)


@contextmanager
def _served(name: str, root: Path, places: Places) -> Iterator[str]:
    for suffix, kind in TYPES.items():  # the service may serve files too, and Windows' registry has its own ideas
        mimetypes.add_type(kind.partition(";")[0], suffix)
    sys.path.insert(0, str(root))
    try:
        app = _made(name, root, places)
        with Served(app, ws="websockets-sansio", lifespan="auto", proxy_headers=False) as server:
            if not server.is_up:
                raise DesktopError(f"{name}: the service has not started", hint="Its own words stand above.")
            yield server.url
    finally:
        sys.path.remove(str(root))
        _forget(name.partition(":")[0].partition(".")[0], root)


def _forget(package: str, root: Path) -> None:
    """Forget a package of the project: another project may have one of the same name."""
    found = sys.modules.get(package)
    places = [getattr(found, "__file__", None) or "", *getattr(found, "__path__", ())]
    if any(Path(place).is_relative_to(root) for place in places if place):
        for name in [each for each in sys.modules if each == package or each.startswith(f"{package}.")]:
            del sys.modules[name]


def _made(name: str, root: Path, places: Places) -> ASGIApp:
    """Call the factory, and return its application."""
    module, _, factory = name.partition(":")
    try:
        make = cast("Callable[[Places], ASGIApp]", getattr(importlib.import_module(module), factory))
        return make(places)
    except Exception as error:
        raise DesktopError(
            f'preview.server = "{name}": {_where(error, root)}{type(error).__name__}: {error}',
            hint=f"Correct it, or preview.server in {root / MANIFEST}.",
        ) from error


def _where(error: Exception, root: Path) -> str:
    """Find the last line of the project's own that led to it."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(str(root))]
    return f"{frames[-1].filename}:{frames[-1].lineno}: " if frames else ""


@contextmanager
def _program(command: tuple[str, ...], root: Path, places: Places) -> Iterator[str]:
    port = _free_port()
    words = [places.text(word).replace("{port}", str(port)) for word in command]
    if words[0] == "py" and VERSION_SWITCH.fullmatch("".join(words[1:2])):
        del words[1]  # Windows' launcher takes it; the program runs with this Python
    words[0] = _found(words[0], root)
    given = os.environ | {"COTAB_DESKTOP": places.desktop, "COTAB_SHOP": places.shop}
    group = 0 if sys.platform != "win32" else None
    try:
        process = subprocess.Popen(words, cwd=root, env=given, stdin=subprocess.DEVNULL, process_group=group)
    except OSError as error:
        raise DesktopError(
            f"preview.command cannot be started: {words[0]}: {error.strerror or error}",
            hint=f"Install it, or correct preview.command in {root / MANIFEST}.",
        ) from error
    try:
        _wait_for(process, port, words)
        yield f"http://127.0.0.1:{port}"
    finally:
        if process.poll() is None:
            stop(process)


def _found(program: str, root: Path) -> str:
    """Find a program as a shell does: on Windows npm is npm.cmd, which starting a process by its name passes over."""
    if program in ("python", "python3", "py"):
        return sys.executable
    is_name = not {"/", os.sep} & set(program)
    return shutil.which(program if is_name else root / program) or program


def _wait_for(process: subprocess.Popen[bytes], port: int, words: list[str]) -> None:
    """Wait until the program listens."""
    end = monotonic() + START_TIMEOUT
    while process.poll() is None and monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            try:
                process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
        else:
            return
    ended = f"ended with code {process.returncode}" if process.poll() is not None else "does not listen"
    raise DesktopError(
        f"preview.command {ended}: {' '.join(words)}",
        hint=f"It must listen on 127.0.0.1, on the port it is given as {{port}}, within {START_TIMEOUT:.0f} s.",
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
