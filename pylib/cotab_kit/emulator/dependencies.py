"""Dependencies between components, and what they forbid: deleting a component, uninstalling a solution.

Only dependencies that Dataverse tracks: lookups and relationships between components. A text that names a row is
none, so nobody stops the removal of a provider that a chat widget still names.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from cotab_kit.emulator.errors import invalid
from cotab_kit.emulator.schema import Entity, OnDelete
from cotab_kit.emulator.store import LISTED, Store
from cotab_kit.emulator.tables import ENTITIES, MANY_TO_MANY
from cotab_kit.emulator.tables.solutions import VARIABLE_VALUE

Component = tuple[str, str]  # the name of its table, or its type where there is no table here, and its id


@dataclass(frozen=True)
class Dependency:
    """`dependent` cannot do without `required`."""

    required: Component
    dependent: Component


def dependencies(store: Store, entity: Entity, key: str) -> list[Dependency]:
    """List what needs this row. Children that go with it do not count."""
    return _needing(store, [(entity.name, key)])


def _tracked(store: Store, entity: Entity, keys: Sequence[str]) -> list[Dependency]:
    """List what needs rows of a table by its lookups and relationships."""
    found = [
        Dependency((entity.name, str(row[column])), (other.name, str(row[other.primary_id])))
        for other, column in _lookups(entity)
        for row in store.among(other, column, keys, [other.primary_id, column])
    ]
    for pair in MANY_TO_MANY:
        if not pair.dependent or entity.name not in (pair.first, pair.second) or entity.name == pair.dependent:
            continue
        near, far = ("first", "second") if entity.name == pair.first else ("second", "first")
        statement = f'SELECT {near}, {far} FROM "{pair.navigation}" WHERE {near} IN {LISTED}'
        rows = store.look(statement, [json.dumps(list(keys))])
        found += [Dependency((entity.name, row[0]), (pair.dependent, row[1])) for row in rows]
    return found


def needed_by(store: Store, entity: Entity, key: str) -> list[Component]:
    """List the components to which a row points."""
    row = store.get(entity, key) or {}
    lookups = [each for each in entity.attributes if each.target and row.get(each.name)]
    return [(each.target, str(row[each.name])) for each in lookups if ENTITIES[each.target].component_type]


def _lookups(entity: Entity) -> Iterable[tuple[Entity, str]]:
    for other in ENTITIES.values():
        if other.component_type and other is not VARIABLE_VALUE:
            for attribute in other.attributes:
                if attribute.target == entity.name and attribute.on_delete is not OnDelete.CASCADE:
                    yield other, attribute.name


def blocking(store: Store, going: Iterable[Component]) -> list[Dependency]:
    """List what needs the components that are about to go, and does not go with them."""
    all_going = dict.fromkeys(going)  # in their order, and each found at once
    return [each for each in _needing(store, all_going) if each.dependent not in all_going]


def _needing(store: Store, components: Collection[Component]) -> list[Dependency]:
    """List what needs these components, in their order."""
    keys, found = defaultdict[str, list[str]](list), defaultdict[Component, list[Dependency]](list)
    for kind, key in components:
        keys[kind].append(key)
    for kind, some in keys.items():
        tracked = _tracked(store, ENTITIES[kind], some) if kind in ENTITIES else []
        for each in _remembered(store, kind, some) + tracked:
            found[each.required].append(each)
    return [each for component in components for each in found[component]]


def _remembered(store: Store, kind: str, keys: Sequence[str]) -> list[Dependency]:
    """List what needs components, as the packages of those that need them say."""
    statement = f"SELECT DISTINCT id, dependentkind, dependentid FROM _need WHERE kind = ? AND id IN {LISTED}"
    rows = store.look(statement, [kind, json.dumps(list(keys))])
    return [Dependency((kind, row[0]), (row[1], row[2])) for row in rows]


def refuse_if_needed(store: Store, entity: Entity, key: str) -> None:
    """Raise RefusedError if something needs this component."""
    found = dependencies(store, entity, key)
    if found:
        raise invalid(
            "0x8004f01f",
            f"The {entity.title}({key}) component cannot be deleted because it is referenced by {len(found)} other "
            "components. For a list of referenced components, use the RetrieveDependenciesForDeleteRequest.",
        )


def refuse_uninstall(store: Store, found: Iterable[Dependency]) -> None:
    """Raise RefusedError with what needs what, as Dataverse does, unless the list is empty."""
    listed = [
        f"RequiredComponentObject details: {_details(store, each.required)}, "
        f"DependentComponentObject details: {_details(store, each.dependent)} DependencyType: Published"
        for each in found
    ]
    if listed:
        raise invalid(
            "0x8004f01d",
            f"Solution dependencies exist, cannot uninstall. DependencyCount : {len(listed)} {' '.join(listed)} .",
        )


def _details(store: Store, component: Component) -> str:
    kind, key = component
    return (
        f"Type: {kind}, ObjectName: {_name(store, component)}, Id: {key}, ParentObjectName: , ParentId: {UUID(int=0)}"
    )


def _name(store: Store, component: Component) -> str:
    kind, key = component
    entity = ENTITIES.get(kind)
    if entity is None:
        statement = "SELECT name FROM _need WHERE id = ? UNION SELECT dependentname FROM _need WHERE dependentid = ?"
        found = store.look(statement, [key, key])
        return str(found[0][0]) if found else ""
    row = store.get(entity, key, [entity.primary_name])
    return str(row[entity.primary_name]) if row else ""
