"""Bundle the desktop's pages. An installed wheel does so at first use."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from cotab_kit.layout import Workspace, kit_files
from cotab_kit.progress import Steps
from cotab_kit.project.project import Project
from cotab_kit.tools.cache import Cache
from cotab_kit.tools.esbuild import OLD, Bundle, BundleConfig, Run, run_esbuild
from cotab_kit.tools.node import ensure_node

CONFIG = BundleConfig(
    Path(__file__).with_name("pages"),
    (
        Run(("floor:floor.js",), "iife", target=(OLD,)),
        Run(("agent.js", "admin.js", "window.js", "agent.css", "admin.css"), splitting=True),
    ),
    copied=("admin.html", "index.html", "window.html"),
    legal_comments="eof",
)


def pages(workspace: Workspace | None = None, steps: Steps | None = None) -> Path:
    """Bundle `index.html`, `admin.html` and what they load from `/desktop/static/`. Returns their folder.

    `workspace` is that of the current project if not given. Raises SetupError, ToolError.
    """
    workspace = workspace or Project.at().workspace
    steps = steps or Steps(Console(quiet=True), quiet=True)
    files = kit_files()

    def make(out: Path) -> None:
        node = ensure_node(workspace, files, steps, dev=False)
        with steps.step("Bundling the desktop's pages"):
            run_esbuild(node, CONFIG, out)

    return Cache(workspace.cache / "desktop").get(CONFIG.inputs(files.package_lock), make, Bundle.read).folder
