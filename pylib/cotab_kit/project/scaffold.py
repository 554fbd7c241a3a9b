"""`new NAME`: a provider project that builds and passes its own tests, made from examples/minimal. Called by cli.py."""

from __future__ import annotations

import keyword
import re
import shutil
import unicodedata
from pathlib import Path

from cotab_kit.errors import KitError
from cotab_kit.layout import kit_files
from cotab_kit.project.sources import top_level_names

MAX_NAME = 64
NAME = re.compile(rf"[A-Za-z][A-Za-z0-9_]{{0,{MAX_NAME - 1}}}")
TEXT_FILES = {".py", ".toml", ".ini", ".md", ""}
NOT_COPIED = shutil.ignore_patterns("__pycache__", "dist", ".cotab", ".pytest_cache")


def make_project(folder: Path) -> None:
    """Make the project in `folder`, whose last part becomes its name. Raises KitError."""
    name, template = folder.name, kit_files().template
    _check_name(name, _taken(template))
    if folder.exists():
        raise KitError(f"{folder} exists already", hint="Choose another name, or remove the folder.")
    try:
        shutil.copytree(template, folder, ignore=NOT_COPIED)
        _rename(folder, {"Minimal": _class_name(name), "minimal": name})
    except OSError as error:
        raise KitError(f"{folder} cannot be made: {error}", hint="Choose a folder you may write to.") from error


def _check_name(name: str, taken: set[str]) -> None:
    if not NAME.fullmatch(name):
        raise KitError(
            f'"{name}" cannot be the name of a solution',
            hint=f"Choose letters, digits and underscores, beginning with a letter, such as {_legal(name, taken)}",
        )
    if _class_name(name) in taken:
        raise KitError(
            f'"{name}" cannot be the name of the adapter: the class {_class_name(name)} is something else already',
            hint=f"Choose another name, such as {_legal(name, taken)}",
        )


def _legal(name: str, taken: set[str]) -> str:
    """A name like this one that is not refused."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = "_".join(re.findall(r"[A-Za-z0-9]+", plain)).lstrip("0123456789_")
    legal = words[:MAX_NAME] or "assist"
    return f"{legal[: MAX_NAME - 8]}_adapter" if _class_name(legal) in taken else legal


def _class_name(name: str) -> str:
    return "".join(word[0].upper() + word[1:] for word in name.split("_") if word)


def _taken(template: Path) -> set[str]:
    """What no adapter can be called: the words of Python, and what the template's own code calls by name."""
    own = {name for path in template.rglob("*.py") for name in top_level_names(path)}
    return {*keyword.kwlist, *own} - {"Minimal"}


def _rename(folder: Path, renamed: dict[str, str]) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in TEXT_FILES:
            text = path.read_text("utf-8")
            for old, new in renamed.items():
                text = re.sub(rf"\b{old}\b", new, text)
            path.write_text(text, "utf-8", newline="\n")
