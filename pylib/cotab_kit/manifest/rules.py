"""The rules of provider.toml: what keys must be to each other, to files, and to the limits of Dataverse's columns.

They are looked at when every key for itself has been. Each broken rule names the other keys that it depends on: where
one of those is wrong itself, the finding would only confuse and is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from cotab_kit.errors import Finding
from cotab_kit.manifest.findings import finding
from cotab_kit.manifest.icons import png_problem, svg_problem
from cotab_kit.manifest.keys import key_at
from cotab_kit.manifest.languages import ENGLISH, LANGUAGES
from cotab_kit.manifest.lengths import units
from cotab_kit.manifest.model import Manifest, Preview
from cotab_kit.manifest.resolved import MAX_ICON, MAX_PARAMETER, ResolvedMode, address, provider_id, resolved_modes

# What no folder on Windows can be called; that of the web resources has the solution's name.
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}

# Solutions and publishers that every org has.
TAKEN_SOLUTIONS = {"active", "basic", "default", "system"}
TAKEN_PUBLISHERS = {"microsoftcorporation", "microsoftdynamics", "microsoftdynamics365", "microsoftpowerapps"}


@dataclass(frozen=True)
class Case:
    """A manifest with its modes, read in `folder`."""

    manifest: Manifest
    folder: Path
    modes: list[ResolvedMode]


class Broken(NamedTuple):
    """A broken rule of a key; without `fix` the key's own advice says what to write."""

    key: str
    value: object
    problem: str
    fix: str = ""
    others: tuple[str, ...] = ()


def broken_rules(manifest: Manifest, path: Path, wrong: Iterable[str]) -> list[Finding]:
    """Find what is wrong with a manifest, read from `path`, whose keys `wrong` are known to be so already."""
    case, keys = Case(manifest, path.parent, resolved_modes(manifest)), list(wrong)
    return [
        finding(path, broken.key, broken.value, broken.problem, broken.fix or key_at(broken.key.split(".")).advice)
        for rule in RULES
        for broken in rule(case)
        if not any(_about(key, (broken.key, *broken.others)) for key in keys)
    ]


def _about(key: str, others: Iterable[str]) -> bool:
    return any(key == other or key.startswith(f"{other}.") or other.startswith(f"{key}.") for other in others)


def _taken_names(case: Case) -> Iterator[Broken]:
    solution, publisher = case.manifest.solution.unique_name, case.manifest.publisher.unique_name
    if problem := solution_problem(solution):
        yield Broken("solution.unique_name", solution, problem, "choose another name")
    if publisher and publisher.lower() in TAKEN_PUBLISHERS:
        yield Broken("publisher.unique_name", publisher, "this is Microsoft's own", "write your own name")


def solution_problem(name: str) -> str:
    """Say why no solution can have this name, though it is made of the right letters; nothing if one can."""
    if name.lower() in TAKEN_SOLUTIONS:
        return "every org has one of this name"
    return "no folder on Windows can be called so" if name.lower() in RESERVED else ""


def _english(case: Case) -> Iterator[Broken]:
    """Require English: Omnichannel falls back to it, and it is the language of the solution."""
    tables: dict[str, Iterable[int]] = {"solution.names": case.manifest.solution.names}
    tables |= {f"modes.{mode.mode}.languages": mode.given.languages for mode in case.modes}
    for key, languages in tables.items():
        if languages and ENGLISH not in languages:
            yield Broken(key, None, "lacks English", f"add {LANGUAGES[ENGLISH]}")


def _templates(case: Case) -> Iterator[Broken]:
    prefix = f"{case.manifest.publisher.prefix}_"
    for mode in case.modes:
        if not mode.template.startswith(prefix):
            key, problem = f"modes.{mode.mode}.template", "an app tab template has the publisher's prefix"
            yield Broken(key, mode.template, problem, f'begin it with "{prefix}"', ("publisher.prefix",))


def _icons(case: Case) -> Iterator[Broken]:
    """Require that an icon of the author's exists, is SVG, and has an address that the column holds."""
    for mode in case.modes:
        key, icon = f"modes.{mode.mode}.icon", mode.given.icon
        if icon is None:
            continue
        if problem := svg_problem(case.folder / icon):
            yield Broken(key, icon, problem)
        length = units(address(mode.icon or ""))
        if length > MAX_ICON:
            problem = f"its address in the org is {length} characters long, {MAX_ICON} are allowed"
            fix = f"shorten solution.unique_name by {length - MAX_ICON}, or leave the icon out"
            yield Broken(key, icon, problem, fix, ("solution.unique_name", "publisher.prefix"))


