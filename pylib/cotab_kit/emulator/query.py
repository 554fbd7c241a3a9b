"""Query options on a table: $select, $filter, $expand, $orderby, $top, $count, as SQL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cotab_kit.emulator.call import allow
from cotab_kit.emulator.conditions import where
from cotab_kit.emulator.errors import bad_query, no_such_property, not_here
from cotab_kit.emulator.filters import parse
from cotab_kit.emulator.headers import MAX_PAGE
from cotab_kit.emulator.paging import Cookie, Order, behind, cookie, number
from cotab_kit.emulator.relations import target_of
from cotab_kit.emulator.schema import TEXTS, Attribute, Entity, Row, Scalar
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import ENTITIES, many_to_many
from cotab_kit.emulator.tables.platform import METADATA

MANY = ("$select", "$filter", "$expand", "$orderby", "$top", "$count", "$skiptoken")
NESTED = ("$select", "$filter", "$expand", "$orderby", "$top")
ONE = ("$select", "$expand")
FIRST = Cookie(1)
MAX_DEPTH = 10  # of $expand in $expand


@dataclass(frozen=True)
class Shape:
    """Which columns of a row are shown, and which rows behind its navigation properties."""

    entity: Entity
    columns: tuple[Attribute, ...]
    expanded: Mapping[str, Options] = field(default_factory=dict)


@dataclass(frozen=True)
class Options:
    """The query options of a request, or of an $expand within it. The last order is the id, so it is never a tie."""

    shape: Shape
    where: str = ""
    values: tuple[Scalar, ...] = ()
    order: tuple[Order, ...] = ()
    top: int | None = None
    after: Cookie = FIRST
    count: bool = False
    given: Mapping[str, str] = field(default_factory=dict)  # as they were read

    def within(self, condition: str, *values: Scalar) -> Options:
        """Return the same options for only those rows that meet a further condition."""
        found = f"({self.where}) AND {condition}" if self.where else condition
        return replace(self, where=found, values=(*self.values, *values))

    @property
    def sorting(self) -> str:
        """The clause that orders the rows."""
        return f"ORDER BY {', '.join(order.clause for order in self.order)}"


@dataclass(frozen=True)
class Reading:
    """For whom options are read, and what the names in them stand for."""

    me: str = ""
    aliases: Mapping[str, str] = field(default_factory=dict)
    depth: int = 0


def options(entity: Entity, given: Mapping[str, str], reading: Reading = Reading()) -> Options:
    """Read the query options for this table. Raises RefusedError for columns that do not exist."""
    found, values = "", tuple[Scalar, ...]()
    if "$filter" in given:
        found, values = where(entity, parse(given["$filter"], reading.aliases), reading.me)
    orders = (*ordered(entity, given.get("$orderby", "")), _by_id(entity))
    if given.get("$count", "true") not in ("true", "false"):
        raise bad_query(f"Invalid value '{given['$count'][:50]}' for $count query option found.")
    return Options(
        Shape(
            entity, _selected(entity, given.get("$select", "")), _expanded(entity, given.get("$expand", ""), reading)
        ),
        found,
        values,
        orders,
        number("$top", given["$top"]) if "$top" in given else None,
        cookie(given["$skiptoken"], orders) if "$skiptoken" in given else FIRST,
        given.get("$count") == "true",
        {**given, **{name: value for name, value in reading.aliases.items() if name in " ".join(given.values())}},
    )


def rows(store: Store, query: Options, page: int | None = None) -> tuple[list[Row], Cookie | None]:
    """Read the rows of a page. Returns also where the next one begins, if there is one. A page's size outdoes $top."""
    limit = page or min(MAX_PAGE, MAX_PAGE if query.top is None else query.top)
    entity = query.shape.entity
    wanted = query
    if query.after.last:
        condition, values = behind(query.order, query.after.last)
        wanted = query.within(condition, *values)
    rest = f"{query.sorting} LIMIT {limit + 1}"
    found = store.select(entity, wanted.where, wanted.values, rest, needed(query.shape))
    if len(found) <= limit or (query.top is not None and not page):
        return found[:limit], None
    last = _place(store, query, found[limit - 1])
    return (found[:limit], Cookie(query.after.page + 1, last)) if last else rows(store, query, page)


def _place(store: Store, query: Options, row: Row) -> tuple[Scalar, ...]:
    """Return what a row is ordered by, nothing if it has gone meanwhile."""
    entity = query.shape.entity
    listed = ", ".join(order.sql for order in query.order)
    statement = f'SELECT {listed} FROM "{entity.name}" t WHERE t."{entity.primary_id}" = ?'
    return next((tuple(found) for found in store.look(statement, [row[entity.primary_id]])), ())


