"""Reading and writing wasm: nothing is lost on the way, and what is no module is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotab_kit.build.fast_start.wasm import (
    HEADER,
    Export,
    Item,
    Kind,
    Module,
    Reader,
    Section,
    block,
    extended,
    number,
    signed,
    vector,
    written,
)
from small_wasm import FUNCTIONS, everything

MODULE = everything()


def read_all(binary: bytes) -> tuple[object, ...]:
    """Everything that can be asked of a module."""
    module = Module(binary)
    entries = [module.own(kind) for kind in Kind if kind is not Kind.FUNCTION]
    return module.types, module.imports, module.exports, module.functions, module.bodies, module.table, entries


def signed_value(text: bytes) -> int:
    """A signed LEB128 number, as the specification says."""
    value = sum((byte & 0x7F) << (7 * place) for place, byte in enumerate(text))
    return value - (1 << 7 * len(text)) if text[-1] & 0x40 else value


@given(value=st.integers(0, 2**40), more=st.binary(max_size=3))
def test_a_number_comes_back_and_takes_no_more_than_its_own_bytes(value: int, more: bytes) -> None:
    reader = Reader(number(value) + more)
    assert reader.number() == value
    assert reader.at == len(number(value))
    assert len(number(value)) == max(1, -(-value.bit_length() // 7))


@given(value=st.integers(0, 2**31 - 1))
def test_a_signed_number_is_not_negative_and_reads_as_an_unsigned_one(value: int) -> None:
    assert signed_value(signed(value)) == value
    assert Reader(signed(value)).number() == value


@given(items=st.lists(st.binary(max_size=300), max_size=200))
def test_a_list_of_blocks_comes_back(items: list[bytes]) -> None:
    reader = Reader(vector(map(block, items)))
    assert [reader.block() for _ in range(reader.number())] == items
    assert reader.at == len(reader.data)


@given(
    sections=st.dictionaries(st.sampled_from([s for s in Section if s is not Section.CUSTOM]), st.binary(max_size=200)),
    custom=st.lists(st.binary(max_size=20), max_size=3),
)
def test_whatever_is_in_the_sections_is_kept(sections: dict[Section, bytes], custom: list[bytes]) -> None:
    module = Module(written(sections, custom))
    assert module.sections == sections
    assert module.custom == custom
    assert written(module.sections, module.custom) == written(sections, custom)


def test_sections_stand_in_the_order_that_the_specification_wants() -> None:
    wanted = ["TYPE", "IMPORT", "FUNCTION", "TABLE", "MEMORY", "TAG", "GLOBAL"]
    wanted += ["EXPORT", "START", "ELEMENT", "DATA_COUNT", "CODE", "DATA"]
    binary = written({section: b"\0" for section in Section if section is not Section.CUSTOM}, [b"\0"])
    numbers = [binary[at] for at in range(len(HEADER), len(binary), 3)]
    assert [Section(number).name for number in numbers] == ["CUSTOM", *wanted]


def test_everything_in_a_module_is_found() -> None:
    module = Module(MODULE)
    assert [(item.name, item.kind.name) for item in module.imports] == [
        ("note", "FUNCTION"),
        ("base", "GLOBAL"),
        ("again", "FUNCTION"),
        ("shared", "GLOBAL"),
    ]
    assert [item.mutable for item in module.imports] == [False, False, False, True]
    assert [item.mutable for item in module.own(Kind.GLOBAL)] == [True, False, True, False, False]
    assert module.own(Kind.TABLE)[1] == Item(Kind.TABLE, b"\x6f\1\2\5", b"\x6f\1\2\5")
    assert (len(module.own(Kind.MEMORY)), len(module.own(Kind.TAG))) == (1, 1)
    assert module.exports[-1] == Export("sum", Kind.GLOBAL, 4, block(b"sum") + b"\3\4")
    assert module.functions == list(FUNCTIONS.values())
    assert len(module.bodies) == len(FUNCTIONS)
    assert module.table == {1: 2, 2: 4, 3: 10, 4: 5}
    assert module.custom == [block(b"a tool's") + b"content"]


def test_an_empty_module_has_nothing() -> None:
    module = Module(HEADER)
    assert (module.types, module.imports, module.exports, module.functions, module.bodies) == ([], [], [], [], [])
    assert module.own(Kind.TABLE) == []


def test_a_section_is_extended_also_where_there_is_none() -> None:
    added = block(b"more") + b"\0\2"
    exports = Module(written({Section.EXPORT: extended(Module(MODULE), Section.EXPORT, [added])})).exports
    assert [export.name for export in exports] == [*(e.name for e in Module(MODULE).exports), "more"]
    assert extended(Module(HEADER), Section.EXPORT, [added]) == vector([added])


@pytest.mark.parametrize("binary", [b"", b"\0as", b"<html>", HEADER[:7], HEADER[:4] + b"\2\0\0\0", MODULE[1:]])
def test_what_is_no_module_is_refused(binary: bytes) -> None:
    with pytest.raises(ValueError, match="not a WebAssembly module"):
        Module(binary)


def test_a_module_that_was_cut_off_is_refused() -> None:
    ends, at = set[int](), len(HEADER)
    for section in _sections(MODULE):
        at += len(section)
        ends.add(at)
    for length in set(range(len(HEADER) + 1, len(MODULE))) - ends:
        with pytest.raises(ValueError, match="it ends too early"):
            Module(MODULE[:length])


def _sections(binary: bytes) -> list[bytes]:
    """Each section as it is written."""
    reader, found = Reader(binary, len(HEADER)), []
    while reader.at < len(binary):
        begin = reader.at
        reader.byte()
        reader.block()
        found.append(binary[begin : reader.at])
    return found


@given(noise=st.binary(max_size=60), at=st.integers(0, len(MODULE)))
def test_noise_is_read_or_refused_but_nothing_else(noise: bytes, at: int) -> None:
    for binary in (HEADER + noise, MODULE[:at] + noise, MODULE[:at] + noise + MODULE[at + len(noise) :]):
        try:
            read_all(binary)
        except ValueError:
            continue


@pytest.mark.parametrize(
    ("section", "content", "ask"),
    [
        (Section.TYPE, vector([b"\x5f\0"]), "types"),  # a structure
        (Section.TYPE, vector([b"\x60\2\x64\0\0"]), "types"),  # a parameter that is a reference of some type
        (Section.TABLE, vector([b"\x40\0\x70\0\1\xd0\x70\x0b"]), Kind.TABLE),  # filled when it is made
        (Section.GLOBAL, vector([b"\x63\0\1\xd0\0\x0b"]), Kind.GLOBAL),  # a reference of some type
        (Section.GLOBAL, vector([b"\x7b\0\xfd\x0c" + bytes(16) + b"\x0b"]), Kind.GLOBAL),  # a vector
        (Section.ELEMENT, vector([b"\1\0\0", b"\1\0\0"]), "table"),  # more than one segment
    ],
)
def test_what_is_newer_than_what_is_read_here_is_refused(section: Section, content: bytes, ask: str | Kind) -> None:
    module = Module(written({section: content}))
    with pytest.raises(ValueError, match=r"it has types|not known|not filled by one"):
        module.own(ask) if isinstance(ask, Kind) else getattr(module, ask)
