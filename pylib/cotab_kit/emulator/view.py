"""Rows as the JSON of an answer, with what is expanded and, where a client wants them, formatted values.

What lies behind the rows of a page is read for all of them at once.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import JsonValue

from cotab_kit.emulator.call import Json
from cotab_kit.emulator.headers import FORMATTED, MAX_PAGE, Preferences
from cotab_kit.emulator.paging import Cookie, address
from cotab_kit.emulator.query import Options, Shape, needed
from cotab_kit.emulator.relations import children
from cotab_kit.emulator.schema import Attribute, Entity, Row, Scalar, Type
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import ENTITIES

CRM = "Microsoft.Dynamics.CRM."
Behind = dict[Scalar, tuple[list[JsonValue], Cookie | None]]
Names = dict[tuple[str, Scalar], Scalar]


@dataclass(frozen=True)
class View:
    """How rows are shown: with the annotations that the client prefers."""

    store: Store
    prefers: Preferences
    base: str = ""  # of addresses
    nested: bool = False  # whether anything is expanded within something that is expanded

    def row(self, shape: Shape, row: Row) -> Json:
        """Return a row as JSON."""
        return self.rows(shape, [row])[0]

    def rows(self, shape: Shape, found: Sequence[Row]) -> list[Json]:
        """Return rows as JSON."""
        if any(inner.shape.expanded for inner in shape.expanded.values()) and not self.nested:
            return replace(self, nested=True).rows(shape, found)
        names = self._names(shape, found) if self.prefers.wants(FORMATTED) else {}
        made = [self._plain(shape, row, names) for row in found]
        for navigation, inner in shape.expanded.items():
            self._expand(shape.entity, navigation, inner, list(zip(found, made, strict=True)))
        return made

    def _plain(self, shape: Shape, row: Row, names: Names) -> Json:
        entity = shape.entity
        made: Json = {"@odata.etag": etag(row)} if "versionnumber" in row else {}
        for attribute in shape.columns:
            value = row[attribute.name]
            made[attribute.property] = _value(attribute, value)
            if self.prefers.annotations and value is not None:
                made |= self.annotations(attribute, attribute.property, value, names)
        made[entity.by_name[entity.primary_id].property] = row[entity.primary_id]
        return made

    def _expand(self, entity: Entity, navigation: str, inner: Options, pairs: list[tuple[Row, Json]]) -> None:
        if navigation in entity.by_navigation:
            column = entity.by_navigation[navigation].name
            targets = self._targets(inner.shape, {row[column] for row, _ in pairs})
            for row, made in pairs:
                made[navigation] = targets.get(row[column])
            return
        behind = self._behind(entity, navigation, inner, [row[entity.primary_id] for row, _ in pairs])
        for row, made in pairs:
            key = row[entity.primary_id]
            found, following = behind.get(key, (list[JsonValue](), None))
            made[navigation] = found
            if following or not self.nested:
                more = {"$skiptoken": following.written(inner.order, encoded=1)} if following else {}
                path = f"{self.base}{entity.entity_set}({key})/{navigation}"
                made[f"{navigation}@odata.nextLink"] = address(path, {**inner.given, **more})

    def _targets(self, shape: Shape, keys: set[Scalar]) -> dict[Scalar, JsonValue]:
        """Return the rows with these ids."""
        key = shape.entity.primary_id
        found = self.store.select(shape.entity, *_one_of(f't."{key}"', keys), columns=needed(shape))
        return {row[key]: made for row, made in zip(found, self.rows(shape, found), strict=True)}

    def _behind(self, entity: Entity, navigation: str, inner: Options, keys: Iterable[Scalar]) -> Behind:
        """Return the rows behind a navigation property with many, and where their next page begins, by their ids.

        Pages have the size that the client prefers in nested queries alone (documented).
        """
        parents, source = children(entity, navigation)
        condition, values = _one_of(parents, keys)
        query, key = inner.within(condition, *values), inner.shape.entity.primary_id
        listed = ", ".join((parents, f't."{key}"', *(order.sql for order in inner.order)))
        found = defaultdict[Scalar, list[tuple[Scalar, tuple[Scalar, ...]]]](list)
        for parent, child, *place in self.store.look(
            f"SELECT {listed} FROM {source} WHERE {query.where} {query.sorting}", query.values
        ):
            found[parent].append((child, tuple(place)))
        page = self.prefers.page if self.nested else None
        limit = page or (MAX_PAGE if inner.top is None else inner.top)
        rows = self._targets(inner.shape, {child for mine in found.values() for child, _ in mine[:limit]})
        return {
            parent: (
                [rows[child] for child, _ in mine[:limit] if child in rows],  # unless it has gone meanwhile
                Cookie(2, mine[limit - 1][1]) if page and len(mine) >= page else None,
            )
            for parent, mine in found.items()
        }

    def _names(self, shape: Shape, found: Sequence[Row]) -> Names:
        """Return the names of the rows that the shown lookups point to."""
        names: Names = {}
        for attribute in shape.columns:
            target = ENTITIES.get(attribute.target)
            if target and target.primary_name:
                columns = [target.primary_id, target.primary_name]
                keys = {row[attribute.name] for row in found}
                rows = self.store.select(target, *_one_of(f't."{target.primary_id}"', keys), columns=columns)
                names |= {(target.name, row[target.primary_id]): row[target.primary_name] for row in rows}
        return names

    def annotations(self, attribute: Attribute, shown: str, value: Scalar, names: Names) -> Json:
        """Return what `Prefer: odata.include-annotations` adds to a value that is shown under this name."""
        found: Json = {FORMATTED: formatted(attribute, value, names)}
        if attribute.type is Type.LOOKUP:
            found |= {
                f"{CRM}associatednavigationproperty": attribute.navigation or None,
                f"{CRM}lookuplogicalname": attribute.target or None,
            }
        wanted = {name: each for name, each in found.items() if each is not None and self.prefers.wants(name)}
        return {f"{shown}@{name}": each for name, each in wanted.items()}


def formatted(attribute: Attribute, value: Scalar, names: Names) -> JsonValue:
    """Return a value as an English user reads it; None where it has no other form."""
    if attribute.choices and isinstance(value, int):
        return attribute.choices.get(value, str(value))
    match attribute.type:
        case Type.LOOKUP:
            return names.get((attribute.target, value))
        case Type.BOOLEAN:
            return "Yes" if value else "No"
        case Type.INTEGER | Type.BIG | Type.DOUBLE:
            return f"{value:,}"
        case Type.DATE:
            when = datetime.fromisoformat(str(value))
            return f"{when.month}/{when.day}/{when.year} {when.hour % 12 or 12}:{when:%M %p}"
    return None


def etag(row: Row) -> str:
    """Return the version of a row, as a header has it."""
    return f'W/"{row["versionnumber"]}"'


def _one_of(column: str, keys: Iterable[Scalar]) -> tuple[str, list[Scalar]]:
    return f"{column} IN (SELECT value FROM json_each(?))", [json.dumps([key for key in keys if key is not None])]


def _value(attribute: Attribute, value: Scalar) -> JsonValue:
    if attribute.type is Type.MANAGED:
        return {"Value": value, "CanBeChanged": True, "ManagedPropertyLogicalName": attribute.name}
    return label(value) if attribute.type is Type.LABEL else value


def label(text: Scalar) -> Json:
    """Return a text of metadata with its language, as Dataverse's labels are."""
    if text is None:
        return {"LocalizedLabels": [], "UserLocalizedLabel": None}
    found: Json = {"Label": text, "LanguageCode": 1033, "IsManaged": True}
    return {"LocalizedLabels": [found], "UserLocalizedLabel": found}
