"""Bundle packages from npm into scripts, one for each, with what they share in further ones.

Those of [page.npm] become web resources; those of [preview.npm] are served by the preview's customer's site.
"""

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
    from cotab_kit.layout import Workspace
    from cotab_kit.progress import Steps
    from cotab_kit.tools.node import Node
    from cotab_kit.tools.npm import NpmTable

PLUGIN = Path(__file__).parent / "npm_entries" / "npm.mjs"
HINT = (
    "What Node alone has, such as fs, is in no browser: see whether the package has a build for browsers. "
    "What it does not name as a dependency itself must stand beside it in provider.toml."
)


@dataclass(frozen=True)
class NpmBundle:
    """The scripts by their names, such as "npm/sdk.js", and the folders of the packages whose code is in them."""

    files: dict[str, bytes]
    packages: tuple[Path, ...] = ()

    @property
    def unlicensed(self) -> list[str]:
        """Name the packages that name no license, with their versions."""
        return unlicensed(self.packages)


def bundle_npm(table: NpmTable, workspace: Workspace, node: Node, steps: Steps) -> NpmBundle:
    """Bundle what a table names. The same lock gives the same bytes. Raises SetupError and BuildError."""
    if not table.wanted:
        return NpmBundle({})
    home = ensure_packages(table, workspace, node, steps)
    config = _config(home, list(table.wanted))
    inputs = {**config.inputs(table.lock), "sources": ""}  # the lock says what they are
    try:
        bundle = Cache(workspace.cache / "npm-bundles").get(inputs, partial(run_esbuild, node, config), Bundle.read)
    except ToolError as error:
        raise BuildError(f"The packages of [{table.key}] cannot be bundled:\n{error}", hint=HINT) from error
    files = {f"npm/{name}": content for name, content in bundle.files().items()}
    return NpmBundle(files, tuple(home / "node_modules" / package for package in bundle.packages()))


def _config(home: Path, packages: list[str]) -> BundleConfig:
    """Describe the bundle: one run, so that packages which use each other share one copy of it."""
    files = {package_url(package).removeprefix("npm/"): package for package in sorted(packages)}
    entries = tuple(f"npm:{file}" for file in files)
    run = Run(entries, splitting=True, define={"global": "globalThis"})
    return BundleConfig(home, (run,), plugins={PLUGIN: {"packages": files}}, alone=True)
