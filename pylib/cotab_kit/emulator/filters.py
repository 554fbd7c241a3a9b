"""$filter: from text to a tree, of which query.py makes SQL.

The part of OData that Dataverse documents: comparisons, and, or, not, brackets, startswith, endswith, contains, `in`,
navigation paths, any, all, Dataverse's own query functions, and names such as @p1 for values; literals are texts,
numbers, GUIDs, times, true, false, null.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cotab_kit.emulator.errors import bad_query, not_here
from cotab_kit.emulator.schema import Scalar

COMPARISONS = {"eq", "ne", "gt", "ge", "lt", "le"}
FUNCTIONS = {"startswith", "endswith", "contains"}
LAMBDAS = ("any", "all")
# What OData has and Dataverse does not document; what an org answers is not known.
_UNDOCUMENTED = """
cast ceiling concat date day floor fractionalseconds hour indexof isof length matchesPattern maxdatetime mindatetime
minute month now round second substring substringof time tolower totaloffsetminutes totalseconds toupper trim year
"""
UNDOCUMENTED = frozenset(_UNDOCUMENTED.split())
ARITHMETIC = frozenset(("add", "sub", "mul", "div", "divby", "mod", "has"))
QUERY_FUNCTION = re.compile(r"(?:(?P<variable>\w+)/)?Microsoft\.Dynamics\.CRM\.(?P<name>\w+)")
MAX_LENGTH = 32_768  # of an address in Dataverse
MAX_DEPTH = 20  # SQLite reads about a hundred brackets within each other
MAX_DIGITS = 18  # of a number that SQLite can hold

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')"
    r"|(?P<guid>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
    r"|(?P<time>\d{4}-\d\d-\d\d(?:T[0-9:.]+(?:Z|[+-]\d\d:\d\d))?)"
    r"|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<list>\[[^\]]*\])"
    r"|(?P<enumeration>[A-Za-z_]\w*(?:\.\w+)+'[^']*')"
    r"|(?P<word>[A-Za-z_@][A-Za-z0-9_./$]*)"
    r"|(?P<mark>[(),:=]))",
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
    """`path operator literal`, or another path on the right."""

    operator: str
    left: Path
    right: Literal | Path


@dataclass(frozen=True)
class Search:
    """One of the functions on texts."""

    function: str
    path: Path
    text: Literal


@dataclass(frozen=True)
class Function:
    """One of Dataverse's query functions, such as `Microsoft.Dynamics.CRM.LastXDays(...)`, without its namespace."""

    name: str
    path: Path
    values: tuple[str, ...]


@dataclass(frozen=True)
class Lambda:
    """`navigation/any(o:condition)` or `all`; without a condition, whether there are any rows."""

    word: str
    path: Path
    node: Node | None


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


Node = Comparison | Search | Function | Lambda | Both | Not


def parse(text: str, aliases: Mapping[str, str] | None = None) -> Node:
    """Return the tree of a filter. `aliases` has the values of names such as @p1. Raises RefusedError."""
    if len(text) > MAX_LENGTH:
        raise bad_query("The filter is longer than the address of a request may be.")
    parser = _Parser(text, aliases or {})
    node = parser.either(0)
    parser.expect_end()
    return node


