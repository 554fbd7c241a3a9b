"""A solution package: the solution, its publisher, its components, and what has no table here.

`read_package` checks everything that can be checked without an org; install.py does the rest. Forms:
docs/internals/dataverse.md#the-solution-file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from defusedxml.ElementTree import tostring

from cotab_kit.emulator.archive import bad_archive, read_archive
from cotab_kit.emulator.errors import invalid
from cotab_kit.emulator.intersects import PAIR_SETS, Link, read_links
from cotab_kit.emulator.needs import Needed, needed
from cotab_kit.emulator.parts import CUSTOMIZATIONS, Part, Unknown, invalid_xml, read_parts, text_of, xml
from cotab_kit.emulator.records import PREFIX, UNIQUE_NAME, VERSION
from cotab_kit.emulator.schema import Row
from cotab_kit.emulator.tables import FIRST_OWN_TYPE
from cotab_kit.solution.archive import CONTENT_TYPES
from cotab_kit.solution.xml import Element

SOLUTION = "solution.xml"
RESTRICTED = {"active", "basic", "default", "system"}
MAX_UNIQUE_NAME = 65
WEB_RESOURCE_TYPE = 61
OLDEST, PACKAGE_VERSION = (6, 0), (9, 2)  # of CRM 2013, and of this org


@dataclass(frozen=True)
class Root:
    """A line of RootComponents."""

    kind: int
    name: str
    behavior: int


@dataclass(frozen=True)
class Package:
    """A solution package."""

    unique_name: str
    version: str
    managed: bool
    title: str
    description: str
    configuration_page: str
    publisher: Row
    roots: tuple[Root, ...]
    required: tuple[Needed, ...]
    parts: tuple[Part, ...]
    links: tuple[Link, ...]
    unknown: tuple[Unknown, ...]
    content: bytes


@lru_cache(maxsize=2)
def read_package(content: bytes) -> Package:
    """Read the package in a zip. Raises RefusedError, as Dataverse refuses it.

    The last ones are kept: whoever imports one reads it before the org is locked, so nobody waits for that.
    """
    files = read_archive(content)
    roots: list[Element] = []
    for name in (SOLUTION, CUSTOMIZATIONS, CONTENT_TYPES):
        if name not in files:
            raise bad_archive(f"{name} is missing")
        roots.append(xml(files, name))
    root, customizations, _ = roots
    manifest = root.find("SolutionManifest")
    if manifest is None:
        raise invalid_xml(SOLUTION, "it has no SolutionManifest")
    _check_age(root)
    used = {SOLUTION, CUSTOMIZATIONS, CONTENT_TYPES}
    parts = read_parts(customizations, files, used)
    links = read_links(customizations, files, used)
    kept = [each for part in parts for each in part.kept]
    rest = [Unknown("file", name, files[name]) for name in sorted(set(files) - used)]
    made = _package(manifest, parts, links, [*_other_sections(customizations), *kept, *rest])
    return replace(made, content=content)


def _check_age(root: Element) -> None:
    """Refuse packages of CRM 2011, whose exports do not say a package version (seen), and those of later versions."""
    given = root.get("SolutionPackageVersion", "")
    numbers = version_numbers(given) if VERSION.fullmatch(given) else ()
    if not OLDEST <= numbers[:2] <= PACKAGE_VERSION:
        raise invalid(
            "0x80048068",
            f"You can only import solutions with a package version of {'.'.join(map(str, PACKAGE_VERSION))} or earlier "
            "into this organization. Also, you can't import any solutions into this organization that were exported "
            f"from Microsoft Dynamics 365 2011 or earlier. ({given[:50]!r})",
        )


def version_numbers(version: str) -> tuple[int, ...]:
    """Return a version as numbers that can be compared."""
    numbers = [int(part) for part in version.split(".")]
    return tuple(numbers + [0] * (4 - len(numbers)))


def _package(manifest: Element, parts: list[Part], links: list[Link], unknown: list[Unknown]) -> Package:
    unique_name, version, managed = (text_of(manifest, name) for name in ("UniqueName", "Version", "Managed"))
    if not UNIQUE_NAME.fullmatch(unique_name) or len(unique_name) > MAX_UNIQUE_NAME:
        raise invalid("0x8004f002", f"Invalid character specified for solution unique name. ({unique_name[:100]!r})")
    if unique_name.lower() in RESTRICTED:
        raise invalid("0x8004f007", "Solution ID provided is restricted and cannot be imported.")
    if not VERSION.fullmatch(version):
        raise invalid("0x8004f01e", f"An invalid solution version was specified. ({version[:50]!r})")
    if managed not in ("0", "1", "2"):  # 2 is what tools write that make both
        raise invalid_xml(SOLUTION, f"Managed is neither 0 nor 1: {managed[:50]!r}")
    return Package(
        unique_name,
        version,
        managed == "1",
        _described(manifest, "LocalizedNames/LocalizedName") or unique_name,
        _described(manifest, "Descriptions/Description"),
        text_of(manifest, "ConfigurationPage"),
        _publisher(manifest),
        tuple(_roots(manifest)),
        tuple(needed(each) for each in manifest.iterfind("MissingDependencies/MissingDependency")),
        tuple(parts),
        tuple(links),
        tuple(unknown),
        b"",
    )


def _publisher(manifest: Element) -> Row:
    found = manifest.find("Publisher")
    if found is None or not text_of(found, "UniqueName"):
        raise invalid("0x8004f01c", "Publisher uniquename is required.")
    prefix, values = text_of(found, "CustomizationPrefix"), text_of(found, "CustomizationOptionValuePrefix")
    if not PREFIX.fullmatch(prefix):
        raise invalid_xml(SOLUTION, f"CustomizationPrefix is not two to eight letters and digits: {prefix[:50]!r}")
    if not re.fullmatch(r"[1-9][0-9]{4}", values):
        raise invalid("0x80048402", f"The option value prefix must be between 10000 and 99999. ({values[:20]!r})")
    return {
        "uniquename": text_of(found, "UniqueName"),
        "friendlyname": _described(found, "LocalizedNames/LocalizedName") or text_of(found, "UniqueName"),
        "customizationprefix": prefix,
        "customizationoptionvalueprefix": int(values),
        "description": _described(found, "Descriptions/Description") or None,
        "emailaddress": text_of(found, "EMailAddress") or None,
        "supportingwebsiteurl": text_of(found, "SupportingWebsiteUrl") or None,
    }


def _roots(manifest: Element) -> Iterator[Root]:
    for each in manifest.iterfind("RootComponents/RootComponent"):
        kind, behavior = each.get("type", ""), each.get("behavior", "0")
        if not re.fullmatch(r"[0-9]{1,6}", kind) or not re.fullmatch(r"-?[0-9]", behavior):
            raise invalid_xml(SOLUTION, f"RootComponent {str(dict(each.attrib))[:200]}")
        name = each.get("schemaName", "") or each.get("id", "")
        if int(kind) >= FIRST_OWN_TYPE:  # makes an import fail: docs/internals/dataverse.md#root-components
            raise invalid(
                "0x8004801f",
                f"Cannot add a Root Component {name} of type {kind} because it is not in the target system. (Rows of "
                "solution-aware tables are not listed as root components.)",
            )
        yield Root(int(kind), name, int(behavior))


def _other_sections(customizations: Element) -> Iterator[Unknown]:
    """Yield the sections of customizations.xml whose components have no table here."""
    for section in customizations:
        if section.tag in ("WebResources", "Languages") or section.tag in PAIR_SETS:
            continue
        for number, each in enumerate(section, 1):
            attribute = each.get("Name") or each.get("id")
            name = attribute or text_of(each, "Name") or text_of(each, "UniqueName") or str(number)
            yield Unknown(section.tag, name, tostring(each).strip())


def _described(parent: Element, path: str) -> str:
    """Return the English text of several languages, or the first."""
    texts = {each.get("languagecode", ""): each.get("description", "") for each in parent.iterfind(path)}
    return texts.get("1033") or next(iter(texts.values()), "")
