"""Custom tables, which somebody has made in this org beside those of tables/: simple ones, to which no lookup leads."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cotab_kit.emulator.schema import IMPORTED, OWNED, STATE, SYSTEM, Attribute, Entity, Required, Type, guid
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import ENTITIES

Definition = Mapping[str, Any]
_HISSING, _CONSONANT_Y = re.compile(r"(s|x|z|ch|sh)$"), re.compile(r"(?<![aeiou])y$")


def made(store: Store) -> dict[str, Entity]:
    """Find the tables that have been made in this org, by name."""
    with store.lock:
        found = store.sql.execute("SELECT definition FROM _made ORDER BY rowid").fetchall()
    return {entity.name: entity for entity in (_entity(row[0]) for row in found)}


def tables(store: Store) -> dict[str, Entity]:
    """Return all tables by name."""
    return ENTITIES | made(store)


def set_made(store: Store, entity_set: str) -> Entity | None:
    """Find the made table with this entity set."""
    return next((each for each in made(store).values() if each.entity_set == entity_set), None)


def make(store: Store, definition: Definition) -> Entity:
    """Make a table. `definition` has its schema name, title, owner and columns."""
    text = json.dumps(definition)
    entity = _entity(text)
    store.sql.execute("INSERT INTO _made VALUES (?, ?)", [entity.name, text])
    store.lay_out(entity)
    return entity


def unmake(store: Store, entity: Entity) -> None:
    """Delete a table that has been made, with its rows."""
    store.sql.execute("DELETE FROM _made WHERE name = ?", [entity.name])
    store.sql.execute(f'DROP TABLE "{entity.name}"')


@lru_cache(maxsize=256)
def _entity(definition: str) -> Entity:
    """Build a table: the same definition is the same table."""
    given = json.loads(definition)
    name = given["schema"].lower()
    columns = tuple(_column(each) for each in given["columns"])
    more = (*(OWNED if given["owned"] else ()), *STATE, *SYSTEM, *IMPORTED)
    return Entity(
        name,
        plural(name),
        given["title"],
        (guid(f"{name}id", Required.SYSTEM), *columns, *more),
        primary_name=given["main"],
        user_owned=given["owned"],
        privilege=given["schema"],
    )


def _column(given: Mapping[str, Any]) -> Attribute:
    return Attribute(
        given["name"],
        Type(given["type"]),
        Required(given["required"]),
        given["length"],
        {int(number): text for number, text in given["choices"].items()},
        default=False if given["type"] == Type.BOOLEAN else None,
    )


def plural(name: str) -> str:
    """Return the entity set of a table: English plurals, as the sets of Microsoft's tables have them (inferred)."""
    if _CONSONANT_Y.search(name):
        return f"{name[:-1]}ies"
    return f"{name}es" if _HISSING.search(name) else f"{name}s"
