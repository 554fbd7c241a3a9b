"""Import of a solution: the checks that need an org, then publisher, solution, components and their layers.

It happens within a transaction: what fails leaves nothing behind.
Rules: docs/internals/dataverse.md#import-upgrade-and-uninstall.
"""

from __future__ import annotations

import base64

from cotab_kit.emulator import records
from cotab_kit.emulator.components import Import, bring
from cotab_kit.emulator.errors import RefusedError, invalid
from cotab_kit.emulator.needs import present, remember
from cotab_kit.emulator.package import WEB_RESOURCE_TYPE, Package, version_numbers
from cotab_kit.emulator.schema import Row
from cotab_kit.emulator.store import Store, now
from cotab_kit.emulator.tables.solutions import PUBLISHER, SOLUTION, WEB_RESOURCE
from cotab_kit.emulator.uninstall import remove_solution
from cotab_kit.emulator.webresources import renew_token

UPGRADE = "_Upgrade"


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
    _finish(Import(store, package, solution, overwrite))


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


def _finish(what: Import) -> None:
    """Write the components, and what is kept beside them."""
    _check_complete(what.store, what.package)
    bring(what)
    remember(what.store, what.solution, what.package.required)
    kept = base64.b64encode(what.package.content).decode()
    what.store.sql.execute("INSERT OR REPLACE INTO _package VALUES (?, ?)", [what.solution, kept])
    _set_configuration_page(what)
    renew_token(what.store)


def _check_complete(store: Store, package: Package) -> None:
    """Refuse what is listed and not there, a web resource that is not listed, and what needs something missing."""
    carried = {part.key.lower() for part in package.parts if part.entity is WEB_RESOURCE}
    listed = {root.name.lower() for root in package.roots if root.kind == WEB_RESOURCE_TYPE}
    there = store.ids(WEB_RESOURCE, "name", listed - carried)
    for name in sorted(listed - carried):
        if name.casefold() not in there:
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
