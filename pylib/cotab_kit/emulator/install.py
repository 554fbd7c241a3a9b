"""Import of a solution: the checks that need an org, then publisher, solution, components and their layers.

It happens within a transaction: what fails leaves nothing behind.
Rules: docs/internals/dataverse.md#import-upgrade-and-uninstall.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from cotab_kit.emulator import records
from cotab_kit.emulator.errors import RefusedError, invalid
from cotab_kit.emulator.intersects import drop_links, put_link
from cotab_kit.emulator.layers import ACTIVE, drop_layer, save_layer, show_top, top_layer
from cotab_kit.emulator.needs import component_id, present, remember
from cotab_kit.emulator.package import WEB_RESOURCE_TYPE, Package, version_numbers
from cotab_kit.emulator.parts import Part
from cotab_kit.emulator.schema import Row
from cotab_kit.emulator.store import Store, now
from cotab_kit.emulator.tables import ENTITIES
from cotab_kit.emulator.tables.solutions import PUBLISHER, SOLUTION, VARIABLE, VARIABLE_VALUE, WEB_RESOURCE
from cotab_kit.emulator.uninstall import remove_solution

UPGRADE = "_Upgrade"

Ids = Mapping[tuple[str, str, str], str]  # of rows by table, column and value, as lookups name them


@dataclass(frozen=True)
class Import:
    """One import under way: what is imported, into which solution, and whether it covers what was changed by hand."""

    store: Store
    package: Package
    solution: str
    overwrite: bool


def install(store: Store, package: Package, *, overwrite: bool, hold: bool = False) -> None:
    """Import a package. It brings and changes components, and removes none.

    `hold` imports it beside the installed version, for `promote` to replace that one and what is no longer in it.
    """
    installed = find_solution(store, package.unique_name)
    if hold:
        _check_upgrade(store, package, installed)
    elif find_solution(store, package.unique_name + UPGRADE):
        raise _cannot_hold(f"Holding solution {package.unique_name}{UPGRADE} exists. Cannot update solution.")
    _check_mode(package, installed)
    publisher = _publisher(store, package, installed)
    name = package.unique_name + UPGRADE if hold else package.unique_name
    solution = _solution(store, package, publisher, name)
    _bring(Import(store, package, solution, overwrite))


def promote(store: Store, unique_name: str) -> str:
    """Put the upgrade that is held in the place of its solution. Returns the solution's id."""
    old, new = find_solution(store, unique_name), find_solution(store, unique_name + UPGRADE)
    if old is None or new is None:
        raise invalid("0x8004853b", f"The {unique_name} solution doesn't have an upgrade that is ready to be applied.")
    try:
        remove_solution(store, str(old["solutionid"]))
    except RefusedError as error:
        text = f"Solution Upgrade action failed after import as holding. InnerException is: {error.message}"
        raise invalid("0x8004f046", text) from error
    store.update(SOLUTION, str(new["solutionid"]), {"uniquename": unique_name})
    return str(new["solutionid"])


def find_solution(store: Store, unique_name: str) -> Row | None:
    """Find the solution of this name."""
    return next(iter(store.find(SOLUTION, uniquename=unique_name)), None)


def _check_mode(package: Package, installed: Row | None) -> None:
    if installed is None or installed["ismanaged"] == package.managed:
        return
    was, wants = ("an unmanaged", "managed") if package.managed else ("a managed", "unmanaged")
    raise invalid(
        "0x80048040" if package.managed else "0x80048041",
        f"The solution is already installed on this system as {was} solution and the package supplied is attempting to "
        f"install it in {wants} mode. Import can only update solutions when the modes match. Uninstall the current "
        "solution and try again.",
    )


def _check_upgrade(store: Store, package: Package, installed: Row | None) -> None:
    """Allow only the upgrade of an installed managed solution, to a higher version, once at a time."""
    name = package.unique_name
    if installed is None:
        raise _cannot_hold(f"Cannot create a holding solution for missing base {name}.")
    if find_solution(store, name + UPGRADE):
        raise _cannot_hold(f"Holding solution {name}{UPGRADE} already exists.")
    if not (package.managed and installed["ismanaged"]):
        raise _cannot_hold("The imported solution and the existing solution must both be managed for upgrade.")
    if version_numbers(package.version) <= version_numbers(str(installed["version"])):
        raise invalid(
            "0x80048541",
            "The import solution must have a higher version than the existing solution it is upgrading. "
            f"({package.version}, {installed['version']})",
        )


