"""Layers of a component: what each managed solution says of it, and on top what was changed in the org itself.

The row shows the topmost. When a solution goes, its layer goes, and the row shows what lies beneath; with the last
managed layer the component goes.
"""

from __future__ import annotations

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


def show_top(store: Store, entity: Entity, key: str) -> None:
    """Make the row show its topmost layer, with the unmanaged one over it."""
    top = top_layer(store, entity, key)
    if top is None:
        return
    solution, columns = top
    active = _layer(store, ACTIVE, entity, key) or {}
    state: Row = {"ismanaged": True, "solutionid": solution, "componentstate": 0}
    store.update(entity, key, columns | active | state)


def components(store: Store, solution: str) -> list[tuple[str, str]]:
    """List table and id of every component of which a solution has a layer."""
    found = store.sql.execute("SELECT entity, id FROM _layer WHERE solutionid = ? ORDER BY number", [solution])
    return [(row[0], row[1]) for row in found.fetchall()]
