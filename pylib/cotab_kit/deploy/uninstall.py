"""Uninstall a provider so that nothing of it is left, whatever part of it is still there.

May be cut off at any call and run again, and also cleans up where the solution was deleted in the portal.
"""

from __future__ import annotations

from collections.abc import Collection

from cotab_kit.deploy.client import Environment
from cotab_kit.deploy.dependencies import blocking, variable_values
from cotab_kit.deploy.jobs import job_done, when_unlocked
from cotab_kit.deploy.journal import Journal, stays
from cotab_kit.deploy.leftovers import delete_leftovers, delete_listed, delete_orphans, delete_settings
from cotab_kit.deploy.lookups import PUBLISHER_ID, Installed, held, installed, other_solutions, publisher
from cotab_kit.deploy.preflight import missing_tables
from cotab_kit.deploy.release import Release
from cotab_kit.deploy.verify import Verdict, verify
from cotab_kit.errors import OrgError
from cotab_setup.provisioning import (
    WebApi,
    Widget,
    carry_out,
    plan_behavior_removal,
    plan_removal,
    present,
    reset_widgets,
    widgets,
)
from cotab_setup.web_api import ABSENT, call

WIDGET_WAYS = "--reset-widgets takes it out of them; --keep-widgets leaves them as they are."


async def uninstall(  # noqa: PLR0913 - the command's options
    org: Environment,
    release: Release,
    journal: Journal,
    *,
    clear_widgets: bool = False,
    keep_widgets: bool = False,
    also: Collection[str] = (),
) -> Verdict | None:
    """Uninstall a release. Returns what is left then, None in a dry run.

    `also` are names, or GUIDs, of what only looks like ours and is to go as well. Raises OrgError for what stands in
    the way, before anything is deleted; WebApiError where the org refuses something.
    """
    api, chosen = org.api, {name.casefold() for name in also}
    await call(api, "GET", "WhoAmI", "Signing in")
    solutions = [each for each in (await held(api, release.name), await installed(api, release.name)) if each]
    for there in solutions:
        if there.managed:
            await _refuse_if_used(api, release, there.name)
    if not await missing_tables(api):
        await _widgets(api, release, journal, clear=clear_widgets, keep=keep_widgets)
        await _rows(api, release, journal, chosen)
    for there in solutions:
        if there.managed:  # what an unmanaged one lists does not go with it
            await _variables(api, there, journal)
    await delete_settings(api, release, journal)
    await carry_out(api, await plan_behavior_removal(api, release.provisioning), journal.step, dry_run=journal.dry_run)
    await delete_listed(api, release, journal, everything=True)
    await _solution(org, release, journal)
    await delete_leftovers(api, release, journal, also=chosen, everything=True)
    await delete_orphans(api, journal, also=chosen)
    await _publisher(api, release, journal, chosen)
    return None if journal.dry_run else await verify(api, release)


async def _refuse_if_used(api: WebApi, release: Release, solution: str) -> None:
    if reasons := await blocking(api, release, solution):
        raise OrgError(
            f"{solution} cannot be uninstalled yet:\n" + "\n".join(f"  {reason}" for reason in reasons),
            hint="Take these out of what uses them (session templates name app tab templates), then run it again.",
        )


async def _rows(api: WebApi, release: Release, journal: Journal, also: Collection[str]) -> None:
    presence = await present(api, release.provisioning, also)
    journal.similar(presence, also)
    await carry_out(api, plan_removal(presence, also=also), journal.step, dry_run=journal.dry_run)


async def _widgets(api: WebApi, release: Release, journal: Journal, *, clear: bool, keep: bool) -> None:
    """Refuse, clear or keep chat widgets that name the provider: once it is gone, their button does nothing."""
    chosen = await widgets(api, release.provisioning)
    for widget in chosen:
        if clear:
            journal.report(f"take the provider out of the chat widget “{_title(widget)}”")
        elif keep:
            journal.note(f"The chat widget “{_title(widget)}” has the provider chosen")
    if chosen and not clear and not keep:
        stop, ways = f"Chat widgets still have the provider chosen: {', '.join(map(_title, chosen))}", WIDGET_WAYS
        if not journal.dry_run:
            raise OrgError(stop, hint=ways)
        journal.note(f"{stop}. That stops an uninstallation. {ways}")
    if clear and not journal.dry_run:
        await reset_widgets(api, chosen)


def _title(widget: Widget) -> str:
    return widget.name or str(widget.id)


async def _variables(api: WebApi, there: Installed, journal: Journal) -> None:
    for path in await variable_values(api, there.id):
        journal.report("delete the value that was set for an environment variable", path)
        if not journal.dry_run:
            await call(api, "DELETE", path, "Deleting a value of an environment variable", accepted=ABSENT)


async def _solution(org: Environment, release: Release, journal: Journal) -> None:
    """Remove an upgrade that was begun and not finished, which lies over the solution, then the solution."""

    async def attempt() -> None:
        for there in (await held(org.api, release.name), await installed(org.api, release.name)):
            if there:
                journal.report(f"uninstall the solution {there.name} {there.version}")
                if not journal.dry_run:
                    await _remove(org, there)

    await when_unlocked(org, attempt, journal)


async def _remove(org: Environment, there: Installed) -> None:
    """Remove a solution: a managed one takes its components along, an unmanaged one is only a list."""

    async def done() -> bool:
        return await installed(org.api, there.name) is None

    if there.managed:
        body, doing = {"SolutionUniqueName": there.name}, "Uninstalling the solution"
        await job_done(org, "UninstallSolutionAsync", body, doing, done)
    else:
        await call(org.api, "DELETE", f"solutions({there.id})", "Deleting the solution", accepted=ABSENT)


async def _publisher(api: WebApi, release: Release, journal: Journal, also: Collection[str]) -> None:
    """Delete the publisher if an import has made it and it has no other solution."""
    name = release.provisioning.publisher
    found = await publisher(api, name)
    if found is None:
        return
    title = f"the publisher {name}"
    if others := await other_solutions(api, found[PUBLISHER_ID], release.name):
        journal.note(f"The publisher {name} stays: {', '.join(others)}")
        return
    if not release.has_made(found) and name.casefold() not in also:
        journal.note(stays(title, name))
        return
    journal.report(f"delete {title}")
    if not journal.dry_run:
        await call(api, "DELETE", f"publishers({found[PUBLISHER_ID]})", f"Deleting {title}", accepted=ABSENT)