def _cannot_hold(reason: str) -> RefusedError:
    head = "ImportAsHolding failed with exception :Solution manifest import: FAILURE:"
    return invalid("0x80048539", f"{head} {reason}")


def _publisher(store: Store, package: Package, installed: Row | None) -> str:
    """Return the publisher's id; one that is not there yet comes with its first solution."""
    name = str(package.publisher["uniquename"])
    found = store.find(PUBLISHER, uniquename=name)
    key = str(found[0]["publisherid"]) if found else records.create(store, PUBLISHER, package.publisher)
    if installed and installed["publisherid"] != key:
        old = store.get(PUBLISHER, str(installed["publisherid"]))
        raise invalid(
            "0x8004801c",
            f"The following managed solution cannot be imported: {package.unique_name}. The publisher name cannot be "
            f"changed from {old['uniquename'] if old else ''} to {name}.",
        )
    return key


def _solution(store: Store, package: Package, publisher: str, name: str) -> str:
    """Write the solution's own row, a new one or that of an update. Returns its id."""
    row: Row = {
        "friendlyname": package.title,
        "version": package.version,
        "description": package.description or None,
        "publisherid": publisher,
        "ismanaged": package.managed,
        "updatedon": now(),
    }
    installed = find_solution(store, name)
    if installed is None:
        return store.insert(SOLUTION, {**row, "uniquename": name, "installedon": now()})
    store.update(SOLUTION, str(installed["solutionid"]), row)
    return str(installed["solutionid"])


def _bring(what: Import) -> None:
    """Write the components, and the solution's list of them."""
    _check_complete(what.store, what.package)
    parts = what.package.parts
    there = [_there(what.store, part) for part in parts]
    keys = [_id(part, found) for part, found in zip(parts, there, strict=True)]
    ids = {name: key for part, key in zip(parts, keys, strict=True) for name in _names(part, key)}
    for part, found in zip(parts, there, strict=True):
        _put_part(what, part, found, ids)
    _put_links(what, ids)
    _list_components(what, keys)
    remember(what.store, what.solution, what.package.required)
    kept = base64.b64encode(what.package.content).decode()
    what.store.sql.execute("INSERT OR REPLACE INTO _package VALUES (?, ?)", [what.solution, kept])
    _set_configuration_page(what)
    what.store.next_number("token")


def _check_complete(store: Store, package: Package) -> None:
    """Refuse what is listed and not there, a web resource that is not listed, and what needs something missing."""
    carried = {part.key.lower() for part in package.parts if part.entity is WEB_RESOURCE}
    listed = {root.name.lower() for root in package.roots if root.kind == WEB_RESOURCE_TYPE}
    for name in sorted(listed - carried):
        if not store.find(WEB_RESOURCE, name=name):
            text = f"Cannot add a Root Component {name} of type WebResource because it is not in the target system."
            raise invalid("0x8004801f", text)
    for name in sorted(carried - listed):
        raise invalid(
            "0x8004803a",
            f"The import has failed because component {name} of type {WEB_RESOURCE_TYPE} is not declared in the "
            "solution file as a root component. To fix this, import again using the XML file that was generated when "
            "you exported the solution.",
        )
    missing = [each.xml for each in package.required if not present(store, each)]
    if missing:
        raise invalid(
            "0x8004801d",
            f"The following solution cannot be imported: {package.unique_name}. Some dependencies are missing. The "
            f"missing dependencies are : <MissingDependencies>{''.join(missing)}</MissingDependencies> , "
            "ProductUpdatesOnly : False",
        )


def _id(part: Part, found: Row | None) -> str:
    """Return the id of the row that is there, or the one that it will have: rows may point at each other."""
    return str((found or part.columns).get(part.entity.primary_id) or uuid4())


def _there(store: Store, part: Part) -> Row | None:
    """Find the row that a component comes onto. A variable has one value, whoever has written it."""
    if part.entity is not VARIABLE_VALUE:
        return next(iter(store.find(part.entity, **{part.key_column: part.key})), None)
    ((column, (key_column, name)),) = part.lookups.items()
    keys = [row[VARIABLE.primary_id] for row in store.find(VARIABLE, **{key_column: name})]
    return next((row for key in keys for row in store.find(VARIABLE_VALUE, **{column: key})), None)


def _names(part: Part, key: str) -> list[tuple[str, str, str]]:
    """List the ways in which a lookup may name a row of the package."""
    table = part.entity.name
    return [(table, part.key_column, part.key.casefold()), (table, part.entity.primary_id, key.casefold())]


