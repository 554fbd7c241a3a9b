"""A record of a solution-aware table as its own file in a solution: `<entity set>/<key>/<table>.xml`.

No GUID, no owner: rows are found by their unique name. Children are in the order of their names, yes and no are 1
and 0, texts that can be translated have a default and labels, and what is empty is left out.
"""

from __future__ import annotations

from collections.abc import Iterable

from cotab_kit.solution.table import Localized, Record, Reference, Value
from cotab_kit.solution.xml import Element, element, with_attributes, xml_bytes


def record_files(records: Iterable[Record]) -> dict[str, bytes]:
    """Make the file of each record, by its name in the zip."""
    return {f"{record.table.entity_set}/{record.key}/{record.table.name}.xml": _document(record) for record in records}


def _document(record: Record) -> bytes:
    root = with_attributes(record.table.name, {record.table.key: record.key})
    children: dict[str, Value] = {"iscustomizable": True, **record.values}
    del children[record.table.key]
    root.extend(_child(name, value) for name, value in sorted(children.items()) if value is not None)
    return xml_bytes(root)


def _child(name: str, value: Value) -> Element:
    if isinstance(value, Localized):
        return _localized(name, value)
    if isinstance(value, Reference):
        parent = element(name)
        parent.append(element("msdyn_uniquename", value.key))
        return parent
    return element(name, str(int(value)) if isinstance(value, bool) else str(value))


def _localized(name: str, value: Localized) -> Element:
    parent = element(name, default=value.default)
    for lcid, text in sorted(value.labels.items()):
        parent.append(element("label", description=text, languagecode=str(lcid)))
    return parent
