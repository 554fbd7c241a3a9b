"""provider.toml as a file: what is no TOML, no UTF-8, no file, or nothing that anybody would write."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotab_kit.errors import ManifestError
from cotab_kit.manifest.load import load_manifest
from cotab_kit.manifest.model import MANIFEST
from kit.test_manifest import Document, valid, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[publisher]\nprefix = \n", "line 2"),
        ("a = 1\na = 2\n", "line 2"),
        ("a = 1\n\nb = 2]\n", "line 3"),
        (f"a = {'9' * 5000}", "5000 digits"),
        (f"a = {'[' * 5000}", "recursion"),
    ],
)
def test_what_is_not_toml_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / MANIFEST).write_text(text, "utf-8")
    with pytest.raises(ManifestError, match=f"is not TOML: .*{said}") as failure:
        load_manifest(tmp_path / MANIFEST)
    assert str(failure.value).startswith(str(tmp_path / MANIFEST))
    assert failure.value.hint == "Correct the file at that place."


def test_what_is_not_utf_8_is_said_with_its_line(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_bytes(b"# fine\n# f\xfcr\n")
    with pytest.raises(ManifestError, match=r"provider\.toml: line 2 is not UTF-8") as failure:
        load_manifest(tmp_path / MANIFEST)
    assert "UTF-8" in failure.value.hint


def test_a_manifest_that_is_a_folder_is_said_not_to_be_read(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).mkdir()
    with pytest.raises(ManifestError, match="cannot be read") as error:
        load_manifest(tmp_path / MANIFEST)
    assert str(tmp_path / MANIFEST) in str(error.value)


def test_numbers_that_cannot_be_shown_and_tables_without_bottom_are_findings(tmp_path: Path) -> None:
    huge = f"0x{'f' * 9000}"
    deep = ".".join(["a"] * 1500)
    text = (
        f"publisher.prefix = {huge}\nsolution.version.{deep} = 1\npage.settings.x = {huge}\npage.settings.y.{deep} = 1"
    )
    (tmp_path / MANIFEST).write_text(text, "utf-8")
    with pytest.raises(ManifestError) as failure:
        load_manifest(tmp_path / MANIFEST)
    for key in ("publisher.prefix = ...", "solution.version", "page.settings.x = ...", "page.settings.y"):
        assert f": {key}: " in str(failure.value), key


def test_ten_megabytes_are_refused_in_lines_that_can_be_read(tmp_path: Path) -> None:
    long = "x" * 10_000_000
    (tmp_path / MANIFEST).write_text(f'provider.name = "{long}"\n{long} = 1\n', "utf-8")
    with pytest.raises(ManifestError) as failure:
        load_manifest(tmp_path / MANIFEST)
    assert all(len(line) < 500 for line in str(failure.value).splitlines())


def test_the_mark_that_some_editors_put_first_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, valid())
    path = tmp_path / MANIFEST
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_manifest(tmp_path / MANIFEST).provider.name == "Contoso Assist"


def test_a_folder_without_a_manifest_is_told_the_ways_to_one(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path, tmp_path / "missing", tmp_path / "file"):
        with pytest.raises(ManifestError, match=r"has no provider\.toml") as failure:
            load_manifest(place / MANIFEST)
        assert "--project" in failure.value.hint


def test_overrides_replace_keys_of_the_page_and_are_checked_too(tmp_path: Path) -> None:
    write(tmp_path, valid())
    page = load_manifest(tmp_path / MANIFEST, {"boot": "pyodide"}).page
    assert (page.boot, page.adapter) == ("pyodide", "main:Assist")
    with pytest.raises(ManifestError, match=r'page\.boot = "x"'):
        load_manifest(tmp_path / MANIFEST, {"boot": "x"})


TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
SCALARS = (
    TEXTS
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.dates()
    | st.times()
    | st.datetimes()
    | st.sampled_from(["main:X", "cobrowse", "https://x", "abc", "1.0.0.0", "cdn"])
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3))
KEYS = [f"{table}.{key}" for table, part in valid().items() for key in part] + [
    *("publisher.support_url", "page.boot", "page.runtime", "page.cdn", "page.max_web_resource_bytes"),
    *("page.boot_timeout_seconds", "page.provider_timeout_seconds", "page.assets", "page.packages", "page.settings"),
    *("publisher.unique_name", "publisher.option_value_prefix", "solution.names", "provider.guid", "appsource.logo"),
    *("publisher", "solution", "provider", "page", "modes", "anything", "page.anything", "appsource"),
]


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A manifest with a few keys replaced, added or taken away."""
    document = valid() | {"page": valid()["page"] | {"settings": {}}}
    for key in draw(st.lists(st.sampled_from(KEYS), max_size=4, unique=True)):
        table, _, name = key.partition(".")
        place = document.get(table)
        if name and isinstance(place, dict):
            place[name] = draw(VALUES)
        elif draw(st.booleans()):
            document[table] = draw(VALUES)
        else:
            document.pop(table, None)
    return document


@given(document=documents())
def test_any_document_gives_a_manifest_or_findings(tmp_path: Path, document: Document) -> None:
    write(tmp_path, document)
    with suppress(ManifestError):
        manifest = load_manifest(tmp_path / MANIFEST)
        json.dumps(manifest.page.settings, allow_nan=False)
        assert manifest.modes


@given(content=st.binary(max_size=60) | st.text("[]{}=.\"'#\n a1-:", max_size=60).map(str.encode))
def test_any_file_gives_a_manifest_error_and_nothing_else(tmp_path: Path, content: bytes) -> None:
    (tmp_path / MANIFEST).write_bytes(content)
    with pytest.raises(ManifestError):
        load_manifest(tmp_path / MANIFEST)
