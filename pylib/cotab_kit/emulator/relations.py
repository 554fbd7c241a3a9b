"""Navigation properties with many rows behind them, as SQL."""

from __future__ import annotations

from functools import cache

from cotab_kit.emulator.errors import no_such_property
from cotab_kit.emulator.schema import Attribute, Entity
from cotab_kit.emulator.tables import ENTITIES, many_to_many


def collection_target(entity: Entity, navigation: str) -> Entity | None:
    """Find the table behind a navigation property with many rows."""
    pair = many_to_many(entity, navigation)
    if pair:
        return ENTITIES[pair.second if entity.name == pair.first else pair.first]
    found = way_back(entity, navigation)
    return found[0] if found else None


def target_of(entity: Entity, navigation: str) -> Entity:
    """Return the table behind a navigation property. Raises RefusedError if there is no such property."""
    if navigation in entity.by_navigation:
        return ENTITIES[entity.by_navigation[navigation].target]
    target = collection_target(entity, navigation)
    if target is None:
        raise no_such_property(navigation, entity.name)
    return target


def children(entity: Entity, navigation: str) -> tuple[str, str]:
    """Return the SQL for the ids of a table's rows, and for the rows `t` that each has behind a navigation property."""
    pair = many_to_many(entity, navigation)
    if pair:
        near, far = ("first", "second") if entity.name == pair.first else ("second", "first")
        other = ENTITIES[pair.second if near == "first" else pair.first]
        return f"m.{near}", f'"{other.name}" t JOIN "{pair.navigation}" m ON m.{far} = t."{other.primary_id}"'
    found = way_back(entity, navigation)
    if not found:
        raise no_such_property(navigation, entity.name)
    return f't."{found[1].name}"', f'"{found[0].name}" t'


@cache
def way_back(entity: Entity, navigation: str) -> tuple[Entity, Attribute] | None:
    """Find the table and the lookup behind a navigation property with many rows."""
    for other in ENTITIES.values():
        for attribute in other.attributes:
            if attribute.target == entity.name and navigation and attribute.collection == navigation:
                return other, attribute
    return None
