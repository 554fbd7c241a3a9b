"""Small wasm modules for the tests of split.py, put together by hand: there is no assembler among the locked parts.

`everything()` has one function for each thing that a split has to get right; `woven()` has functions that call each
other as they are told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cotab_kit.build.fast_start.wasm import Section, block, number, signed, vector, written

I32, I64, F64, FUNCREF, EXTERNREF = b"\x7f", b"\x7e", b"\x7c", b"\x70", b"\x6f"
FUNCTION, TABLE, MEMORY, GLOBAL, TAG = b"\0", b"\1", b"\2", b"\3", b"\4"
CONSTANT, MUTABLE = b"\0", b"\1"
END = b"\x0b"
ADD, SUB, MUL, LESS, IS_ZERO, XOR = b"\x6a", b"\x6b", b"\x6c", b"\x48", b"\x45", b"\x73"


def const(value: int) -> bytes:
    return b"\x41" + signed(value)


def get(local: int) -> bytes:
    return b"\x20" + number(local)


def put(local: int) -> bytes:
    return b"\x21" + number(local)


def read(name: int) -> bytes:
    return b"\x23" + number(name)


def write(name: int) -> bytes:
    return b"\x24" + number(name)


def call(function: int) -> bytes:
    return b"\x10" + number(function)


def call_indirect(kind: int, table: int = 0) -> bytes:
    return b"\x11" + number(kind) + number(table)


def function(*instructions: bytes, numbers: int = 0) -> bytes:
    """A body, with so many variables that are 32-bit numbers."""
    variables = vector([number(numbers) + I32] if numbers else [])
    return block(variables + b"".join(instructions) + END)


def kind(parameters: Iterable[bytes], results: Iterable[bytes] = ()) -> bytes:
    return b"\x60" + vector(parameters) + vector(results)


def imported(name: str, what: bytes) -> bytes:
    return block(b"env") + block(name.encode()) + what


def exported(name: str, what: bytes, index: int) -> bytes:
    return block(name.encode()) + what + number(index)


# The functions of `everything`, in their order, and their types.
NUMBER, PAIR, WIDE, GETTER, TAGGED, OBJECT, NOTHING, TWO = range(8)
FUNCTIONS = {
    "odd": NUMBER,
    "even": NUMBER,
    "count": GETTER,
    "constants": NUMBER,
    "through": PAIR,
    "wide": WIDE,
    "store": PAIR,
    "grow": NUMBER,
    "throws": NUMBER,
    "catches": NUMBER,
    "keep": OBJECT,
    "quiet": NOTHING,
    "reenters": NUMBER,
    "two": TWO,
    "fill": NOTHING,
    "grow_table": NUMBER,
}
NAMES = tuple(FUNCTIONS)
IMPORTED = 2  # functions


def own(name: str) -> int:
    """The index of one of these functions."""
    return IMPORTED + NAMES.index(name)


def everything(*, void_type: bool = True, tool_section: bool = True) -> bytes:
    """Imports, several types, globals of every kind, a tag, a memory, two tables, functions in a table.

    Without `void_type` no function is of the type that a split needs itself.
    """
    env_base, env_shared, counter, from_base, sum_, half, seven = range(7)  # globals, imported ones first
    note, again = 0, 1
    types = [
        kind([I32], [I32]),
        kind([I32, I32], [I32]),
        kind([I64, F64], [F64]),
        kind([], [I32]),
        kind([I32]),
        kind([I32, EXTERNREF], [EXTERNREF]),
        kind([]) if void_type else kind([I32, I32, I32]),
        kind([I32], [I32, I32]),
    ]
    odd_or_even = (get(0), b"\x04", I32, get(0), const(1), SUB)
    quiet = (read(env_shared), const(2), MUL, write(env_shared))
    code = {
        "odd": (*odd_or_even, call(own("even")), b"\x05", const(0), END),
        "even": (*odd_or_even, call(own("odd")), b"\x05", const(1), END),
        "count": (read(counter), const(1), ADD, write(counter), read(counter)),
        "constants": (get(0), read(from_base), ADD, read(seven), ADD, read(env_base), ADD, call(note)),
        "through": (get(1), get(0), call_indirect(NUMBER)),
        "wide": (
            *(read(sum_), get(0), b"\x7c", write(sum_)),
            *(get(0), b"\xb9", get(1), b"\xa0", read(half), b"\xa0"),
        ),
        "store": (get(0), get(1), b"\x36\2\0", get(0), b"\x28\2\0", get(0), b"\x28\2\0", ADD),
        "grow": (get(0), b"\x40\0"),
        "throws": (get(0), b"\x08\0"),
        "catches": (b"\x06", I32, get(0), call(own("throws")), b"\x07\0", const(100), ADD, END),
        "keep": (get(0), get(1), b"\x26\1", get(0), b"\x25\1"),
        "quiet": quiet,
        "reenters": (get(0), call(again), const(1), ADD),
        "two": (get(0), call(own("count"))),
        "fill": (const(100), const(65), const(9), b"\xfc\x0b\0"),
        "grow_table": (b"\xd0\x6f", get(0), b"\xfc\x0f\1"),
    }
    in_table = [own(name) for name in ("odd", "count", "throws", "constants")]
    sections = {
        Section.TYPE: vector(types),
        Section.IMPORT: vector(
            [
                imported("note", FUNCTION + number(NUMBER)),
                imported("base", GLOBAL + I32 + CONSTANT),
                imported("again", FUNCTION + number(NUMBER)),
                imported("shared", GLOBAL + I32 + MUTABLE),
            ]
        ),
        Section.FUNCTION: vector(number(type_) for type_ in FUNCTIONS.values()),
        Section.TABLE: vector([FUNCREF + b"\0" + number(8), EXTERNREF + b"\1" + number(2) + number(5)]),
        Section.MEMORY: vector([b"\1" + number(1) + number(3)]),
        Section.TAG: vector([b"\0" + number(TAGGED)]),
        Section.GLOBAL: vector(
            [
                I32 + MUTABLE + const(10) + END,
                I32 + CONSTANT + read(env_base) + END,
                I64 + MUTABLE + b"\x42\5" + END,
                F64 + CONSTANT + b"\x44\0\0\0\0\0\0\xe0\x3f" + END,
                I32 + CONSTANT + const(7) + END,
            ]
        ),
        Section.EXPORT: vector(
            [
                *(exported(name, FUNCTION, own(name)) for name in NAMES),
                exported("memory", MEMORY, 0),
                exported("table", TABLE, 0),
                exported("tag", TAG, 0),
                exported("counter", GLOBAL, counter),
                exported("sum", GLOBAL, sum_),
            ]
        ),
        Section.ELEMENT: vector([b"\0" + const(1) + END + vector(map(number, in_table))]),
        Section.CODE: vector(function(*code[name]) for name in NAMES),
        Section.DATA: vector([b"\0" + const(16) + END + block(b"hello")]),
    }
    return written(sections, [block(b"a tool's") + b"content"] if tool_section else [])


@dataclass(frozen=True)
class Woven:
    """A function of `woven`: how many numbers it takes, whether it answers with one, and what it does, step by step.

    A step is a word and a number: "add" it, "note" it, "count" it, "call" the function of that number or, "through" the
    table, the one there.
    """

    parameters: int
    answers: bool
    steps: tuple[tuple[str, int], ...]


WOVEN_TYPES = tuple((parameters, answers) for parameters in range(3) for answers in (False, True))


def woven(functions: list[Woven]) -> bytes:
    """A module of these functions: exported as f0, f1, ..., each of them also at its number in the table."""
    fuel, counter = 0, 1
    note = 0

    def type_of(item: Woven) -> int:
        return WOVEN_TYPES.index((item.parameters, item.answers))

    def calling(target: Woven, mine: int, instruction: bytes, *, slot: bytes = b"") -> bytes:
        return get(mine) * target.parameters + slot + instruction + (put(mine) if target.answers else b"")

    def step(word: str, value: int, mine: int) -> bytes:
        target = functions[value % len(functions)]
        if word == "call":
            return calling(target, mine, call(1 + value % len(functions)))
        if word == "through":  # of a type that may be another than that of what stands there
            return calling(target, mine, call_indirect(type_of(target)), slot=const(value % (len(functions) + 1)))
        if word == "note":
            return get(mine) + call(note) + put(mine)
        if word == "count":
            return read(counter) + get(mine) + ADD + write(counter) + read(counter) + get(mine) + XOR + put(mine)
        return get(mine) + const(value) + ADD + put(mine)

    def body(item: Woven) -> bytes:
        mine = item.parameters  # the variable
        answer = const(0) if item.answers else b""
        begin = [read(fuel), IS_ZERO, b"\x04\x40", answer, b"\x0f", END, read(fuel), const(1), SUB, write(fuel)]
        begin += [get(0), put(mine)] if item.parameters else []
        steps = [step(word, value, mine) for word, value in item.steps]
        return function(*begin, *steps, get(mine) if item.answers else b"", numbers=1)

    indexes = [number(1 + index) for index in range(len(functions))]
    sections = {
        Section.TYPE: vector(kind([I32] * count, [I32] * answers) for count, answers in WOVEN_TYPES),
        Section.IMPORT: vector([imported("note", FUNCTION + number(WOVEN_TYPES.index((1, True))))]),
        Section.FUNCTION: vector(number(type_of(item)) for item in functions),
        Section.TABLE: vector([FUNCREF + b"\0" + number(len(functions) + 1)]),
        Section.GLOBAL: vector([I32 + MUTABLE + const(60) + END, I32 + MUTABLE + const(0) + END]),
        Section.EXPORT: vector(
            [
                *(exported(f"f{index}", FUNCTION, 1 + index) for index in range(len(functions))),
                exported("counter", GLOBAL, counter),
                exported("fuel", GLOBAL, fuel),
            ]
        ),
        Section.ELEMENT: vector([b"\0" + const(0) + END + vector(indexes)]),
        Section.CODE: vector(map(body, functions)),
    }
    return written(sections)
