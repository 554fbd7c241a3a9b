"""Export of a solution: the package that was last imported, with what is in the org now.

So what no table or column is known for comes out again as it came in. Forms:
docs/internals/dataverse.md#the-solution-file.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable

from defusedxml.ElementTree import tostring

from cotab_kit.emulator.archive import read_archive
from cotab_kit.emulator.errors import invalid
from cotab_kit.emulator.parts import CUSTOMIZATIONS, VALUES, WEB_RESOURCE_COLUMNS, key_column, values_json, xml
from cotab_kit.emulator.records import UNIQUE_NAME
from cotab_kit.emulator.schema import IMPORTED, Attribute, Entity, Row, Scalar
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import COMPONENT_TYPES, ENTITIES
from cotab_kit.emulator.tables.solutions import (
    PUBLISHER,
    SOLUTION,
    SOLUTION_COMPONENT,
    VARIABLE,
    VARIABLE_VALUE,
    WEB_RESOURCE,
)
from cotab_kit.solution.archive import CONTENT_TYPES, content_types, zip_bytes
from cotab_kit.solution.customizations import customizations_xml
from cotab_kit.solution.solution_xml import ROOT, WEB_RESOURCE_TYPE
from cotab_kit.solution.xml import Element, element, with_attributes, xml_bytes

MANIFEST = "solution.xml"
NOT_EXPORTED = {attribute.name for attribute in IMPORTED} | {"ownerid", "objecttypecode"}


def exported(store: Store, unique_name: str, *, managed: bool) -> bytes:
    """Export an unmanaged solution. Raises RefusedError."""
    if not UNIQUE_NAME.fullmatch(unique_name):
        raise invalid("0x8004f002", f"Invalid character specified for solution unique name. ({unique_name[:100]!r})")
    found = store.find(SOLUTION, uniquename=unique_name)
    head = "An error occurred while exporting a solution."
    if not found:
        raise invalid("0x80048037", f"{head} The solution does not exist in this system. ({unique_name[:100]!r})")
    if found[0]["ismanaged"]:
        raise invalid("0x80048036", f"{head} Managed solutions cannot be exported.")
    return _Export(store, found[0]).zip(managed=managed)


class _Export:
    """One solution on its way out."""

    def __init__(self, store: Store, solution: Row) -> None:
        self._store, self._solution = store, solution
        statement = "SELECT content FROM _package WHERE solutionid = ?"
        kept = store.look(statement, [solution["solutionid"]])
        bare = {MANIFEST: _bare(), CUSTOMIZATIONS: customizations_xml((), ())}
        self._files = read_archive(base64.b64decode(kept[0][0])) if kept else bare

    def zip(self, *, managed: bool) -> bytes:
        rows = list(self._components())
        self._put_web_resources([row for entity, row in rows if entity is WEB_RESOURCE])
        for entity, row in rows:
            if entity is VARIABLE_VALUE:
                self._put_value(row)
            elif entity is not WEB_RESOURCE:
                self._put_record(entity, row)
        self._put_manifest([str(row["name"]) for entity, row in rows if entity is WEB_RESOURCE], managed=managed)
        self._files[CONTENT_TYPES] = content_types(self._files.keys() - {CONTENT_TYPES})
        return zip_bytes(self._files)

    def _components(self) -> Iterable[tuple[Entity, Row]]:
        for listed in self._store.find(SOLUTION_COMPONENT, solutionid=self._solution["solutionid"]):
            entity = COMPONENT_TYPES.get(int(listed["componenttype"] or 0))
            row = self._store.get(entity, str(listed["objectid"])) if entity else None
            if entity and row:
                yield entity, row

    def _put_web_resources(self, rows: list[Row]) -> None:
        root = xml(self._files, CUSTOMIZATIONS)
        section = root.find("WebResources")
        if section is None:
            section = element("WebResources")
            root.insert(0, section)
        before = {str(each.findtext("Name")).casefold(): each for each in section}
        section[:] = [self._web_resource(before.get(str(row["name"]).casefold()), row) for row in rows]
        self._files[CUSTOMIZATIONS] = tostring(root)

    def _web_resource(self, before: Element | None, row: Row) -> Element:
        made = element("WebResource") if before is None else before
        key, name = str(row["webresourceid"]).upper(), str(row["name"])
        file = made.findtext("FileName") or f"/WebResources/{name.replace('.', '').replace('/', '')}{key}"
        _set(made, "WebResourceId", f"{{{key.lower()}}}")
        _set(made, "Name", name)
        for tag, column in WEB_RESOURCE_COLUMNS.items():
            _set(made, tag, _text(row[column]))
        _set(made, "FileName", file)
        self._files[file.removeprefix("/")] = base64.b64decode(str(row["content"] or ""))
        return made

    def _put_record(self, entity: Entity, row: Row) -> None:
        column = key_column(entity)
        name = f"{entity.entity_set}/{row[column]}/{entity.name}.xml"
        key = {column: str(row[column])}
        root = xml(self._files, name) if name in self._files else with_attributes(entity.name, key)
        for attribute in entity.attributes:
            if attribute.writable and attribute.name not in {column, entity.primary_id, *NOT_EXPORTED}:
                self._put_column(root, attribute, row[attribute.name])
        root[:] = sorted(root, key=lambda child: child.tag)
        self._files[name] = tostring(root)

    def _put_column(self, root: Element, attribute: Attribute, value: Scalar) -> None:
        target = ENTITIES.get(attribute.target)
        if target and value is not None:
            found = self._store.get(target, str(value)) or {}
            _set(root, attribute.name, None)
            pointer = element(attribute.name)
            pointer.append(element(key_column(target), str(found.get(key_column(target)) or value)))
            root.append(pointer)
        else:
            _set(root, attribute.name, _text(value))

    def _put_value(self, row: Row) -> None:
        definition = self._store.get(VARIABLE, str(row["environmentvariabledefinitionid"])) or {}
        name = f"{VARIABLE.entity_set}/{definition.get('schemaname')}/{VALUES}"
        self._files[name] = values_json(str(row["environmentvariablevalueid"]), row["value"])

    def _put_manifest(self, names: list[str], *, managed: bool) -> None:
        root = xml(self._files, MANIFEST)
        manifest = root.find("SolutionManifest")
        assert manifest is not None  # noqa: S101 - a package without one is refused
        for tag, value in (("UniqueName", "uniquename"), ("Version", "version")):
            _set(manifest, tag, _text(self._solution[value]))
        _set(manifest, "Managed", str(int(managed)))
        if manifest.find("Publisher") is None:
            manifest.append(self._publisher())
        components = manifest.find("RootComponents")
        if components is None:
            components = element("RootComponents")
            manifest.extend([components, element("MissingDependencies")])
        others = [each for each in components if each.get("type") != WEB_RESOURCE_TYPE]
        listed = {"type": WEB_RESOURCE_TYPE, "behavior": "0"}
        components[:] = [*others, *(element("RootComponent", schemaName=name, **listed) for name in sorted(names))]
        self._files[MANIFEST] = tostring(root)

    def _publisher(self) -> Element:
        row = self._store.get(PUBLISHER, str(self._solution["publisherid"])) or {}
        made = element("Publisher")
        _set(made, "UniqueName", _text(row["uniquename"]))
        names = element("LocalizedNames")
        names.append(element("LocalizedName", description=str(row["friendlyname"]), languagecode="1033"))
        made.append(names)
        _set(made, "CustomizationPrefix", _text(row["customizationprefix"]))
        _set(made, "CustomizationOptionValuePrefix", _text(row["customizationoptionvalueprefix"]))
        return made


def _bare() -> bytes:
    """Return the manifest of a solution that has been made in the org."""
    root = with_attributes("ImportExportXml", ROOT)
    root.append(element("SolutionManifest"))
    return xml_bytes(root)


def _text(value: Scalar) -> str | None:
    return None if value is None else str(int(value)) if isinstance(value, bool) else str(value)


def _set(parent: Element, tag: str, text: str | None) -> None:
    """Set the text of a child, or remove it; translations stay as long as the text that they translate does."""
    child = parent.find(tag)
    if text is None:
        if child is not None:
            parent.remove(child)
    elif child is None:
        parent.append(element(tag, text))
    elif "default" in child.attrib:
        if child.get("default") != text:
            child.attrib["default"] = text
            child[:] = [element("label", description=text, languagecode="1033")]
    else:
        child.text = text
