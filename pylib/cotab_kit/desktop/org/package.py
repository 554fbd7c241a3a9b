"""A solution as it stands in its zip: what it is, who publishes it, its components, and what is not known here.

`read_package` checks everything that can be checked without an org; install.py does the rest. Forms: facts, dataverse.md,
section 2.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from cotab_kit.desktop.org.archive import bad_archive, read_archive
from cotab_kit.desktop.org.errors import invalid
from cotab_kit.desktop.org.payload import check
from cotab_kit.desktop.org.schema import NUMBERS, YES_NO, Attribute, Entity, Required, Row, Scalar, Type
from cotab_kit.desktop.org.tables import FIRST_OWN_TYPE, SETS
from cotab_kit.desktop.org.tables.solutions import WEB_RESOURCE
from cotab_kit.solution.archive import CONTENT_TYPES
from cotab_kit.solution.xml import Element

SOLUTION, CUSTOMIZATIONS = "solution.xml", "customizations.xml"
RESTRICTED = {"active", "basic", "default", "system"}
WEB_RESOURCE_TYPE = 61

_UNIQUE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_VERSION = re.compile(r"\d{1,9}(\.\d{1,9}){1,3}")
_PREFIX = re.compile(r"(?!mscrm)[a-z][a-z0-9]{1,7}", re.IGNORECASE)
_WEB_RESOURCE = {
    "DisplayName": "displayname",
    "Description": "description",
    "SilverlightVersion": "silverlightversion",
    "LanguageCode": "languagecode",
    "WebResourceType": "webresourcetype",
    "IntroducedVersion": "introducedversion",
    "IsEnabledForMobileClient": "isenabledformobileclient",
    "IsAvailableForMobileOffline": "isavailableformobileoffline",
    "DependencyXml": "dependencyxml",
    "IsCustomizable": "iscustomizable",
    "CanBeDeleted": "canbedeleted",
    "IsHidden": "ishidden",
}


@dataclass(frozen=True)
class Root:
    """A line of RootComponents."""

    kind: int
    name: str
    behavior: int


@dataclass(frozen=True)
class Part:
    """A component that is a row here. Lookups name their target by a column and its value."""

    entity: Entity
    key: str
    columns: Row
    lookups: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def key_column(self) -> str:
        """The column by which the row is found."""
        if self.entity is WEB_RESOURCE:
            return "name"
        return self.entity.keys[0] if self.entity.keys else self.entity.primary_id


@dataclass(frozen=True)
class Unknown:
    """What is in the package and has no table here."""

    kind: str
    name: str
    content: bytes


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
    required: tuple[Mapping[str, str], ...]
    parts: tuple[Part, ...]
    unknown: tuple[Unknown, ...]


def read_package(content: bytes) -> Package:
    """The package in a zip. Raises WebApiError, as Dataverse refuses it."""
    files = read_archive(content)
    for name in (SOLUTION, CUSTOMIZATIONS, CONTENT_TYPES):
        if name not in files:
            raise bad_archive(f"{name} is missing")
    _xml(files, CONTENT_TYPES)
    manifest = _xml(files, SOLUTION).find("SolutionManifest")
    if manifest is None:
        raise _invalid_xml(SOLUTION, "it has no SolutionManifest")
    customizations = _xml(files, CUSTOMIZATIONS)
    used = {SOLUTION, CUSTOMIZATIONS, CONTENT_TYPES}
    parts = [*_web_resources(customizations, files, used), *_records(files, used)]
    _refuse_doubles(parts)
    unknown = [
        *_other_sections(customizations),
        *(Unknown("file", name, files[name]) for name in sorted(set(files) - used)),
    ]
    return _package(manifest, parts, unknown)


def version_numbers(version: str) -> tuple[int, ...]:
    """A version as numbers that can be compared."""
    numbers = [int(part) for part in version.split(".")]
    return tuple(numbers + [0] * (4 - len(numbers)))


def _xml(files: Mapping[str, bytes], name: str) -> Element:
    try:
        root: Element = fromstring(files[name], forbid_dtd=True)
    except (SyntaxError, DefusedXmlException, ValueError, LookupError) as error:
        raise _invalid_xml(name, f"{type(error).__name__}: {error}") from error
    return root


def _invalid_xml(name: str, reason: str) -> Exception:
    return invalid(
        "0x8004802c",
        "This solution package cannot be imported because it contains invalid XML. You can attempt to repair the file by "
        "manually editing the XML contents using the information found in the schema validation errors, or you can contact "
        f"your solution provider. ({name}: {reason})",
    )


def _package(manifest: Element, parts: list[Part], unknown: list[Unknown]) -> Package:
    unique_name, version = _text(manifest, "UniqueName"), _text(manifest, "Version")
    if not _UNIQUE_NAME.fullmatch(unique_name) or len(unique_name) > 65:  # noqa: PLR2004 - the column's length
        raise invalid("0x8004f002", f"Invalid character specified for solution unique name. ({unique_name[:100]!r})")
    if unique_name.lower() in RESTRICTED:
        raise invalid("0x8004f007", "Solution ID provided is restricted and cannot be imported.")
    if not _VERSION.fullmatch(version):
        raise invalid("0x8004f01e", f"An invalid solution version was specified. ({version[:50]!r})")
    if _text(manifest, "Managed") not in ("0", "1", "2"):
        raise _invalid_xml(SOLUTION, "Managed is neither 0 nor 1")
    return Package(
        unique_name,
        version,
        _text(manifest, "Managed") == "1",
        _described(manifest, "LocalizedNames/LocalizedName") or unique_name,
        _described(manifest, "Descriptions/Description"),
        _text(manifest, "ConfigurationPage"),
        _publisher(manifest),
        tuple(_roots(manifest)),
        tuple(dict(each.attrib) for each in manifest.iterfind("MissingDependencies/MissingDependency/Required")),
        tuple(parts),
        tuple(unknown),
    )


def _publisher(manifest: Element) -> Row:
    found = manifest.find("Publisher")
    if found is None or not _text(found, "UniqueName"):
        raise invalid("0x8004f01c", "Publisher uniquename is required.")
    prefix, values = _text(found, "CustomizationPrefix"), _text(found, "CustomizationOptionValuePrefix")
    if not _PREFIX.fullmatch(prefix):
        raise _invalid_xml(SOLUTION, f"CustomizationPrefix {prefix[:50]!r} is not two to eight letters and digits")
    if not re.fullmatch(r"[1-9]\d{4}", values):
        raise invalid("0x80048402", f"The option value prefix must be between 10000 and 99999. ({values[:20]!r})")
    return {
        "uniquename": _text(found, "UniqueName"),
        "friendlyname": _described(found, "LocalizedNames/LocalizedName") or _text(found, "UniqueName"),
        "customizationprefix": prefix,
        "customizationoptionvalueprefix": int(values),
        "description": _described(found, "Descriptions/Description") or None,
        "emailaddress": _text(found, "EMailAddress") or None,
        "supportingwebsiteurl": _text(found, "SupportingWebsiteUrl") or None,
    }


def _roots(manifest: Element) -> Iterator[Root]:
    for each in manifest.iterfind("RootComponents/RootComponent"):
        kind, behavior = each.get("type", ""), each.get("behavior", "0")
        if not re.fullmatch(r"\d{1,6}", kind) or not re.fullmatch(r"-?\d", behavior):
            raise _invalid_xml(SOLUTION, f"RootComponent {dict(each.attrib)}")
        if int(kind) >= FIRST_OWN_TYPE:  # facts, section 2.3: such a line makes the import fail
            raise invalid(
                "0x8004801f",
                f"Cannot add a Root Component {each.get('schemaName') or each.get('id')} of type {kind} because it is not in "
                "the target system. (Rows of solution-aware tables are not listed as root components.)",
            )
        yield Root(int(kind), each.get("schemaName", "") or each.get("id", ""), int(behavior))


def _web_resources(customizations: Element, files: Mapping[str, bytes], used: set[str]) -> Iterator[Part]:
    for each in customizations.iterfind("WebResources/WebResource"):
        name, path = _text(each, "Name"), _text(each, "FileName").removeprefix("/")
        if path not in files:
            raise invalid(
                "0x8004f11a", f"The file for this Web resource does not exist in the solution file. ({name}: {path})"
            )
        used.add(path)
        columns: Row = {"name": name, "content": base64.b64encode(files[path]).decode()}
        columns["webresourceid"] = _guid(CUSTOMIZATIONS, _text(each, "WebResourceId"))
        for tag, column in _WEB_RESOURCE.items():
            found = each.find(tag)
            if found is not None:
                columns[column] = _value(CUSTOMIZATIONS, WEB_RESOURCE, WEB_RESOURCE.by_name[column], found.text or "")
        if "webresourcetype" not in columns:
            raise invalid("0x8004f111", f"Invalid web resource type specified. ({name})")
        yield Part(WEB_RESOURCE, name, columns)


def _records(files: Mapping[str, bytes], used: set[str]) -> Iterator[Part]:
    """Rows of solution-aware tables: `<entity set>/<key>/<table>.xml`."""
    for name in sorted(files):
        folder, _, rest = name.partition("/")
        entity = SETS.get(folder)
        if entity and entity.component_type and rest.count("/") == 1 and rest.endswith(f"/{entity.name}.xml"):
            used.add(name)
            yield _record(name, entity, _xml(files, name))


def _record(name: str, entity: Entity, root: Element) -> Part:
    key_column = entity.keys[0] if entity.keys else entity.primary_id
    key = root.get(key_column, "")
    if root.tag != entity.name or not key:
        raise _invalid_xml(name, f"it is no {entity.name} with the attribute {key_column}")
    columns: Row = {key_column: check(entity, entity.by_name[key_column], key)}
    lookups: dict[str, tuple[str, str]] = {}
    for child in root:
        attribute = entity.by_name.get(child.tag)
        if attribute is None:
            text = f"'{entity.name}' entity doesn't contain attribute with Name = '{child.tag[:100]}' and NameMapping = 'Logical'."
            raise invalid("0x80041103", f"{text} ({name})")
        if attribute.type is Type.LOOKUP:
            if len(child):
                lookups[attribute.name] = (child[0].tag, (child[0].text or "").strip())
        else:
            columns[attribute.name] = _value(name, entity, attribute, child.get("default", child.text or ""))
    for attribute in entity.attributes:
        if attribute.required is Required.SYSTEM and attribute.writable and columns.get(attribute.name, "") is None:
            raise _invalid_xml(name, f"{attribute.name} is empty")
    return Part(entity, key, columns, lookups)


def _value(name: str, entity: Entity, attribute: Attribute, text: str) -> Scalar:
    """The text of an element as the column's value."""
    if attribute.type in YES_NO:
        if text.strip().lower() not in ("0", "1", "true", "false"):
            raise _invalid_xml(name, f"{attribute.name} is neither 0 nor 1: {text[:50]!r}")
        return text.strip().lower() in ("1", "true")
    if attribute.type in NUMBERS:
        if not re.fullmatch(r"\s*-?\d{1,10}\s*", text):
            raise _invalid_xml(name, f"{attribute.name} is no number: {text[:50]!r}")
        return check(entity, attribute, int(text))
    return check(entity, attribute, text or None)


def _guid(name: str, text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise _invalid_xml(name, f"{text[:50]!r} is no GUID") from None


def _refuse_doubles(parts: list[Part]) -> None:
    count = Counter((part.entity.name, part.key.casefold()) for part in parts)
    for (table, key), number in count.items():
        if number > 1:
            raise invalid("0x80071153", f"Duplicate Component is present in the XML. ({table} {key})")


def _other_sections(customizations: Element) -> Iterator[Unknown]:
    """Sections of customizations.xml whose components have no table here."""
    for section in customizations:
        if section.tag in ("WebResources", "Languages"):
            continue
        for number, each in enumerate(section, 1):
            name = each.get("Name") or each.get("id") or _text(each, "Name") or _text(each, "UniqueName") or str(number)
            yield Unknown(section.tag, name, "".join(each.itertext()).strip().encode())


def _text(parent: Element, path: str) -> str:
    return (parent.findtext(path) or "").strip()


def _described(parent: Element, path: str) -> str:
    """The English text of several languages, or the first."""
    texts = {each.get("languagecode", ""): each.get("description", "") for each in parent.iterfind(path)}
    return texts.get("1033") or next(iter(texts.values()), "")
