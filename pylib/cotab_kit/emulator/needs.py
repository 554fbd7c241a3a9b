"""What a package needs and does not bring: its MissingDependencies, looked up in the org.

A component without a table here is known by its type and name: a solution's list of components has both, and what lies
within a table or another component counts as there with it. Versions are not compared: what is there is there
(inferred). Forms: docs/internals/dataverse.md#dependencies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import NAMESPACE_OID, uuid5

from defusedxml.ElementTree import tostring

from cotab_kit.emulator import inventory
from cotab_kit.emulator.custom_tables import made
from cotab_kit.emulator.dependencies import Component
from cotab_kit.emulator.parts import key_column
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import COMPONENT_TYPES, ENTITIES
from cotab_kit.emulator.tables.solutions import SOLUTION, SOLUTION_COMPONENT
from cotab_kit.solution.xml import Element

TABLE, COLUMN = "1", "2"
SYSTEM, ACTIVE = "system", ("", "active")
_NUMBER = re.compile(r"[0-9]{1,6}")
_PREFIXED = re.compile(r"[a-z][a-z0-9]{1,7}_", re.IGNORECASE)


@dataclass(frozen=True)
class Named:
    """A component as a package names it. `kind` is the name of its table here, or else its type."""

    kind: str
    column: str
    value: str
    parent: str = ""


@dataclass(frozen=True)
class Needed:
    """A MissingDependency: what is required by what, whose it is, and the apps that bring it."""

    xml: str
    solution: str
    apps: tuple[str, ...]
    required: Named
    dependent: Named


def needed(element: Element) -> Needed:
    """Read a MissingDependency."""
    required, dependent = element.find("Required"), element.find("Dependent")
    attributes = dict(required.attrib) if required is not None else {}
    apps = required.iterfind("package") if required is not None else ()
    return Needed(
        " ".join(tostring(element, encoding="unicode").split()),
        _bare(attributes.get("solution", "")),
        tuple(_bare(each.text or "") for each in apps),
        _named(attributes),
        _named(dict(dependent.attrib) if dependent is not None else {}),
    )


def _bare(name: str) -> str:
    """Return a name without the version behind it."""
    return name.strip().partition(" ")[0]


def _named(attributes: Mapping[str, str]) -> Named:
    kind = attributes.get("type", "")
    entity = COMPONENT_TYPES.get(int(kind)) if _NUMBER.fullmatch(kind) else ENTITIES.get(kind.lower())
    ids = {name.removeprefix("id."): value for name, value in attributes.items() if name.startswith("id.")}
    name = attributes.get("schemaName") or attributes.get("id") or attributes.get("displayName", "")
    if entity is None or not entity.component_type:
        return Named(kind, "", next(iter(ids.values()), name), attributes.get("parentSchemaName", ""))
    column = key_column(entity)
    return Named(entity.name, column, ids.get(column) or ids.get("uniquename") or name)


def component_id(kind: object, name: str) -> str:
    """Return the id by which a component without a table here is listed."""
    return str(uuid5(NAMESPACE_OID, f"{kind} {name.lower()}"))


def find(store: Store, named: Named) -> Component | None:
    """Find the component of this name: its row, or what a solution lists."""
    if not named.value:
        return None
    if named.column:
        entity = ENTITIES[named.kind]
        rows = store.find(entity, **{named.column: named.value})
        return (entity.name, str(rows[0][entity.primary_id])) if rows else None
    return next((each for each in _candidates(named) if _listed(store, each)), None) or _in_a_file(store, named)


def _candidates(named: Named) -> list[Component]:
    """List what would hold the component: itself, or the table in which it lies."""
    found = [(named.kind, component_id(named.kind, named.value))]
    return [*found, (TABLE, component_id(TABLE, named.parent))] if named.parent else found


def _listed(store: Store, component: Component) -> bool:
    kind, key = component
    return kind.isdigit() and bool(store.find(SOLUTION_COMPONENT, componenttype=int(kind), objectid=key))


def _in_a_file(store: Store, named: Named) -> Component | None:
    """Find a row of a table that is not here, which a solution carries as `<entity set>/<key>/<table>.xml`."""
    statement = "SELECT 1 FROM _unknown WHERE ending(name) = ending(?) AND kind = 'file' LIMIT 1"
    there = store.look(statement, [f"/{named.value}/{named.kind}.xml"])
    return (named.kind, component_id(named.kind, named.value)) if there else None


def present(store: Store, each: Needed) -> bool:
    """Return whether something that a package needs and does not bring is in the org."""
    if each.required.kind == TABLE and each.required.value.lower() in made(store):
        return True
    if find(store, each.required) or any(map(inventory.installed, (each.solution, *each.apps))):
        return True
    owner = each.solution.casefold()
    if owner == SYSTEM or (owner in ACTIVE and _of_the_system(each.required)):
        return True
    return not each.required.column and owner not in ACTIVE and bool(store.find(SOLUTION, uniquename=each.solution))


def _of_the_system(named: Named) -> bool:
    """Return whether a table or column is in every org: what anybody has made begins with a prefix (0x80048062)."""
    if named.kind not in (TABLE, COLUMN):
        return False
    table = (named.parent if named.kind == COLUMN else named.value).lower()
    entity = ENTITIES.get(table)
    if entity is None and _PREFIXED.match(table):
        return False
    return named.kind == TABLE or not _PREFIXED.match(named.value) or bool(entity and named.value in entity.by_name)


def remember(store: Store, solution: str, needs: Iterable[Needed]) -> None:
    """Keep what a solution's components need of others, as the package says."""
    store.sql.execute("DELETE FROM _need WHERE solutionid = ?", [solution])
    for each in needs:
        required = find(store, each.required)
        if required:
            dependent = find(store, each.dependent) or _candidates(each.dependent)[0]
            row = [solution, *required, each.required.value, *dependent, each.dependent.value]
            store.sql.execute("INSERT INTO _need VALUES (?, ?, ?, ?, ?, ?, ?)", row)
