"""Layers of a component: what each managed solution says of it, and on top what was changed in the org itself.

The row shows the topmost. When a solution goes, its layer goes, and the row shows what lies beneath; with the last
managed layer the component goes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from cotab_kit.emulator.schema import Entity, Row
from cotab_kit.emulator.store import LISTED, Store, packed, unpacked

ACTIVE = "active"  # the unmanaged layer: what was changed by hand


def cover(store: Store, entity: Entity, rows: Mapping[str, Row]) -> None:
    """Gather what is changed by hand in an unmanaged layer over managed components, by their ids."""
    over = managed(store, entity, rows)
    before = {key: unpacked(columns) for solution, key, columns in _layers(store, entity, over) if solution == ACTIVE}
    save_layers(store, ACTIVE, entity, {key: before.get(key, {}) | rows[key] for key in rows if key in over})


def drop_layers(store: Store, solution: str) -> None:
    """Forget what a solution says of its components."""
    store.sql.execute("DELETE FROM _layer WHERE solutionid = ?", [solution])


def save_layers(store: Store, solution: str, entity: Entity, rows: Mapping[str, Row]) -> None:
    """Keep what a solution says of components of one table, by their ids, in place of what it said before."""
    store.sql.executemany(
        "INSERT INTO _layer (solutionid, entity, id, columns) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (solutionid, entity, id) DO UPDATE SET columns = excluded.columns",
        [(solution, entity.name, key, packed(columns)) for key, columns in rows.items()],
    )


def show_tops(store: Store, entity: Entity, keys: Iterable[str]) -> None:
    """Make rows show their topmost layer, with the unmanaged one over it."""
    top, active = dict[str, tuple[str, str]](), dict[str, Row]()
    for solution, key, columns in _layers(store, entity, keys):
        if solution == ACTIVE:
            active[key] = unpacked(columns)
        else:
            top[key] = solution, columns
    shown = {
        key: shown_by(solution, unpacked(columns) | active.get(key, {})) for key, (solution, columns) in top.items()
    }
    store.update_all(entity, shown)


def shown_by(solution: str, columns: Row) -> Row:
    """Return the columns of a component that shows a managed solution's layer."""
    return {**columns, "ismanaged": True, "solutionid": solution, "componentstate": 0}


def managed(store: Store, entity: Entity, keys: Iterable[str]) -> set[str]:
    """Return the ids of those components that a managed solution has brought."""
    statement = f"SELECT DISTINCT id FROM _layer WHERE entity = ? AND solutionid <> ? AND id IN {LISTED}"
    return {str(row[0]) for row in store.look(statement, [entity.name, ACTIVE, json.dumps(list(keys))])}


def _layers(store: Store, entity: Entity, keys: Iterable[str]) -> list[tuple[str, str, str]]:
    """List solution, id and packed columns of the layers of components, the topmost last."""
    statement = f"SELECT solutionid, id, columns FROM _layer WHERE entity = ? AND id IN {LISTED}"
    rows = store.sql.execute(f"{statement} ORDER BY number", [entity.name, json.dumps(list(keys))]).fetchall()
    return [(row[0], row[1], row[2]) for row in rows]


def components(store: Store, solution: str) -> list[tuple[str, str]]:
    """List table and id of every component of which a solution has a layer."""
    found = store.look("SELECT entity, id FROM _layer WHERE solutionid = ? ORDER BY number", [solution])
    return [(row[0], row[1]) for row in found]


def alone(store: Store, solution: str) -> set[tuple[str, str]]:
    """Find the components that this managed solution holds and no other one."""
    statement = """
        SELECT entity, id FROM _layer mine WHERE solutionid = ? AND NOT EXISTS (
            SELECT 1 FROM _layer other WHERE other.id = mine.id AND other.entity = mine.entity
            AND other.solutionid NOT IN (mine.solutionid, ?))
    """
    return {(row[0], row[1]) for row in store.look(statement, [solution, ACTIVE])}
