"""Components as they stand in a solution's files: web resources, rows of solution-aware tables, values of variables.

Real exports have columns that no table here names; those are kept as they stand, never a reason to refuse a package.
Forms: docs/internals/dataverse.md#components-in-the-zip.
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring, tostring
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cotab_kit.emulator.errors import RefusedError, invalid
from cotab_kit.emulator.payload import check
from cotab_kit.emulator.schema import NUMBERS, YES_NO, Attribute, Entity, Required, Row, Scalar, Type
from cotab_kit.emulator.tables import SETS
from cotab_kit.emulator.tables.solutions import VARIABLE, VARIABLE_VALUE, WEB_RESOURCE
from cotab_kit.solution.xml import Element

CUSTOMIZATIONS = "customizations.xml"
VALUES = "environmentvariablevalues.json"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"

WEB_RESOURCE_COLUMNS = {
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
class Unknown:
    """What is in the package and has no table, or no column, here; `content` is as it stands in the package."""

    kind: str
    name: str
    content: bytes


@dataclass(frozen=True)
class Part:
    """A component that is a row here. Lookups name their target by a column and its value."""

    entity: Entity
    key: str
    columns: Row
    lookups: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    kept: tuple[Unknown, ...] = ()

    @property
    def key_column(self) -> str:
        """The column by which the row is found."""
        return key_column(self.entity)


def key_column(entity: Entity) -> str:
    """Return the column by which a solution names the rows of a table."""
    if entity is WEB_RESOURCE:
        return "name"
    return entity.keys[0] if entity.keys else entity.primary_id


def xml(files: Mapping[str, bytes], name: str) -> Element:
    """Parse a file as XML without document type, entities and anything from elsewhere. Raises RefusedError."""
    try:
        root: Element = fromstring(files[name], forbid_dtd=True)
    except (SyntaxError, DefusedXmlException, ValueError, LookupError) as error:
        raise invalid_xml(name, f"{type(error).__name__}: {error}") from error
    return root


def invalid_xml(name: str, reason: str) -> RefusedError:
    """Return Dataverse's error for a file that breaks its schema, with the reason."""
    return invalid(
        "0x8004802c",
        "This solution package cannot be imported because it contains invalid XML. You can attempt to repair the file "
        "by manually editing the XML contents using the information found in the schema validation errors, or you can "
        f"contact your solution provider. ({name}: {reason})",
    )


def read_parts(customizations: Element, files: Mapping[str, bytes], used: set[str]) -> list[Part]:
    """Read all components with a table here, those first that others point to; `used` gets their files' names."""
    parts = [*_web_resources(customizations, files, used), *_records(files, used), *_values(files, used)]
    count = Counter((part.entity.name, part.key.casefold()) for part in parts)
    for (table, key), number in count.items():
        if number > 1:
            raise invalid("0x80071153", f"Duplicate Component is present in the XML. ({table} {key})")
    order = _pointed_at_first({part.entity for part in parts})
    return sorted(parts, key=lambda part: order.index(part.entity))


def _pointed_at_first(entities: set[Entity]) -> list[Entity]:
    """Sort the tables, each after those its lookups lead to."""
    ordered: list[Entity] = []
    while len(ordered) < len(entities):
        names = {entity.name for entity in entities if entity not in ordered}
        free = [
            entity
            for entity in sorted(entities - set(ordered), key=lambda each: each.name)
            if not any(attribute.target in names - {entity.name} for attribute in entity.attributes)
        ]
        ordered += free or sorted(entities - set(ordered), key=lambda each: each.name)
    return ordered


def _web_resources(customizations: Element, files: Mapping[str, bytes], used: set[str]) -> Iterator[Part]:
    for each in customizations.iterfind("WebResources/WebResource"):
        name, path = text_of(each, "Name"), text_of(each, "FileName").removeprefix("/")
        if path not in files:
            reason = "The file for this Web resource does not exist in the solution file."
            raise invalid("0x8004f11a", f"{reason} ({name}: {path})")
        used.add(path)
        columns: Row = {"name": name, "content": base64.b64encode(files[path]).decode()}
        columns["webresourceid"] = _guid(CUSTOMIZATIONS, text_of(each, "WebResourceId"))
        for tag, column in WEB_RESOURCE_COLUMNS.items():
            found = each.find(tag)
            if found is not None:
                columns[column] = _value(CUSTOMIZATIONS, WEB_RESOURCE, WEB_RESOURCE.by_name[column], found)
        if "webresourcetype" not in columns:
            raise invalid("0x8004f111", f"Invalid web resource type specified. ({name})")
        yield Part(WEB_RESOURCE, name, columns)


