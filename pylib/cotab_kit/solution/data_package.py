"""The data package of the Configuration Migration tool: the rows that a solution cannot carry, as one zip.

Rows are matched by their GUID alone (`updateCompare`): without it the tool would take any row of the same name for ours
and overwrite it. Columns without a value are left out, texts escaped twice, as the tool does (seen).
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from cotab_kit.solution.archive import CONTENT_TYPES, content_types, zip_bytes
from cotab_kit.solution.records import DATA_TABLES
from cotab_kit.solution.table import Column, Kind, Localized, Record, Reference, Table, Value
from cotab_kit.solution.xml import XSD, XSI, Element, element, with_attributes, xml_bytes

# The tool wants a time, and two builds must be the same.
TIMESTAMP = "2020-01-01T00:00:00.0000000Z"


def data_package(records: Iterable[Record]) -> bytes:
    """Make the zip with these records."""
    files = {"data.xml": _data(list(records)), "data_schema.xml": _schema()}
    return zip_bytes(files | {CONTENT_TYPES: content_types(files)})


def _data(records: list[Record]) -> bytes:
    root = with_attributes("entities", {"xmlns:xsd": XSD, "xmlns:xsi": XSI, "timestamp": TIMESTAMP})
    for table in DATA_TABLES:
        entity, rows = element("entity", name=table.name, displayname=table.title), element("records")
        rows.extend(_record(record) for record in records if record.table == table)
        entity.extend([rows, element("m2mrelationships")])
        root.append(entity)
    return xml_bytes(root, declared=True)


def _record(record: Record) -> Element:
    row = element("record", id=record.key)
    for name, value in record.values.items():
        if value is not None:
            row.append(with_attributes("field", {"name": name, **_value(record.table.column(name), value)}))
    return row


def _value(column: Column, value: Value) -> dict[str, str]:
    if isinstance(value, Reference):  # without both of the last two the tool passes over a lookup in silence
        return {"value": value.key, "lookupentity": column.target, "lookupentityname": escape(value.name)}
    return {"value": escape(value.default if isinstance(value, Localized) else str(value))}


def _schema() -> bytes:
    root = element("entities", dateMode="absolute")
    order = element("entityImportOrder")
    for table in DATA_TABLES:
        root.append(_entity(table))
        order.append(element("entityName", table.name))
    root.append(order)
    return xml_bytes(root, declared=True)


def _entity(table: Table) -> Element:
    entity = element(
        "entity",
        name=table.name,
        displayname=table.title,
        etc="0",  # another one in every org; the tool goes by the name
        primaryidfield=table.id_column,
        primarynamefield="msdyn_name",
        disableplugins="false",
    )
    fields = element("fields")
    fields.extend(with_attributes("field", _field(column)) for column in table.columns)
    entity.append(fields)
    return entity


def _field(column: Column) -> dict[str, str]:
    field = {"displayname": column.title, "name": column.name, "type": column.kind.value}
    if column.kind is Kind.GUID:
        return field | {"primaryKey": "true", "updateCompare": "true"}
    return field | ({"lookupType": column.target} if column.target else {}) | {"customfield": "true"}
