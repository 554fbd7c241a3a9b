"""WebAssembly modules as bytes: the sections, what stands in them, and how numbers are written.

Only as much is read as moving whole function bodies needs: no instruction is decoded, apart from the constant ones that
give globals their values. Names are those of the specification.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

HEADER = b"\0asm\1\0\0\0"
WASM_PAGE = 65536


class Section(IntEnum):
    """The sections' numbers."""

    CUSTOM, TYPE, IMPORT, FUNCTION, TABLE, MEMORY, GLOBAL, EXPORT, START, ELEMENT, CODE, DATA, DATA_COUNT, TAG = range(
        14
    )


class Kind(IntEnum):
    """The kinds of things that are imported and exported."""

    FUNCTION, TABLE, MEMORY, GLOBAL, TAG = range(5)


# The order in which they must stand. Sections of tools may stand anywhere; the first is read by the dynamic linker.
S = Section
ORDER: tuple[Section, ...]
ORDER = (S.TYPE, S.IMPORT, S.FUNCTION, S.TABLE, S.MEMORY, S.TAG, S.GLOBAL, S.EXPORT, S.START, S.ELEMENT)
ORDER += (S.DATA_COUNT, S.CODE, S.DATA)

# Constant instructions, and how many bytes follow; None is a number of any length.
END, I32_CONST = 0x0B, 0x41
CONSTANTS = {0x41: None, 0x42: None, 0x43: 4, 0x44: 8, 0x23: None, 0xD0: 1, 0xD2: None, 0x6A: 0, 0x6B: 0, 0x6C: 0}

# The types of values, and those a table consists of, in one byte. Newer ones take more.
VALUES = b"\x7f\x7e\x7d\x7c\x7b\x70\x6f"
REFERENCES = b"\x70\x6f"


@dataclass(frozen=True)
class Item:
    """An import, or an entry of the table, memory, global or tag section. `text` is what it says of its type.

    Only imports have a name.
    """

    kind: Kind
    text: bytes
    whole: bytes
    name: str = ""

    @property
    def mutable(self) -> bool:
        """Whether a global's value may change."""
        return self.kind is Kind.GLOBAL and self.text[1] == 1


@dataclass(frozen=True)
class Export:
    """An export: its name, what it is, its number among those, and all of it as it is written."""

    name: str
    kind: Kind
    index: int
    whole: bytes


class Reader:
    """A reader of one thing after the other. Raises ValueError where nothing follows, or what is not known here."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at

    def byte(self) -> int:
        """Read the next byte."""
        if self.at >= len(self.data):
            raise ValueError("it ends too early")
        self.at += 1
        return self.data[self.at - 1]

    def read(self, count: int) -> bytes:
        """Read the next bytes."""
        if self.at + count > len(self.data):
            raise ValueError("it ends too early")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self) -> int:
        """Read an unsigned number, as LEB128. A signed one is as long."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:  # noqa: PLR2004 - the bit that says that there is more
                return value

    def block(self) -> bytes:
        """Read bytes after their number: a name, a section, a function's body."""
        return self.read(self.number())

    def limits(self) -> None:
        """Skip the size of a table or memory."""
        has_maximum = self.byte() & 1
        self.number()
        if has_maximum:
            self.number()

    def constant(self) -> None:
        """Skip an expression that gives a constant value."""
        while (instruction := self.byte()) != END:
            if instruction not in CONSTANTS:
                raise ValueError(f"a constant has the instruction {instruction:#x}, which is not known here")
            length = CONSTANTS[instruction]
            if length is None:
                self.number()
            else:
                self.read(length)

    def known(self, types: bytes) -> None:
        """Skip a type of one byte."""
        if self.byte() not in types:
            raise ValueError("it has types that are not known here")

    def item_type(self, kind: Kind) -> bytes:
        """Read the type of an import or an entry, as it is written."""
        begin = self.at
        if kind is Kind.FUNCTION:
            self.number()
        elif kind is Kind.TABLE:
            self.known(REFERENCES)
            self.limits()
        elif kind is Kind.MEMORY:
            self.limits()
        elif kind is Kind.GLOBAL:
            self.known(VALUES)
            self.byte()  # whether it may change
        else:  # a tag's attribute and type
            self.byte()
            self.number()
        return self.data[begin : self.at]


