"""Binaries as XML web resources: whatever the content, the parts are well-formed, small enough, and give it back."""

from __future__ import annotations

import random
from base64 import b64decode
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotab_kit.build.carriers import Carrier, carry, inflate, part_names

if TYPE_CHECKING:
    from pathlib import Path

LARGE = bytes(range(200)) * 300


def reassembled(carrier: Carrier) -> bytes:
    """As carriers.js does it."""
    elements = [ET.fromstring(text) for text in carrier.parts.values()]  # noqa: S314 - our own text
    assert {element.tag for element in elements} == {"carrier"}
    assert {element.get("encoding") for element in elements} == {"base64"}
    assert [element.get("part") for element in elements] == [str(number + 1) for number in range(len(elements))]
    assert {element.get("of") for element in elements} == {str(len(elements))}
    packed = b"".join(b64decode(element.text or "", validate=True) for element in elements)
    assert len(packed) == carrier.packed
    return inflate(packed, carrier.size)


@given(content=st.binary(max_size=3000), times=st.sampled_from([0, 1, 60]), limit=st.integers(510, 1500))
def test_any_content_comes_back_from_parts_below_the_limit(
    tmp_path: Path, content: bytes, times: int, limit: int
) -> None:
    content *= times
    carrier = carry("some.zip", content, "application/zip", limit, tmp_path)
    assert reassembled(carrier) == content
    assert carrier.size == len(content)
    assert max(len(text.encode()) for text in carrier.parts.values()) <= limit


def test_one_part_has_the_plain_name_and_several_are_numbered(tmp_path: Path) -> None:
    content = bytes(range(256)) * 8
    assert list(carry("a.b-c.wasm", content, "application/wasm", 100_000, tmp_path).parts) == ["a_b_c_wasm.xml"]
    several = carry("a.b-c.wasm", content, "application/wasm", 600, tmp_path)
    assert list(several.parts) == [f"a_b_c_wasm_{number}.xml" for number in range(1, len(several.parts) + 1)]
    assert len(several.parts) > 1
    assert list(part_names([several, several])) == [*several.parts, *several.parts]


def test_a_name_becomes_one_that_dataverse_takes(tmp_path: Path) -> None:
    (name,) = carry("größe/x y.so", b"", "", 1000, tmp_path).parts
    assert name == "gr__e_x_y_so.xml"


def test_the_page_learns_the_parts_the_length_the_type_and_the_digest(tmp_path: Path) -> None:
    carrier = carry("a.zip", b"content", "application/zip", 1000, tmp_path)
    assert carrier.entry() == {
        "parts": ["a_zip.xml"],
        "packed": 7,
        "size": 7,
        "type": "application/zip",
        "digest": carrier.digest,
    }


def test_the_same_content_gives_the_same_parts_with_and_without_the_cache(tmp_path: Path) -> None:
    def parts(cache: str) -> dict[str, str]:
        return carry("a", LARGE, "", 1000, tmp_path / cache).parts

    assert parts("one") == parts("one") == parts("two")


def test_what_is_small_or_does_not_shrink_is_carried_as_it_is(tmp_path: Path) -> None:
    for content in (b"small" * 100, random.Random(1).randbytes(60_000)):  # noqa: S311 - nothing to be kept secret
        assert carry("a", content, "", 3_000_000, tmp_path).packed == len(content)


def test_compressing_happens_once_and_leaves_no_partial_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    carry("a", LARGE, "", 1000, tmp_path)
    (kept,) = (tmp_path / "zstd").iterdir()
    monkeypatch.delattr("cotab_kit.build.carriers.zstd.compress")
    assert carry("b", LARGE, "", 1000, tmp_path).packed == kept.stat().st_size < len(LARGE)


@pytest.mark.parametrize("content", [b"", b"cut", LARGE[:2000]])
def test_what_is_wrong_in_the_cache_is_not_carried(tmp_path: Path, content: bytes) -> None:
    packed = carry("a", LARGE, "", 1000, tmp_path)
    (kept,) = (tmp_path / "zstd").iterdir()
    kept.write_bytes(content or kept.read_bytes()[:-5])
    assert carry("a", LARGE, "", 1000, tmp_path) == packed
