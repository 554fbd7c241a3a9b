"""The surroundings of a provider, by [preview] of its manifest: a service, a script on the customer's site.

The settings follow once the solution is installed (deployment.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from cotab_kit.desktop.server import Desktop
from cotab_kit.desktop.shop.shop import Shop
from cotab_kit.manifest.model import Preview
from cotab_kit.preview.sidecar import Places, sidecar


@contextmanager
def surroundings(given: Preview, root: Path, desktop: Desktop, shop: Shop, places: Places) -> Iterator[Places]:
    """Run all of it for as long as the block does; the origins, with that of the service. Raises DesktopError."""
    with sidecar(given, root, places) as url:
        whole = replace(places, server=url)
        desktop.shop = whole.shop
        desktop.allow_frames(tuple(map(whole.text, given.frame_sources)))
        shop.embed(_script(given, whole), {k: whole.text(v) for k, v in given.script_attributes.items()}, url)
        yield whole


def _script(given: Preview, places: Places) -> str:
    """Return the address of the provider's script on the customer's site."""
    script = given.script or ""
    return f"{places.server}{script}" if script.startswith("/") else places.text(script)
