"""Importing a solution: the checks that need an org, then publisher, solution, components and their layers.

Called by jobs.py within a transaction: what fails leaves nothing behind. Rules: facts, dataverse.md, sections 2 and 5.
"""

from __future__ import annotations

from uuid import NAMESPACE_OID, uuid5

from cotab_kit.desktop.org import records
from cotab_kit.desktop.org.errors import WebApiError, invalid
from cotab_kit.desktop.org.layers import ACTIVE, save_layer, show_top, top_layer
from cotab_kit.desktop.org.package import WEB_RESOURCE_TYPE, Package, Part, Root, version_numbers
from cotab_kit.desktop.org.schema import Row
from cotab_kit.desktop.org.store import Store, now
from cotab_kit.desktop.org.tables import ENTITIES
from cotab_kit.desktop.org.tables.solutions import PUBLISHER, SOLUTION, WEB_RESOURCE
from cotab_kit.desktop.org.uninstall import replace_solution

UPGRADE = "_Upgrade"


def install(store: Store, package: Package, *, overwrite: bool, upgrade: bool = False, hold: bool = False) -> str:
    """Import a package; returns the solution's id.

    `upgrade` removes what the new version no longer has, `hold` leaves that for later. A plain import removes nothing.
    """
    installed = find_solution(store, package.unique_name)
    _check_mode(package, installed)
    publisher = _publisher(store, package, installed)
    if installed is None or not (upgrade or hold):
        return _put(store, package, publisher, str(installed["solutionid"]) if installed else None, overwrite=overwrite)
    _check_upgrade(store, package, installed)
    held = _put(store, package, publisher, None, overwrite=overwrite, suffix=UPGRADE)
    if not hold:
        promote(store, package.unique_name)
    return held


def promote(store: Store, unique_name: str) -> str:
    """Put the upgrade that is held in the place of its solution. Returns the solution's id."""
    old, new = find_solution(store, unique_name), find_solution(store, unique_name + UPGRADE)
    if old is None or new is None:
        raise invalid("0x8004853b", f"The {unique_name} solution doesn't have an upgrade that is ready to be applied.")
    try:
        replace_solution(store, str(old["solutionid"]))
    except WebApiError as error:
        text = f"Solution Upgrade action failed after import as holding. InnerException is: {error.message}"
        raise invalid("0x8004f046", text) from error
    store.update(SOLUTION, str(new["solutionid"]), {"uniquename": unique_name})
    return str(new["solutionid"])


def find_solution(store: Store, unique_name: str) -> Row | None:
    """The solution of this name."""
    return next(iter(store.find(SOLUTION, uniquename=unique_name)), None)


def _check_mode(package: Package, installed: Row | None) -> None:
    if installed is None or installed["ismanaged"] == package.managed:
        return
    was, wants = ("an unmanaged", "managed") if package.managed else ("a managed", "unmanaged")
    raise invalid(
        "0x80048040" if package.managed else "0x80048041",
        f"The solution is already installed on this system as {was} solution and the package supplied is attempting to "
        f"install it in {wants} mode. Import can only update solutions when the modes match. Uninstall the current solution "
        "and try again.",
    )


def _check_upgrade(store: Store, package: Package, installed: Row) -> None:
    if not package.managed:
        raise invalid("0x80048033", f"Solution '{package.unique_name}' is unmanaged and cannot be upgraded.")
    if version_numbers(package.version) <= version_numbers(str(installed["version"])):
        raise invalid(
            "0x80048033",
            f"Solution '{package.unique_name}' failed to import: the version {package.version} of the upgrade must be higher "
            f"than the installed version {installed['version']}.",
        )
    if find_solution(store, package.unique_name + UPGRADE):
        raise invalid("0x8004f023", f"The solution unique name '{package.unique_name}{UPGRADE}' is already being used.")


def _publisher(store: Store, package: Package, installed: Row | None) -> str:
    """The publisher's id; one that is not there yet comes with its first solution."""
    name = str(package.publisher["uniquename"])
    found = store.find(PUBLISHER, uniquename=name)
    key = str(found[0]["publisherid"]) if found else records.create(store, PUBLISHER, package.publisher)
    if installed and installed["publisherid"] != key:
        old = store.get(PUBLISHER, str(installed["publisherid"]))
        raise invalid(
            "0x8004801c",
            f"The following managed solution cannot be imported: {package.unique_name}. The publisher name cannot be changed "
            f"from {old['uniquename'] if old else ''} to {name}.",
        )
    return key


def _put(
    store: Store, package: Package, publisher: str, solution: str | None, *, overwrite: bool, suffix: str = ""
) -> str:
    row: Row = {
        "friendlyname": package.title,
        "version": package.version,
        "description": package.description or None,
        "publisherid": publisher,
        "ismanaged": package.managed,
        "updatedon": now(),
    }
    if solution is None:
        named: Row = {"uniquename": package.unique_name + suffix, "installedon": now()}
        solution = store.insert(SOLUTION, row | named)
    else:
        store.update(SOLUTION, solution, row)
    _check_roots(store, package)
    keys = [_put_part(store, package, solution, part, overwrite=overwrite) for part in package.parts]
    _list_components(store, package, solution, keys)
    _set_configuration_page(store, package, solution)
    store.next_number("token")
    return solution


