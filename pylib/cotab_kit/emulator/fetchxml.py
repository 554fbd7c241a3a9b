"""FetchXML: a query as XML, made into SQL.

Every element and attribute either has its effect or is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from cotab_kit.emulator.errors import invalid, not_here
from cotab_kit.emulator.fetchxml_parts import (
    Fetch,
    Field,
    Level,
    check_element,
    column_of,
    flag,
    level_named,
    table_named,
)
from cotab_kit.emulator.operators import COMPARISONS, test
from cotab_kit.emulator.paging import Order
from cotab_kit.emulator.query import order_by
from cotab_kit.emulator.schema import NUMBERS, Attribute, Entity, Scalar, Type
from cotab_kit.emulator.tables import ENTITIES, MANY_TO_MANY

_DATES = {
    "year": "CAST(strftime('%Y', {0}) AS INTEGER)",
    "quarter": "(CAST(strftime('%m', {0}) AS INTEGER) + 2) / 3",
    "month": "CAST(strftime('%m', {0}) AS INTEGER)",
    "week": "CAST(strftime('%W', {0}) AS INTEGER) + 1",
    "day": "CAST(strftime('%d', {0}) AS INTEGER)",
}
_AGGREGATES = {"count", "countcolumn", "sum", "avg", "min", "max"}
_LINKS = {"inner": "JOIN", "outer": "LEFT JOIN", "matchfirstrowusingcrossapply": "JOIN"}
_FIRST = "matchfirstrowusingcrossapply"
# Links that find rows and return none of their columns: of which place they are, and what is asked of the rows found.
# "all" means that there are rows and none of them meets the filters, "not all" the same as "any": Microsoft's reference
# of link-entity says so itself.
_TESTS = {"exists": "link", "in": "link", "any": "filter", "not any": "filter", "all": "filter", "not all": "filter"}
_INTERSECTS = {pair.navigation: pair for pair in MANY_TO_MANY}
MAX_DEPTH = 20
MAX_LINKS = 15


def read(text: str, me: str, made: Mapping[str, Entity] | None = None) -> Fetch:
    """Read a query. `made` are the tables beside those of every org. Raises RefusedError."""
    try:
        root = fromstring(text, forbid_dtd=True)
    except (SyntaxError, DefusedXmlException, ValueError) as error:
        raise invalid("0x80040201", f"Invalid XML. {error}") from error
    check_element(root, "fetch")
    entities = root.findall("entity")
    if len(entities) != 1 or len(root) != 1:
        raise invalid("0x8004111c", "The element node encountered is invalid.")
    made = made or {}
    fetch = Fetch(root, table_named(entities[0].get("name", ""), made), me, made=made)
    _level(fetch, entities[0], Level(fetch.entity), 0)
    return fetch


def _level(fetch: Fetch, element: Element, level: Level, depth: int) -> None:
    """Read what stands within an entity or a link-entity, but for a link's own filters."""
    if depth > MAX_DEPTH:
        raise not_here("link-entities nested so deeply")
    if not depth:
        check_element(element, "entity")
        fetch.levels[""] = level
    for each in element.iterfind("link-entity"):
        _link(fetch, each, level, depth + 1)
    for each in element:
        _part(fetch, each, level, depth)
    shown = element.find("attribute") is not None or element.find("all-attributes") is not None
    if not depth and not shown and not fetch.aggregate:
        fetch.fields[:0] = [_field(level, attribute) for attribute in level.entity.shown]


def _part(fetch: Fetch, element: Element, level: Level, depth: int) -> None:
    match element.tag:
        case "attribute":
            _attribute(fetch, element, level)
        case "all-attributes":
            fetch.fields += [_field(level, attribute) for attribute in level.entity.shown]
        case "order":
            _order(fetch, element, level)
        case "filter" if not depth:
            fetch.tests.append(_filter(fetch, element, level, fetch.values, 0))
        case "filter" | "link-entity":
            pass
        case _:
            raise not_here(f"FetchXML's element {element.tag}")


def _link(fetch: Fetch, element: Element, level: Level, depth: int) -> None:
    check_element(element, "link-entity")
    name, kind = element.get("name", ""), element.get("link-type", "inner")
    if _TESTS.get(kind) == "link":
        fetch.tests.append(_test(fetch, element, level, fetch.values, depth))
        return
    if kind not in _LINKS:
        raise not_here(f"FetchXML's link-type {kind}{' outside of a filter' if kind in _TESTS else ''}")
    alias = _alias(fetch, element)
    if name in _INTERSECTS:
        _intersect(fetch, element, level, alias, depth)
        return
    inner = fetch.levels[alias] = Level(table_named(name, fetch.made), alias)
    place, values = len(fetch.joins), list[Scalar]()
    tests = _matching(fetch, element, level, inner, values)
    if kind == _FIRST:
        key = f'{inner.sql}."{inner.entity.primary_id}"'
        first = f'SELECT {key} FROM "{name}" {inner.sql} WHERE {" AND ".join(tests)} ORDER BY {key} LIMIT 1'
        tests = [f"{key} = ({first})"]
    fetch.joins.insert(place, f'{_LINKS[kind]} "{name}" {inner.sql} ON {" AND ".join(tests)}')
    fetch.join_values += values
    _level(fetch, element, inner, depth)


