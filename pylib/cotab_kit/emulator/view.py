"""Rows as the JSON of an answer, with what is expanded and, where a client wants them, formatted values."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import JsonValue

from cotab_kit.emulator.query import Options, Shape, needed, related, rows
from cotab_kit.emulator.schema import Attribute, Entity, Row, Scalar, Type
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import ENTITIES

Json = dict[str, JsonValue]


@dataclass(frozen=True)
class View:
    """How rows are shown. `annotated` adds formatted values."""

    store: Store
    annotated: bool

    def row(self, shape: Shape, row: Row) -> Json:
        """Return a row as JSON."""
        entity = shape.entity
        made: Json = {"@odata.etag": etag(row)} if "versionnumber" in row else {}
        for attribute in shape.columns:
            value = row[attribute.name]
            made[attribute.property] = _value(attribute, value)
            if self.annotated and value is not None:
                made |= self._annotations(attribute, value)
        made[entity.by_name[entity.primary_id].property] = row[entity.primary_id]
        for navigation, inner in shape.expanded.items():
            made[navigation] = self._behind(entity, row, navigation, inner)
        return made

    def _behind(self, entity: Entity, row: Row, navigation: str, inner: Options) -> JsonValue:
        if navigation in entity.by_navigation:
            key = row[entity.by_navigation[navigation].name]
            target = self.store.get(inner.shape.entity, str(key), needed(inner.shape)) if key else None
            return self.row(inner.shape, target) if target else None
        condition, value = related(entity, navigation, str(row[entity.primary_id]))
        found, _ = rows(self.store, inner.within(condition, value))
        return [self.row(inner.shape, each) for each in found]

    def _annotations(self, attribute: Attribute, value: Scalar) -> Json:
        """Return what `Prefer: odata.include-annotations` adds."""
        formatted = f"{attribute.property}@OData.Community.Display.V1.FormattedValue"
        if attribute.choices and isinstance(value, int):
            return {formatted: attribute.choices.get(value, str(value))}
        if attribute.type is Type.LOOKUP and attribute.target:
            target = ENTITIES[attribute.target]
            row = self.store.get(target, str(value), [target.primary_name or target.primary_id])
            name = row[target.primary_name] if row and target.primary_name else None
            return {formatted: name, f"{attribute.property}@Microsoft.Dynamics.CRM.lookuplogicalname": target.name}
        if attribute.type is Type.BOOLEAN:
            return {formatted: "Yes" if value else "No"}
        return {}


def etag(row: Row) -> str:
    """Return the version of a row, as a header has it."""
    return f'W/"{row["versionnumber"]}"'


def _value(attribute: Attribute, value: Scalar) -> JsonValue:
    if attribute.type is Type.MANAGED:
        return {"Value": value, "CanBeChanged": True, "ManagedPropertyLogicalName": attribute.name}
    return value
