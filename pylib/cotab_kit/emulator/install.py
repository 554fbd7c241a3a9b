"""Import of a solution: the checks that need an org, then publisher, solution, components and their layers.

It happens within a transaction: what fails leaves nothing behind.
Rules: docs/internals/dataverse.md#import-upgrade-and-uninstall.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import NAMESPACE_OID, uuid5

from cotab_kit.emulator import records
from cotab_kit.emulator.dependencies import present, remember
from cotab_kit.emulator.errors import RefusedError, invalid
from cotab_kit.emulator.layers import ACTIVE, drop_layer, save_layer, show_top, top_layer
from cotab_kit.emulator.package import WEB_RESOURCE_TYPE, Package, Root, version_numbers
from cotab_kit.emulator.parts import Part
from cotab_kit.emulator.schema import Row
from cotab_kit.emulator.store import Store, now
from cotab_kit.emulator.tables import ENTITIES
from cotab_kit.emulator.tables.solutions import PUBLISHER, SOLUTION, WEB_RESOURCE
from cotab_kit.emulator.uninstall import remove_solution

UPGRADE = "_Upgrade"


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
    if not package.managed:
        raise _cannot_hold(f"Cannot create a holding solution for the unmanaged solution {name}.")
    if version_numbers(package.version) <= version_numbers(str(installed["version"])):
        raise _cannot_hold(
            "The import solution must have a higher version than the existing solution it is upgrading "
            f"({package.version}, {installed['version']})."
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
    keys = [_put_part(what, part) for part in what.package.parts]
    _list_components(what, keys)
    remember(what.store, what.solution, what.package.required)
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
    missing = [each.name for each in package.required if not present(store, each)]
    if missing:
        raise invalid(
            "0x8004801d",
            f"The following solution cannot be imported: {package.unique_name}. Some dependencies are missing. The "
            f"missing dependencies are : {', '.join(missing)}",
        )


def _put_part(what: Import, part: Part) -> str:
    """Bring a component into the org, or onto the one that is there. Returns its id."""
    store, entity = what.store, part.entity
    columns = part.columns | {name: _target(store, part, name, *key) for name, key in part.lookups.items()}
    found = next(iter(store.find(entity, **{part.key_column: part.key})), None)
    records.check_rules(store, entity, columns)
    key = str(found[entity.primary_id]) if found else records.create(store, entity, columns)
    columns.pop(entity.primary_id, None)  # it stays what it is, whatever a package says
    if what.package.managed:
        _uncover(what, part, key, found)
        save_layer(store, what.solution, entity, key, columns)
        show_top(store, entity, key)
    elif found:
        records.change(store, entity, key, columns)
    return key


def _uncover(what: Import, part: Part, key: str, before: Row | None) -> None:
    """Keep on top what has been made or changed by hand, unless it is to be overwritten."""
    if before and not top_layer(what.store, part.entity, key):
        save_layer(what.store, ACTIVE, part.entity, key, {name: before[name] for name in part.columns})
    if what.overwrite:
        drop_layer(what.store, ACTIVE, part.entity, key)
        what.store.sql.execute("DELETE FROM _unpublished WHERE id = ?", [key])


def _target(store: Store, part: Part, column: str, key_column: str, value: str) -> str:
    """Return the id of the row that a lookup in a package names."""
    target = ENTITIES[part.entity.by_name[column].target]
    found = store.find(target, **{key_column: value}) if key_column in target.by_name else []
    if not found:
        raise invalid(
            "0x80048033",
            f"{part.entity.name} With {part.key_column} = {part.key} cannot be imported: {target.name} With "
            f"{key_column} = {value[:200]} Does Not Exist",
        )
    return str(found[0][target.primary_id])


def _list_components(what: Import, keys: list[str]) -> None:
    """Write the solution's list of components: those with a table here, and those that are only known by name."""
    store, package, solution = what.store, what.package, what.solution
    behavior = {(root.kind, root.name.lower()): root.behavior for root in package.roots}
    for part, key in zip(package.parts, keys, strict=True):
        kind = part.entity.component_type
        records.list_component(store, solution, kind, key, behavior.get((kind, part.key.lower()), 0))
    for root in package.roots:
        if root.kind != WEB_RESOURCE_TYPE:
            records.list_component(store, solution, root.kind, _unknown_id(root), root.behavior)
    store.sql.execute("DELETE FROM _unknown WHERE solutionid = ?", [solution])
    rows = [(solution, each.kind, each.name, each.content) for each in package.unknown]
    store.sql.executemany("INSERT INTO _unknown VALUES (?, ?, ?, ?)", rows)


def _unknown_id(root: Root) -> str:
    return str(uuid5(NAMESPACE_OID, f"{root.kind} {root.name.lower()}"))


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
