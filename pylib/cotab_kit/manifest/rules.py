"""What keys of provider.toml must be to each other, to files, and to the limits of Dataverse's columns.

Looked at when every key for itself has been. A rule answers with findings, each with the other
keys that it depends on: where one of those is wrong itself, the finding would only confuse and is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from cotab_kit.errors import Finding
from cotab_kit.manifest.findings import finding
from cotab_kit.manifest.icons import png_problem, svg_problem
from cotab_kit.manifest.languages import ENGLISH, LANGUAGES
from cotab_kit.manifest.model import Manifest, Preview
from cotab_kit.manifest.resolved import MAX_ICON, MAX_PARAMETER, Offer, address, offers, provider_id

Broken = Iterator[tuple[Finding, tuple[str, ...]]]

# Solutions and publishers that every org has.
TAKEN_SOLUTIONS = {"active", "basic", "default", "system"}
TAKEN_PUBLISHERS = {"microsoftcorporation", "microsoftdynamics", "microsoftdynamics365", "microsoftpowerapps"}


def broken_rules(manifest: Manifest, path: Path, wrong: Iterable[str]) -> list[Finding]:
    """What is wrong with a manifest, read from `path`, whose keys `wrong` have been found to be so already."""
    keys = list(wrong)
    rules: list[Callable[[Manifest, Path], Broken]] = [
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
    ]
    broken = [each for rule in rules for each in rule(manifest, path)]
    return [found for found, others in broken if not any(_about(key, (found.key, *others)) for key in keys)]


def _about(key: str, others: Iterable[str]) -> bool:
    return any(key == other or key.startswith(f"{other}.") or other.startswith(f"{key}.") for other in others)


def _taken_names(manifest: Manifest, path: Path) -> Broken:
    taken = "every org has one of this name"
    if manifest.solution.unique_name.lower() in TAKEN_SOLUTIONS:
        yield finding(path, "solution.unique_name", manifest.solution.unique_name, taken, "choose another name"), ()
    publisher = manifest.publisher.unique_name
    if publisher and publisher.lower() in TAKEN_PUBLISHERS:
        yield finding(path, "publisher.unique_name", publisher, "this is Microsoft's own", "write your own name"), ()


def _english(manifest: Manifest, path: Path) -> Broken:
    """English is the language that Omnichannel falls back to, and that of the solution."""
    tables: dict[str, Iterable[int]] = {"solution.names": manifest.solution.names}
    tables |= {f"modes.{mode}.languages": given.languages for mode, given in manifest.modes.items()}
    for key, languages in tables.items():
        if languages and ENGLISH not in languages:
            yield finding(path, key, None, "lacks English", f"add {LANGUAGES[ENGLISH]}"), ()


def _templates(manifest: Manifest, path: Path) -> Broken:
    prefix = f"{manifest.publisher.prefix}_"
    for offer in offers(manifest):
        if not offer.template.startswith(prefix):
            key, problem = f"modes.{offer.mode}.template", "an app tab template has the publisher's prefix"
            yield finding(path, key, offer.template, problem, f'begin it with "{prefix}"'), ("publisher.prefix",)


def _icons(manifest: Manifest, path: Path) -> Broken:
    """An icon of the author's must exist, be SVG, and have an address that the column holds."""
    for offer in offers(manifest):
        if offer.given.icon is None:
            continue
        key = f"modes.{offer.mode}.icon"
        problem = svg_problem(path.parent / offer.given.icon)
        if problem:
            yield finding(path, key, offer.given.icon, problem, "write the path of an SVG file"), ()
        length = len(address(offer.icon or ""))
        if length > MAX_ICON:
            said = f"its address in the org is {length} characters long, {MAX_ICON} are allowed"
            fix = f"shorten solution.unique_name by {length - MAX_ICON}, or leave the icon out"
            yield finding(path, key, offer.given.icon, said, fix), ("solution.unique_name", "publisher.prefix")


def _parameters(manifest: Manifest, path: Path) -> Broken:
    for offer in offers(manifest):
        key = f"modes.{offer.mode}.parameters"
        if "conversationId" in offer.given.parameters:
            value = offer.given.parameters["conversationId"]
            yield finding(path, f"{key}.conversationId", value, "Dynamics sets it", "choose another name"), ()
        length = max(len(offer.parameters_column), len(offer.data or ""))
        if length > MAX_PARAMETER:
            problem = f"is {length} characters long as the template has it, {MAX_PARAMETER} are allowed"
            yield finding(path, key, None, problem, "move what need not stand in the org to [page.settings]"), ()


