"""$filter: from text to a tree, of which query.py makes SQL.

The part of OData that clients of Dataverse use: comparisons, and, or, not, brackets, startswith, endswith, contains,
`in`, navigation paths; literals are texts, numbers, GUIDs, times, true, false, null.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cotab_kit.emulator.errors import bad_query
from cotab_kit.emulator.schema import Scalar

COMPARISONS = {"eq": "=", "ne": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
FUNCTIONS = {"startswith", "endswith", "contains"}
MAX_LENGTH = 32_768  # of an address in Dataverse
MAX_DEPTH = 20  # SQLite reads about a hundred brackets within each other
MAX_DIGITS = 18  # of a number that SQLite can hold

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')"
    r"|(?P<guid>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
    r"|(?P<time>\d{4}-\d\d-\d\d(?:T[0-9:.]+(?:Z|[+-]\d\d:\d\d))?)"
    r"|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<word>[A-Za-z_@][A-Za-z0-9_./]*)"
    r"|(?P<mark>[(),]))",
    re.ASCII,
)
GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True)
class Literal:
    """A value. `kind` is the name of the token it was: a GUID is written without quotes, a text with them."""

    value: Scalar
    kind: str


@dataclass(frozen=True)
class Path:
    """A column, or a column behind lookups: `msdyn_Provider/msdyn_name`."""

    steps: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """`path operator literal`."""

    operator: str
    left: Path
    right: Literal


@dataclass(frozen=True)
class Search:
    """One of the functions on texts."""

    function: str
    path: Path
    text: Literal


@dataclass(frozen=True)
class Both:
    """Two conditions with `and` or `or` between them."""

    word: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Not:
    """A condition, negated."""

    node: Node


Node = Comparison | Search | Both | Not


def parse(text: str) -> Node:
    """Return the tree of a filter. Raises RefusedError for what Dataverse cannot read."""
    if len(text) > MAX_LENGTH:
        raise bad_query("The filter is longer than the address of a request may be.")
    parser = _Parser(text)
    node = parser.either(0)
    parser.expect_end()
    return node


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.next = 0

    def either(self, depth: int) -> Node:
        nodes = [self.both(depth)]
        while self.accept("or"):
            nodes.append(self.both(depth))
        return _joined("OR", nodes)

    def both(self, depth: int) -> Node:
        nodes = [self.single(depth)]
        while self.accept("and"):
            nodes.append(self.single(depth))
        return _joined("AND", nodes)

    def single(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise bad_query("The recursion limit of the filter has been exceeded.")
        if self.accept("not"):
            return Not(self.single(depth + 1))
        if self.accept("("):
            node = self.either(depth + 1)
            self.expect(")")
            return node
        return self.condition()

    def condition(self) -> Node:
        word = self.word()
        if word in FUNCTIONS:
            return self.search(word)
        path = Path(tuple(word.split("/")))
        operator = self.word()
        if operator == "in":
            return self.one_of(path)
        if operator not in COMPARISONS:
            raise self.unreadable()
        return Comparison(operator, path, self.literal())

    def search(self, function: str) -> Node:
        self.expect("(")
        path = Path(tuple(self.word().split("/")))
        self.expect(",")
        text = self.literal()
        self.expect(")")
        if self.accept("eq"):  # `contains(...) eq true`, as some clients write
            return Search(function, path, text) if self.literal().value else Not(Search(function, path, text))
        return Search(function, path, text)

    def one_of(self, path: Path) -> Node:
        self.expect("(")
        nodes: list[Node] = [Comparison("eq", path, self.literal())]
        while self.accept(","):
            nodes.append(Comparison("eq", path, self.literal()))
        self.expect(")")
        return _joined("OR", nodes)

    def literal(self) -> Literal:
        kind, value = self.advance()
        match kind, value:
            case "text", _:
                return Literal(value[1:-1].replace("''", "'"), kind)
            case "guid", _:
                return Literal(value.lower(), kind)
            case "number", _ if len(value) <= MAX_DIGITS:
                return Literal(float(value) if "." in value else int(value), kind)
            case "time", _:
                return Literal(value, kind)
            case "word", "true" | "false":
                return Literal(value == "true", "boolean")
            case "word", "null":
                return Literal(None, "null")
        raise self.unreadable()

    def word(self) -> str:
        kind, value = self.advance()
        if kind != "word":
            raise self.unreadable()
        return value

    def advance(self) -> tuple[str, str]:
        if self.next == len(self.tokens):
            raise self.unreadable()
        self.next += 1
        return self.tokens[self.next - 1]

    def accept(self, value: str) -> bool:
        found = self.next < len(self.tokens) and self.tokens[self.next] in (("word", value), ("mark", value))
        self.next += found
        return found

    def expect(self, value: str) -> None:
        if not self.accept(value):
            raise self.unreadable()

    def expect_end(self) -> None:
        if self.next != len(self.tokens):
            raise self.unreadable()

    def unreadable(self) -> Exception:
        return _unreadable(self.text)


def _joined(word: str, nodes: list[Node]) -> Node:
    """Join conditions into a tree that is as flat as can be: thousands of them may stand in an address."""
    if len(nodes) == 1:
        return nodes[0]
    middle = len(nodes) // 2
    return Both(word, _joined(word, nodes[:middle]), _joined(word, nodes[middle:]))


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at, text = [], 0, text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match or not match.lastgroup:
            raise _unreadable(text, at)
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


def _unreadable(text: str, at: int = 0) -> Exception:
    return bad_query(f"Syntax error at position {at} in '{text[:200]}'.")
