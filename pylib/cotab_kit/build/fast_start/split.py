"""A wasm module in two: what a start of the tab runs, and the rest, which the page loads once the tab is up.

Compiling takes as long as there is code, and a start runs a seventh of its functions. In each half every function of
the other is there too, as a few instructions that call it through a table: so functions keep their numbers, and their
bodies stay. A call from the first half into a rest that is not loaded yet has it loaded first (second_half.js).

Which functions a start runs was recorded in a browser (tests/bench/record.py): profile.json, by the module's code.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from cotab_kit.build.fast_start.wasm import (
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

PROFILE = Path(__file__).with_name("profile.json")

# What the halves share is exported and imported under this name; the page's own names begin with it.
SHARED = b"cotab"
LOADED, TABLE = b"cotab:loaded", b"cotab:table"

# Instructions.
GLOBAL_GET, LOCAL_GET, I32_CONST, I32_EQZ = b"\x23", b"\x20", b"\x41", b"\x45"
CALL, CALL_INDIRECT, IF, END = b"\x10", b"\x11", b"\x04\x40", b"\x0b"
NO_LOCALS = b"\0"
FUNCREF, MUTABLE_I32 = b"\x70", b"\x7f\x01"

# In the table: first what loads the rest, then every function of the module's own by its number.
LOAD_SLOT, FIRST_SLOT = 0, 1


@dataclass(frozen=True)
class Halves:
    """The two modules."""

    first: bytes
    rest: bytes


def used_at_start(binary: bytes) -> frozenset[int] | None:
    """Return the numbers of the module's own functions that a start runs; None if that was never recorded."""
    recorded: dict[str, list[list[int]]] = json.loads(PROFILE.read_text("utf-8"))
    found = recorded.get(code_digest(Module(binary)))
    return (
        None if found is None else frozenset(index for start, count in found for index in range(start, start + count))
    )


def code_digest(module: Module) -> str:
    """Return what a record is filed under: it holds as long as the functions are the same."""
    return sha256(module.sections[Section.CODE]).hexdigest()


def split(binary: bytes, used: Collection[int]) -> Halves:
    """Split the module in two. `used` are numbers of its own functions, without those imported."""
    module = Module(binary)
    halves = _Split(module, frozenset(used) | _run_at_once(module))
    return Halves(halves.first(), halves.rest())


def _run_at_once(module: Module) -> frozenset[int]:
    """Find the function that runs while the module is instantiated, when nothing can be loaded yet."""
    start, imported = module.sections.get(Section.START), module.imported(Kind.FUNCTION)
    index = Reader(start).number() - imported if start else -1
    return frozenset({index} if index >= 0 else ())


