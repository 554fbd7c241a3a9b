"""What Python finds in the browser: wheels of every shape, cotab, and the licenses that go with them."""

from __future__ import annotations

import importlib.metadata
import json
from base64 import b64decode
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from cotab_kit.build.fast_start.file_system import SITE_PACKAGES
from cotab_kit.build.packages import Packages, archive, collect, licenses
from cotab_kit.layout import kit_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BINARY = b"\x00\xff\xfe\x89PNG"


def unpacked(content: bytes) -> dict[str, bytes]:
    """As interpreter.js does it."""
    files = json.loads(content)
    return {
        name: item.encode() if isinstance(item, str) else b64decode(item["base64"], validate=True)
        for name, item in files.items()
    }


def shipped(packages: Packages) -> dict[str, bytes]:
    """The files of an archive but for cotab's own and the metadata."""
    files = unpacked(archive(packages.files))
    return {name: data for name, data in files.items() if not name.startswith("cotab/") and ".dist-info/" not in name}


def collected(*wheels: Path) -> Packages:
    return collect(wheels, kit_files().library)


def test_code_and_data_arrive_byte_for_byte(wheel: Callable[..., Path]) -> None:
    files = {
        "demo/__init__.py": b"x = 1\r\n",
        "demo/table.bin": BINARY,
        "demo/data/words.txt": "Grüße\n".encode(),
        "demo/data/deep/empty.txt": b"",
        "demo/latin.py": b"# -*- coding: latin-1 -*-\n# \xfc\n",
        "demo/bom.txt": b"\xef\xbb\xbfx",
    }
    assert shipped(collected(wheel(files))) == files


@given(
    files=st.dictionaries(
        st.text(st.characters(codec="utf-8"), min_size=1),
        st.binary() | st.text().map(lambda text: text.encode("utf-8", "replace")),
    )
)
def test_any_file_survives_the_archive(files: dict[str, bytes]) -> None:
    from cotab_kit.build.packages import _text_or_base64  # noqa: PLC0415 - the one thing inside that is worth a look

    assert unpacked(archive({name: _text_or_base64(data) for name, data in files.items()})) == files


def test_an_archive_does_not_depend_on_the_order() -> None:
    assert archive({"a": "1", "b": "2"}) == archive({"b": "2", "a": "1"})


def test_what_is_of_no_use_in_the_browser_stays_behind(wheel: Callable[..., Path]) -> None:
    useless = ["demo/x.pyi", "demo/py.typed", "demo/x.pxd", "demo/x.c", "demo/x.h", "demo-1.0.data/scripts/demo"]
    assert set(shipped(collected(wheel({"demo/x.py": "", **dict.fromkeys(useless, "")})))) == {"demo/x.py"}


def test_namespace_packages_of_several_wheels_grow_together(wheel: Callable[..., Path]) -> None:
    one = wheel({"space/one/__init__.py": "1"}, "space_one")
    two = wheel({"space/two.py": "2"}, "space_two")
    assert shipped(collected(one, two)) == {"space/one/__init__.py": b"1", "space/two.py": b"2"}


def test_code_in_the_data_folder_of_a_wheel_moves_to_the_other_code(wheel: Callable[..., Path]) -> None:
    files = {
        "demo-1.0.data/purelib/demo/a.py": "a",
        "demo-1.0.data/platlib/b.py": "b",
        "demo-1.0.data/data/share/c": "c",
    }
    assert shipped(collected(wheel(files))) == {"demo/a.py": b"a", "b.py": b"b"}


def test_a_package_folder_may_be_called_like_a_wheels_own(wheel: Callable[..., Path]) -> None:
    files: dict[str, bytes] = {"demo/my.data/x.txt": b"x", "demo/my.dist-info/y.txt": b"y"}
    assert unpacked(archive(collected(wheel(files)).files)).items() >= files.items()


def test_a_module_without_a_package_is_shipped(wheel: Callable[..., Path]) -> None:
    assert shipped(collected(wheel({"demo.py": "x = 1"}))) == {"demo.py": b"x = 1"}


def test_shared_libraries_travel_alone_and_leave_an_empty_file(wheel: Callable[..., Path]) -> None:
    packages = collected(wheel({"demo/_core.cpython-314-wasm32-emscripten.so": b"\0asm"}))
    name = "demo/_core.cpython-314-wasm32-emscripten.so"
    assert packages.libraries == {f"{SITE_PACKAGES}/{name}": b"\0asm"}
    assert shipped(packages) == {name: b""}


def test_a_package_can_ask_for_its_own_version_and_entry_points(wheel: Callable[..., Path], tmp_path: Path) -> None:
    files = {
        "demo/__init__.py": "",
        "demo-1.0.dist-info/METADATA": "Name: demo\nVersion: 1.0\nRequires-Dist: other\n\nA long description\n",
        "demo-1.0.dist-info/entry_points.txt": "[plugins]\nx = demo:x\n",
        "demo-1.0.dist-info/RECORD": "",
        "demo-1.0.dist-info/licenses/LICENSE": "",
    }
    found = unpacked(archive(collected(wheel(files)).files))
    assert [name for name in found if ".dist-info/" in name] == [
        "demo-1.0.dist-info/METADATA",
        "demo-1.0.dist-info/entry_points.txt",
    ]
    for name, data in found.items():
        (tmp_path / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / name).write_bytes(data)
    (distribution,) = importlib.metadata.distributions(path=[str(tmp_path / "site")])
    assert (distribution.name, distribution.version, distribution.requires) == ("demo", "1.0", ["other"])
    assert [point.name for point in distribution.entry_points] == ["x"]
    assert b"description" not in found["demo-1.0.dist-info/METADATA"]


def test_cotab_is_shipped_without_what_serves_tests_on_the_host() -> None:
    names = set(collected().files)
    assert {"cotab/__init__.py", "cotab/_tab/session.py", "cotab/_js/pyodide.py"} <= names
    assert "cotab/testing/__init__.py" not in names
    assert all(name.endswith(".py") for name in names)


def test_the_order_of_the_wheels_does_not_matter(wheel: Callable[..., Path]) -> None:
    one, two = wheel({"one.py": "1"}, "one"), wheel({"two.py": "2"}, "two")
    assert archive(collected(one, two).files) == archive(collected(two, one).files)
    assert list(licenses([two, one])) == list(licenses([one, two]))


def test_licenses_are_found_in_both_places_where_wheels_keep_them(wheel: Callable[..., Path]) -> None:
    files = {
        "demo-1.0.dist-info/LICENSE.txt": "first",
        "demo-1.0.dist-info/licenses/vendored/COPYING": "second",
        "demo-1.0.dist-info/licenses/NOTICE": b"\xa9 third",
        "demo/LICENSE": "not one of the wheel's own",
    }
    (text,) = licenses([wheel(files)]).values()
    assert text == "first\n\n\ufffd third\n\nsecond"


def test_a_license_is_named_as_the_metadata_has_it(wheel: Callable[..., Path]) -> None:
    def named(metadata: str) -> str:
        (name,) = licenses([wheel({"demo-1.0.dist-info/METADATA": f"Name: demo\n{metadata}"})])
        return name

    classifiers = "Classifier: Programming Language :: Python\nClassifier: License :: OSI Approved :: MIT License\n"
    assert named("License-Expression: MIT OR Apache-2.0\nLicense: x\n") == "demo 1.0 (MIT OR Apache-2.0)"
    assert named(f"License: BSD\n        and its text\n{classifiers}") == "demo 1.0 (BSD)"
    assert named(classifiers) == "demo 1.0 (MIT License)"
    assert named("License: \n") == "demo 1.0 (see below)"
