"""customizations.xml of a solution: its web resources, and the empty tables that every export has.

The order is that of Microsoft's schema. Records of solution-aware tables stand in files of their own (record_xml.py).
"""

from __future__ import annotations

from collections.abc import Iterable

from cotab_kit.manifest.languages import ENGLISH
from cotab_kit.solution.web_resources import web_resource
from cotab_kit.solution.xml import XSI, element, with_attributes, xml_bytes

BEFORE = (
    *("Entities", "Roles", "Workflows", "FieldSecurityProfiles", "Templates"),
    *("EntityMaps", "EntityRelationships", "OrganizationSettings", "optionsets"),
)
AFTER = ("CustomControls", "EntityDataProviders")


def customizations_xml(names: Iterable[str], languages: Iterable[int]) -> bytes:
    """Make the file for web resources of these names and labels in these languages; English always is one."""
    root = with_attributes("ImportExportXml", {"xmlns:xsi": XSI})
    root.extend(element(name) for name in BEFORE)
    resources = element("WebResources")
    resources.extend(web_resource(name) for name in sorted(names))
    root.append(resources)
    root.extend(element(name) for name in AFTER)
    spoken = element("Languages")
    spoken.extend(element("Language", str(lcid)) for lcid in sorted({ENGLISH, *languages}))
    root.append(spoken)
    return xml_bytes(root)
