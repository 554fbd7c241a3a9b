"""`new NAME`: a provider project that builds and passes its own tests, made from examples/minimal. Called by cli.py."""

from __future__ import annotations

import keyword
import re
import shutil
from pathlib import Path

from cotab_kit.errors import KitError
from cotab_kit.layout import kit_files
from cotab_kit.project import top_level_names

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
    template = kit_files().template
    class_name = _class_name(name)
    if keyword.iskeyword(class_name) or class_name in _taken(template):
        raise KitError(
            f'"{name}" cannot be the name of the adapter: the class {class_name} is something else already',
            hint="Choose another name; a longer one will do.",
        )
    if folder.exists():
        raise KitError(f"{folder} exists already", hint="Choose another name, or remove the folder.")
    try:
        shutil.copytree(template, folder, ignore=NOT_COPIED)
        _rename(folder, {"Minimal": class_name, "minimal": name})
    except OSError as error:
        raise KitError(f"{folder} cannot be made: {error}", hint="Choose a folder you may write to.") from error


def _class_name(name: str) -> str:
    return "".join(word[0].upper() + word[1:] for word in name.split("_") if word)


def _taken(template: Path) -> set[str]:
    """What the template's own code calls by name."""
    own = {name for path in template.rglob("*.py") for name in top_level_names(path)}
    return own - {"Minimal"}


def _rename(folder: Path, renamed: dict[str, str]) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in TEXT_FILES:
            text = path.read_text("utf-8")
            for old, new in renamed.items():
                text = re.sub(rf"\b{old}\b", new, text)
            path.write_text(text, "utf-8", newline="\n")
