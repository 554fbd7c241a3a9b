"""The documentation as a site: links that lead somewhere, a reference from the docstrings, nothing of other servers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

import cotab
from cotab_kit.build.site import build_site, stage
from cotab_kit.cli.docs import served
from cotab_kit.errors import BuildError, SetupError
from cotab_kit.layout import source_root
from cotab_kit.progress import Steps
from cotab_kit.tools.process import Finished

if TYPE_CHECKING:
    import io
    from collections.abc import Mapping, Sequence

ROOT = source_root() or Path()
ONE, THREE = Path("docs", "one.md").as_posix(), Path("docs", "deep", "three.md").as_posix()
LOADED = re.compile(r"""<(?:script|link|img|iframe)\b[^>]*?(?:src|href)=["']?(https?:[^"'\s>]+)""")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of this checkout. mkdocs is strict: it refuses links that lead nowhere, and names that are not there."""
    from rich.console import Console  # noqa: PLC0415 - of this fixture alone

    return build_site(ROOT, tmp_path_factory.mktemp("out") / "docs", Steps(Console(quiet=True), quiet=True))


@pytest.mark.full
def test_every_page_is_in_it_and_in_its_navigation(site: Path) -> None:
    pages = {page.relative_to(ROOT / "docs").with_suffix(".html").as_posix() for page in ROOT.glob("docs/**/*.md")}
    pages |= {"index.html", "contributing.html", "changelog.html"}
    assert {page for page in pages if not (site / page).is_file()} == set()
    start = (site / "index.html").read_text("utf-8")
    assert {page for page in pages - {"index.html"} if f'href="{page}"' not in start} == set()


@pytest.mark.full
def test_nothing_is_loaded_from_another_server(site: Path) -> None:
    found = {url for page in site.rglob("*.html") for url in LOADED.findall(page.read_text("utf-8"))}
    assert {url for url in found if "mkdocs-material" not in url} == set()


@pytest.mark.full
def test_whatever_can_be_imported_is_in_the_reference_and_can_be_searched_for(site: Path) -> None:
    reference = (site / "reference.html").read_text("utf-8")
    assert [name for name in cotab.__all__ if f'id="cotab.{name}"' not in reference] == []
    assert all(f'id="{name}"' in reference for name in ("cotab.testing.FakeTab", "cotab_kit.testing.Tab"))
    assert "Make a new session and say how the customer joins it." in reference
    index = json.loads((site / "search" / "search_index.json").read_text("utf-8"))
    assert {"reference.html", "livekit.html"} <= {entry["location"].partition("#")[0] for entry in index["docs"]}


@pytest.mark.full
def test_it_is_served_as_it_is(site: Path) -> None:
    with served(site) as (address, _), urlopen(f"{address}authors.html") as answer:  # noqa: S310 - of this machine
        assert answer.read() == (site / "authors.html").read_bytes()


def test_links_lead_to_pages_of_the_site_or_to_nothing(tmp_path: Path) -> None:
    for name, text in {
        "README.md": f"[one]({ONE}#part) ![two](docs/two.png) [code](pylib/x.py)\n```\n[kept]({ONE})\n```\n",
        "CONTRIBUTING.md": f"[three]({THREE}) [web](https://web.example)",
        "CHANGELOG.md": "",
        ONE: "[three](deep/three.md) [start](../README.md) [here](#part)",
        THREE: "[one](../one.md) [file](../../examples/minimal)",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    stage(tmp_path, pages := tmp_path / "pages")
    assert {page.relative_to(pages).as_posix(): page.read_text("utf-8") for page in pages.rglob("*.md")} == {
        "index.md": f"[one](one.md#part) ![two](two.png) code (`pylib/x.py`)\n```\n[kept]({ONE})\n```\n",
        "contributing.md": "[three](deep/three.md) [web](https://web.example)",
        "changelog.md": "",
        "one.md": "[three](deep/three.md) [start](index.md) [here](#part)",
        "deep/three.md": "[one](../one.md) file (`examples/minimal`)",
    }


@pytest.mark.parametrize(
    ("output", "kind", "message"),
    [
        ("WARNING - Doc file 'a.md' contains a link 'b.md'", BuildError, "contains a link 'b.md'"),
        ("python: No module named mkdocs", SetupError, "is not installed"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, steps: Steps, output: str, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        build_site(ROOT, tmp_path / "docs", steps, runner=lambda *_, **__: Finished(1, output))
    assert not (tmp_path / "docs").exists()


def test_a_site_that_is_up_to_date_is_not_built_again(tmp_path: Path, steps: Steps, said: io.StringIO) -> None:
    built: list[Path] = []

    def build(
        command: Sequence[str | Path],
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Finished:
        assert command
        assert cwd
        assert env
        assert "mkdocs" in command
        assert timeout is None
        (cwd / "site").mkdir()
        built.append(cwd)
        return Finished(0, "")

    for _ in range(2):
        assert build_site(ROOT, tmp_path / "docs", steps, runner=build) == tmp_path / "docs"
    assert len(built) == 1
    assert "up to date" in said.getvalue()
