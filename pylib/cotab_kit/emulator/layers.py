"""Layers of a component: what each managed solution says of it, and on top what was changed in the org itself.

The row shows the topmost. When a solution goes, its layer goes, and the row shows what lies beneath; with the last
managed layer the component goes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from cotab_kit.emulator.schema import Entity, Row
from cotab_kit.emulator.store import Store, packed, unpacked

ACTIVE = "active"  # the unmanaged layer: what was changed by hand


def save_layer(store: Store, solution: str, entity: Entity, key: str, columns: Row) -> None:
    """Keep what a solution says of a component. The unmanaged layer gathers changes, a managed one is replaced."""
    found = _layer(store, solution, entity, key)
    if found is not None and solution == ACTIVE:
        columns = found | columns
    if found is not None:
        store.sql.execute(
            "UPDATE _layer SET columns = ? WHERE solutionid = ? AND entity = ? AND id = ?",
            [packed(columns), solution, entity.name, key],
        )
        return
    store.sql.execute(
        "INSERT INTO _layer (solutionid, entity, id, columns) VALUES (?, ?, ?, ?)",
        [solution, entity.name, key, packed(columns)],
    )


def _layer(store: Store, solution: str, entity: Entity, key: str) -> Row | None:
    found = store.sql.execute(
        "SELECT columns FROM _layer WHERE solutionid = ? AND entity = ? AND id = ?", [solution, entity.name, key]
    ).fetchone()
    return unpacked(found[0]) if found else None


def drop_layer(store: Store, solution: str, entity: Entity, key: str) -> None:
    """Forget what a solution says of a component."""
    store.sql.execute("DELETE FROM _layer WHERE solutionid = ? AND entity = ? AND id = ?", [solution, entity.name, key])


def top_layer(store: Store, entity: Entity, key: str) -> tuple[str, Row] | None:
    """Find the topmost managed layer: its solution and its columns."""
    found = store.sql.execute(
        "SELECT solutionid, columns FROM _layer WHERE entity = ? AND id = ? AND solutionid <> ? ORDER BY number DESC",
        [entity.name, key, ACTIVE],
    ).fetchone()
    return (found[0], unpacked(found[1])) if found else None


def save_layers(store: Store, solution: str, entity: Entity, rows: Mapping[str, Row]) -> None:
    """Keep what a managed solution says of components of one table, by their ids."""
    store.sql.executemany(
        "INSERT INTO _layer (solutionid, entity, id, columns) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (solutionid, entity, id) DO UPDATE SET columns = excluded.columns",
        [(solution, entity.name, key, packed(columns)) for key, columns in rows.items()],
    )


def show_tops(store: Store, entity: Entity, keys: Iterable[str]) -> None:
    """Make rows show their topmost layer, with the unmanaged one over it."""
    top, active = dict[str, tuple[str, Row]](), dict[str, Row]()
    for solution, key, columns in _layers(store, entity, keys):
        if solution == ACTIVE:
            active[key] = unpacked(columns)
        else:
            top[key] = solution, unpacked(columns)
    shown: dict[str, Row] = {
        key: {**columns, **active.get(key, {}), "ismanaged": True, "solutionid": solution, "componentstate": 0}
        for key, (solution, columns) in top.items()
    }
    store.update_all(entity, shown)


def managed(store: Store, entity: Entity, keys: Iterable[str]) -> set[str]:
    """Return the ids of those components that a managed solution has brought."""
    return {key for solution, key, _ in _layers(store, entity, keys) if solution != ACTIVE}


def _layers(store: Store, entity: Entity, keys: Iterable[str]) -> list[tuple[str, str, str]]:
    """List solution, id and packed columns of the layers of components, the topmost last."""
    statement = "SELECT solutionid, id, columns FROM _layer WHERE entity = ? AND id IN (SELECT value FROM json_each(?))"
    rows = store.sql.execute(f"{statement} ORDER BY number", [entity.name, json.dumps(list(keys))]).fetchall()
    return [(row[0], row[1], row[2]) for row in rows]


def components(store: Store, solution: str) -> list[tuple[str, str]]:
    """List table and id of every component of which a solution has a layer."""
    found = store.look("SELECT entity, id FROM _layer WHERE solutionid = ? ORDER BY number", [solution])
    return [(row[0], row[1]) for row in found]