def _records(files: Mapping[str, bytes], used: set[str]) -> Iterator[Part]:
    """Yield the rows of solution-aware tables: `<entity set>/<key>/<table>.xml`."""
    for name in sorted(files):
        folder, _, rest = name.partition("/")
        entity = SETS.get(folder)
        if entity and entity.component_type and rest.count("/") == 1 and rest.endswith(f"/{entity.name}.xml"):
            used.add(name)
            yield _record(name, entity, xml(files, name))


def _record(name: str, entity: Entity, root: Element) -> Part:
    column = key_column(entity)
    key = root.get(column, "")
    if root.tag != entity.name or not key:
        raise invalid_xml(name, f"it is no {entity.name} with the attribute {column}")
    columns: Row = {column: check(entity, entity.by_name[column], key)}
    lookups: dict[str, tuple[str, str]] = {}
    kept: list[Unknown] = []
    for child in root:
        attribute = entity.by_name.get(child.tag)
        if attribute is None:
            kept.append(Unknown("column", f"{name}#{child.tag}", tostring(child).strip()))
        elif attribute.type is not Type.LOOKUP:
            columns[attribute.name] = _value(name, entity, attribute, child)
        elif len(child):
            lookups[attribute.name] = (child[0].tag, (child[0].text or "").strip())
    _check_required(name, entity, columns, lookups)
    return Part(entity, key, columns, lookups, tuple(kept))


def _check_required(name: str, entity: Entity, columns: Row, lookups: Mapping[str, object]) -> None:
    for attribute in entity.attributes:
        needed = attribute.required is not Required.NONE and attribute.writable and attribute.default is None
        present = attribute.name in lookups or columns.get(attribute.name) is not None
        if needed and not present and attribute.name != entity.primary_id:
            raise invalid_xml(name, f"{attribute.name} is missing")


class _VariableValue(BaseModel):
    model_config = ConfigDict(strict=True)
    id: str = Field(alias="@environmentvariablevalueid")
    value: str | None = None


class _VariableValues(BaseModel):
    environmentvariablevalue: _VariableValue


class _VariableFile(BaseModel):
    environmentvariablevalues: _VariableValues


def _values(files: Mapping[str, bytes], used: set[str]) -> Iterator[Part]:
    """Yield the value that a variable's definition brings with it, in a file of its own beside the definition."""
    for name in sorted(files):
        folder, _, rest = name.partition("/")
        variable, _, file = rest.partition("/")
        if folder != VARIABLE.entity_set or file != VALUES:
            continue
        try:
            given = _VariableFile.model_validate_json(files[name]).environmentvariablevalues
        except ValidationError as error:
            raise invalid_xml(name, f"it is no value of an environment variable: {error}") from error
        used.add(name)
        found = given.environmentvariablevalue
        key = _guid(name, found.id)
        value = check(VARIABLE_VALUE, VARIABLE_VALUE.by_name["value"], found.value)
        columns: Row = {"environmentvariablevalueid": key, "value": value, "schemaname": key}
        yield Part(VARIABLE_VALUE, key, columns, {"environmentvariabledefinitionid": ("schemaname", variable)})


def values_json(key: str, value: Scalar) -> bytes:
    """Write the file of a variable's value."""
    given = {"@environmentvariablevalueid": key, "iscustomizable": "1", "value": value}
    return json.dumps({"environmentvariablevalues": {"environmentvariablevalue": given}}).encode()


def _value(name: str, entity: Entity, attribute: Attribute, element: Element) -> Scalar:
    """Return what an element says as the column's value."""
    if element.get(NIL) in ("true", "1"):
        return attribute.default
    text = element.get("default", element.text or "")
    if attribute.type in YES_NO:
        if text.strip().lower() not in ("0", "1", "true", "false"):
            raise invalid_xml(name, f"{attribute.name} is neither 0 nor 1: {text[:50]!r}")
        return text.strip().lower() in ("1", "true")
    if attribute.type in NUMBERS:
        if not re.fullmatch(r"\s*-?[0-9]{1,10}\s*", text):
            raise invalid_xml(name, f"{attribute.name} is no number: {text[:50]!r}")
        return check(entity, attribute, int(text))
    return check(entity, attribute, text or None)


def _guid(name: str, text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise invalid_xml(name, f"{text[:50]!r} is no GUID") from None


def text_of(parent: Element, path: str) -> str:
    """Return the text of a child, "" if there is none."""
    return (parent.findtext(path) or "").strip()
