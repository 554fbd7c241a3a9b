"""Web resources as a solution carries them: an entry in customizations.xml, and a file without extension in the zip."""

from __future__ import annotations

from pathlib import PurePosixPath
from uuid import UUID

from cotab_kit.manifest.identity import row_id
from cotab_kit.manifest.lengths import shortened
from cotab_kit.solution.web_resource_rules import web_resource_type
from cotab_kit.solution.xml import Element, element

NO_DEPENDENCIES = '<Dependencies><Dependency componentType="WebResource"/></Dependencies>'
MAX_DISPLAY_NAME = 200  # that of the whole name is higher
INTRODUCED = "1.0"  # the same in every version, so that an upgrade does not take a file for a new one


def web_resource_id(name: str) -> UUID:
    """Return the GUID of a web resource, the same in every build."""
    return row_id(name, "webresource")


def file_name(name: str) -> str:
    """Return its file's name in the zip: the name without dots and slashes, then the GUID in capital letters."""
    plain = name.replace(".", "").replace("/", "")
    return f"WebResources/{plain}{str(web_resource_id(name)).upper()}"


def display_name(name: str) -> str:
    """Return what administrators read: the file's name, as much of it as there is room for."""
    return shortened(PurePosixPath(name).name, MAX_DISPLAY_NAME)


def web_resource(name: str) -> Element:
    """Make its entry. Nobody may customize it: the editor for HTML would rewrite the page."""
    parent = element("WebResource")
    parts = {
        "WebResourceId": f"{{{web_resource_id(name)}}}",
        "Name": name,
        "DisplayName": display_name(name),
        "WebResourceType": str(web_resource_type(name)),
        "IntroducedVersion": INTRODUCED,
        "IsEnabledForMobileClient": "0",
        "IsAvailableForMobileOffline": "0",
        "DependencyXml": NO_DEPENDENCIES,
        "IsCustomizable": "0",
        "CanBeDeleted": "1",
        "IsHidden": "0",
        "FileName": f"/{file_name(name)}",
    }
    parent.extend(element(part, text) for part, text in parts.items())
    return parent
