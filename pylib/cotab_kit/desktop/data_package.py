"""A data package, as the Configuration Migration tool makes it: data.xml, and data_schema.xml that describes it.

It may be any publisher's, so nothing in it is trusted. What this org has no table or column for is listed and passed
over. Forms: docs/internals/dataverse.md#the-data-package-and-appsource.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from uuid import UUID

from cotab_kit.emulator.parts import xml
from cotab_kit.emulator.schema import NUMBERS, YES_NO, Attribute, Entity, ManyToMany, Type
from cotab_kit.emulator.tables import ENTITIES, MANY_TO_MANY
from cotab_kit.errors import DesktopError
from cotab_kit.solution.records import DATA_TABLES
from cotab_kit.solution.xml import Element

DATA, SCHEMA = "data.xml", "data_schema.xml"
MAX_ROWS = 10_000
HINT = "Export the package again with the Configuration Migration tool, or correct data.xml."
US_DATE = "%m/%d/%Y %I:%M:%S %p"  # what older versions of the tool write (seen)
# What only the system writes, in every table; an importing tool leaves it alone.
SYSTEM = {
    *("createdby", "createdon", "createdonbehalfby", "modifiedby", "modifiedon", "modifiedonbehalfby", "versionnumber"),
    *("owningbusinessunit", "owningteam", "owninguser"),
    *("importsequencenumber", "timezoneruleversionnumber", "utcconversiontimezonecode"),
}

Value = str | int | bool


@dataclass(frozen=True)
class Pointer:
    """The value of a lookup: the row of which table, as the package names it."""

    entity: Entity
    key: str


@dataclass(frozen=True)
class DataRow:
    """A row: its columns by logical name, and its lookups."""

    entity: Entity
    key: str
    values: Mapping[str, Value] = field(default_factory=dict)
    lookups: Mapping[str, Pointer] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What people call it."""
        return f"{self.entity.title} {self.values.get(self.entity.primary_name) or self.key}"


@dataclass(frozen=True)
class DataPair:
    """Two rows that a many-to-many relationship relates."""

    pair: ManyToMany
    first: str
    second: str


@dataclass(frozen=True)
class DataPackage:
    """A data package. `compare` names for each table the columns by which its rows are found in an org."""

    rows: Sequence[DataRow]
    pairs: Sequence[DataPair]
    compare: Mapping[str, Sequence[str]]
    passed_over: Sequence[str]

    @property
    def is_of_a_provider(self) -> bool:
        """Whether it has a provider's rows and finds them by id alone, as those that the kit makes."""
        ours = {table.name: (table.id_column,) for table in DATA_TABLES}
        return bool(self.compare) and all(ours.get(name) == tuple(found) for name, found in self.compare.items())


def is_data_package(files: Mapping[str, bytes]) -> bool:
    """Return whether a zip with these files is one."""
    return DATA in files and "solution.xml" not in files


def read_data_package(files: Mapping[str, bytes]) -> DataPackage:
    """Read a data package. Raises DesktopError, or the org's error for bad XML."""
    found = list(xml(files, DATA).iterfind("entity"))
    number = sum(len(each.findall("records/record")) for each in found)
    if number > MAX_ROWS:
        raise DesktopError(f"{DATA} has {number} rows, {MAX_ROWS} are allowed", hint=HINT)
    reading = _Reading()
    rows = [row for each in found for row in reading.rows(each)]
    pairs = [pair for each in found for pair in reading.pairs(each)]
    return DataPackage(_sorted(rows), pairs, _compare(files), tuple(dict.fromkeys(reading.passed_over)))


def _sorted(rows: list[DataRow]) -> list[DataRow]:
    """Sort the rows by their tables, each of which mostly stands after those that it points to."""
    order = list(ENTITIES)
    return sorted(rows, key=lambda row: order.index(row.entity.name))


