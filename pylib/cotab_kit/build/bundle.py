"""Bundle the page's scripts, once for each of their inputs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cotab_kit.tools.cache import Cache
from cotab_kit.tools.esbuild import OLD, Bundle, BundleConfig, Run, run_esbuild

if TYPE_CHECKING:
    from cotab_kit.layout import KitFiles, Workspace
    from cotab_kit.tools.node import Node

PATCHES = Path(__file__).parent / "fast_start" / "patches.mjs"


@dataclass(frozen=True)
class PageBundle:
    """The bundled scripts by name, and the folders of the packages that went in."""

    scripts: dict[str, str]
    packages: tuple[Path, ...]


def page_config(page: Path, runtime: str, wanted: list[str]) -> BundleConfig:
    """Describe the page's scripts for a runtime: a page that is one file has two of them, and a module."""
    floor, boot = Run(("floor:floor.js",), "iife", target=(OLD,)), Run(("boot.js",), "iife")
    shims, classic = ("pyodide_shims.js",), Run(("watchdog.js", "trial.js"), "iife")
    files = Run(("interpreter.js",), inject=shims), Run(("cotab:pyscript",)), classic
    inline = (Run(("inline.js",), inject=shims),)
    runs = (floor, boot, *(inline if runtime == "inline" else files))
    return BundleConfig(page, runs, plugins={PATCHES: {"runtime": runtime, "wanted": wanted}})


def make_bundle(node: Node, files: KitFiles, workspace: Workspace, runtime: str, wanted: list[str]) -> PageBundle:
    """Bundle the page's scripts for a runtime ("solution", "cdn" or "inline"). Raises ToolError.

    `wanted` names what the wasm modules import of Pyodide's JavaScript.
    """
    config = page_config(files.page, runtime, wanted)
    inputs, make = config.inputs(files.package_lock), partial(run_esbuild, node, config)
    bundle = Cache(workspace.cache / "bundles").get(inputs, make, Bundle.read)
    scripts = {name: content.decode() for name, content in bundle.files().items()}
    return PageBundle(scripts, tuple(node.modules / package for package in bundle.packages()))