class Module:
    """A module. Raises ValueError where it is none, or is newer than what is read here."""

    def __init__(self, binary: bytes) -> None:
        if not binary.startswith(HEADER):
            raise ValueError("this is not a WebAssembly module")
        reader = Reader(binary, len(HEADER))
        self.custom: list[bytes] = []
        self.sections: dict[Section, bytes] = {}
        while reader.at < len(binary):
            number, content = Section(reader.byte()), reader.block()
            if number is Section.CUSTOM:
                self.custom.append(content)
            else:
                self.sections[number] = content

    @cached_property
    def types(self) -> list[tuple[bytes, bytes]]:
        """The types of functions: of the parameters and of the results, a byte each."""
        types = []
        reader = self._section(Section.TYPE)
        for _ in range(reader.number()):
            if reader.byte() != 0x60:  # noqa: PLR2004 - a function's type
                raise ValueError("it has types of another kind than functions")
            parameters, results = reader.block(), reader.block()
            if set(parameters + results) - set(VALUES):
                raise ValueError("it has types that are not known here")
            types.append((parameters, results))
        return types

    @cached_property
    def imports(self) -> list[Item]:
        """The imports."""
        imports = []
        reader = self._section(Section.IMPORT)
        for _ in range(reader.number()):
            begin = reader.at
            reader.block()
            name = reader.block().decode()
            kind = Kind(reader.byte())
            text = reader.item_type(kind)
            imports.append(Item(kind, text, reader.data[begin : reader.at], name))
        return imports

    @cached_property
    def exports(self) -> list[Export]:
        """The exports."""
        exports = []
        reader = self._section(Section.EXPORT)
        for _ in range(reader.number()):
            begin = reader.at
            name, kind, index = reader.block().decode(), Kind(reader.byte()), reader.number()
            exports.append(Export(name, kind, index, reader.data[begin : reader.at]))
        return exports

    def imported(self, kind: Kind) -> int:
        """Count the imports of a kind: they come before its own in every count."""
        return sum(item.kind is kind for item in self.imports)

    @cached_property
    def functions(self) -> list[int]:
        """The numbers of its own functions' types."""
        reader = self._section(Section.FUNCTION)
        return [reader.number() for _ in range(reader.number())]

    @cached_property
    def bodies(self) -> list[bytes]:
        """The bodies of its own functions, without the lengths before them."""
        reader = self._section(Section.CODE)
        return [reader.block() for _ in range(reader.number())]

    def own(self, kind: Kind) -> list[Item]:
        """Return its own tables, memories, globals or tags."""
        reader = self._section(Section[kind.name])
        return list(self._items(reader, kind, reader.number()))

    @cached_property
    def table(self) -> dict[int, int]:
        """The functions by their places in the first table. Raises ValueError unless one simple segment says it."""
        reader = self._section(Section.ELEMENT)
        segments, flags, instruction = reader.number(), reader.byte(), reader.byte()
        if segments != 1 or flags or instruction != I32_CONST:
            raise ValueError("its table is not filled by one segment")
        start = reader.number()
        if reader.byte() != END:
            raise ValueError("its table does not begin at a constant")
        return {start + place: reader.number() for place in range(reader.number())}

    def entries(self, section: Section) -> tuple[int, bytes]:
        """Count the entries of a section, and return them as they are written: to add some."""
        reader = self._section(section)
        count = reader.number()
        return count, reader.data[reader.at :]

    def _section(self, section: Section) -> Reader:
        return Reader(self.sections.get(section, b"\0"))

    @staticmethod
    def _items(reader: Reader, kind: Kind, count: int) -> Iterator[Item]:
        for _ in range(count):
            begin = reader.at
            text = reader.item_type(kind)
            if kind is Kind.GLOBAL:
                reader.constant()
            yield Item(kind, text, reader.data[begin : reader.at])


def number(value: int) -> bytes:
    """Write an unsigned number, as LEB128."""
    text = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits in a byte
        text.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*text, value])


def signed(value: int) -> bytes:
    """Write a number that is not negative, where a signed one is wanted."""
    text = bytearray()
    while value > 0x3F:  # noqa: PLR2004 - the last byte has a bit for the sign
        text.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*text, value])


def block(content: bytes) -> bytes:
    """Write bytes after their number."""
    return number(len(content)) + content


def vector(items: Iterable[bytes]) -> bytes:
    """Write entries after their number."""
    entries = list(items)
    return number(len(entries)) + b"".join(entries)


def extended(module: Module, section: Section, added: list[bytes]) -> bytes:
    """Add entries to a section."""
    count, entries = module.entries(section)
    return number(count + len(added)) + entries + b"".join(added)


def written(sections: Mapping[Section, bytes], custom: Iterable[bytes] = ()) -> bytes:
    """Write a module of these sections."""
    first = b"".join(b"\0" + block(content) for content in custom)
    others = b"".join(bytes([kind]) + block(sections[kind]) for kind in ORDER if kind in sections)
    return HEADER + first + others