def _check_roots(store: Store, package: Package) -> None:
    """What is listed must be there, and a web resource that is there must be listed."""
    carried = {part.key.lower() for part in package.parts if part.entity is WEB_RESOURCE}
    listed = {root.name.lower() for root in package.roots if root.kind == WEB_RESOURCE_TYPE}
    for root in package.roots:
        if (
            root.kind == WEB_RESOURCE_TYPE
            and root.name.lower() not in carried
            and not store.find(WEB_RESOURCE, name=root.name)
        ):
            raise invalid(
                "0x8004801f",
                f"Cannot add a Root Component {root.name} of type WebResource because it is not in the target system.",
            )
    for name in sorted(carried - listed):
        raise invalid(
            "0x8004803a",
            f"The import has failed because component {name} of type {WEB_RESOURCE_TYPE} is not declared in the solution file "
            "as a root component. To fix this, import again using the XML file that was generated when you exported the "
            "solution.",
        )
    missing = [each for each in package.required if not _present(store, each)]
    if missing:
        names = ", ".join(
            f"{each.get('displayName') or each.get('schemaName')} ({each.get('solution', '')})" for each in missing
        )
        raise invalid(
            "0x8004801d",
            f"The following solution cannot be imported: {package.unique_name}. Some dependencies are missing. ({names})",
        )


def _present(store: Store, required: object) -> bool:
    """Whether something that the package needs and does not bring is in the org."""
    attributes = dict(required) if isinstance(required, dict) else {}
    if attributes.get("type") == str(WEB_RESOURCE_TYPE):
        return bool(store.find(WEB_RESOURCE, name=attributes.get("schemaName")))
    entity = ENTITIES.get(attributes.get("type", "").lower())
    if entity is not None:
        keys = {name.removeprefix("id."): value for name, value in attributes.items() if name.startswith("id.")}
        columns = {
            (entity.keys[0] if entity.keys and name == "uniquename" else name): value for name, value in keys.items()
        }
        return set(columns) <= set(entity.by_name) and bool(store.find(entity, **columns))
    owner = attributes.get("solution", "").partition(" ")[0]
    return owner in ("System", "Active") or find_solution(store, owner) is not None


def _put_part(store: Store, package: Package, solution: str, part: Part, *, overwrite: bool) -> str:
    """Bring a component into the org, or onto the one that is there. Returns its id."""
    columns = part.columns | {name: _target(store, part, name, *key) for name, key in part.lookups.items()}
    found = store.find(part.entity, **{part.key_column: part.key})
    records.check_rules(store, part.entity, columns)
    if not found:
        key = records.create(store, part.entity, columns)
    else:
        key = str(found[0][part.entity.primary_id])
        columns.pop(part.entity.primary_id, None)
    if package.managed:
        _lay_managed(store, solution, part, key, columns, found[0] if found else None, overwrite=overwrite)
    elif found:
        records.change(store, part.entity, key, columns)
    return key


def _lay_managed(  # noqa: PLR0913 - what is known of a component
    store: Store, solution: str, part: Part, key: str, columns: Row, before: Row | None, *, overwrite: bool
) -> None:
    if before and not top_layer(store, part.entity, key):  # it has been made by hand: that stays on top
        save_layer(store, ACTIVE, part.entity, key, {name: before[name] for name in columns})
    if overwrite:
        store.sql.execute(
            "DELETE FROM _layer WHERE solutionid = ? AND entity = ? AND id = ?", [ACTIVE, part.entity.name, key]
        )
        store.sql.execute("DELETE FROM _unpublished WHERE id = ?", [key])
    save_layer(store, solution, part.entity, key, columns)
    show_top(store, part.entity, key)


def _target(store: Store, part: Part, column: str, key_column: str, value: str) -> str:
    target = ENTITIES[part.entity.by_name[column].target]
    found = store.find(target, **{key_column: value}) if key_column in target.by_name else []
    if not found:
        raise invalid(
            "0x80048033",
            f"{part.entity.name} With {part.key_column} = {part.key} cannot be imported: {target.name} With {key_column} = "
            f"{value[:200]} Does Not Exist",
        )
    return str(found[0][target.primary_id])


def _list_components(store: Store, package: Package, solution: str, keys: list[str]) -> None:
    """The solution's list of components: those with a table here, and those that are only known by name."""
    behavior = {(root.kind, root.name.lower()): root.behavior for root in package.roots}
    for part, key in zip(package.parts, keys, strict=True):
        kind = part.entity.component_type
        records.list_component(store, solution, kind, key, behavior.get((kind, part.key.lower()), 0))
    for root in package.roots:
        if root.kind != WEB_RESOURCE_TYPE:
            records.list_component(store, solution, root.kind, _unknown_id(root), root.behavior)
    store.sql.execute("DELETE FROM _unknown WHERE solutionid = ?", [solution])
    store.sql.executemany(
        "INSERT INTO _unknown VALUES (?, ?, ?, ?)",
        [(solution, each.kind, each.name, each.content) for each in package.unknown],
    )


def _unknown_id(root: Root) -> str:
    return str(uuid5(NAMESPACE_OID, f"{root.kind} {root.name.lower()}"))


def _set_configuration_page(store: Store, package: Package, solution: str) -> None:
    if not package.configuration_page:
        return
    found = store.find(WEB_RESOURCE, name=package.configuration_page)
    if package.configuration_page.lower() not in {part.key.lower() for part in package.parts} or not found:
        raise invalid("0x8004701d", "The solution configuration page must exist within the solution it represents.")
    if found[0]["webresourcetype"] != 1:
        raise invalid("0x8004701c", "The solution configuration page must be an HTML web resource.")
    store.update(SOLUTION, solution, {"configurationpageid": found[0]["webresourceid"]})
