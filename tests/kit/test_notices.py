"""The notices of third-party parts: complete, named, and as text. test_build.py looks at those of a real build."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from cotab_kit.build.notices import ASK, notices_page, npm_notices, unlicensed

if TYPE_CHECKING:
    from pathlib import Path


def package(folder: Path, about: dict[str, Any], **texts: str | bytes) -> Path:
    home = folder / str(about["name"])
    home.mkdir(parents=True)
    (home / "package.json").write_text(json.dumps(about), "utf-8")
    for name, text in texts.items():
        (home / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return home


def test_each_package_is_named_with_version_and_license(tmp_path: Path) -> None:
    one = package(tmp_path, {"name": "@x/one", "version": "1.2.3", "license": "MIT"}, LICENSE="text of one")
    two = package(tmp_path, {"name": "two", "version": "2.0.0"}, LICENSE="text of two")
    assert npm_notices((two, one)) == {"@x/one 1.2.3 (MIT)": "text of one", "two 2.0.0 (see below)": "text of two"}


def test_a_license_is_read_as_it_was_written_at_any_time(tmp_path: Path) -> None:
    old = package(tmp_path, {"name": "old", "version": "1.0.0", "licenses": [{"type": "MIT"}, {"type": "BSD"}]})
    older = package(tmp_path, {"name": "older", "version": "1.0.0", "license": {"type": "ISC"}})
    assert list(npm_notices((old, older))) == ["old 1.0.0 (MIT or BSD)", "older 1.0.0 (ISC)"]


def test_a_package_without_a_license_is_named_and_it_is_said_who_has_to_be_asked(tmp_path: Path) -> None:
    home = package(tmp_path, {"name": "own", "version": "2.0.0"}, README="no license")
    assert npm_notices((home,)) == {"own 2.0.0 (no license named)": ASK}
    assert unlicensed((home,)) == ["own 2.0.0"]


def test_every_license_file_of_a_package_counts_and_nothing_else(tmp_path: Path) -> None:
    about = {"name": "one", "version": "1.0.0", "license": "MIT"}
    home = package(tmp_path, about, LICENSE="a", licence_MIT="b", COPYING="c", NOTICE="d", index="e")
    (home / "licenses").mkdir()
    (text,) = npm_notices((home,)).values()
    assert sorted(text.split("\n\n")) == ["a", "b", "c", "d"]


def test_a_license_in_another_encoding_is_still_a_license(tmp_path: Path) -> None:
    home = package(tmp_path, {"name": "one", "version": "1.0.0", "license": "MIT"}, LICENSE=b"\xa9 Some One")
    (text,) = npm_notices((home,)).values()
    assert text.endswith("Some One")


def test_pyodide_is_named_with_what_is_in_it(tmp_path: Path) -> None:
    home = package(tmp_path, {"name": "pyodide", "version": "314.0.7", "license": "MPL-2.0"})
    (text,) = npm_notices((home,)).values()
    for part in ("Mozilla Public License 2.0", "source", "CPython", "Python Software Foundation License", "Emscripten"):
        assert part in text


def test_the_page_is_well_formed_and_whatever_it_holds_is_text() -> None:
    hostile = "</pre><script>alert(1)</script> & </template> \"'"
    page = notices_page({hostile: hostile, "empty 1.0 (MIT)": "\n"}, hostile)
    document = page.removeprefix("<!DOCTYPE html>\n").replace('<meta charset="utf-8">', "")
    root = ET.fromstring(document)  # noqa: S314 - our own text
    assert [element.text for element in root.iter("pre")] == [hostile, "License as named above."]
    assert [element.text for element in root.iter("h2")] == [hostile, "empty 1.0 (MIT)"]
    assert not list(root.iter("script"))
