"""`new NAME`: a provider project that builds and passes its own tests, made from an example or the default project."""

from __future__ import annotations

import keyword
import re
import shutil
import tomllib
import unicodedata
from enum import StrEnum
from pathlib import Path

from cotab_kit.errors import KitError
from cotab_kit.layout import kit_files
from cotab_kit.manifest.model import MANIFEST
from cotab_kit.manifest.rules import solution_problem
from cotab_kit.project.sources import top_level_names
from cotab_kit.tools.npm import LOCK, PREVIEW_LOCK

MAX_NAME = 64
NAME = re.compile(rf"[A-Za-z][A-Za-z0-9_]{{0,{MAX_NAME - 1}}}")
TEXT_FILES = {".py", ".toml", ".ini", ".md", ""}
DEFAULT = "minimal"
PREFIX = "contoso"

# What a project consists of, beside its Python: the folder of the default one holds files of the kit too.
PARTS = {MANIFEST, LOCK, PREVIEW_LOCK, "pytest.ini", ".gitignore", "assets", "backend", "icons", "service", "tests"}

# What builds and tests leave in its folders.
LEFT_BY_WORK = {"__pycache__", "dist", ".cotab", ".pytest_cache"}


class Kind(StrEnum):
    """What a vendor's product is on the agent's side."""

    SDK = "sdk"
    IFRAME = "iframe"
    LINK = "link"

    @property
    def template(self) -> str:
        """The example that begins a project of this kind."""
        return DEFAULT if self is Kind.SDK else self


def make_project(folder: Path, template_name: str = DEFAULT) -> None:
    """Make the project in `folder`, whose last part becomes its name, from a template. Raises KitError."""
    name, template = folder.name, _template(template_name)
    given = tomllib.loads((template / MANIFEST).read_text("utf-8"))
    adapter = given["page"]["adapter"].partition(":")[2]
    _check_name(name, _taken(template) - {adapter})
    if folder.exists():
        raise KitError(f"{folder} exists already", hint="Choose another name, or remove the folder.")
    try:
        shutil.copytree(template, folder, ignore=not_copied)
        _rename(folder, rf"\b{adapter}\b", _class_name(name))
        _rename(folder / MANIFEST, f'"{given["solution"]["unique_name"]}"', f'"{name}"')
        _rename(folder / MANIFEST, f'"{given["publisher"]["prefix"]}"', f'"{PREFIX}"')
    except OSError as error:
        raise KitError(f"{folder} cannot be made: {error}", hint="Choose a folder you may write to.") from error


def not_copied(folder: str, names: list[str]) -> set[str]:
    """Return what in a folder of a template does not belong to a new project; shutil.copytree asks."""
    if (Path(folder) / MANIFEST).is_file():
        return {name for name in names if name not in PARTS and not name.endswith(".py")}
    return LEFT_BY_WORK & set(names)


def _template(name: str) -> Path:
    templates = kit_files().templates
    if name not in templates:
        raise KitError(f'There is no template "{name}"', hint=f"Choose one of these: {', '.join(templates)}")
    return templates[name]


def _check_name(name: str, taken: set[str]) -> None:
    if not NAME.fullmatch(name):
        raise KitError(
            f'"{name}" cannot be the name of a solution',
            hint=f"Choose letters, digits and underscores, beginning with a letter, such as {_legal(name, taken)}",
        )
    if problem := solution_problem(name):
        raise KitError(
            f'"{name}" cannot be the name of a solution: {problem}',
            hint=f"Choose another name, such as {_legal(name, taken)}",
        )
    if _class_name(name) in taken:
        raise KitError(
            f'"{name}" cannot be the name of the adapter: the class {_class_name(name)} is something else already',
            hint=f"Choose another name, such as {_legal(name, taken)}",
        )


def _legal(name: str, taken: set[str]) -> str:
    """Make a name like this one that is not refused."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = "_".join(re.findall(r"[A-Za-z0-9]+", plain)).lstrip("0123456789_")
    legal = words[:MAX_NAME] or "assist"
    return f"{legal[: MAX_NAME - 8]}_adapter" if _class_name(legal) in taken or solution_problem(legal) else legal


def _class_name(name: str) -> str:
    return "".join(word[0].upper() + word[1:] for word in name.split("_") if word)


def _taken(template: Path) -> set[str]:
    """Collect what no adapter can be called: the words of Python, and what the template's own code calls by name."""
    modules = [*template.glob("*.py"), *template.glob("tests/*.py")]
    return {*keyword.kwlist, *(name for path in modules for name in top_level_names(path))}


def _rename(place: Path, old: str, new: str) -> None:
    """Replace what a pattern finds in a file, or in all of a folder."""
    for path in [place] if place.is_file() else sorted(place.rglob("*")):
        if path.is_file() and path.suffix in TEXT_FILES:
            text = path.read_text("utf-8")
            path.write_text(re.sub(old, new, text), "utf-8", newline="\n")
