"""Components of a package on their way into the org.

They are written table by table, and what they name is looked up at once, so many take no more statements than few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import uuid4

from cotab_kit.emulator import records
from cotab_kit.emulator.errors import invalid
from cotab_kit.emulator.intersects import Pair, drop_links, put_links
from cotab_kit.emulator.layers import ACTIVE, managed, save_layers, show_tops, shown_by
from cotab_kit.emulator.needs import component_id
from cotab_kit.emulator.package import WEB_RESOURCE_TYPE, Package
from cotab_kit.emulator.parts import Part, key_column
from cotab_kit.emulator.schema import Entity, Row, Scalar
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import ENTITIES
from cotab_kit.emulator.tables.solutions import VARIABLE, VARIABLE_VALUE

DEFINITION = "environmentvariabledefinitionid"  # of a variable's value

Name = tuple[str, str, Scalar]  # a row as lookups name it: table, column, folded value
Ids = dict[Name, str]


@dataclass(frozen=True)
class Import:
    """One import under way: what is imported, into which solution, and whether it covers what was changed by hand."""

    store: Store
    package: Package
    solution: str
    overwrite: bool


@dataclass(frozen=True)
class _Coming:
    """A component with the id that it has or gets, and whether that is a new one."""

    part: Part
    key: str
    new: bool
    columns: Row


def bring(what: Import) -> None:
    """Write the components, their pairs, and the solution's list of them. Raises RefusedError."""
    store, parts = what.store, what.package.parts
    ids = _of_the_org(what)
    there = _there(store, parts, ids)
    keys = [found or _own_id(part) for part, found in zip(parts, there, strict=True)]
    ids |= {name: key for part, key in zip(parts, keys, strict=True) for name in _names(part, key)}
    coming = [
        _Coming(part, key, found is None, _columns(part, ids))
        for part, key, found in zip(parts, keys, there, strict=True)
    ]
    for entity, group in groupby(coming, key=lambda each: each.part.entity):
        _put(what, entity, list(group))
    _put_links(what, ids)
    _list(what, coming)


def _of_the_org(what: Import) -> Ids:
    """Find the rows of the org that lookups and pairs of the package name."""
    named = defaultdict[tuple[str, str], list[str]](list)
    for part in what.package.parts:
        for name, (column, value) in part.lookups.items():
            named[part.entity.by_name[name].target, column].append(value)
    for link in what.package.links:
        for table, (column, value) in ((link.pair.first, link.first), (link.pair.second, link.second)):
            named[table, column].append(value)
    return {
        (table, column, value): key
        for (table, column), values in named.items()
        if column in ENTITIES[table].by_name
        for value, key in what.store.ids(ENTITIES[table], column, values).items()
    }


def _there(store: Store, parts: Sequence[Part], ids: Ids) -> list[str | None]:
    """Find the rows that components come onto. A variable has one value, whoever has written it."""
    found = {
        entity: store.ids(
            entity,
            DEFINITION if entity is VARIABLE_VALUE else key_column(entity),
            [_sought(part, ids) for part in parts if part.entity is entity],
        )
        for entity in {part.entity for part in parts}
    }
    return [found[part.entity].get(_sought(part, ids)) for part in parts]


def _sought(part: Part, ids: Ids) -> str:
    """Return what the row of a component is found by."""
    if part.entity is not VARIABLE_VALUE:
        return part.key.casefold()
    column, name = part.lookups[DEFINITION]
    return ids.get((VARIABLE.name, column, name.casefold()), "")


def _own_id(part: Part) -> str:
    """Return the id that a new row will have: rows may point at each other."""
    return str(part.columns.get(part.entity.primary_id) or uuid4())


def _names(part: Part, key: str) -> list[Name]:
    """List the ways in which a lookup may name a row of the package."""
    table = part.entity.name
    return [(table, part.key_column, part.key.casefold()), (table, part.entity.primary_id, key.casefold())]


def _columns(part: Part, ids: Ids) -> Row:
    """Return the columns of a component but its id, which stays what it is, whatever a package says."""
    columns = part.columns | {name: _target(part, name, ids) for name in part.lookups}
    columns.pop(part.entity.primary_id, None)
    return columns


