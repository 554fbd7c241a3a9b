"""`new NAME`: a provider project that builds and passes its own tests, made from examples/minimal. Called by cli.py."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from cotab_kit.errors import KitError
from cotab_kit.layout import kit_files

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
TEXT_FILES = {".py", ".toml", ".ini", ".md", ""}
NOT_COPIED = shutil.ignore_patterns("__pycache__", "dist", ".cotab", ".pytest_cache")


def make_project(folder: Path) -> None:
    """Make the project in `folder`, whose last part becomes its name. Raises KitError."""
    name = folder.name
    if not NAME.fullmatch(name):
        raise KitError(
            f'"{name}" cannot be the name of a solution',
            hint="Choose letters, digits and underscores, beginning with a letter.",
        )
    if folder.exists():
        raise KitError(f"{folder} exists already", hint="Choose another name, or remove the folder.")
    try:
        shutil.copytree(kit_files().template, folder, ignore=NOT_COPIED)
    except OSError as error:
        raise KitError(f"{folder} cannot be made: {error}", hint="Choose a folder you may write to.") from error
    words = [word for word in re.split(r"_+", name) if word]
    renamed = {"Minimal": "".join(word[0].upper() + word[1:] for word in words), "minimal": name}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in TEXT_FILES:
            _rename(path, renamed)


def _rename(path: Path, renamed: dict[str, str]) -> None:
    text = path.read_text("utf-8")
    for old, new in renamed.items():
        text = re.sub(rf"\b{old}\b", new, text)
    path.write_text(text, "utf-8", newline="\n")
