"""Removal of a solution: a managed one takes its components with it, an unmanaged one leaves them.

It happens within a transaction. What an administrator made stays, and so does the publisher
(docs/internals/dataverse.md#what-uninstalling-leaves).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from http import HTTPStatus

from cotab_kit.emulator.dependencies import Component, Dependency, blocking, refuse_uninstall
from cotab_kit.emulator.errors import RefusedError, invalid
from cotab_kit.emulator.intersects import drop_links
from cotab_kit.emulator.layers import alone, components, drop_layers, show_tops
from cotab_kit.emulator.records import discard_all, list_components
from cotab_kit.emulator.schema import Entity, Row
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import COMPONENT_TYPES, ENTITIES
from cotab_kit.emulator.tables.solutions import SOLUTION, SOLUTION_COMPONENT
from cotab_kit.emulator.webresources import renew_token


def uninstall(store: Store, unique_name: str) -> None:
    """Remove a solution. Raises RefusedError where something else needs what would go."""
    solution = solution_named(store, unique_name)
    remove_solution(store, str(solution["solutionid"]))


def remove_solution(store: Store, solution: str) -> None:
    """Remove a solution; components that another one holds as well stay with that one."""
    refuse_uninstall(store, blocking_uninstall(store, solution))
    held, going = components(store, solution), alone(store, solution)
    drop_layers(store, solution)
    discard_all(store, _by_table(each for each in reversed(held) if each in going), uninstalling=True)
    for entity, keys in _by_table(each for each in held if each not in going).items():
        show_tops(store, entity, keys)
    drop_links(store, solution, undo=_is_managed(store, solution))
    _drop_list(store, solution)
    store.sql.execute("DELETE FROM _unknown WHERE solutionid = ?", [solution])
    store.sql.execute("DELETE FROM _need WHERE solutionid = ?", [solution])
    store.sql.execute("DELETE FROM _package WHERE solutionid = ?", [solution])
    store.delete(SOLUTION, solution)
    renew_token(store)


def _by_table(held: Iterable[Component]) -> dict[Entity, list[str]]:
    found = defaultdict[Entity, list[str]](list)
    for table, key in held:
        found[ENTITIES[table]].append(key)
    return found


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
    going = alone(store, solution)
    with_table = [each for each in components(store, solution) if each in going]
    others = _without_table(store, solution) if _is_managed(store, solution) else []
    listed = store.among(SOLUTION_COMPONENT, "objectid", [row["objectid"] for row in others])
    times = Counter((row["componenttype"], row["objectid"]) for row in listed)
    named = [(row["componenttype"], row["objectid"]) for row in others]
    return with_table + [(str(kind), str(key)) for kind, key in named if times[kind, key] == 1]


def _is_managed(store: Store, solution: str) -> bool:
    return bool((store.get(SOLUTION, solution, ["ismanaged"]) or {}).get("ismanaged"))


def _without_table(store: Store, solution: str) -> list[Row]:
    rows = store.find(SOLUTION_COMPONENT, solutionid=solution)
    return [row for row in rows if row["componenttype"] not in COMPONENT_TYPES]


def _drop_list(store: Store, solution: str) -> None:
    """Delete a solution's list of components; what an unmanaged one leaves without a table here stays known."""
    if not _is_managed(store, solution):
        (active,) = store.find(SOLUTION, uniquename="Active")
        left = [(int(row["componenttype"] or 0), str(row["objectid"])) for row in _without_table(store, solution)]
        list_components(store, str(active["solutionid"]), dict.fromkeys(left, 0))
    store.sql.execute("DELETE FROM solutioncomponent WHERE solutionid = ?", [solution])
