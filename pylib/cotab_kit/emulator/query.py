"""Query options on a table: $select, $filter, $expand, $orderby, $top, $count, as SQL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pydantic import JsonValue

from cotab_kit.emulator.errors import bad_query, no_such_property
from cotab_kit.emulator.filters import COMPARISONS, Both, Comparison, Literal, Node, Not, Path, Search, parse
from cotab_kit.emulator.schema import (
    NUMBERS,
    TEXTS,
    YES_NO,
    Attribute,
    Entity,
    ManyToMany,
    Row,
    Scalar,
    Type,
)
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import ENTITIES, many_to_many

MAX_PAGE = 5000
KNOWN = {"$select", "$filter", "$expand", "$orderby", "$top", "$count", "$skiptoken"}
_GLOB = {"startswith": "{}*", "endswith": "*{}", "contains": "*{}*"}
_WILD = {"%": "*", "_": "?", "*": "[*]", "?": "[?]"}
_WILDCARD = re.compile(r"\[[^\]]*\]|[%_*?]")
MAX_SEARCHED = 8000  # bytes of a pattern; SQLite has a limit of its own further up
_LITERALS = {
    "text": TEXTS | {Type.DATE},
    "guid": {Type.GUID, Type.LOOKUP},
    "number": NUMBERS,
    "boolean": YES_NO,
    "time": {Type.DATE},
    "null": set(Type),
}
Json = dict[str, JsonValue]


@dataclass(frozen=True)
class Shape:
    """Which columns of a row are shown, and which rows behind its navigation properties."""

    entity: Entity
    columns: tuple[Attribute, ...]
    expanded: Mapping[str, Options] = field(default_factory=dict)


@dataclass(frozen=True)
class Options:
    """The query options of a request, or of an $expand within it."""

    shape: Shape
    where: str = ""
    values: tuple[Scalar, ...] = ()
    order: str = ""
    top: int | None = None
    skip: int = 0
    count: bool = False

    def within(self, condition: str, value: Scalar) -> Options:
        """Return the same options for only those rows that meet a further condition."""
        where = f"({self.where}) AND {condition}" if self.where else condition
        return replace(self, where=where, values=(*self.values, value))


def options(entity: Entity, given: Mapping[str, str]) -> Options:
    """Read the query options for this table. Raises RefusedError for columns and options that do not exist."""
    for name in given:
        if name.startswith("$") and name not in KNOWN:
            raise bad_query(f"The query parameter {name} is not supported.")
    where, values = _where(entity, given["$filter"]) if "$filter" in given else ("", ())
    return Options(
        Shape(entity, _selected(entity, given.get("$select", "")), _expanded(entity, given.get("$expand", ""))),
        where,
        values,
        _ordered(entity, given.get("$orderby", "")),
        _number("$top", given["$top"]) if "$top" in given else None,
        _number("$skiptoken", given.get("$skiptoken", "0")),
        given.get("$count") == "true",
    )


def rows(store: Store, query: Options, page: int = MAX_PAGE) -> tuple[list[Row], bool]:
    """Read the rows of a page. Returns also whether there are more."""
    limit = page if query.top is None else min(page, query.top)
    order = query.order or f't."{query.shape.entity.primary_id}"'
    rest = f"ORDER BY {order} LIMIT {limit + 1} OFFSET {query.skip}"
    found = store.select(query.shape.entity, query.where, query.values, rest, needed(query.shape))
    return found[:limit], len(found) > limit and query.top is None


def needed(shape: Shape) -> list[str]:
    """List the columns that have to be read: those shown, and those by which something is found."""
    entity = shape.entity
    lookups = {entity.by_navigation[name].name for name in shape.expanded if name in entity.by_navigation}
    wanted = {attribute.name for attribute in shape.columns} | lookups | {entity.primary_id, "versionnumber"}
    return [attribute.name for attribute in entity.attributes if attribute.name in wanted]


def collection_target(entity: Entity, navigation: str) -> Entity | None:
    """Find the table behind a navigation property with many rows."""
    pair = many_to_many(entity, navigation)
    if pair:
        return ENTITIES[pair.second if entity.name == pair.first else pair.first]
    found = _way_back(entity, navigation)
    return found[0] if found else None


def related(entity: Entity, navigation: str, key: str) -> tuple[str, Scalar]:
    """Return the condition on the rows behind a navigation property with many rows. Raises RefusedError."""
    pair = many_to_many(entity, navigation)
    if pair:
        return _paired(entity, pair), key
    found = _way_back(entity, navigation)
    if not found:
        raise no_such_property(navigation, entity.name)
    return f't."{found[1].name}" = ?', key


def _paired(entity: Entity, pair: ManyToMany) -> str:
    near, far = ("first", "second") if entity.name == pair.first else ("second", "first")
    other = ENTITIES[pair.second if near == "first" else pair.first]
    return f't."{other.primary_id}" IN (SELECT {far} FROM "{pair.navigation}" WHERE {near} = ?)'


def _way_back(entity: Entity, navigation: str) -> tuple[Entity, Attribute] | None:
    for other in ENTITIES.values():
        for attribute in other.attributes:
            if attribute.target == entity.name and navigation and attribute.collection == navigation:
                return other, attribute
    return None


def _selected(entity: Entity, text: str) -> tuple[Attribute, ...]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names or "*" in names:
        return entity.shown
    return tuple(_property(entity, name) for name in dict.fromkeys(names))


def _property(entity: Entity, name: str) -> Attribute:
    """Find a column by its name in the Web API. In $select, Dataverse takes a lookup's plain name as well."""
    attribute = entity.by_property.get(name) or entity.by_name.get(name)
    if attribute is None or attribute.hidden:
        raise no_such_property(name, entity.name)
    return attribute