def _parameters(case: Case) -> Iterator[Broken]:
    for mode in case.modes:
        key, given = f"modes.{mode.mode}.parameters", mode.given.parameters
        if "conversationId" in given:
            yield Broken(f"{key}.conversationId", given["conversationId"], "Dynamics sets it", "choose another name")
        length = max(units(mode.parameters_column), units(mode.data or ""))
        if length > MAX_PARAMETER:
            problem = f"is {length} characters long as the template has it, {MAX_PARAMETER} are allowed"
            yield Broken(key, None, problem, "move what need not stand in the org to [page.settings]")


def _slash_commands(case: Case) -> Iterator[Broken]:
    """Require that a slash command is unique in an org. One action may have the same in all its languages."""
    users: dict[str, ResolvedMode] = {}
    for mode in case.modes:
        for lcid, texts in mode.given.languages.items():
            command = (texts.slash_command or "").casefold()
            first = users.setdefault(command, mode)
            if command and first.mode != mode.mode:
                key = f"modes.{mode.mode}.languages.{LANGUAGES[lcid]}.slash_command"
                yield Broken(key, texts.slash_command, f"modes.{first.mode} has the same", "give each action its own")


def _names(case: Case) -> Iterator[Broken]:
    """Require distinct names for records of one table, in which capital letters do not count."""
    for kind in ("name", "capability_name", "template"):
        users: dict[str, ResolvedMode] = {}
        for mode in case.modes:
            name: str = getattr(mode, kind)
            first = users.setdefault(name.casefold(), mode)
            if first.mode != mode.mode:
                problem, others = f"modes.{first.mode} has the same", (f"modes.{first.mode}.{kind}", "provider.name")
                yield Broken(f"modes.{mode.mode}.{kind}", name, problem, "give each mode its own", others)


def _guids(case: Case) -> Iterator[Broken]:
    """Require a GUID for each row. Two actions with one GUID would also make two capabilities of one action."""
    rows: dict[object, list[str]] = defaultdict(list)
    rows[provider_id(case.manifest)].append("provider.guid")
    for mode in case.modes:
        rows[mode.action_id].append(f"modes.{mode.mode}.guid")
        rows[mode.capability_id].append(f"modes.{mode.mode}.capability_guid")
        for lcid in mode.texts:
            rows[mode.locale_id(lcid)].append(f"modes.{mode.mode}.languages.{LANGUAGES[lcid]}.guid")
    actions = {f"modes.{mode.mode}.guid" for mode in case.modes}
    for guid, (first, *others) in rows.items():
        for key in others:
            problem = f"{first} is the same"
            if key in actions and first.startswith("modes."):
                problem += ", and a capability must be the only one of its action and provider"
            yield Broken(key, str(guid), problem, "give each row its own, or leave it out", (first,))


def _appsource(case: Case) -> Iterator[Broken]:
    logo, terms = case.manifest.appsource.logo, case.manifest.appsource.terms
    if logo and (problem := png_problem(case.folder / logo)):
        yield Broken("appsource.logo", logo, problem)
    if terms and not (case.folder / terms).is_file():
        yield Broken("appsource.terms", terms, "there is no such file")


def _preview(case: Case) -> Iterator[Broken]:
    given = case.manifest.preview
    service = ("preview.server", "preview.command")
    if given.server and given.command:
        fix = "keep the one that is your service"
        yield Broken("preview.command", None, "preview.server is there too", fix, service)
    if given.command and not any("{port}" in part for part in given.command):
        yield Broken("preview.command", None, "does not say where the program shall listen", "add {port}")
    if not given.server and not given.command:
        for key in _asking_for_a_server(given):
            yield Broken(key, None, "there is no server", "add preview.server or preview.command", service)
    if given.settings and not case.manifest.page.settings:
        fix = "add [page.settings]: a solution without settings has none that can be changed"
        yield Broken("preview.settings", None, "[page.settings] is missing", fix, ("page.settings",))


def _asking_for_a_server(given: Preview) -> Iterator[str]:
    if given.script and given.script.startswith("/"):
        yield "preview.script"
    for key in ("script", "script_attributes", "settings", "frame_sources"):
        if "{server}" in str(getattr(given, key)):
            yield f"preview.{key}"


RULES: tuple[Callable[[Case], Iterator[Broken]], ...] = (
    _taken_names,
    _english,
    _templates,
    _icons,
    _parameters,
    _slash_commands,
    _names,
    _guids,
    _appsource,
    _preview,
)
