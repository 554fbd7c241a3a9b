"""Removal of a solution: a managed one takes its components with it, an unmanaged one leaves them.

It happens within a transaction. What an administrator made stays, and so does the publisher
(docs/internals/dataverse.md#what-uninstalling-leaves).
"""

from __future__ import annotations

from http import HTTPStatus

from cotab_kit.emulator.dependencies import Component, Dependency, blocking, refuse_uninstall
from cotab_kit.emulator.errors import RefusedError, invalid
from cotab_kit.emulator.intersects import drop_links
from cotab_kit.emulator.layers import components, drop_layer, show_tops
from cotab_kit.emulator.records import discard, list_component
from cotab_kit.emulator.schema import Row
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import COMPONENT_TYPES, ENTITIES
from cotab_kit.emulator.tables.solutions import SOLUTION, SOLUTION_COMPONENT


def uninstall(store: Store, unique_name: str) -> None:
    """Remove a solution. Raises RefusedError where something else needs what would go."""
    solution = solution_named(store, unique_name)
    remove_solution(store, str(solution["solutionid"]))


def remove_solution(store: Store, solution: str) -> None:
    """Remove a solution; components that another one holds as well stay with that one."""
    refuse_uninstall(store, blocking_uninstall(store, solution))
    for table, key in reversed(components(store, solution)):
        entity = ENTITIES[table]
        alone = _alone(store, table, key)
        drop_layer(store, solution, entity, key)
        if alone:
            discard(store, entity, key, uninstalling=True)
        else:
            show_tops(store, entity, [key])
    drop_links(store, solution, undo=_is_managed(store, solution))
    _drop_list(store, solution)
    store.sql.execute("DELETE FROM _unknown WHERE solutionid = ?", [solution])
    store.sql.execute("DELETE FROM _need WHERE solutionid = ?", [solution])
    store.sql.execute("DELETE FROM _package WHERE solutionid = ?", [solution])
    store.delete(SOLUTION, solution)
    store.next_number("token")


def blocking_uninstall(store: Store, solution: str) -> list[Dependency]:
    """List what needs the components that would go with a solution."""
    return blocking(store, _going(store, solution))


def solution_named(store: Store, unique_name: str) -> Row:
    """Find the solution of this name. Raises RefusedError if there is none, or if it is one of the system's."""
    found = store.find(SOLUTION, uniquename=unique_name)
    if not found:
        raise RefusedError(
            HTTPStatus.NOT_FOUND, "0x80040217", f"solution With uniquename = {unique_name} Does Not Exist"
        )
    if not found[0]["isvisible"] or unique_name.lower() in ("active", "default"):
        raise invalid("0x8004f005", "Attempting to delete a restricted solution.")
    return found[0]


def _going(store: Store, solution: str) -> list[Component]:
    with_table = [(table, key) for table, key in components(store, solution) if _alone(store, table, key)]
    others = _without_table(store, solution) if _is_managed(store, solution) else []
    return with_table + [
        (str(row["componenttype"]), str(row["objectid"]))
        for row in others
        if len(store.find(SOLUTION_COMPONENT, componenttype=row["componenttype"], objectid=row["objectid"])) == 1
    ]


def _is_managed(store: Store, solution: str) -> bool:
    return bool((store.get(SOLUTION, solution, ["ismanaged"]) or {}).get("ismanaged"))


def _without_table(store: Store, solution: str) -> list[Row]:
    rows = store.find(SOLUTION_COMPONENT, solutionid=solution)
    return [row for row in rows if row["componenttype"] not in COMPONENT_TYPES]


def _drop_list(store: Store, solution: str) -> None:
    """Delete a solution's list of components; what an unmanaged one leaves without a table here stays known."""
    if not _is_managed(store, solution):
        (active,) = store.find(SOLUTION, uniquename="Active")
        for row in _without_table(store, solution):
            list_component(store, str(active["solutionid"]), int(row["componenttype"] or 0), str(row["objectid"]))
    for row in store.find(SOLUTION_COMPONENT, solutionid=solution):
        store.delete(SOLUTION_COMPONENT, str(row["solutioncomponentid"]))


def _alone(store: Store, table: str, key: str) -> bool:
    """Return whether only one managed solution holds this component."""
    statement = "SELECT count(*) FROM _layer WHERE entity = ? AND id = ? AND solutionid <> 'active'"
    return int(store.look(statement, [table, key])[0][0]) <= 1