def _slash_commands(manifest: Manifest, path: Path) -> Broken:
    """A slash command is unique in an org. One action may have the same in all its languages."""
    users: dict[str, Offer] = {}
    for offer in offers(manifest):
        for lcid, texts in offer.given.languages.items():
            command = (texts.slash_command or "").casefold()
            first = users.setdefault(command, offer)
            if command and first.mode != offer.mode:
                key = f"modes.{offer.mode}.languages.{LANGUAGES[lcid]}.slash_command"
                problem = f"modes.{first.mode} has the same"
                yield finding(path, key, texts.slash_command, problem, "give each action its own"), ()


NAMED: dict[str, Callable[[Offer], str]] = {
    "name": lambda offer: offer.name,
    "capability_name": lambda offer: offer.capability_name,
    "template": lambda offer: offer.template,
}


def _names(manifest: Manifest, path: Path) -> Broken:
    """Records of one table are told apart by their names, in which capital letters do not count."""
    for kind, name_of in NAMED.items():
        first: dict[str, Offer] = {}
        for offer in offers(manifest):
            name = name_of(offer)
            other = first.setdefault(name.casefold(), offer)
            if other.mode != offer.mode:
                problem = f"modes.{other.mode} has the same"
                related = (f"modes.{other.mode}.{kind}", "provider.name")
                yield finding(path, f"modes.{offer.mode}.{kind}", name, problem, "give each mode its own"), related


def _guids(manifest: Manifest, path: Path) -> Broken:
    """A GUID belongs to one row. Two actions with one GUID would also make two capabilities of one action."""
    rows: dict[object, list[str]] = defaultdict(list)
    rows[provider_id(manifest)].append("provider.guid")
    for offer in offers(manifest):
        rows[offer.action_id].append(f"modes.{offer.mode}.guid")
        rows[offer.capability_id].append(f"modes.{offer.mode}.capability_guid")
        for lcid in offer.texts:
            rows[offer.locale_id(lcid)].append(f"modes.{offer.mode}.languages.{LANGUAGES[lcid]}.guid")
    for guid, (first, *others) in rows.items():
        for key in others:
            capability = key.count(".") == 2 and key.endswith(".guid") and first.startswith("modes.")  # noqa: PLR2004 - modes.MODE.guid
            problem = f"{first} is the same" + (
                ", and a capability must be the only one of its action and provider" if capability else ""
            )
            yield finding(path, key, str(guid), problem, "give each row its own, or leave it out"), (first,)


def _appsource(manifest: Manifest, path: Path) -> Broken:
    logo, terms = manifest.appsource.logo, manifest.appsource.terms
    if logo and (problem := png_problem(path.parent / logo)):
        yield finding(path, "appsource.logo", logo, problem, "write the path of a PNG file of 32 by 32 pixels"), ()
    if terms and not (path.parent / terms).is_file():
        yield finding(path, "appsource.terms", terms, "there is no such file", "write the path of an HTML file"), ()


def _preview(manifest: Manifest, path: Path) -> Broken:
    given = manifest.preview
    service = ("preview.server", "preview.command")
    if given.server and given.command:
        problem = "preview.server is there too"
        yield finding(path, "preview.command", None, problem, "keep the one that is your service"), service
    if given.command and not any("{port}" in part for part in given.command):
        problem = "does not say where the program shall listen"
        yield finding(path, "preview.command", None, problem, "add {port}"), ()
    if not given.server and not given.command:
        for key in _asking_for_a_server(given):
            yield finding(path, key, None, "there is no server", "add preview.server or preview.command"), service
    if given.settings and not manifest.page.settings:
        fix = "add [page.settings]: a solution without settings has none that can be changed"
        yield finding(path, "preview.settings", None, "[page.settings] is missing", fix), ("page.settings",)


def _asking_for_a_server(given: Preview) -> Iterator[str]:
    if given.script and given.script.startswith("/"):
        yield "preview.script"
    for key in ("script", "script_attributes", "settings", "frame_sources"):
        if "{server}" in str(getattr(given, key)):
            yield f"preview.{key}"
