"""Uninstall a provider so that nothing of it is left, whatever part of it is still there.

May be cut off at any call and run again, and also cleans up where the solution was deleted in the portal.
"""

from __future__ import annotations

from cotab.provision import WebApi, WebApiError, remove, reset_widgets, widgets
from cotab.provision.web_api import call
from cotab_kit.errors import OrgError
from cotab_kit.org.client import Org
from cotab_kit.org.dependencies import blocking, variable_values
from cotab_kit.org.jobs import operation_ended, when_unlocked
from cotab_kit.org.journal import Journal
from cotab_kit.org.leftovers import delete_leftovers
from cotab_kit.org.lookups import Installed, installed, publisher, solutions_of
from cotab_kit.org.preflight import missing_tables
from cotab_kit.org.release import Release
from cotab_kit.org.verify import Verdict, verify

NOT_FOUND = 404


async def uninstall(
    org: Org, release: Release, journal: Journal, *, clear_widgets: bool = False, keep_widgets: bool = False
) -> Verdict | None:
    """Take everything away; what is left, or None in a dry run.

    Raises OrgError for what stands in the way, before anything is deleted; WebApiError where the org refuses something.
    """
    await call(org.api, "GET", "WhoAmI", "Signing in")
    there = await installed(org.api, release.name)
    if there and there.managed:
        await _refuse_if_used(org.api, release)
    if not await missing_tables(org.api):
        await _widgets(org.api, release, journal, clear=clear_widgets, keep=keep_widgets)
        await remove(org.api, release.provisioning, dry_run=journal.dry_run, report=journal.step)
    if there:
        await _variables(org.api, there, journal)
    await _solution(org, release, journal)
    await delete_leftovers(org.api, release, journal, everything=True)
    await _publisher(org.api, release, journal)
    return None if journal.dry_run else await verify(org.api, release)


async def _refuse_if_used(api: WebApi, release: Release) -> None:
    if reasons := await blocking(api, release):
        raise OrgError(
            f"{release.name} cannot be uninstalled yet:\n" + "\n".join(f"  {reason}" for reason in reasons),
            hint="Take these out of what uses them (session templates name app tab templates), then run it again.",
        )


async def _widgets(api: WebApi, release: Release, journal: Journal, *, clear: bool, keep: bool) -> None:
    """A widget that goes on naming a provider that is gone shows its customers a button that does nothing."""
    chosen = await widgets(api, release.provisioning)
    for widget in chosen:
        if clear:
            journal.say(f"take the provider out of the chat widget “{widget.name}”")
        else:
            journal.note(f"The chat widget “{widget.name}” has the provider chosen")
    if chosen and not clear and not keep and not journal.dry_run:
        raise OrgError(
            f"Chat widgets still have the provider chosen: {', '.join(widget.name for widget in chosen)}",
            hint="--reset-widgets takes it out of them; --keep-widgets leaves them as they are.",
        )
    if clear and not journal.dry_run:
        await reset_widgets(api, chosen)


async def _variables(api: WebApi, there: Installed, journal: Journal) -> None:
    for path in await variable_values(api, there.id):
        journal.say("delete the value that was set for an environment variable", path)
        if not journal.dry_run:
            await call(api, "DELETE", path, "Deleting a value of an environment variable", accepted=[NOT_FOUND])


async def _solution(org: Org, release: Release, journal: Journal) -> None:
    """A managed one takes its components along; an unmanaged one is only a list, and they follow one by one."""

    async def attempt() -> None:
        there = await installed(org.api, release.name)
        if there is None:
            return
        journal.say(f"uninstall the solution {there.name} {there.version}")
        if journal.dry_run:
            return
        if not there.managed:
            await call(org.api, "DELETE", f"solutions({there.id})", "Deleting the solution", accepted=[NOT_FOUND])
            return
        await _uninstall_managed(org, there)

    await when_unlocked(org, attempt, journal)


async def _uninstall_managed(org: Org, there: Installed) -> None:
    """Where the answer was lost and the request repeated, the solution may be gone by now: that is no failure."""
    doing = "Uninstalling the solution"
    try:
        body = {"SolutionUniqueName": there.name}
        reply = await call(org.api, "POST", "UninstallSolutionAsync", doing, body=body)
        await operation_ended(org, str(reply.body["AsyncOperationId"]), doing)
    except (WebApiError, OrgError):
        if await installed(org.api, there.name) is not None:
            raise


async def _publisher(api: WebApi, release: Release, journal: Journal) -> None:
    """It goes if it has no other solution."""
    found = await publisher(api, release.provisioning.publisher)
    if found is None:
        return
    others = [solution for solution in await solutions_of(api, found["publisherid"]) if solution.name != release.name]
    if others:
        journal.note(f"The publisher {found['uniquename']} stays: {', '.join(other.name for other in others)}")
        return
    title = f"the publisher {found['uniquename']}"
    journal.say(f"delete {title}")
    if not journal.dry_run:
        await call(api, "DELETE", f"publishers({found['publisherid']})", f"Deleting {title}", accepted=[NOT_FOUND])
