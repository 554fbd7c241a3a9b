"""An org where each page of tests/projects/violations is the tab of a provider, chosen in a chat widget of its name."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cotab_kit.deploy.release import Release
from cotab_kit.desktop.bundle import pages
from cotab_kit.desktop.server import Desktop, Running, serve
from cotab_kit.emulator import LocalOrg
from cotab_kit.layout import kit_files
from cotab_kit.preview.seed import enable, seed
from cotab_kit.testing.trial import upload
from kit.deploy.runs import release
from kit.desktop.site import data_of

if TYPE_CHECKING:
    from collections.abc import Iterator

WRONG = Path(__file__).parents[1] / "projects" / "violations"
ICON = kit_files().icons / "cobrowse.svg"


def with_page(made: Release, page: Path) -> Release:
    """The release with this page as the tab of each mode, and with icons."""
    own = {f"{mode}.html": page.read_bytes() for mode in made.manifest.modes}
    own |= {f"icons/{mode}.svg": ICON.read_bytes() for mode in made.manifest.modes}
    return Release(made.manifest, {**made.resources, **{f"{made.manifest.folder}/{name}": own[name] for name in own}})


def provider(page: Path) -> Release:
    """A release whose co-browse tab is this page."""
    solution = {"unique_name": page.stem, "version": "1.0.0.0"}
    return with_page(release(solution=solution, provider={"name": page.stem}, cobrowse={}), page)


@contextmanager
def right_tab(**resources: bytes) -> Iterator[Running]:
    """The desktop of an org whose provider's tab does everything right, with these web resources beside it."""
    made = with_page(release(), WRONG / "right.html")
    beside = {f"{made.manifest.folder}/{name}": content for name, content in resources.items()}
    made = Release(made.manifest, {**made.resources, **beside})
    with LocalOrg.open() as org:
        seed(org)
        with serve(Desktop(org, pages=pages())) as server:
            upload(server.url, made.zip)
            upload(server.url, data_of(made))
            enable(org)
            yield server


@contextmanager
def wrong_tabs(pattern: str = "*") -> Iterator[Running]:
    """The desktop of that org, with the pages whose names match."""
    with LocalOrg.open() as org, serve(Desktop(org, pages=pages())) as server:
        for page in sorted(WRONG.glob(f"{pattern}.html")):
            made = provider(page)
            upload(server.url, made.zip)
            upload(server.url, data_of(made))
            (row,) = org.rows("msdyn_provider", msdyn_name=page.stem)
            org.seed_widget(page.stem, cobrowse=str(row["msdyn_providerid"]))
        yield server
