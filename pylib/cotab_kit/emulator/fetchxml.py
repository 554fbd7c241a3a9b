"""FetchXML: a query as XML, made into SQL.

Every element and attribute either has its effect or is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from cotab_kit.emulator.errors import invalid, not_here
from cotab_kit.emulator.operators import COMPARISONS, test
from cotab_kit.emulator.paging import Order
from cotab_kit.emulator.query import order_by
from cotab_kit.emulator.schema import NUMBERS, Attribute, Entity, Scalar, Type
from cotab_kit.emulator.tables import ENTITIES, MANY_TO_MANY

_INDIFFERENT = {"mapping", "version", "no-lock", "output-format", "latematerialize", "useraworderby"}
_KNOWN = {
    "fetch": {"top", "count", "page", "paging-cookie", "returntotalrecordcount", "aggregate", "distinct"}
    | _INDIFFERENT,
    "entity": {"name"},
    "attribute": {"name", "alias", "aggregate", "groupby", "distinct", "dategrouping"},
    "all-attributes": set[str](),
    "order": {"attribute", "alias", "descending", "entityname"},
    "filter": {"type"},
    "condition": {"attribute", "operator", "value", "entityname", "valueof", "uiname", "uitype", "uihidden"},
    "value": {"uiname", "uitype"},
    "link-entity": {"name", "from", "to", "alias", "link-type", "intersect", "visible"},
}
_DATES = {
    "year": "CAST(strftime('%Y', {0}) AS INTEGER)",
    "quarter": "(CAST(strftime('%m', {0}) AS INTEGER) + 2) / 3",
    "month": "CAST(strftime('%m', {0}) AS INTEGER)",
    "week": "CAST(strftime('%W', {0}) AS INTEGER) + 1",
    "day": "CAST(strftime('%d', {0}) AS INTEGER)",
}
_AGGREGATES = {"count", "countcolumn", "sum", "avg", "min", "max"}
_LINKS = {"inner": "JOIN", "outer": "LEFT JOIN"}
_INTERSECTS = {pair.navigation: pair for pair in MANY_TO_MANY}
MAX_DEPTH = 20
MAX_LINKS = 15


@dataclass(frozen=True)
class Level:
    """A table in the query: the one asked for, or a linked one, under an alias."""

    entity: Entity
    alias: str = ""

    @property
    def sql(self) -> str:
        """Its name in the SQL."""
        return f'"l {self.alias}"' if self.alias else "t"


@dataclass(frozen=True)
class Field:
    """A value of each row: under which name it is shown, of which column, as which SQL."""

    shown: str
    attribute: Attribute
    sql: str
    aggregate: str = ""


@dataclass
class Fetch:
    """A query, read. `root` is what the document says of pages, totals and the like."""

    root: Element
    entity: Entity
    me: str
    fields: list[Field] = field(default_factory=list)
    joins: list[str] = field(default_factory=list)
    join_values: list[Scalar] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)
    values: list[Scalar] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    levels: dict[str, Level] = field(default_factory=dict)
    inner: set[str] = field(default_factory=set)
    made: Mapping[str, Entity] = field(default_factory=dict)

    @property
    def aggregate(self) -> bool:
        """Whether rows are summed up."""
        return flag(self.root, "aggregate")

    @property
    def distinct(self) -> bool:
        """Whether a row is shown once only."""
        return flag(self.root, "distinct")

    @property
    def source(self) -> str:
        """The SQL behind FROM, without order."""
        where = f"WHERE {' AND '.join(self.tests)}" if self.tests else ""
        return " ".join([f'"{self.entity.name}" t', *self.joins, where])

    @property
    def parameters(self) -> list[Scalar]:
        """The values of the SQL in `source`."""
        return [*self.join_values, *self.values]


def read(text: str, me: str, made: Mapping[str, Entity] | None = None) -> Fetch:
    """Read a query. `made` are the tables beside those of every org. Raises RefusedError."""
    try:
        root = fromstring(text, forbid_dtd=True)
    except (SyntaxError, DefusedXmlException, ValueError) as error:
        raise invalid("0x80040201", f"Invalid XML. {error}") from error
    _check(root, "fetch")
    entities = root.findall("entity")
    if len(entities) != 1 or len(root) != 1:
        raise invalid("0x8004111c", "The element node encountered is invalid.")
    made = made or {}
    fetch = Fetch(root, _entity(entities[0].get("name", ""), made), me, made=made)
    _level(fetch, entities[0], Level(fetch.entity), 0)
    return fetch


def flag(element: Element, name: str) -> bool:
    """Return whether an attribute says yes. Raises RefusedError for what is neither yes nor no."""
    found = {"true": True, "1": True, "false": False, "0": False}.get(element.get(name, "false").lower())
    if found is None:
        raise invalid("0x80041115", f"The only valid values for {name} attribute are 'true', 'false', '1', and '0'.")
    return found


def _check(element: Element, tag: str) -> None:
    """Refuse another element, or an attribute without effect here."""
    if element.tag != tag:
        raise invalid("0x8004111c", "The element node encountered is invalid.")
    unknown = set(element.keys()) - _KNOWN[tag] - (_INDIFFERENT if tag == "fetch" else set())
    if unknown:
        raise not_here(f"FetchXML's {tag}/@{min(unknown)}")


def _entity(name: str, made: Mapping[str, Entity]) -> Entity:
    entity = ENTITIES.get(name) or made.get(name)
    if entity is None and name.startswith("msdyn_"):
        raise not_here(f"the table {name}")
    if entity is None:
        raise invalid(
            "0x80041102",
            f"The entity with a name = '{name[:100]}' with namemapping = 'Logical' was not found in the MetadataCache.",
        )
    return entity


def _column(entity: Entity, name: str) -> Attribute:
    attribute = entity.by_name.get(name)
    if attribute is None or attribute.hidden:
        raise invalid(
            "0x80041103",
            f"'{entity.name}' entity doesn't contain attribute with Name = '{name[:100]}' and NameMapping = 'Logical'.",
        )
    return attribute


def _level(fetch: Fetch, element: Element, level: Level, depth: int) -> None:
    """Read what stands within an entity or a link-entity, but for a link's own filters."""
    if depth > MAX_DEPTH:
        raise not_here("link-entities nested so deeply")
    if not depth:
        _check(element, "entity")
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
    _check(element, "link-entity")
    name, kind = element.get("name", ""), element.get("link-type", "inner")
    if kind not in _LINKS:
        raise not_here(f"FetchXML's link-type {kind}")
    alias = element.get("alias") or f"{name}{len(fetch.levels)}"
    if len(fetch.levels) > MAX_LINKS:
        raise invalid("0x8004430d", "Number of link entities in query exceeded maximum limit.")
    if alias in fetch.levels or '"' in alias:
        raise invalid("0x80041130", "FetchXML should have unique aliases.")
    if name in _INTERSECTS:
        _intersect(fetch, element, level, alias, depth)
        return
    inner = fetch.levels[alias] = Level(_entity(name, fetch.made), alias)
    key = _column(inner.entity, element.get("from") or inner.entity.primary_id).name
    own = _column(level.entity, element.get("to") or key).name
    place = len(fetch.joins)
    tests = [f'{inner.sql}."{key}" = {level.sql}."{own}"']
    values: list[Scalar] = []
    tests += [_filter(fetch, each, inner, values, 0) for each in element if each.tag == "filter"]
    fetch.joins.insert(place, f'{_LINKS[kind]} "{name}" {inner.sql} ON {" AND ".join(tests)}')
    fetch.join_values += values
    _level(fetch, element, inner, depth)