def _put_part(what: Import, part: Part, found: Row | None, ids: Ids) -> None:
    """Bring a component into the org, or onto the one that is there."""
    store, entity = what.store, part.entity
    key = ids[entity.name, part.key_column, part.key.casefold()]
    columns = part.columns | {name: _target(store, part, name, ids) for name in part.lookups}
    if not found:
        records.create(store, entity, columns | {entity.primary_id: key}, imported=True)
    columns.pop(entity.primary_id, None)  # it stays what it is, whatever a package says
    if what.package.managed:
        if found:
            records.check_rules(store, entity, part.columns, imported=True)
        _uncover(what, part, key, found)
        save_layer(store, what.solution, entity, key, columns)
        show_top(store, entity, key)
    elif found:
        records.change(store, entity, key, columns, imported=True)


def _put_links(what: Import, ids: Ids) -> None:
    drop_links(what.store, what.solution, undo=False)
    for link in what.package.links:
        ends = ((link.pair.first, *link.first), (link.pair.second, *link.second))
        first, second = (_found(what.store, ids, *end) for end in ends)
        if first is None or second is None:
            raise invalid("0x80048033", f"{link.pair.navigation}: {ends} Does Not Exist")
        put_link(what.store, what.solution, link.pair, first, second)


def _uncover(what: Import, part: Part, key: str, before: Row | None) -> None:
    """Keep on top what was changed by hand, unless it is to be overwritten; refuse to cover what was made by hand."""
    if part.entity is VARIABLE_VALUE:  # a packaged one wins (seen): docs/internals/dataverse.md#environment-variables
        drop_layer(what.store, ACTIVE, part.entity, key)
        return
    if before and not top_layer(what.store, part.entity, key):
        kind = part.entity.title
        raise invalid(
            "0x8004f016",
            f"A managed solution cannot overwrite the {kind} component {part.key} with Id={key} which has an unmanaged "
            f"base instance.  The most likely scenario for this error is that an unmanaged solution has installed a "
            f"new unmanaged {kind} component on the target system, and now a managed solution from the same publisher "
            f"is trying to install that same {kind} component as managed.",
        )
    if what.overwrite:
        drop_layer(what.store, ACTIVE, part.entity, key)
        what.store.sql.execute("DELETE FROM _unpublished WHERE id = ?", [key])


def _target(store: Store, part: Part, column: str, ids: Ids) -> str:
    """Return the id of the row that a lookup in a package names."""
    key_column, value = part.lookups[column]
    target = part.entity.by_name[column].target
    found = _found(store, ids, target, key_column, value)
    if found is None:
        raise invalid(
            "0x80048033",
            f"{part.entity.name} With {part.key_column} = {part.key} cannot be imported: {target} With "
            f"{key_column} = {value[:200]} Does Not Exist",
        )
    return found


def _found(store: Store, ids: Ids, table: str, column: str, value: str) -> str | None:
    """Find a row of the package, or of the org."""
    entity = ENTITIES[table]
    rows = store.find(entity, **{column: value}) if column in entity.by_name else []
    return ids.get((table, column, value.casefold())) or (str(rows[0][entity.primary_id]) if rows else None)


def _list_components(what: Import, keys: list[str]) -> None:
    """Write the solution's list of components: those with a table here, and those that are only known by name."""
    store, package, solution = what.store, what.package, what.solution
    behavior = {(root.kind, root.name.lower()): root.behavior for root in package.roots}
    for part, key in zip(package.parts, keys, strict=True):
        kind = part.entity.component_type
        records.list_component(store, solution, kind, key, behavior.get((kind, part.key.lower()), 0))
    for root in package.roots:
        if root.kind != WEB_RESOURCE_TYPE:
            key = component_id(root.kind, root.name)
            records.list_component(store, solution, root.kind, key, root.behavior)
    store.sql.execute("DELETE FROM _unknown WHERE solutionid = ?", [solution])
    rows = [(solution, each.kind, each.name, each.content) for each in package.unknown]
    store.sql.executemany("INSERT INTO _unknown VALUES (?, ?, ?, ?)", rows)


def _set_configuration_page(what: Import) -> None:
    name = what.package.configuration_page
    if not name:
        return
    found = what.store.find(WEB_RESOURCE, name=name)
    if name.lower() not in {part.key.lower() for part in what.package.parts} or not found:
        raise invalid("0x8004701d", "The solution configuration page must exist within the solution it represents.")
    if found[0]["webresourcetype"] != 1:
        raise invalid("0x8004701c", "The solution configuration page must be an HTML web resource.")
    what.store.update(SOLUTION, what.solution, {"configurationpageid": found[0]["webresourceid"]})
