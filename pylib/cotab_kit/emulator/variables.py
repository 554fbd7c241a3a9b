"""Values of environment variables that come with an import beside its package, as ComponentParameters."""

from __future__ import annotations

from cotab_kit.emulator import records
from cotab_kit.emulator.errors import not_here
from cotab_kit.emulator.package import Package
from cotab_kit.emulator.schema import Row
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables.solutions import VARIABLE, VARIABLE_VALUE


def set_value(store: Store, package: Package, name: str, value: str, key: str | None) -> None:
    """Give a variable of the package a value, over the package's own; it is changed or made as by an administrator.

    Raises RefusedError for a variable of others, and for the id of another value: nobody says what becomes of those.
    """
    carried = {part.key.casefold() for part in package.parts if part.entity is VARIABLE}
    valued = {each for part in package.parts if part.entity is VARIABLE_VALUE for _, each in part.lookups.values()}
    if name.casefold() not in carried | {each.casefold() for each in valued}:
        raise not_here(f"a value for {name}, which the package does not bring")
    (definition,) = (row[VARIABLE.primary_id] for row in store.find(VARIABLE, schemaname=name))
    found = store.find(VARIABLE_VALUE, environmentvariabledefinitionid=definition)
    if found and key not in (None, found[0][VARIABLE_VALUE.primary_id]):
        raise not_here(f"another id for the value of {name}")
    if found:
        records.change(store, VARIABLE_VALUE, str(found[0][VARIABLE_VALUE.primary_id]), {"value": value})
        return
    row: Row = {"environmentvariabledefinitionid": definition, "schemaname": name, "value": value}
    records.create(store, VARIABLE_VALUE, row | ({VARIABLE_VALUE.primary_id: key} if key else {}))