def _intersect(fetch: Fetch, element: Element, level: Level, alias: str, depth: int) -> None:
    """Link the table of a many-to-many relationship, which has but the ids of both sides."""
    pair = _INTERSECTS[element.get("name", "")]
    sides = {ENTITIES[pair.first].primary_id: "first", ENTITIES[pair.second].primary_id: "second"}
    kind, key, own = element.get("link-type", "inner"), element.get("from", ""), element.get("to", "")
    if key not in sides or any(each.tag != "link-entity" for each in element):
        raise not_here("columns and conditions of a many-to-many relationship")
    fetch.levels[alias] = middle = Level(level.entity, alias)
    on = f'{middle.sql}.{sides[key]} = {level.sql}."{_column(level.entity, own or key).name}"'
    fetch.joins.append(f'{_LINKS[kind]} "{pair.navigation}" {middle.sql} ON {on}')
    for each in element:
        far = each.get("to", "")
        if far not in sides:
            raise invalid("0x80041103", f"'{pair.navigation}' entity doesn't contain attribute with Name = '{far}'.")
        _far(fetch, each, f"{middle.sql}.{sides[far]}", depth)


def _far(fetch: Fetch, element: Element, near: str, depth: int) -> None:
    """Link the other side of a many-to-many relationship."""
    _check(element, "link-entity")
    entity, kind = _entity(element.get("name", ""), fetch.made), element.get("link-type", "inner")
    alias = element.get("alias") or f"{entity.name}{len(fetch.levels)}"
    if kind not in _LINKS or alias in fetch.levels or '"' in alias:
        raise not_here(f"FetchXML's link-type {kind}, or an alias that is not unique")
    level = fetch.levels[alias] = Level(entity, alias)
    tests = [f'{level.sql}."{_column(entity, element.get("from") or entity.primary_id).name}" = {near}']
    tests += [_filter(fetch, each, level, fetch.join_values, 0) for each in element if each.tag == "filter"]
    fetch.joins.append(f'{_LINKS[kind]} "{entity.name}" {level.sql} ON {" AND ".join(tests)}')
    _level(fetch, element, level, depth + 1)