def _alias(fetch: Fetch, element: Element) -> str:
    """Return the alias of a link. Raises RefusedError where there are too many, or two of the same name."""
    alias = element.get("alias") or f"{element.get('name', '')}{len(fetch.levels)}"
    if len(fetch.levels) + len(fetch.tested) > MAX_LINKS:
        raise invalid("0x8004430d", "Number of link entities in query exceeded maximum limit.")
    if alias in fetch.levels or '"' in alias:
        raise invalid("0x80041130", "FetchXML should have unique aliases.")
    return alias


def _matching(fetch: Fetch, element: Element, level: Level, inner: Level, values: list[Scalar]) -> list[str]:
    """Return the conditions of a link: its two columns, and its filters."""
    key = column_of(inner.entity, element.get("from") or inner.entity.primary_id).name
    own = column_of(level.entity, element.get("to") or key).name
    filters = [_filter(fetch, each, inner, values, 0) for each in element if each.tag == "filter"]
    return [f'{inner.sql}."{key}" = {level.sql}."{own}"', *filters]


def _test(fetch: Fetch, element: Element, level: Level, values: list[Scalar], depth: int) -> str:
    """Return the condition that a link without columns sets on the rows above it."""
    check_element(element, "link-entity")
    kind, inner = (
        element.get("link-type", ""),
        Level(table_named(element.get("name", ""), fetch.made), _alias(fetch, element)),
    )
    if any(each.tag not in ("filter", "link-entity") for each in element):
        raise not_here(f"columns of a link of the type {kind}")
    found = Fetch(fetch.root, inner.entity, fetch.me, levels={**fetch.levels, inner.alias: inner}, made=fetch.made)
    related, *filters = _matching(found, element, level, inner, found.values)
    _level(found, element, inner, depth + 1)
    fetch.tested += [each.entity for name, each in found.levels.items() if name not in fetch.levels] + found.tested
    values += found.parameters
    table = f'SELECT 1 FROM "{inner.entity.name}" {inner.sql}'
    rows = f"EXISTS ({' '.join([table, *found.joins])} WHERE {' AND '.join([related, *filters, *found.tests])})"
    match kind:
        case "not any":
            return f"NOT {rows}"
        case "all":
            return f"(EXISTS ({table} WHERE {related}) AND NOT {rows})"
    return rows


def _intersect(fetch: Fetch, element: Element, level: Level, alias: str, depth: int) -> None:
    """Link the table of a many-to-many relationship, which has but the ids of both sides."""
    pair = _INTERSECTS[element.get("name", "")]
    sides = {ENTITIES[pair.first].primary_id: "first", ENTITIES[pair.second].primary_id: "second"}
    kind, key, own = element.get("link-type", "inner"), element.get("from", ""), element.get("to", "")
    if key not in sides or any(each.tag != "link-entity" for each in element):
        raise not_here("columns and conditions of a many-to-many relationship")
    fetch.levels[alias] = middle = Level(level.entity, alias)
    on = f'{middle.sql}.{sides[key]} = {level.sql}."{column_of(level.entity, own or key).name}"'
    fetch.joins.append(f'{_LINKS[kind]} "{pair.navigation}" {middle.sql} ON {on}')
    for each in element:
        far = each.get("to", "")
        if far not in sides:
            raise invalid("0x80041103", f"'{pair.navigation}' entity doesn't contain attribute with Name = '{far}'.")
        _far(fetch, each, f"{middle.sql}.{sides[far]}", depth)


def _far(fetch: Fetch, element: Element, near: str, depth: int) -> None:
    """Link the other side of a many-to-many relationship."""
    check_element(element, "link-entity")
    entity, kind = table_named(element.get("name", ""), fetch.made), element.get("link-type", "inner")
    alias = element.get("alias") or f"{entity.name}{len(fetch.levels)}"
    if kind not in _LINKS or alias in fetch.levels or '"' in alias:
        raise not_here(f"FetchXML's link-type {kind}, or an alias that is not unique")
    level = fetch.levels[alias] = Level(entity, alias)
    tests = [f'{level.sql}."{column_of(entity, element.get("from") or entity.primary_id).name}" = {near}']
    tests += [_filter(fetch, each, level, fetch.join_values, 0) for each in element if each.tag == "filter"]
    fetch.joins.append(f'{_LINKS[kind]} "{entity.name}" {level.sql} ON {" AND ".join(tests)}')
    _level(fetch, element, level, depth + 1)


def _field(level: Level, attribute: Attribute, alias: str | None = None) -> Field:
    own = attribute.property if not level.alias else f"{level.alias}.{attribute.name}"
    return Field(alias or own, attribute, f'{level.sql}."{attribute.name}"')