def _target(part: Part, column: str, ids: Ids) -> str:
    """Return the id of the row that a lookup in a package names."""
    key_column, value = part.lookups[column]
    target = part.entity.by_name[column].target
    found = ids.get((target, key_column, value.casefold()))
    if found is None:
        raise invalid(
            "0x80048033",
            f"{part.entity.name} With {part.key_column} = {part.key} cannot be imported: {target} With "
            f"{key_column} = {value[:200]} Does Not Exist",
        )
    return found


def _put(what: Import, entity: Entity, coming: list[_Coming]) -> None:
    """Bring components of one table into the org, or onto those that are there."""
    store, old = what.store, [each for each in coming if not each.new]
    new = [each.columns | {entity.primary_id: each.key} for each in coming if each.new]
    if not what.package.managed:
        records.create_all(store, entity, new)
        records.change_all(store, entity, {each.key: each.columns for each in old}, imported=True)
        return
    records.create_all(store, entity, [shown_by(what.solution, row) for row in new])
    records.check_rules(store, entity, [each.part.columns for each in old], imported=True)
    _uncover(what, entity, old)
    save_layers(store, what.solution, entity, {each.key: each.columns for each in coming})
    show_tops(store, entity, [each.key for each in old])


def _uncover(what: Import, entity: Entity, old: list[_Coming]) -> None:
    """Keep on top what was changed by hand, unless it is to be overwritten; refuse to cover what was made by hand."""
    if entity is VARIABLE_VALUE:  # a packaged one wins (seen): docs/internals/dataverse.md#environment-variables
        _drop_active(what.store, entity, old)
        return
    layered, kind = managed(what.store, entity, [each.key for each in old]), entity.title
    for each in old:
        if each.key not in layered:
            raise invalid(
                "0x8004f016",
                f"A managed solution cannot overwrite the {kind} component {each.part.key} with Id={each.key} which "
                f"has an unmanaged base instance.  The most likely scenario for this error is that an unmanaged "
                f"solution has installed a new unmanaged {kind} component on the target system, and now a managed "
                f"solution from the same publisher is trying to install that same {kind} component as managed.",
            )
    if what.overwrite:
        _drop_active(what.store, entity, old)
        what.store.sql.executemany("DELETE FROM _unpublished WHERE id = ?", [(each.key,) for each in old])


def _drop_active(store: Store, entity: Entity, old: list[_Coming]) -> None:
    layers = [(ACTIVE, entity.name, each.key) for each in old]
    store.sql.executemany("DELETE FROM _layer WHERE solutionid = ? AND entity = ? AND id = ?", layers)


def _put_links(what: Import, ids: Ids) -> None:
    drop_links(what.store, what.solution, undo=False)
    found = list[Pair]()
    for link in what.package.links:
        ends = ((link.pair.first, *link.first), (link.pair.second, *link.second))
        first, second = (ids.get((table, column, value.casefold())) for table, column, value in ends)
        if first is None or second is None:
            raise invalid("0x80048033", f"{link.pair.navigation}: {ends} Does Not Exist")
        found.append((link.pair.navigation, first, second))
    put_links(what.store, what.solution, found)


def _list(what: Import, coming: Sequence[_Coming]) -> None:
    """Write the solution's list of components: those with a table here, and those that are only known by name."""
    store, package, solution = what.store, what.package, what.solution
    stated = {(root.kind, root.name.lower()): root.behavior for root in package.roots}
    typed = [(each.part.entity.component_type, each) for each in coming]
    behaviors = {(kind, each.key): stated.get((kind, each.part.key.lower()), 0) for kind, each in typed}
    for root in package.roots:
        if root.kind != WEB_RESOURCE_TYPE:
            behaviors.setdefault((root.kind, component_id(root.kind, root.name)), root.behavior)
    records.list_components(store, solution, behaviors)
    store.sql.execute("DELETE FROM _unknown WHERE solutionid = ?", [solution])
    rows = [(solution, each.kind, each.name, each.content) for each in package.unknown]
    store.sql.executemany("INSERT INTO _unknown VALUES (?, ?, ?, ?)", rows)