def needed(shape: Shape) -> list[str]:
    """List the columns that have to be read: those shown, and those by which something is found."""
    entity = shape.entity
    lookups = {entity.by_navigation[name].name for name in shape.expanded if name in entity.by_navigation}
    wanted = {attribute.name for attribute in shape.columns} | lookups | {entity.primary_id, "versionnumber"}
    return [attribute.name for attribute in entity.attributes if attribute.name in wanted]


def _selected(entity: Entity, text: str) -> tuple[Attribute, ...]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names or "*" in names:
        return entity.shown
    return tuple(column(entity, name) for name in dict.fromkeys(names))


def column(entity: Entity, name: str) -> Attribute:
    """Find a column by its name in the Web API. Raises RefusedError; a lookup's is `_name_value`."""
    attribute = entity.by_property.get(name)
    if attribute is None and entity is METADATA:
        raise not_here(f"{name} in metadata")
    if attribute is None:
        raise no_such_property(name, entity.name)
    return attribute


_EXPAND = re.compile(r"\s*(?P<name>\w+)\s*(?P<bracket>\()?")


def _expanded(entity: Entity, text: str, reading: Reading) -> dict[str, Options]:
    if text and reading.depth >= MAX_DEPTH:
        raise bad_query("The recursion limit of $expand has been exceeded.")
    found: dict[str, Options] = {}
    for part in parts(text, ","):
        match = _EXPAND.match(part)
        rest = part[match.end() :].rstrip() if match else ""
        if not match or bool(match["bracket"]) != rest.endswith(")") or (rest and not match["bracket"]):
            raise bad_query(f"Term '{part[:200]}' is not valid in a $select or $expand expression.")
        target = target_of(entity, match["name"])
        given = {name.strip(): value for name, _, value in (each.partition("=") for each in parts(rest[:-1], ";"))}
        allow(given, ONE if match["name"] in entity.by_navigation else NESTED)
        found[match["name"]] = options(target, given, replace(reading, depth=reading.depth + 1))
    if any(inner.shape.expanded for inner in found.values()):
        _check_nested(entity, found)
    return found


def _check_nested(entity: Entity, expanded: Mapping[str, Options]) -> None:
    """Refuse what cannot stand beside an $expand within an $expand (documented with both texts)."""
    for name, inner in expanded.items():
        _check_nested(inner.shape.entity, inner.shape.expanded)
        if many_to_many(entity, name):
            text = f"The navigation property '{name}' cannot be expanded. Only many-to-one relationships are supported "
            raise bad_query(f"{text}for nested expansion.")
        if {"$orderby", "$top"} & inner.given.keys():
            raise bad_query(
                "Only $select and $filter clause can be provided while doing $expand on many-to-one relationship or "
                "nested one-to-many relationship."
            )


def parts(text: str, mark: str) -> list[str]:
    """Split at a mark that stands neither in quotes nor in brackets. Raises RefusedError for brackets without end."""
    found, depth, quoted, start = [], 0, False, 0
    for at, letter in enumerate(text):
        if letter == "'":
            quoted = not quoted
        elif quoted:
            continue
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        elif letter == mark and depth == 0:
            found.append(text[start:at])
            start = at + 1
    if depth or quoted:
        raise bad_query(f"Syntax error at position {len(text)} in '{text[:200]}'.")
    return [each for each in (*found, text[start:]) if each.strip()]


def ordered(entity: Entity, text: str) -> list[Order]:
    """Read $orderby. A column may lie behind a lookup."""
    found = []
    for part in filter(None, (each.strip() for each in text.split(","))):
        path, _, direction = part.partition(" ")
        if direction.strip() not in ("", "asc", "desc"):
            raise bad_query(f"Syntax error at position 0 in '{part[:200]}'.")
        attribute, sql = _path(entity, path.split("/"), "t")
        found.append(Order(path.replace("/", "."), attribute, sql, direction.strip() == "desc"))
    return found


def _path(entity: Entity, steps: list[str], alias: str) -> tuple[Attribute, str]:
    """Return the column at the end of a path, and the SQL that leads there."""
    if len(steps) == 1:
        return column(entity, steps[0]), order_by(alias, column(entity, steps[0]))
    if steps[0] not in entity.by_navigation or len(steps) > MAX_DEPTH:
        raise no_such_property(steps[0], entity.name)
    lookup = entity.by_navigation[steps[0]]
    target, inner = ENTITIES[lookup.target], f"{alias}n"
    attribute, sql = _path(target, steps[1:], inner)
    matching = f'{inner}."{target.primary_id}" = {alias}."{lookup.name}"'
    return attribute, f'(SELECT {sql} FROM "{target.name}" {inner} WHERE {matching})'


def order_by(alias: str, attribute: Attribute) -> str:
    """Return the SQL by which a column is ordered and compared."""
    plain = f'{alias}."{attribute.name}"'
    return f"fold({plain})" if attribute.type in TEXTS else plain


def _by_id(entity: Entity) -> Order:
    attribute = entity.by_name[entity.primary_id]
    return Order(attribute.name, attribute, f't."{attribute.name}"')
