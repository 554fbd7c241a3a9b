"""The surroundings of a provider, by [preview] of its manifest: a service, what runs on the customer's site.

The settings follow once the solution is installed (deployment.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from rich.console import Console

from cotab_kit.build.npm import bundle_npm
from cotab_kit.desktop.server import Desktop
from cotab_kit.desktop.shop.shop import Shop
from cotab_kit.layout import kit_files
from cotab_kit.manifest.model import Preview
from cotab_kit.preview.sidecar import Places, sidecar
from cotab_kit.progress import Steps
from cotab_kit.project.project import Project
from cotab_kit.tools.node import ensure_node


@contextmanager
def surroundings(
    project: Project, desktop: Desktop, shop: Shop, places: Places, steps: Steps | None = None
) -> Iterator[Places]:
    """Run all of it for as long as the block does; the origins, with that of the service. Raises KitError."""
    given = project.manifest.preview
    shop.packages = _packages(project, steps or Steps(Console(quiet=True), quiet=True))
    with sidecar(given, project.root, places) as url:
        whole = replace(places, server=url)
        desktop.shop = whole.shop
        desktop.allow_frames(tuple(map(whole.text, given.frame_sources)))
        shop.embed(_script(given, whole), {k: whole.text(v) for k, v in given.script_attributes.items()}, url)
        yield whole


def _packages(project: Project, steps: Steps) -> dict[str, bytes]:
    """Bundle the packages for the customer's site, by their paths there."""
    if not project.preview_npm.wanted:
        return {}
    for problem in project.preview_npm_problems():
        raise problem
    node = ensure_node(project.workspace, kit_files(), steps, dev=False)
    return bundle_npm(project.preview_npm, project.workspace, node, steps).files


def _script(given: Preview, places: Places) -> str:
    """Return the address of the provider's script on the customer's site."""
    script = given.script or ""
    return f"{places.server}{script}" if script.startswith("/") else places.text(script)
