"""The Python wheels that go into the browser, fetched by hash and kept per lock under .cotab/wheels.

They are the kit's own (webresource/requirements.lock), and the extra packages an author names in the manifest. What
lies in the cache is trusted only after its hash was compared with the lock again.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cotab_kit.errors import SetupError
from cotab_kit.tools.cache import Cache
from cotab_kit.tools.pip import pip, pip_error
from cotab_kit.tools.process import run_process

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cotab_kit.layout import Workspace
    from cotab_kit.progress import Steps
    from cotab_kit.tools.process import Runner

# CPython as Pyodide 314 builds it; pip evaluates markers for the host, so the locks hold none.
_IN_THE_BROWSER = (
    "--python-version=3.14",
    "--implementation=cp",
    "--abi=cp314",
    "--platform=pyemscripten_2026_0_wasm32",
)
_PIN = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*==\s*([A-Za-z0-9.!+_-]+)((?:\s+--hash=\S+)*)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})(?=\s|$)")
_LINE_HINT = "Write it as: name==1.2.3 --hash=sha256:... (the hash of the wheel; `pip hash FILE` prints it)."


@dataclass(frozen=True)
class Pin:
    """One requirement of a lock: exactly this version, in a file with one of these hashes."""

    name: str
    version: str
    hashes: frozenset[str]

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"

    @property
    def line(self) -> str:
        """The requirement as pip reads it."""
        return " ".join([str(self), *(f"--hash=sha256:{each}" for each in sorted(self.hashes))])


def ensure_wheels(lock: Path | str, workspace: Workspace, steps: Steps, *, runner: Runner = run_process) -> list[Path]:
    """Find or fetch the wheels of a lock (its file, or its text), in its order."""
    pins = _pins(lock)
    text = "\n".join(pin.line for pin in pins)
    is_fresh = True

    def fetch(folder: Path) -> None:
        nonlocal is_fresh
        is_fresh = False
        with steps.step("Fetching Python wheels for the browser"):
            _download(text, folder, runner)

    wheels = Cache(workspace.wheels).get({"lock": text}, fetch, partial(_matching, pins))
    if is_fresh:
        steps.fresh("Python wheels for the browser")
    return wheels


def ensure_pure_wheels(
    lines: Sequence[str], workspace: Workspace, steps: Steps, *, runner: Runner = run_process
) -> list[Path]:
    """Find or fetch an author's extra packages, given as requirement lines with their hashes."""
    wheels = ensure_wheels("\n".join(lines), workspace, steps, runner=runner) if lines else []
    refuse_compiled(wheels)
    return wheels


def refuse_compiled(wheels: Iterable[Path]) -> None:
    """Let only wheels pass that consist of Python alone: name-version-py3-none-any.whl."""
    for wheel in wheels:
        python, abi, platform = wheel.stem.split("-")[-3:]
        if abi != "none" or platform != "any" or "py3" not in python:
            raise SetupError(
                f"{wheel.name} is not a pure Python wheel, so it cannot go into the tab.",
                hint="Name a package, or a version of it, that has a wheel ending in -py3-none-any.whl.",
            )


def _pins(lock: Path | str) -> list[Pin]:
    if isinstance(lock, str):
        return read_lock(lock, "page.packages in provider.toml")
    return read_lock(lock.read_text("utf-8"), str(lock))


def read_lock(text: str, where: str) -> list[Pin]:
    """Read the pins of a lock in pip's format; a line that is not a pin with hashes is refused."""
    joined = re.sub(r"\\\r?\n", " ", text)
    lines = [re.sub(r"(^|\s)#.*", "", line).strip() for line in joined.splitlines()]
    return [_read_pin(line, where) for line in lines if line]


def _read_pin(line: str, where: str) -> Pin:
    match = _PIN.fullmatch(line)
    if match is None:
        raise SetupError(f"{where}: not a pinned requirement: {line}", hint=_LINE_HINT)
    name, version, options = match.groups()
    hashes = _HASH.findall(options)
    if not hashes or len(hashes) != options.count("--hash="):
        raise SetupError(f"{where}: {name}=={version} has no SHA-256 hash.", hint=_LINE_HINT)
    return Pin(name, version, frozenset(hashes))


def _matching(pins: Sequence[Pin], folder: Path) -> list[Path]:
    """Find the files of a folder with the hashes of the pins, one for each. Raises SetupError if one has none."""
    by_hash = {hashlib.sha256(file.read_bytes()).hexdigest(): file for file in sorted(folder.glob("*.whl"))}
    found = {pin: by_hash[each] for pin in pins for each in pin.hashes if each in by_hash}
    for pin in pins:
        if pin not in found:
            raise SetupError(f"pip fetched no file for {pin} with the locked hash.", hint=_LINE_HINT)
    return [found[pin] for pin in pins]


def _download(text: str, folder: Path, runner: Runner) -> None:
    folder.mkdir()
    lock = folder.with_suffix(".lock")
    lock.write_text(text + "\n", "utf-8")
    options = ["--require-hashes", "--no-deps", "--only-binary=:all:", *_IN_THE_BROWSER]
    finished = runner(pip("download", *options, "--dest", folder, "-r", lock))
    if not finished.ok:
        raise pip_error("Fetching Python wheels for the browser", finished)