def _field(level: Level, attribute: Attribute, alias: str | None = None) -> Field:
    own = attribute.property if not level.alias else f"{level.alias}.{attribute.name}"
    return Field(alias or own, attribute, f'{level.sql}."{attribute.name}"')


def _attribute(fetch: Fetch, element: Element, level: Level) -> None:
    _check(element, "attribute")
    attribute, alias = _column(level.entity, element.get("name", "")), element.get("alias")
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
    _check(element, "order")
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
    level = _named(fetch, element, level)
    attribute = _column(level.entity, name)
    fetch.orders.append(Order(attribute.name, attribute, order_by(level.sql, attribute), down))


def _named(fetch: Fetch, element: Element, level: Level) -> Level:
    """Return the level that `entityname` names."""
    name = element.get("entityname")
    if name is None:
        return level
    if name not in fetch.levels:
        raise invalid("0x8004110a", "The specified alias for the given entity in the condition does not exist.")
    return fetch.levels[name]


def _filter(fetch: Fetch, element: Element, level: Level, values: list[Scalar], depth: int) -> str:
    _check(element, "filter")
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
    _check(element, "condition")
    level = _named(fetch, element, level)
    attribute, operator = _column(level.entity, element.get("attribute", "")), element.get("operator", "")
    column = order_by(level.sql, attribute)
    if "valueof" in element.keys():  # noqa: SIM118 - an element is no mapping
        if operator not in COMPARISONS:
            raise invalid("0x80041120", "Unsupported condition operator.")
        name, own = element.get("valueof", ""), level
        if "." in name:
            alias, _, name = name.rpartition(".")
            own = fetch.levels.get(alias) or level
        return f"{column} {COMPARISONS[operator]} {order_by(own.sql, _column(own.entity, name))}"
    found, more = test(operator, column, attribute, list(_values(element)), fetch.me)
    values += more
    return found


def _values(element: Element) -> Iterable[str]:
    if "value" in element.keys():  # noqa: SIM118 - an element is no mapping
        yield element.get("value", "")
    for each in element:
        _check(each, "value")
        yield each.text or ""