_EXPAND = re.compile(r"\s*(?P<name>\w+)\s*(?:\((?P<inner>[^()]*(?:\([^()]*\)[^()]*)*)\))?\s*(?:,|$)")


def _expanded(entity: Entity, text: str) -> dict[str, Options]:
    found, at = {}, 0
    while at < len(text):
        match = _EXPAND.match(text, at)
        if not match:
            raise bad_query(f"Term '{text[:200]}' is not valid in a $select or $expand expression.")
        target = _target(entity, match["name"])
        pairs = (part.partition("=") for part in (match["inner"] or "").split(";") if part.strip())
        found[match["name"]] = options(target, {name.strip(): value for name, _, value in pairs})
        at = match.end()
    return found


def _target(entity: Entity, navigation: str) -> Entity:
    if navigation in entity.by_navigation:
        return ENTITIES[entity.by_navigation[navigation].target]
    target = collection_target(entity, navigation)
    if target is None:
        raise no_such_property(navigation, entity.name)
    return target


def _ordered(entity: Entity, text: str) -> str:
    parts = []
    for part in filter(None, (each.strip() for each in text.split(","))):
        name, _, direction = part.partition(" ")
        if direction.strip() not in ("", "asc", "desc"):
            raise bad_query(f"Syntax error at position 0 in '{part[:200]}'.")
        parts.append(f'fold(t."{_property(entity, name).name}") {direction.strip() or "asc"}')
    return ", ".join(parts)


def _number(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:  # noqa: PLR2004 - more rows than any table has
        raise bad_query(f"Invalid value '{text[:50]}' for {name} query option found.")
    return int(text)


def _where(entity: Entity, text: str) -> tuple[str, tuple[Scalar, ...]]:
    values: list[Scalar] = []
    return _condition(entity, parse(text), values), tuple(values)


def _condition(entity: Entity, node: Node, values: list[Scalar]) -> str:
    match node:
        case Both(word, left, right):
            return f"({_condition(entity, left, values)} {word} {_condition(entity, right, values)})"
        case Not(inner):
            return f"NOT coalesce({_condition(entity, inner, values)}, 0)"
        case Search(function, path, text):
            attribute, column = _column(entity, path)
            if attribute.type not in TEXTS or text.kind != "text":
                raise bad_query(f"The function '{function}' takes texts; '{'/'.join(path.steps)}' is none.")
            values.append(_GLOB[function].format(_pattern(str(text.value).casefold())))
            return f"fold({column}) GLOB ?"
        case Comparison(operator, path, literal):
            return _comparison(entity, operator, path, literal, values)


def _pattern(text: str) -> str:
    """Make a pattern as Dataverse searches, with LIKE: % _ [a-z] [^a] are wildcards, and nothing but [] escapes."""
    if len(text.encode()) > MAX_SEARCHED:
        raise bad_query("The text that is looked for is too long.")
    return _WILDCARD.sub(lambda found: _WILD.get(found[0], found[0]), text)


def _comparison(entity: Entity, operator: str, path: Path, literal: Literal, values: list[Scalar]) -> str:
    attribute, column = _column(entity, path)
    value = _compared(attribute, path, literal)
    if value is None:
        return f"{column} IS {'NOT ' if operator == 'ne' else ''}NULL"
    values.append(value.casefold() if isinstance(value, str) else value)
    test = f"fold({column}) {COMPARISONS[operator]} ?"
    return f"({test} OR {column} IS NULL)" if operator == "ne" else test


def _compared(attribute: Attribute, path: Path, literal: Literal) -> Scalar:
    """Return the value. Raises RefusedError if it cannot be compared with this column."""
    if literal.kind == "text" and attribute.type in (Type.GUID, Type.LOOKUP) and len(str(literal.value)) == 36:  # noqa: PLR2004
        return literal.value  # Dataverse takes a GUID in quotes
    if attribute.type not in _LITERALS[literal.kind]:
        raise bad_query(
            "A binary operator with incompatible types was detected. Found operand types "
            f"'{attribute.type}' ({'/'.join(path.steps)}) and '{literal.kind}'."
        )
    return literal.value


def _column(entity: Entity, path: Path) -> tuple[Attribute, str]:
    """Return the column at the end of a path, and the SQL that leads there."""
    alias, prefix, suffix = "t", "", ""
    *steps, last = path.steps
    if last == "Value" and steps and entity.by_name.get(steps[-1], Attribute("", Type.STRING)).type is Type.MANAGED:
        last = steps.pop()
    for depth, step in enumerate(steps):
        if step not in entity.by_navigation:
            raise no_such_property(step, entity.name)
        lookup = entity.by_navigation[step]
        target = ENTITIES[lookup.target]
        prefix += "(SELECT "
        inner = f"n{depth}"
        suffix = (
            f' FROM "{target.name}" {inner} WHERE {inner}."{target.primary_id}" = {alias}."{lookup.name}")' + suffix
        )
        entity, alias = target, inner
    if last not in entity.by_property:
        raise no_such_property(last, entity.name)
    attribute = entity.by_property[last]
    return attribute, f'{prefix}{alias}."{attribute.name}"{suffix}'
