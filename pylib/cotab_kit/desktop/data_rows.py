"""Rows of a data package (the Configuration Migration tool's zip), written into an org over the Web API.

It may be any publisher's, so nothing in it is trusted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from cotab_kit.emulator.parts import xml
from cotab_kit.emulator.schema import NUMBERS, YES_NO, Attribute, Entity, Type
from cotab_kit.emulator.tables import ENTITIES
from cotab_kit.errors import DesktopError
from cotab_kit.solution.xml import Element
from cotab_setup.provisioning import WebApi
from cotab_setup.web_api import Values, call

DATA, SCHEMA = "data.xml", "data_schema.xml"
MAX_ROWS = 10_000
HINT = "Export the package again with the Configuration Migration tool, or correct data.xml."


@dataclass(frozen=True)
class DataRow:
    """A row as the Web API takes it."""

    entity: Entity
    key: str
    values: Values

    @property
    def title(self) -> str:
        """What people call it."""
        return f"{self.entity.title} {self.values.get(self.entity.primary_name) or self.key}"


def is_data_package(files: Mapping[str, bytes]) -> bool:
    """Return whether a zip with these files is one."""
    return DATA in files and "solution.xml" not in files


def read_rows(files: Mapping[str, bytes]) -> list[DataRow]:
    """Read the rows, those first that others point to. Raises DesktopError, or the org's error for bad XML."""
    rows = [row for each in xml(files, DATA).iterfind("entity") for row in _rows(each)]
    if len(rows) > MAX_ROWS:
        raise DesktopError(f"{DATA} has {len(rows)} rows, {MAX_ROWS} are allowed", hint=HINT)
    order = list(ENTITIES)  # each table stands after those it points to
    return sorted(rows, key=lambda row: order.index(row.entity.name))


async def write_rows(api: WebApi, rows: list[DataRow]) -> None:
    """Create or change the rows. Raises WebApiError where the org refuses one."""
    for row in rows:
        path = f"{row.entity.entity_set}({row.key})"
        await call(api, "PATCH", path, f"Writing {row.title}", body=row.values)


def _rows(element: Element) -> Iterator[DataRow]:
    name = element.get("name", "")
    entity = ENTITIES.get(name)
    if entity is None or not entity.writable:
        raise DesktopError(f"{DATA} has rows of {name[:100]!r}, which the local org has no table for", hint=HINT)
    for record in element.iterfind("records/record"):
        key = _guid(record.get("id", ""))
        fields = [found for each in record.iterfind("field") for found in _field(entity, each)]
        yield DataRow(entity, key, dict(fields))


def _field(entity: Entity, element: Element) -> Iterator[tuple[str, str | int | bool]]:
    """Yield name and value for the Web API; none for what only the system writes."""
    name, value = element.get("name", ""), element.get("value", "")
    attribute = entity.by_name.get(name)
    if attribute is None:
        raise DesktopError(f"{DATA}: {entity.name} has no column {name[:100]!r}", hint=HINT)
    if name == entity.primary_id or not attribute.writable:
        return
    if attribute.type is not Type.LOOKUP:
        yield attribute.name, _value(attribute, value)
    elif attribute.target:
        target = ENTITIES[attribute.target].entity_set
        yield f"{attribute.navigation}@odata.bind", f"/{target}({_guid(value)})"


def _value(attribute: Attribute, text: str) -> str | int | bool:
    try:
        if attribute.type in YES_NO:
            return {"true": True, "1": True, "false": False, "0": False}[text.strip().lower()]
        return int(text) if attribute.type in NUMBERS else text
    except (ValueError, KeyError):
        raise DesktopError(f"{DATA}: {text[:100]!r} cannot be the value of {attribute.name}", hint=HINT) from None


def _guid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise DesktopError(f"{DATA}: {text[:100]!r} is no GUID", hint=HINT) from None
