"""What keeps a managed solution from being uninstalled, in words that say where to look.

Dataverse answers with pairs of GUIDs and numbers of component types; those of solution-aware tables differ from org to
org. Called by uninstall.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cotab.provision import WebApi
from cotab.provision.web_api import literal, query, rows_of
from cotab_kit.org.leftovers import components
from cotab_kit.org.release import Release

# Component types that are the same everywhere, as administrators call them.
TYPES = {
    1: "table", 2: "column", 9: "choice", 10: "relationship", 20: "security role", 24: "form", 26: "view",
    29: "process", 59: "chart", 60: "form", 61: "web resource", 62: "site map", 66: "control", 80: "app",
    300: "canvas app", 380: "environment variable",
}  # fmt: skip
NOT_FOUND = 404


async def blocking(api: WebApi, release: Release) -> list[str]:
    """A sentence for each thing that uses something of the solution. Raises WebApiError."""
    path = f"RetrieveDependenciesForUninstall(SolutionUniqueName={literal(release.name)})"
    rows = await rows_of(api, path, "Looking for what uses the solution", accepted=[NOT_FOUND])
    if not rows:
        return []
    names = {_guid(component.path): component.title for component in await components(api, release)}
    return [await _sentence(api, row, names) for row in rows]


async def _sentence(api: WebApi, row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    required = str(row.get("requiredcomponentobjectid") or "").lower()
    dependent = str(row.get("dependentcomponentobjectid") or "")
    user = await _type(api, row.get("dependentcomponenttype"))
    used = names.get(required) or f"{await _type(api, row.get('requiredcomponenttype'))} {required}"
    return f"{used} is used by the {user} {dependent}"


async def _type(api: WebApi, number: object) -> str:
    """What a component type is called."""
    code = int(str(number)) if str(number).isdecimal() else 0
    if code in TYPES:
        return TYPES[code]
    path = query(
        "solutioncomponentdefinitions", select=["name", "primaryentityname"], where=f"solutioncomponenttype eq {code}"
    )
    rows = await rows_of(api, path, "Looking up a kind of component", accepted=[NOT_FOUND])
    return str(rows[0].get("name") or rows[0].get("primaryentityname")) if rows else f"component of type {code}"


def _guid(path: str) -> str:
    return path.partition("(")[2].rstrip(")").lower()


async def variable_values(api: WebApi, solution: str) -> list[str]:
    """Paths of the values that an administrator gave to the solution's environment variables; they would be left over.

    `solution` is the GUID of the solution.
    """
    where = f"_solutionid_value eq {solution} and componenttype eq 380"
    path = query("solutioncomponents", select=["objectid"], where=where)
    definitions = await rows_of(api, path, "Looking for environment variables", accepted=[NOT_FOUND])
    found = []
    for definition in definitions:
        where = f"_environmentvariabledefinitionid_value eq {definition['objectid']}"
        values = query("environmentvariablevalues", select=["environmentvariablevalueid"], where=where)
        rows = await rows_of(api, values, "Looking for values of environment variables", accepted=[NOT_FOUND])
        found += [f"environmentvariablevalues({row['environmentvariablevalueid']})" for row in rows]
    return found
