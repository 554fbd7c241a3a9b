"""Web resources, templates and the like in an org: those of ours that no solution takes away, and what looks like them.

An unmanaged solution takes nothing away with it, neither when it is deleted nor when a version has less than the one
before; and no solution takes away what an administrator has set. Ours is what the solution lists, and a web resource
with the GUID that the kit makes of its name. Whatever else has a name of ours is named and left, unless the
administrator says `also`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from cotab_kit.deploy.journal import Journal, also_called, stays
from cotab_kit.deploy.lookups import (
    VARIABLE,
    WEB_RESOURCE,
    Component,
    carried,
    held,
    installed,
    listed,
    variables,
    web_resources,
)
from cotab_kit.deploy.release import Release
from cotab_kit.solution.web_resources import web_resource_id
from cotab_setup.provisioning import Step, WebApi, carry_out, orphaned_values, plan_settings_removal
from cotab_setup.web_api import ABSENT, call


async def components(api: WebApi, release: Release) -> list[Component]:
    """List everything in the org that has a name of ours, in the order of deleting."""
    solutions = [await installed(api, release.name), await held(api, release.name)]
    ids = await listed(api, filter(None, solutions))
    rows = [*await carried(api, release.provisioning.templates), *await variables(api, release.provisioning.variable)]
    files = await web_resources(api, release.manifest.folder)
    return [
        *(replace(row, ours=row.id in ids) for row in rows),
        *(replace(file, ours=file.id == str(web_resource_id(file.name))) for file in files),
    ]


async def delete_listed(api: WebApi, release: Release, journal: Journal, *, everything: bool = False) -> None:
    """Delete rows that an unmanaged solution lists and this version does not have, or all of them.

    To be done before the solution goes, as only its list tells that they are ours. Raises WebApiError.
    """
    for component in await _unmanaged(api, release, everything=everything):
        if component.ours and component.kind != WEB_RESOURCE:
            await _delete(api, component, journal)


async def delete_leftovers(
    api: WebApi, release: Release, journal: Journal, *, also: Collection[str] = (), everything: bool = False
) -> None:
    """Delete web resources that this version does not have, or all of them, and what is called as `also` says.

    Names what looks like ours and stays. Raises WebApiError.
    """
    for component in await _unmanaged(api, release, everything=everything):
        chosen = not {component.name.casefold(), component.id}.isdisjoint(also)
        if chosen or (component.ours and component.kind == WEB_RESOURCE):
            await _delete(api, component, journal)
        elif not component.ours:
            journal.note(stays(component.title, component.name, component.id))


async def _unmanaged(api: WebApi, release: Release, *, everything: bool) -> list[Component]:
    keep = set() if everything else wanted(release)
    found = await components(api, release)
    return [each for each in found if not each.managed and each.name.casefold() not in keep]


async def _delete(api: WebApi, component: Component, journal: Journal) -> None:
    journal.report(f"delete {component.title}")
    if not journal.dry_run:
        await call(api, "DELETE", component.path, f"Deleting {component.title}", accepted=ABSENT)


async def settings(api: WebApi, release: Release) -> tuple[list[Step], list[Step]]:
    """List what administrators have set for the org: for our variable, and for one that only has its name.

    A value whose variable is gone counts as ours by its name; nobody else can use it. Raises WebApiError.
    """
    steps = await plan_settings_removal(api, release.provisioning, unlisted=True)
    defined = [each for each in await components(api, release) if each.kind == VARIABLE]
    return (steps, []) if all(each.ours for each in defined) else ([], steps)


async def delete_settings(api: WebApi, release: Release, journal: Journal) -> None:
    """Delete what an administrator has set for the org. Raises WebApiError."""
    ours, others = await settings(api, release)
    await carry_out(api, ours, journal.step, dry_run=journal.dry_run)
    for step in others:
        journal.note(f"{step.title} stays, as {release.name} has not brought the variable")


async def delete_orphans(api: WebApi, journal: Journal, *, also: Collection[str]) -> None:
    """Name values of environment variables that may be anybody's, and delete those that `also` says.

    Raises WebApiError.
    """
    for step in await orphaned_values(api):
        key = step.path.partition("(")[2].rstrip(")").lower()
        if key in also:
            await carry_out(api, [step], journal.step, dry_run=journal.dry_run)
        else:
            journal.note(f"{step.title} stays: {step.reason}; {also_called(key)} deletes it")


def wanted(release: Release) -> set[str]:
    """Return the names that this version has."""
    names = [*release.resources, *(name for keys in release.records.values() for name in keys)]
    return {name.casefold() for name in names}
