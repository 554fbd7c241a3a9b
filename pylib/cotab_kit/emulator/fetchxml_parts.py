"""Parts of a FetchXML query: what is known of it so far, and the names that it may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from cotab_kit.emulator.absent import is_of_an_org
from cotab_kit.emulator.errors import invalid, may_be_there, not_here
from cotab_kit.emulator.paging import Order
from cotab_kit.emulator.schema import YES_NO, Attribute, Entity, Scalar, Type
from cotab_kit.emulator.tables import ENTITIES

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
    made: Mapping[str, Entity] = field(default_factory=dict)
    tested: list[Entity] = field(default_factory=list)  # whose rows are looked for, and not joined

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


def flag(element: Element, name: str) -> bool:
    """Return whether an attribute says yes. Raises RefusedError for what is neither yes nor no."""
    found = {"true": True, "1": True, "false": False, "0": False}.get(element.get(name, "false").lower())
    if found is None:
        raise invalid("0x80041115", f"The only valid values for {name} attribute are 'true', 'false', '1', and '0'.")
    return found


def check_element(element: Element, tag: str) -> None:
    """Refuse another element, or an attribute without effect here."""
    if element.tag != tag:
        raise invalid("0x8004111c", "The element node encountered is invalid.")
    unknown = set(element.keys()) - _KNOWN[tag] - (_INDIFFERENT if tag == "fetch" else set())
    if unknown:
        raise not_here(f"FetchXML's {tag}/@{min(unknown)}")


def table_named(name: str, made: Mapping[str, Entity]) -> Entity:
    """Find a table of every org, or one that was made in this one. Raises RefusedError."""
    entity = ENTITIES.get(name) or made.get(name)
    if entity is None and (name.startswith("msdyn_") or is_of_an_org(name)):
        raise not_here(f"the table {name}")
    if entity is None:
        raise invalid(
            "0x80041102",
            f"The entity with a name = '{name[:100]}' with namemapping = 'Logical' was not found in the MetadataCache.",
        )
    return entity


def _is_text_of(entity: Entity, name: str) -> bool:
    """Return whether an org has such a column, which shows another one to people: a lookup's name, a choice's label."""
    shown = entity.by_name.get(name.removesuffix("name"))
    return shown is not None and (shown.type in YES_NO | {Type.LOOKUP} or bool(shown.choices))


def column_of(entity: Entity, name: str) -> Attribute:
    """Find a column by its logical name. Raises RefusedError."""
    attribute = entity.by_name.get(name)
    if attribute is None and (may_be_there(name, entity.name) or _is_text_of(entity, name)):
        raise not_here(f"the column {name} of {entity.name}")
    if attribute is None or attribute.hidden:
        raise invalid(
            "0x80041103",
            f"'{entity.name}' entity doesn't contain attribute with Name = '{name[:100]}' and NameMapping = 'Logical'.",
        )
    return attribute


def level_named(fetch: Fetch, element: Element, level: Level) -> Level:
    """Return the level that `entityname` names."""
    name = element.get("entityname")
    if name is None:
        return level
    if name not in fetch.levels:
        raise invalid("0x8004110a", "The specified alias for the given entity in the condition does not exist.")
    return fetch.levels[name]
