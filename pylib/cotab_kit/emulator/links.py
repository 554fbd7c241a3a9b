"""Relations between rows that exist: `<set>(<key>)/<navigation>/$ref`."""

from __future__ import annotations

from dataclasses import dataclass

from cotab_kit.emulator import records
from cotab_kit.emulator.errors import bad_argument, no_such_property
from cotab_kit.emulator.keys import Segment, bound_row, key
from cotab_kit.emulator.relations import collection_target
from cotab_kit.emulator.schema import Attribute, Entity
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import ENTITIES, many_to_many


@dataclass(frozen=True)
class End:
    """One end of a relation: a row of a table."""

    entity: Entity
    row_id: str


def link(store: Store, entity: Entity, row_id: str, navigation: str, target: object) -> None:
    """Relate a row to the one that `target` names."""
    if not isinstance(target, str):
        raise bad_argument("The request's body has no '@odata.id'.")
    if navigation in entity.by_navigation:
        attribute = entity.by_navigation[navigation]
        records.change(store, entity, row_id, {attribute.name: bound_row(store, ENTITIES[attribute.target], target)})
        return
    other = _other(entity, navigation)
    _set(store, End(entity, row_id), navigation, End(other, str(bound_row(store, other, target))), on=True)


def unlink(store: Store, entity: Entity, row_id: str, segment: Segment, target: str | None) -> None:
    """Undo a relation, given as `nav/$ref`, `nav(<id>)/$ref` or `nav/$ref?$id=...`."""
    if segment.name in entity.by_navigation:
        records.change(store, entity, row_id, {entity.by_navigation[segment.name].name: None})
        return
    other = _other(entity, segment.name)
    if segment.bracketed:
        other_id = key(other, segment).row(store)
    elif target:
        other_id = str(bound_row(store, other, target))
    else:
        raise bad_argument("Which row is to be unlinked must be said in brackets or by $id.")
    _set(store, End(entity, row_id), segment.name, End(other, other_id), on=False)


def _other(entity: Entity, navigation: str) -> Entity:
    other = collection_target(entity, navigation)
    if other is None:
        raise no_such_property(navigation, entity.name)
    return other


def _set(store: Store, one: End, navigation: str, other: End, *, on: bool) -> None:
    pair = many_to_many(one.entity, navigation)
    if pair is None:
        column = _lookup(one.entity, other.entity, navigation).name
        records.change(store, other.entity, other.row_id, {column: one.row_id if on else None})
        return
    ends = (one.row_id, other.row_id) if one.entity.name == pair.first else (other.row_id, one.row_id)
    statement = "INSERT OR IGNORE INTO" if on else "DELETE FROM"
    rest = "VALUES (?, ?)" if on else "WHERE first = ? AND second = ?"
    store.sql.execute(f'{statement} "{pair.navigation}" {rest}', ends)


def _lookup(entity: Entity, other: Entity, navigation: str) -> Attribute:
    return next(each for each in other.attributes if each.target == entity.name and each.collection == navigation)
