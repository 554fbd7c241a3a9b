"""Dependencies between components, and what they forbid: deleting a component, uninstalling a solution.

Only dependencies that Dataverse tracks: lookups and relationships between components. A text that names a row is
none, so nobody stops the removal of a provider that a chat widget still names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from cotab_kit.emulator.errors import invalid
from cotab_kit.emulator.schema import Entity, OnDelete
from cotab_kit.emulator.store import Store
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
    return _remembered(store, (entity.name, key)) + _tracked(store, entity, key)


def _tracked(store: Store, entity: Entity, key: str) -> list[Dependency]:
    """List what needs a row by its lookups and relationships."""
    needed = (entity.name, key)
    found = [
        Dependency(needed, (other.name, each))
        for other, column in _lookups(entity)
        for each in _ids(store, other, column, key)
    ]
    for pair in MANY_TO_MANY:
        if not pair.dependent or entity.name not in (pair.first, pair.second) or entity.name == pair.dependent:
            continue
        near, far = ("first", "second") if entity.name == pair.first else ("second", "first")
        rows = store.look(f'SELECT {far} FROM "{pair.navigation}" WHERE {near} = ?', [key])
        found += [Dependency(needed, (pair.dependent, row[0])) for row in rows]
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


def _ids(store: Store, entity: Entity, column: str, key: str) -> list[str]:
    rows = store.select(entity, f't."{column}" = ?', [key], columns=[entity.primary_id])
    return [str(row[entity.primary_id]) for row in rows]


def blocking(store: Store, going: Iterable[Component]) -> list[Dependency]:
    """List what needs the components that are about to go, and does not go with them."""
    all_going = dict.fromkeys(going)  # in their order, and each found at once
    found = [each for component in all_going for each in _needing(store, component)]
    return [each for each in found if each.dependent not in all_going]


def _needing(store: Store, component: Component) -> list[Dependency]:
    kind, key = component
    return dependencies(store, ENTITIES[kind], key) if kind in ENTITIES else _remembered(store, component)


def _remembered(store: Store, needed: Component) -> list[Dependency]:
    statement = "SELECT DISTINCT dependentkind, dependentid FROM _need WHERE kind = ? AND id = ?"
    return [Dependency(needed, (row[0], row[1])) for row in store.look(statement, needed)]


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
