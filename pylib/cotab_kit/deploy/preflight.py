"""Checks before anything is written: what would make an installation fail, what an administrator should know."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from cotab_kit.deploy.journal import also_called
from cotab_kit.deploy.lookups import CARRIED, held, installed, listed, web_resources
from cotab_kit.deploy.policy import consequence
from cotab_kit.deploy.release import Release, kind, numbers
from cotab_kit.solution.web_resources import web_resource_id
from cotab_setup.provisioning import WebApi, missing_privileges, present
from cotab_setup.provisioning.rows import LOCALES, TABLES
from cotab_setup.web_api import any_of, call, literal, query, rows_of

COMMANDS = "msdyn_slashcommands"
IMPORT = "prvImportCustomization"
KILOBYTE = 1024
BASE64 = 4 / 3
ALSO = "Rename or delete it in the org, or let it be overwritten:"
SEPARATORS = str.maketrans(",;", "  ")


@dataclass(frozen=True)
class Note:
    """Something about the org. `hint` says what to do about it; with what `stops` an installation cannot work."""

    text: str
    hint: str = ""
    stops: bool = False


async def preflight(api: WebApi, release: Release, also: Collection[str] = ()) -> list[Note]:
    """Check everything. Raises WebApiError where the org does not even answer."""
    await call(api, "GET", "WhoAmI", "Signing in")
    if missing := await missing_tables(api):
        return [_no_omnichannel(missing)]
    organization = await _organization(api)
    return [
        *_size(organization, release),
        *_policy(organization, release),
        *await _solution(api, release),
        *await _files(api, release, also),
        *await _slash_commands(api, release, also),
        *await _privileges(api),
    ]


async def missing_tables(api: WebApi) -> list[str]:
    """List those of Omnichannel's tables that the org does not have."""
    names = [table.name for table in TABLES.values()] + [name.removesuffix("s") for name in CARRIED]
    where = any_of(f"LogicalName eq {literal(name)}" for name in names)
    path = query("EntityDefinitions", select=["LogicalName"], where=where)
    found = {str(row.get("LogicalName")) for row in await rows_of(api, path, "Looking for the tables of Omnichannel")}
    return [name for name in names if name not in found]


def _no_omnichannel(missing: list[str]) -> Note:
    text = f"The org lacks {', '.join(missing)}: Omnichannel for Customer Service is not installed"
    return Note(text, "Install Omnichannel in the org, or name another org.", stops=True)


async def _organization(api: WebApi) -> dict[str, Any]:
    columns = ("maxuploadfilesize", "iscontentsecuritypolicyenabled", "contentsecuritypolicyconfiguration")
    rows = await rows_of(api, query("organizations", select=columns), "Reading the settings of the org")
    return rows[0] if rows else {}


def _size(organization: dict[str, Any], release: Release) -> Iterator[Note]:
    """Compare with the limit; whether it is for a file or its base64 is unknown (docs/internals/dataverse.md#size)."""
    limit = organization.get("maxuploadfilesize")
    if not isinstance(limit, int) or not limit or not release.resources:
        return
    name, size = max(((name, len(content)) for name, content in release.resources.items()), key=lambda file: file[1])
    told = f"{name} has {size:,} bytes; the org takes files of up to {limit:,}"
    hint = "Raise the limit (System Settings, Email), or build with a smaller page.max_web_resource_bytes."
    if size > limit:
        yield Note(told, hint, stops=True)
    elif size * BASE64 > limit:
        yield Note(f"{told}, and it is not known whether it counts them as base64", hint)


def _policy(organization: dict[str, Any], release: Release) -> Iterator[Note]:
    if organization.get("iscontentsecuritypolicyenabled"):
        text = str(organization.get("contentsecuritypolicyconfiguration") or "")
        yield Note(consequence(text, release.manifest.page.boot))


