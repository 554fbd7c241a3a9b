"""Web resources, templates and the like of ours that belong to no managed solution, and to nothing of this version.

An unmanaged solution takes nothing away with it, neither when it is deleted nor when a version has less than the one
before; and no solution takes away what an administrator has set.
"""

from __future__ import annotations

from cotab_kit.deploy.journal import Journal
from cotab_kit.deploy.lookups import Component, carried, variables, web_resources
from cotab_kit.deploy.release import Release
from cotab_setup.provisioning import WebApi, carry_out, plan_settings_removal
from cotab_setup.web_api import ABSENT, call


async def components(api: WebApi, release: Release) -> list[Component]:
    """List everything in the org that a solution of this provider may have brought, in the order of deleting."""
    return [
        *await carried(api, release.provisioning.templates),
        *await web_resources(api, release.manifest.folder),
        *await variables(api, release.provisioning.variable),
    ]


async def delete_leftovers(api: WebApi, release: Release, journal: Journal, *, everything: bool = False) -> None:
    """Delete what this version does not have, or everything. Raises WebApiError."""
    keep = set() if everything else wanted(release)
    for component in await components(api, release):
        if component.name.casefold() in keep or component.managed:
            continue
        journal.report(f"delete {component.title}")
        if not journal.dry_run:
            await call(api, "DELETE", component.path, f"Deleting {component.title}", accepted=ABSENT)


async def delete_settings(api: WebApi, release: Release, journal: Journal) -> None:
    """Delete what an administrator has set for the org. Raises WebApiError."""
    steps = await plan_settings_removal(api, release.provisioning)
    await carry_out(api, steps, journal.step, dry_run=journal.dry_run)


def wanted(release: Release) -> set[str]:
    """Return the names that this version has."""
    names = [*release.resources, *(name for keys in release.records.values() for name in keys)]
    return {name.casefold() for name in names}
