"""Keep what a build computes or fetches, filed under its inputs, and remove what nobody uses any more.

An entry is a file or a folder. It is made aside and moved into place as a whole, so that builds which run at once, also
of several projects, need no lock. Using an entry touches it; `prune` goes by that.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

T = TypeVar("T")

DAY, HOUR = 86_400.0, 3_600.0  # seconds
KEPT_DAYS = 30
MAX_BYTES = 1_000_000_000

# Windows lets nobody move what a virus scanner is just reading; it reads whatever is new.
PAUSES = (0.1, 0.5, 2.0)
ATTEMPTS = 3

_ASIDE = "aside-"
_OURS = re.compile(rf"{_ASIDE}\w+|[0-9a-f]{{16,64}}[\w.-]*")


def digest(inputs: Mapping[str, object]) -> str:
    """Compute one hash of named inputs: bytes, files, folders with all that is in them, and whatever is JSON.

    It is the same wherever the files lie, and in whichever order the inputs are named.
    """
    found = sha256()
    parts = sorted(part for name, value in inputs.items() for part in _contents(name, value))
    for title, content in parts:
        found.update(f"{title}\n{len(content)}\n".encode() + content)
    return found.hexdigest()


def _contents(name: str, value: object) -> Iterator[tuple[str, bytes]]:
    if isinstance(value, bytes):
        yield name, value
    elif not isinstance(value, Path):
        yield name, json.dumps(value, sort_keys=True).encode()
    elif value.is_dir():
        files = {path.relative_to(value).as_posix(): path for path in value.rglob("*") if path.is_file()}
        yield from ((f"{name}/{file}", path.read_bytes()) for file, path in files.items() if path.suffix != ".pyc")
    else:
        yield name, value.read_bytes()


class Cache:
    """A cache: the entries of one kind, in a folder that holds nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, inputs: Mapping[str, object], make: Callable[[Path], object], read: Callable[[Path], T]) -> T:
        """Read the entry for these inputs; make it first if there is none, or one that `read` raises at.

        `make` writes a file or a folder to the path that it is given. The folder around that is its own, and removed
        afterwards with all that is left in it. What `read` raises at right then is not kept, and the error passed on.
        """
        entry = self._folder / digest(inputs)[:24]
        for _ in range(ATTEMPTS):  # another build may just replace the same damaged entry
            with suppress(Exception):  # whatever is wrong with an entry, another is made
                _touch(entry)
                return read(entry)
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self._folder, prefix=_ASIDE, ignore_cleanup_errors=True) as aside:
                made = Path(aside, entry.name)
                make(made)
                read(made)
                _place(made, entry, read)
        return read(entry)


def put_in_place(made: Path, place: Path) -> None:
    """Move a file into the place of another, when whoever is reading either has done so (Windows)."""
    for pause in PAUSES:
        try:
            made.replace(place)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    made.replace(place)


def _touch(entry: Path) -> None:
    with suppress(OSError):  # absent, or of somebody else's
        os.utime(entry)


def _place(made: Path, entry: Path, read: Callable[[Path], object]) -> None:
    """Move it into the place of nothing, or of what is damaged; what another build has put there meanwhile stays."""
    for pause in (*PAUSES, None):
        try:
            made.replace(entry)
        except OSError:
            if _is_whole(entry, read):
                return
            if pause is None:
                raise
            _remove(entry)
            time.sleep(pause)
        else:
            return


def _is_whole(entry: Path, read: Callable[[Path], object]) -> bool:
    with suppress(Exception):
        read(entry)
        return True
    return False


def _remove(entry: Path) -> None:
    """Remove as a whole or not at all: what is in use cannot be moved on Windows, and stays."""
    aside = entry.with_name(f"{_ASIDE}{uuid4().hex}")
    with suppress(OSError):
        entry.rename(aside)
        if aside.is_dir():
            shutil.rmtree(aside, ignore_errors=True)
        else:
            aside.unlink()


@dataclass(frozen=True)
class _Entry:
    path: Path
    used: float
    size: int

    def is_used_again(self) -> bool:
        try:
            return self.path.stat().st_mtime != self.used
        except OSError:  # removed by another build
            return True


def prune(folders: Iterable[Path], *, days: float = KEPT_DAYS, max_bytes: int = MAX_BYTES) -> None:
    """Remove entries of caches that were not used for `days`, and the longest unused ones beyond `max_bytes` in all.

    What was used within the last hour stays in any case, for a build may be at it. So does whatever is no entry.
    """
    now, size = time.time(), 0
    entries = [entry for folder in folders for entry in _entries(folder)]
    for entry in sorted(entries, key=lambda entry: entry.used, reverse=True):
        size += entry.size
        unused = now - entry.used
        if unused > HOUR and (unused > days * DAY or size > max_bytes) and not entry.is_used_again():
            _remove(entry.path)


def _entries(folder: Path) -> Iterator[_Entry]:
    for path in folder.iterdir() if folder.is_dir() else ():
        if _OURS.fullmatch(path.name) and not path.is_symlink():
            with suppress(OSError):  # removed by another build
                files = [path, *path.rglob("*")]
                yield _Entry(path, path.stat().st_mtime, sum(file.lstat().st_size for file in files))