def _compare(files: Mapping[str, bytes]) -> dict[str, tuple[str, ...]]:
    """Return the columns that the schema marks; without a mark the tool goes by the name (inferred)."""
    found = {}
    for each in xml(files, SCHEMA).iterfind("entity") if SCHEMA in files else ():
        marked = [column.get("name", "") for column in each.iter("field") if column.get("updateCompare") == "true"]
        found[each.get("name", "")] = tuple(marked) or (each.get("primarynamefield", ""),)
    return found


class _Reading:
    """What is read, and what is passed over on the way."""

    def __init__(self) -> None:
        self.passed_over: list[str] = []

    def rows(self, element: Element) -> Iterator[DataRow]:
        """Yield the rows of a table; one that is not here has none."""
        name, records = element.get("name", ""), element.findall("records/record")
        entity = ENTITIES.get(name)
        if entity is None or not entity.writable:
            self.passed_over.append(f"{len(records)} rows of {name[:100]!r}, which has no table here to write to")
            return
        for record in records:
            values: dict[str, Value] = {}
            lookups: dict[str, Pointer] = {}
            for each in record.iterfind("field"):
                self._read(entity, each, values, lookups)
            yield DataRow(entity, _guid(record.get("id", "")), values, lookups)

    def _read(self, entity: Entity, element: Element, values: dict[str, Value], lookups: dict[str, Pointer]) -> None:
        name, value = element.get("name", ""), element.get("value", "")
        attribute = _column(entity, name, element.get("lookupentity", ""))
        if attribute is None or not attribute.writable or name == entity.primary_id:
            if attribute is None and name not in SYSTEM:
                self.passed_over.append(f"the column {name[:100]!r} of {entity.name}, which is not here")
        elif attribute.type is not Type.LOOKUP:
            values[attribute.name] = _value(attribute, value)
        elif element.get("lookupentity", attribute.target) == attribute.target:
            lookups[attribute.name] = Pointer(ENTITIES[attribute.target], _guid(value))
        else:
            self.passed_over.append(f"{name} of {entity.name}, which points to {element.get('lookupentity')!r}")

    def pairs(self, element: Element) -> Iterator[DataPair]:
        """Yield the pairs of the relationships that are here."""
        for each in element.iterfind("m2mrelationships/m2mrelationship"):
            name, table = each.get("m2mrelationshipname", ""), element.get("name", "")
            pair = next((pair for pair in MANY_TO_MANY if pair.navigation == name and table in _ends(pair)), None)
            targets = [_guid((target.text or "").strip()) for target in each.iterfind("targetids/targetid")]
            if pair is None:
                self.passed_over.append(f"the relationship {name[:100]!r}, which is not here")
                continue
            source = _guid(each.get("sourceid", ""))
            for target in targets:
                yield DataPair(pair, source, target) if table == pair.first else DataPair(pair, target, source)


def _ends(pair: ManyToMany) -> tuple[str, str]:
    return pair.first, pair.second


def _column(entity: Entity, name: str, target: str) -> Attribute | None:
    """Find a column; a lookup to one of many tables has one for each."""
    return entity.by_name.get(f"{name}_{target}") or entity.by_name.get(name)


def _value(attribute: Attribute, text: str) -> Value:
    """Return a value; texts are escaped twice, as the tool encodes them before it writes XML (seen)."""
    try:
        if attribute.type in YES_NO:
            return {"true": True, "1": True, "false": False, "0": False}[text.strip().lower()]
        if attribute.type is Type.DATE:
            return date(text)
        return int(text) if attribute.type in NUMBERS else unescape(text)
    except (ValueError, KeyError):
        raise DesktopError(f"{DATA}: {text[:100]!r} cannot be the value of {attribute.name}", hint=HINT) from None


def date(text: str) -> str:
    """Return a time as the Web API has it, from either form of the tool's. Raises ValueError."""
    try:
        found = datetime.strptime(text, US_DATE).replace(tzinfo=UTC)
    except ValueError:
        found = datetime.fromisoformat(text)
    moment = found.astimezone(UTC) if found.tzinfo else found
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _guid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise DesktopError(f"{DATA}: {text[:100]!r} is no GUID", hint=HINT) from None