def runs(indexes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Group indexes that follow on each other, as the first of them and how many there are."""
    ordered = sorted(indexes)
    starts = [index for before, index in pairwise([-2, *ordered]) if index != before + 1]
    ends = [before for before, index in pairwise([*ordered, -2]) if index != before + 1]
    return ((start, end - start + 1) for start, end in zip(starts, ends, strict=True))


class _Split:
    def __init__(self, module: Module, used: frozenset[int]) -> None:
        self.module, self.used = module, used
        self.unused = frozenset(range(len(module.functions))) - used
        self.table = module.imported(Kind.TABLE) + len(module.own(Kind.TABLE))
        self.loaded = module.imported(Kind.GLOBAL) + len(module.own(Kind.GLOBAL))
        self.loader = module.imported(Kind.FUNCTION) + len(module.functions)
        nothing = (b"", b"")
        self.types = module.types if nothing in module.types else [*module.types, nothing]
        self.nothing = self.types.index(nothing)
        self.shared = self._shared()

    def first(self) -> bytes:
        """Write all of the module, but for the bodies of functions that are not used: these ask for the rest."""
        add, size = extended, len(self.module.functions) + FIRST_SLOT
        return written(
            {
                **self.module.sections,
                Section.TYPE: self._types(),
                Section.FUNCTION: add(self.module, Section.FUNCTION, [number(self.nothing)]),
                Section.TABLE: add(self.module, Section.TABLE, [FUNCREF + b"\0" + number(size)]),
                Section.GLOBAL: add(self.module, Section.GLOBAL, [MUTABLE_I32 + I32_CONST + signed(0) + END]),
                Section.EXPORT: add(self.module, Section.EXPORT, list(self._exports())),
                Section.ELEMENT: add(self.module, Section.ELEMENT, list(self._elements(self.used))),
                Section.CODE: vector([*self._bodies(self.used, self._ask()), block(self._load())]),
            },
            self.module.custom,
        )

    def rest(self) -> bytes:
        """Write the other bodies, on the memory, tables, globals and tags of the first half."""
        module, (count, imports) = self.module, self.module.entries(Section.IMPORT)
        added = [block(SHARED) + block(name) + bytes([item.kind]) + item.text for name, item, _ in self.shared]
        table = Item(Kind.TABLE, FUNCREF + b"\0" + number(len(module.functions) + FIRST_SLOT), b"")
        added.append(block(SHARED) + block(TABLE) + bytes([table.kind]) + table.text)
        constants = [item.whole for item in module.own(Kind.GLOBAL)[self._shared_globals :]]
        return written(
            {
                Section.TYPE: self._types(),
                Section.IMPORT: number(count + len(added)) + imports + b"".join(added),
                Section.FUNCTION: extended(module, Section.FUNCTION, []),
                Section.GLOBAL: vector(constants),
                Section.ELEMENT: vector(self._elements(self.unused)),
                Section.CODE: vector(self._bodies(self.unused, b"")),
            }
        )

    @property
    def _shared_globals(self) -> int:
        """The number of the module's own globals that are shared: up to the last that may change."""
        return max((index for index, item in enumerate(self.module.own(Kind.GLOBAL), 1) if item.mutable), default=0)

    def _shared(self) -> list[tuple[bytes, Item, int]]:
        """List what the rest takes from the first half: the name, what it is, and its number there."""
        found = []
        for kind in (Kind.TABLE, Kind.MEMORY, Kind.GLOBAL, Kind.TAG):
            own = self.module.own(kind)
            begin = self.module.imported(kind)
            for index, item in enumerate(own[: self._shared_globals] if kind is Kind.GLOBAL else own):
                found.append((b"cotab:%s%d" % (kind.name.lower().encode(), index), item, begin + index))
        return found

    def _types(self) -> bytes:
        return vector(b"\x60" + block(parameters) + block(results) for parameters, results in self.types)

    def _exports(self) -> Iterator[bytes]:
        for name, item, index in self.shared:
            yield block(name) + bytes([item.kind]) + number(index)
        yield block(TABLE) + bytes([Kind.TABLE]) + number(self.table)
        yield block(LOADED) + bytes([Kind.GLOBAL]) + number(self.loaded)

    def _elements(self, functions: frozenset[int]) -> Iterator[bytes]:
        """Write where these functions stand in the table."""
        imported = self.module.imported(Kind.FUNCTION)
        for start, count in runs(functions):
            offset = I32_CONST + signed(FIRST_SLOT + start) + END
            numbers = vector(number(imported + index) for index in range(start, start + count))
            yield b"\x02" + number(self.table) + offset + b"\0" + numbers

    def _bodies(self, whole: frozenset[int], ask: bytes) -> Iterator[bytes]:
        """Write every body: those of `whole` as they are, the others a call through the table."""
        calls = [self._call(kind) for kind in range(len(self.types))]
        for index, (kind, body) in enumerate(zip(self.module.functions, self.module.bodies, strict=True)):
            if index in whole:
                yield block(body)
            else:
                parameters, call = calls[kind]
                yield block(NO_LOCALS + ask + parameters + I32_CONST + signed(FIRST_SLOT + index) + call + END)

    def _call(self, kind: int) -> tuple[bytes, bytes]:
        """Return how a function of this type calls another: its parameters, and the call."""
        parameters = b"".join(LOCAL_GET + number(index) for index in range(len(self.types[kind][0])))
        return parameters, CALL_INDIRECT + number(kind) + number(self.table)

    def _ask(self) -> bytes:
        """Have the rest loaded, if it is not."""
        return GLOBAL_GET + number(self.loaded) + I32_EQZ + IF + CALL + number(self.loader) + END

    def _load(self) -> bytes:
        """Write the function that loads the rest: by itself, because JavaScript does it and stands in the table."""
        return NO_LOCALS + I32_CONST + signed(LOAD_SLOT) + self._call(self.nothing)[1] + END