def _attribute(fetch: Fetch, element: Element, level: Level) -> None:
    check_element(element, "attribute")
    attribute, alias = column_of(level.entity, element.get("name", "")), element.get("alias")
    made = _field(level, attribute, alias)
    if not fetch.aggregate:
        if set(element.keys()) - {"name", "alias"}:
            raise invalid("0x8004111a", "An error occurred while processing Aggregates in Query")
        fetch.fields.append(made)
        return
    if not alias:
        raise invalid("0x80041109", "Invalid alias for aggregate operation.")
    if flag(element, "groupby"):
        sql = _grouped(element, made.sql)
        fetch.groups.append(sql)
        fetch.fields.append(Field(alias, attribute, sql, "" if sql == made.sql else "group"))
        return
    fetch.fields.append(
        Field(alias, attribute, _aggregated(element, attribute, made.sql), element.get("aggregate", ""))
    )


def _grouped(element: Element, sql: str) -> str:
    part = element.get("dategrouping")
    if part and part not in _DATES:
        raise not_here(f"FetchXML's dategrouping {part}")
    return _DATES[part].format(sql) if part else sql


def _aggregated(element: Element, attribute: Attribute, sql: str) -> str:
    name = element.get("aggregate", "")
    if not name:
        raise invalid("0x80041107", "Attributes can not be returned when aggregate operation is specified.")
    if name not in _AGGREGATES:
        raise not_here(f"FetchXML's aggregate {name}")
    if name in ("sum", "avg", "min", "max") and attribute.type not in NUMBERS | {Type.DATE}:
        raise invalid("0x8004112f", f"Aggregate {name} is not supported for attribute of type {attribute.type}.")
    if name == "count":
        return "count(*)"
    distinct = "DISTINCT " if flag(element, "distinct") else ""
    return f"{'count' if name == 'countcolumn' else name}({distinct}{sql})"


def _order(fetch: Fetch, element: Element, level: Level) -> None:
    check_element(element, "order")
    name, alias = element.get("attribute"), element.get("alias")
    down = flag(element, "descending")
    if fetch.aggregate:
        found = next((each for each in fetch.fields if each.shown == alias), None)
        if found is None:
            raise invalid("0x80041134", "An alias is required for an order clause for an aggregate Query.")
        fetch.orders.append(Order(found.shown, found.attribute, found.sql, down))
        return
    if not name or alias:
        raise invalid("0x80041133", "An attribute is required for an order clause for a non-aggregate Query.")
    level = level_named(fetch, element, level)
    attribute = column_of(level.entity, name)
    fetch.orders.append(Order(attribute.name, attribute, order_by(level.sql, attribute), down))


def _filter(fetch: Fetch, element: Element, level: Level, values: list[Scalar], depth: int) -> str:
    check_element(element, "filter")
    kind = element.get("type", "and").lower()
    if kind not in ("and", "or"):
        raise invalid("0x80041122", "Unsupported filter type. Valid values are 'and', or 'or'.")
    if depth > MAX_DEPTH:
        raise not_here("filters nested so deeply")
    tests = []
    for each in element:
        if each.tag == "filter":
            tests.append(_filter(fetch, each, level, values, depth + 1))
        elif each.tag == "condition":
            tests.append(_condition(fetch, each, level, values))
        elif each.tag == "link-entity" and _TESTS.get(each.get("link-type", "")) == "filter":
            tests.append(_test(fetch, each, level, values, depth + 1))
        else:
            raise not_here(f"FetchXML's element {each.tag} in a filter")
    return _joined(f" {kind.upper()} ", tests) if tests else "1"


def _joined(word: str, tests: list[str]) -> str:
    """Join conditions as flat as can be: SQLite's trees have a greatest depth."""
    if len(tests) == 1:
        return tests[0]
    middle = len(tests) // 2
    return f"({_joined(word, tests[:middle])}{word}{_joined(word, tests[middle:])})"


def _condition(fetch: Fetch, element: Element, level: Level, values: list[Scalar]) -> str:
    check_element(element, "condition")
    level = level_named(fetch, element, level)
    attribute, operator = column_of(level.entity, element.get("attribute", "")), element.get("operator", "")
    column = order_by(level.sql, attribute)
    if "valueof" in element.keys():  # noqa: SIM118 - an element is no mapping
        if operator not in COMPARISONS:
            raise invalid("0x80041120", "Unsupported condition operator.")
        name, own = element.get("valueof", ""), level
        if "." in name:
            alias, _, name = name.rpartition(".")
            own = fetch.levels.get(alias) or level
        return f"{column} {COMPARISONS[operator]} {order_by(own.sql, column_of(own.entity, name))}"
    found, more = test(operator, column, attribute, list(_values(element)), fetch.me)
    values += more
    return found


def _values(element: Element) -> Iterable[str]:
    if "value" in element.keys():  # noqa: SIM118 - an element is no mapping
        yield element.get("value", "")
    for each in element:
        check_element(each, "value")
        yield each.text or ""
