"""The packages on npm that a project names: their locks, and the folders in which they are installed.

What is shipped and what only the preview shows have a lock each, so that a build never fetches the latter. A lock is in
the format of npm's own package-lock.json: each package, dependencies included, with its version and the hash of its
content, without the address of a registry. An author's settings of npm, such as a mirror or a private registry, stay in
force, and so does a .npmrc beside the lock.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from cotab_kit.errors import SetupError
from cotab_kit.tools.cache import Cache
from cotab_kit.tools.node import NPM_HINT, Node

if TYPE_CHECKING:
    from cotab_kit.layout import Workspace
    from cotab_kit.progress import Steps

LOCK, PREVIEW_LOCK = "npm.lock", "npm.preview.lock"
OPTIONS = ("--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev")
WRITE_IT = "Run `cotab lock` (in a checkout `python build.py lock`), and keep the file with your code."
WRONG_HASH = (
    "The registry gave a file other than the one that was locked. Do not use it; if you want another version, write it "
    "into provider.toml and run `cotab lock`."
)


@dataclass(frozen=True)
class NpmTable:
    """A table of the manifest with packages and their versions, `key` such as "page.npm", and the lock beside it."""

    key: str
    wanted: Mapping[str, str]
    lock: Path


def lock_problem(table: NpmTable) -> str:
    """Say why a lock is not one for the wanted packages and versions; empty if it is."""
    wanted = table.wanted
    try:
        entries: dict[str, dict[str, Any]] = json.loads(table.lock.read_text("utf-8"))["packages"]
        locked = entries[""].get("dependencies", {})
        loose = [path for path, entry in entries.items() if path and not _is_pinned(entry)]
    except FileNotFoundError:
        return "there is no such file"
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "this is no lock of npm's"
    different = sorted(name for name in {*locked, *wanted} if locked.get(name) != wanted.get(name))
    if different:
        return f"it is not of the packages and versions in [{table.key}]: {', '.join(different)}"
    return f"{', '.join(loose)} has no hash" if loose else ""


def _is_pinned(entry: Mapping[str, Any]) -> bool:
    """Return whether nothing but one content will do; what a package brings inside itself is part of that."""
    return bool(entry.get("integrity") or entry.get("inBundle"))


def write_lock(table: NpmTable, node: Node) -> list[str]:
    """Lock the wanted packages and what they depend on; what is locked already and fits stays. Raises SetupError.

    Return what is locked, as "name version".
    """
    with TemporaryDirectory(prefix="cotab-") as folder:
        home = Path(folder)
        _prepare(home, table)
        options = ["--package-lock-only", "--omit-lockfile-registry-resolved", *OPTIONS]
        _npm(node, ["install", *options], home, f"lock the packages of [{table.key}]")
        content = json.loads((home / "package-lock.json").read_text("utf-8"))
    content["packages"] = _for_browsers(content["packages"])
    table.lock.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8", newline="\n")
    entries = content["packages"].items()
    return [f"{path.rpartition('node_modules/')[2]} {entry['version']}" for path, entry in entries if path]


def _for_browsers(entries: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Leave out what is optional: binaries for single platforms, which no page can use and not every mirror has."""
    return {
        path: {key: value for key, value in entry.items() if key != "optionalDependencies"}
        for path, entry in entries.items()
        if not entry.get("optional")
    }


def ensure_packages(table: NpmTable, workspace: Workspace, node: Node, steps: Steps) -> Path:
    """Find or install the locked packages; return the folder that holds their node_modules. Raises SetupError."""

    def install(home: Path) -> None:
        home.mkdir()
        with steps.step("Installing the packages from npm"):
            _prepare(home, table)
            _npm(node, ["ci", *OPTIONS], home, f"install the packages of [{table.key}]")

    inputs = {"lock": table.lock, "wanted": dict(table.wanted)}
    return Cache(workspace.cache / "npm").get(inputs, install, partial(_whole, list(table.wanted)))


def _whole(wanted: list[str], home: Path) -> Path:
    """Raise an error if a wanted package is not there."""
    for name in wanted:
        (home / "node_modules" / name / "package.json").stat()
    return home


def _prepare(home: Path, table: NpmTable) -> None:
    about = {"name": "provider", "private": True, "dependencies": dict(table.wanted)}
    (home / "package.json").write_text(json.dumps(about), "utf-8")
    for source, name in ((table.lock, "package-lock.json"), (table.lock.with_name(".npmrc"), ".npmrc")):
        if source.is_file():
            shutil.copyfile(source, home / name)


def _npm(node: Node, arguments: list[str], home: Path, doing: str) -> None:
    finished = node.npm(*arguments, cwd=home)
    if not finished.ok:
        hint = WRONG_HASH if "EINTEGRITY" in finished.output else NPM_HINT
        raise SetupError(f"npm could not {doing}:\n{finished.last_lines()}", hint=hint)