async def _solution(api: WebApi, release: Release) -> list[Note]:
    notes = []
    there = await installed(api, release.name)
    if there and there.managed != release.managed:
        hint = "Uninstall it there first, or install the other kind (--unmanaged)."
        was = kind(managed=there.managed)
        notes.append(Note(f"{release.name} is installed as {was}, and this is {release.kind}", hint, stops=True))
    elif there and numbers(there.version) > release.version:
        text = f"The org has {release.name} {there.version}, which is newer than {release.manifest.solution.version}"
        notes.append(Note(text, "Install a version that is newer still, or uninstall that one first.", stops=True))
    begun = await held(api, release.name)
    if begun and there is None:
        text = f"{begun.name} {begun.version} is in the org, an upgrade of {release.name}, which itself is gone"
        notes.append(Note(text, "Run uninstall, which takes it away; then install again.", stops=True))
    elif begun and not (release.managed and numbers(begun.version) == release.version):
        text = f"An upgrade of {release.name} to {begun.version} was begun in the org and not finished"
        notes.append(Note(text, "Apply or delete it there, under Solutions.", stops=True))
    return notes


async def _files(api: WebApi, release: Release, also: Collection[str]) -> list[Note]:
    """Find files of others that an unmanaged import would overwrite, as it does with whatever has the same name.

    One that our solution lists has been overwritten before. A managed import is refused by the org.
    """
    if release.managed:
        return []
    names, there = {name.casefold() for name in release.resources}, await installed(api, release.name)
    ours = await listed(api, [there] if there else [])
    files = [file for file in await web_resources(api, release.manifest.folder) if file.name.casefold() in names]
    others = [file for file in files if file.id not in {*ours, str(web_resource_id(file.name))}]
    return [
        Note(
            f"Importing overwrites the {file.title}, which somebody else made",
            f"{ALSO} {also_called(file.name)}",
            stops=True,
        )
        for file in others
        if {file.name.casefold(), file.id}.isdisjoint(also)
    ]


async def _slash_commands(api: WebApi, release: Release, also: Collection[str]) -> list[Note]:
    """Find slash commands that actions of others have; one may stand in all languages of one action."""
    texts = [row.body.get(COMMANDS) for row in release.provisioning.of_table(LOCALES)]
    wanted = {command for text in texts for command in _commands(text)}
    taken = await _taken(api, release, wanted, also) if wanted else {}
    hint = "Choose another slash_command in provider.toml, or free it in the org."
    return [
        Note(f"{command} is taken by “{label}”, an action of another provider", hint, stops=True)
        for command, label in sorted(taken.items())
    ]


async def _taken(api: WebApi, release: Release, wanted: set[str], also: Collection[str]) -> dict[str, str]:
    """Return those of the commands that others have, with the label of their action."""
    columns = (LOCALES.id_column, "msdyn_name", "msdyn_label", COMMANDS)
    path = query(LOCALES.entity_set, select=columns, where=f"{COMMANDS} ne null")
    rows = await rows_of(api, path, "Reading the slash commands of the org", guid=LOCALES.id_column)
    presence = await present(api, release.provisioning, also)
    going = [row for row in (*presence.foreign, *presence.similar) if row.is_called(also)]
    used = [row.used for row in presence.rows if row.used]
    ours = {str(row.id) for row in (*presence.ours, *used, *going)}
    return {
        command: str(row.get("msdyn_label") or row.get("msdyn_name"))
        for row in rows
        if str(row[LOCALES.id_column]).lower() not in ours
        for command in _commands(row.get(COMMANDS))
        if command in wanted
    }


def _commands(text: object) -> list[str]:
    return str(text or "").translate(SEPARATORS).casefold().split()


async def _privileges(api: WebApi) -> list[Note]:
    missing = await missing_privileges(api, also=[IMPORT])
    hint = "Ask for the role System Administrator or Omnichannel Administrator, or for these privileges."
    return [Note(f"You lack the privileges {', '.join(missing)}", hint, stops=True)] if missing else []
