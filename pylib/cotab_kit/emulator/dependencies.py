"""Dependencies between components, and what they forbid: deleting a component, uninstalling a solution.

Only dependencies that Dataverse tracks: lookups and relationships between components. A text that names a row is
none, so nobody stops the removal of a provider that a chat widget still names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from cotab_kit.emulator.errors import invalid
from cotab_kit.emulator.schema import Entity, OnDelete
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import ENTITIES, MANY_TO_MANY
from cotab_kit.emulator.tables.solutions import SOLUTION, VARIABLE_VALUE

# The beginnings of the names of Microsoft's solutions and components, as public solutions name them.
MICROSOFT = re.compile("msdyn|msft_|mspcat_|appmodule", re.IGNORECASE)

Component = tuple[str, str]  # the name of its table, and its id


@dataclass(frozen=True)
class Dependency:
    """`dependent` cannot do without `required`."""

    required: Component
    dependent: Component


@dataclass(frozen=True)
class Named:
    """A component as a package names it: by a column of its table."""

    table: str
    column: str
    value: str


@dataclass(frozen=True)
class Needed:
    """A MissingDependency of a package. Components without a table here are known by their solution alone."""

    name: str
    solution: str
    required: Named | None
    dependent: Named | None


def dependencies(store: Store, entity: Entity, key: str) -> list[Dependency]:
    """List what needs this component. Children that go with it do not count."""
    needed = (entity.name, key)
    found = [
        Dependency(needed, (other.name, each))
        for other, column in _lookups(entity)
        for each in _ids(store, other, column, key)
    ]
    found += _remembered(store, needed)
    for pair in MANY_TO_MANY:
        if not pair.dependent or entity.name not in (pair.first, pair.second) or entity.name == pair.dependent:
            continue
        near, far = ("first", "second") if entity.name == pair.first else ("second", "first")
        rows = store.sql.execute(f'SELECT {far} FROM "{pair.navigation}" WHERE {near} = ?', [key]).fetchall()
        found += [Dependency(needed, (pair.dependent, row[0])) for row in rows]
    return found


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
    all_going = list(going)
    found = [each for table, key in all_going for each in dependencies(store, ENTITIES[table], key)]
    return [each for each in found if each.dependent not in all_going]


def present(store: Store, needed: Needed) -> bool:
    """Return whether something that a package needs and does not bring is in the org.

    What Microsoft's own solutions bring counts as there: an org with Omnichannel has them, and here are but few tables.
    """
    if MICROSOFT.match(needed.solution) or MICROSOFT.match(needed.name):
        return True
    if needed.required:
        return _component(store, needed.required) is not None
    return needed.solution in ("", "System", "Active") or bool(store.find(SOLUTION, uniquename=needed.solution))


def remember(store: Store, solution: str, needs: Iterable[Needed]) -> None:
    """Keep what a solution's components need of others, as the package says."""
    store.sql.execute("DELETE FROM _need WHERE solutionid = ?", [solution])
    for each in needs:
        required, dependent = _component(store, each.required), _component(store, each.dependent)
        if required and dependent:
            store.sql.execute("INSERT INTO _need VALUES (?, ?, ?, ?, ?)", [solution, *required, *dependent])


def _remembered(store: Store, needed: Component) -> list[Dependency]:
    rows = store.sql.execute("SELECT dependent, dependentid FROM _need WHERE entity = ? AND id = ?", needed).fetchall()
    return [Dependency(needed, (row[0], row[1])) for row in rows]


def _component(store: Store, named: Named | None) -> Component | None:
    """Find the component of this name."""
    if named is None:
        return None
    rows = store.find(ENTITIES[named.table], **{named.column: named.value})
    return (named.table, str(rows[0][ENTITIES[named.table].primary_id])) if rows else None


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
    table, key = component
    entity = ENTITIES[table]
    row = store.get(entity, key, [entity.primary_name])
    name = row[entity.primary_name] if row else ""
    return f"Type: {entity.name}, ObjectName: {name}, Id: {key}, ParentObjectName: , ParentId: {UUID(int=0)}"