class _Parser:
    def __init__(self, text: str, aliases: Mapping[str, str]) -> None:
        self.text = text
        self.aliases = aliases
        self.tokens = list(_tokens(text))
        self.next = 0
        self.variables: list[str] = []

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
        return self.condition(depth)

    def condition(self, depth: int) -> Node:
        if self.next < len(self.tokens) and _is_value(*self.tokens[self.next]):
            raise not_here(f"a value at the left of a comparison: {self.tokens[self.next][1]}")
        word = self.word()
        if word in FUNCTIONS:
            return self.truth(self.search(word))
        if called := QUERY_FUNCTION.fullmatch(word):
            return self.truth(self.query_function(called["name"], called["variable"]))
        if word.rpartition("/")[2] in LAMBDAS and self.accept("("):
            return self.lambda_(word, depth)
        path = self.column(word)
        operator = self.word()
        if operator in ARITHMETIC:
            raise not_here(f"the operator {operator} in $filter")
        if operator == "in":
            return self.one_of(path)
        if operator not in COMPARISONS:
            raise self.unreadable()
        return Comparison(operator, path, self.operand())

    def column(self, word: str) -> Path:
        """Return a column that is compared. Raises RefusedError for a function in its place."""
        called = self.accept("(")
        if "$" in word or (called and word in UNDOCUMENTED):
            raise not_here(f"{word} in $filter")
        if called:
            raise bad_query(
                f"An unknown function with name '{word[:100]}' was found. This may also be a function import or a key "
                "lookup on a navigation property, which is not allowed."
            )
        return self.path(word)

    def path(self, word: str) -> Path:
        """Return a column; within any and all it begins with the variable."""
        steps = tuple(word.split("/"))
        if not self.variables:
            return Path(steps)
        if steps[0] != self.variables[-1]:
            raise not_here(f"a condition within any or all that is not about its own rows: {word}")
        if len(steps) == 1:
            raise not_here(f"a condition on a row itself within any or all: {word}")
        return Path(steps[1:])

    def lambda_(self, word: str, depth: int) -> Node:
        path, _, kind = word.rpartition("/")
        outer = self.path(path)
        if self.accept(")"):
            return Lambda(kind, outer, None)
        if depth >= MAX_DEPTH:
            raise bad_query("The recursion limit of the filter has been exceeded.")
        self.variables.append(self.word())
        self.expect(":")
        node = self.either(depth + 1)
        self.variables.pop()
        self.expect(")")
        return Lambda(kind, outer, node)

    def query_function(self, name: str, variable: str | None) -> Node:
        given: dict[str, str] = {}
        self.expect("(")
        while not self.accept(")"):
            parameter = self.word()
            self.expect("=")
            given[parameter] = self.argument()
            self.accept(",")
        wrong = set(given) - {"PropertyName", "PropertyValue", "PropertyValues"}
        if wrong or "PropertyName" not in given:
            raise bad_query(f"The parameters of the function '{name}' are not PropertyName and its values.")
        column = f"{variable}/{_plain(given['PropertyName'])}" if variable else _plain(given["PropertyName"])
        values = _listed(given["PropertyValues"]) if "PropertyValues" in given else ()
        values += (_plain(given["PropertyValue"]),) if "PropertyValue" in given else ()
        return Function(name, self.path(column), values)

    def argument(self) -> str:
        """Return a parameter as it was written."""
        _, value = self.advance()
        if value.startswith("@") and value not in self.aliases:
            raise bad_query(f"The parameter {value} has no value.")
        return self.aliases.get(value, value)

    def search(self, function: str) -> Node:
        self.expect("(")
        path = self.column(self.word())
        self.expect(",")
        text = self.literal()
        self.expect(")")
        return Search(function, path, text)

    def truth(self, node: Node) -> Node:
        """Read `... eq true`, as some clients write."""
        return (node if self.literal().value else Not(node)) if self.accept("eq") else node

    def one_of(self, path: Path) -> Node:
        self.expect("(")
        nodes: list[Node] = [Comparison("eq", path, self.literal())]
        while self.accept(","):
            nodes.append(Comparison("eq", path, self.literal()))
        self.expect(")")
        return _joined("OR", nodes)

    def operand(self) -> Literal | Path:
        """Return what stands at the right: a value, or another column."""
        kind, value = self.tokens[self.next] if self.next < len(self.tokens) else ("", "")
        if kind == "word" and value not in ("true", "false", "null") and not value.startswith("@"):
            return self.column(self.word())
        return self.literal()

    def literal(self) -> Literal:
        kind, value = self.advance()
        if value in self.aliases:
            return _Parser(self.aliases[value], {}).literal()
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
            case "enumeration", _:
                raise not_here(f"the value {value} in $filter")
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


def _is_value(kind: str, text: str) -> bool:
    return kind in ("text", "guid", "time", "number") or text in ("true", "false", "null")


def _plain(text: str) -> str:
    """Return a parameter without its quotes."""
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1].replace(text[0] * 2, text[0]) if quoted else text


def _listed(text: str) -> tuple[str, ...]:
    """Return the texts of a list, with quotes of either kind. Raises RefusedError."""
    try:
        found = json.loads(text if '"' in text else text.replace("'", '"'))
    except ValueError:
        found = None
    if not isinstance(found, list):
        raise bad_query(f"'{text[:100]}' is no list.")
    return tuple(str(each) for each in found)


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
