"""Bundle scripts and style sheets with esbuild (esbuild.mjs), and tell what went into a bundle.

A bundle is the folder `files` and esbuild's own account of it beside it. The same inputs give the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, Self, TypedDict

from cotab_kit.tools.node import Node

BUNDLER = Path(__file__).with_suffix(".mjs")
FLOOR = Path(__file__).with_name("floor")
"""The oldest browsers that bundles are made for, floor.json, and scripts by which a page finds out, `floor:NAME`."""

OLD = "es5"
"""The syntax of what still older browsers read, to say that they are."""

FILES, METAFILE = "files", "metafile.json"

_NODE_MODULES = re.compile(r"(?:^|/)node_modules/")
_PACKAGE = re.compile(r"(@[^/]+/)?[^/]+")


def floor() -> tuple[str, ...]:
    """Name the oldest browsers that bundles are made for, as esbuild names targets.

    Edge is left out: it has Chrome's engine, of which esbuild knows more.
    """
    versions: dict[str, str] = json.loads((FLOOR / "floor.json").read_text("utf-8"))
    return tuple(f"{browser}{version}" for browser, version in versions.items() if browser != "edge")


@dataclass(frozen=True)
class Run:
    """A run of esbuild: `entries` become files of the same names, without the folders they lie in.

    What the files in `inject` export, and the names that `define` gives, take the places of globals. `target` is the
    syntax: that of the floor of versions, or `OLD`, into which only little is translated.
    """

    entries: tuple[str, ...]
    format: Literal["esm", "iife"] = "esm"
    inject: tuple[str, ...] = ()
    splitting: bool = False
    define: Mapping[str, str] = field(default_factory=dict)
    target: tuple[str, ...] = field(default_factory=floor)


@dataclass(frozen=True)
class BundleConfig:
    """A bundle to be made. Every path in it is below `root`; the files in `copied` go along as they are.

    `plugins` are modules that change what is read, each with the options for it (`Plugin` in esbuild.mjs). If it is
    `alone`, packages are found below `root` only, and neither among the kit's own nor in Node.
    """

    root: Path
    runs: tuple[Run, ...]
    copied: tuple[str, ...] = ()
    legal_comments: Literal["none", "eof"] = "none"
    plugins: Mapping[Path, Mapping[str, object]] = field(default_factory=dict)
    alone: bool = False

    def inputs(self, package_lock: Path) -> dict[str, object]:
        """Name all that decides about the output, but for where it lies."""
        settings = [*map(asdict, self.runs), self.copied, self.legal_comments, *self.plugins.values()]
        plugins = {f"plugins/{module.name}": module.parent for module in self.plugins}
        own = {"packages": package_lock, "bundler": BUNDLER, "floor": FLOOR}
        return {"settings": settings, "sources": self.root, **own, **plugins}


class Imported(TypedDict):
    """A file or package that another imports."""

    path: str


class Source(TypedDict):
    """A file that was read, with what it imports."""

    imports: list[Imported]


class Output(TypedDict):
    """A file that was written, with the paths of the sources whose code is in it."""

    bytes: int
    inputs: dict[str, Any]


@dataclass(frozen=True)
class Bundle:
    """The files of a bundle, by name, and the sources that were read for it, by their path from the config's root."""

    folder: Path
    outputs: dict[str, Output]
    sources: dict[str, Source]

    @classmethod
    def read(cls, bundle: Path) -> Self:
        """Read what `run_esbuild` wrote. Raises an exception if something of it is missing or cut off."""
        metafile = json.loads((bundle / METAFILE).read_text("utf-8"))
        folder, outputs = bundle / FILES, metafile["outputs"]
        damaged = [name for name, output in outputs.items() if (folder / name).stat().st_size != output["bytes"]]
        if damaged:
            raise ValueError(damaged)
        return cls(folder, outputs, metafile["inputs"])

    def files(self) -> dict[str, bytes]:
        """Read the files, those that were copied included."""
        return {path.name: path.read_bytes() for path in sorted(self.folder.iterdir())}

    def packages(self, output: str | None = None) -> list[str]:
        """Find the folders below node_modules of the packages that were read, or whose code is in one output."""
        paths = self.sources if output is None else self.outputs[output]["inputs"]
        return sorted({package for path in paths if (package := _package(path))})


def run_esbuild(node: Node, config: BundleConfig, out: Path) -> None:
    """Bundle into a new folder. Raises ToolError, with the file and line of everything that is wrong."""
    order = {
        "node": str(node.modules.parent),
        "floor": str(FLOOR),
        "root": str(config.root),
        "out": str(out / FILES),
        "metafile": str(out / METAFILE),
        "runs": [{**asdict(run), "legalComments": config.legal_comments} for run in config.runs],
        "copied": config.copied,
        "alone": config.alone,
        "plugins": [{"module": module.as_uri(), "options": options} for module, options in config.plugins.items()],
    }
    node.carry_out(BUNDLER, order)


def _package(path: str) -> str:
    """Return the folder of the package that a file is in, nested ones included; empty for a file of our own."""
    _, *nested = _NODE_MODULES.split(path)
    return "/node_modules/".join(match[0] for part in nested if (match := _PACKAGE.match(part)))
