"""Bundle the packages of [page.npm] into web resources, a script for each, with what they share in further ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cotab._js.scripts import package_url
from cotab_kit.build.notices import unlicensed
from cotab_kit.errors import BuildError, ToolError
from cotab_kit.tools.cache import Cache
from cotab_kit.tools.esbuild import Bundle, BundleConfig, Run, run_esbuild
from cotab_kit.tools.npm import ensure_packages

if TYPE_CHECKING:
    from cotab_kit.progress import Steps
    from cotab_kit.project.project import Project
    from cotab_kit.tools.node import Node

PLUGIN = Path(__file__).parent / "npm_entries" / "npm.mjs"
HINT = (
    "What Node alone has, such as fs, is in no browser: see whether the package has a build for browsers. "
    "What it does not name as a dependency itself must stand in [page.npm] too."
)


@dataclass(frozen=True)
class NpmBundle:
    """The scripts by their names as web resources, and the folders of the packages whose code is in them."""

    files: dict[str, bytes]
    packages: tuple[Path, ...] = ()

    @property
    def unlicensed(self) -> list[str]:
        """Name the packages that name no license, with their versions."""
        return unlicensed(self.packages)


def bundle_npm(project: Project, node: Node, steps: Steps) -> NpmBundle:
    """Bundle what the project names. The same lock gives the same bytes. Raises SetupError and BuildError."""
    wanted, lock = project.manifest.page.npm, project.npm_lock
    if not wanted:
        return NpmBundle({})
    home = ensure_packages(wanted, lock, project.workspace, node, steps)
    config = _config(home, list(wanted))
    inputs = {**config.inputs(lock), "sources": ""}  # the lock says what they are
    try:
        bundle = Cache(project.workspace.cache / "npm-bundles").get(
            inputs, partial(run_esbuild, node, config), Bundle.read
        )
    except ToolError as error:
        raise BuildError(f"The packages of [page.npm] cannot be bundled:\n{error}", hint=HINT) from error
    files = {f"npm/{name}": content for name, content in bundle.files().items()}
    return NpmBundle(files, tuple(home / "node_modules" / package for package in bundle.packages()))


def _config(home: Path, packages: list[str]) -> BundleConfig:
    """Describe the bundle: one run, so that packages which use each other share one copy of it."""
    files = {package_url(package).removeprefix("npm/"): package for package in sorted(packages)}
    entries = tuple(f"npm:{file}" for file in files)
    run = Run(entries, splitting=True, define={"global": "globalThis"})
    return BundleConfig(home, (run,), plugins={PLUGIN: {"packages": files}}, alone=True)
