"""Install a release: look first, import the solution, set the rows up, see whether everything is there.

May be cut off at any call and run again: what is done already is found, and the rest follows.
"""

from __future__ import annotations

from collections.abc import Collection

from cotab_kit.deploy.client import Environment
from cotab_kit.deploy.jobs import import_solution, job_done, when_unlocked
from cotab_kit.deploy.journal import Journal
from cotab_kit.deploy.leftovers import delete_leftovers, delete_listed, delete_settings, wanted
from cotab_kit.deploy.lookups import Installed, held, installed, web_resources
from cotab_kit.deploy.preflight import preflight
from cotab_kit.deploy.push import publish
from cotab_kit.deploy.release import Release, numbers
from cotab_kit.deploy.verify import Verdict, verify
from cotab_kit.errors import OrgError
from cotab_setup.provisioning import WebApiError, carry_out, plan_set_up, present


async def install(  # noqa: PLR0913 - the command's options
    org: Environment,
    release: Release,
    journal: Journal,
    *,
    reset: bool = False,
    again: bool = False,
    also: Collection[str] = (),
) -> Verdict | None:
    """Install a release. Returns what is there then, None in a dry run.

    `reset` restores what an administrator has edited, `again` imports a version that is there already, `also` are
    names, or GUIDs, of what only looks like ours and is to go. Raises OrgError for what stands in the way, WebApiError
    where the org refuses something.
    """
    chosen = {name.casefold() for name in also}
    await _look(org, release, journal, chosen)
    await _import(org, release, journal, again=again)
    if not release.managed:  # its import takes nothing away, and publishes nothing
        await delete_listed(org.api, release, journal)
        await delete_leftovers(org.api, release, journal, also=chosen)
        found, ours = await web_resources(org.api, release.manifest.folder), wanted(release)
        await publish(org.api, [each.path for each in found if each.name.casefold() in ours], journal)
    if not release.has_settings:
        await delete_settings(org.api, release, journal)
    presence = await present(org.api, release.provisioning, chosen)
    journal.similar(presence, chosen)
    steps = plan_set_up(presence, reset=reset, also=chosen)
    await carry_out(org.api, steps, journal.step, dry_run=journal.dry_run)
    return None if journal.dry_run else await verify(org.api, release)


async def _look(org: Environment, release: Release, journal: Journal, also: Collection[str]) -> None:
    notes = await preflight(org.api, release, also)
    stopping = [note for note in notes if note.stops]
    for note in notes:
        if not note.stops:
            journal.note(f"{note.text}. {note.hint}".strip())
    if stopping:
        hints = dict.fromkeys(note.hint for note in stopping)
        raise OrgError("\n".join(note.text for note in stopping), hint="\n".join(hints))


async def _import(org: Environment, release: Release, journal: Journal, *, again: bool) -> None:
    """Look at the org before each try, as waiting for another import may show that it was ours."""

    async def attempt() -> None:
        there = await installed(org.api, release.name)
        if is_there(there, release) and not again:
            known = f"{release.name} {release.manifest.solution.version} is installed already"
            journal.note(f"{known}, and not imported again; for changes raise solution.version, or use --again")
        elif is_there(await held(org.api, release.name), release):
            journal.report(f"finish the upgrade to {_named(release)}, which was begun before")
            if not journal.dry_run:
                await _finish_upgrade(org, release)
        else:
            await _send(org, release, journal, there, again=again)

    await when_unlocked(org, attempt, journal)


async def _send(org: Environment, release: Release, journal: Journal, there: Installed | None, *, again: bool) -> None:
    content = release.zip
    upgrade = there is not None and release.managed and numbers(there.version) < release.version
    journal.report(f"{'upgrade' if upgrade else 'import'} {_named(release)}", f"{len(content):,} bytes")
    if journal.dry_run:
        return
    try:
        await import_solution(org, content, upgrade=upgrade, journal=journal)
    except (OrgError, WebApiError):  # what an earlier run has begun may have ended since the org was looked at
        if again or not is_there(await installed(org.api, release.name), release):
            raise


async def _finish_upgrade(org: Environment, release: Release) -> None:
    async def done() -> bool:
        return is_there(await installed(org.api, release.name), release)

    await job_done(org, "DeleteAndPromoteAsync", {"UniqueName": release.name}, "Finishing the upgrade", done)


def is_there(there: Installed | None, release: Release) -> bool:
    """Return whether the solution needs no import. An unmanaged one always does: authors do not count versions."""
    return there is not None and release.managed and numbers(there.version) == release.version


def _named(release: Release) -> str:
    return f"the {release.kind} solution {release.name} {release.manifest.solution.version}"
