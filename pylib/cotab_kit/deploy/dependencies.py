"""Dependencies that keep a managed solution from being uninstalled, in words that say where to look.

Dataverse answers with pairs of GUIDs and numbers of component types; those of solution-aware tables differ from org to
org.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from cotab_kit.deploy.leftovers import components
from cotab_kit.deploy.release import Release
from cotab_setup.provisioning import WebApi
from cotab_setup.web_api import ABSENT, call, literal, object_of, query, rows_of

# Component types that are the same everywhere, as administrators call them.
TYPES = {
    1: "table", 2: "column", 9: "choice", 10: "relationship", 20: "security role", 24: "form", 26: "view",
    29: "process", 59: "chart", 60: "form", 61: "web resource", 62: "site map", 66: "control", 80: "app",
    300: "canvas app", 380: "environment variable",
}  # fmt: skip
TITLES = {"msdyn_sessiontemplate": "Session Template"}
USER = "dependentcomponentobjectid"


async def blocking(api: WebApi, release: Release, solution: str) -> list[str]:
    """Write a sentence for each thing that uses something of the solution. Raises WebApiError."""
    path = f"RetrieveDependenciesForUninstall(SolutionUniqueName={literal(solution)})"
    rows = await rows_of(api, path, "Looking for what uses the solution", guid=USER, accepted=ABSENT)
    if not rows:
        return []
    names = {component.id: component.title for component in await components(api, release)}
    return [await _sentence(api, row, names) for row in rows]


async def _sentence(api: WebApi, row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    required = str(row.get("requiredcomponentobjectid") or "").lower()
    used = names.get(required) or await _component(api, row.get("requiredcomponenttype"), required)
    user = await _component(api, row.get("dependentcomponenttype"), str(row[USER]))
    return f"{used} is used by the {user}"


async def _component(api: WebApi, number: object, guid: str) -> str:
    """Name a component as administrators do, as far as the org tells."""
    code = int(str(number)) if str(number).isdecimal() else 0
    if code in TYPES:
        return f"{TYPES[code]} {guid}"
    where = f"solutioncomponenttype eq {code}"
    path = query("solutioncomponentdefinitions", select=["primaryentityname"], where=where)
    rows = await rows_of(api, path, "Looking up a kind of component", accepted=ABSENT)
    table = str(rows[0].get("primaryentityname") or "") if rows else ""
    name = await _name(api, table, guid) if table else ""
    return f"{TITLES.get(table, table or f'component of type {code}')} {name or guid}"


async def _name(api: WebApi, table: str, guid: str) -> str:
    path = query(
        "EntityDefinitions", select=["EntitySetName", "PrimaryNameAttribute"], where=f"LogicalName eq {literal(table)}"
    )
    for found in await rows_of(api, path, f"Looking up the table {table}"):
        column = str(found.get("PrimaryNameAttribute"))
        row = f"{found.get('EntitySetName')}({guid})?$select={column}"
        reply = await call(api, "GET", row, f"Looking up a row of {table}", accepted=ABSENT)
        if reply.status != HTTPStatus.NOT_FOUND:
            return f"“{object_of(reply, table).get(column)}”"
    return ""


async def variable_values(api: WebApi, solution: str) -> list[str]:
    """List the paths of values that an administrator gave to the solution's variables; they would be left over.

    `solution` is the GUID of the solution.
    """
    where = f"_solutionid_value eq {solution} and componenttype eq 380"
    path = query("solutioncomponents", select=["objectid"], where=where)
    definitions = await rows_of(api, path, "Looking for environment variables", guid="objectid", accepted=ABSENT)
    key, found = "environmentvariablevalueid", []
    for definition in definitions:
        where = f"_environmentvariabledefinitionid_value eq {definition['objectid']}"
        values = query("environmentvariablevalues", select=[key], where=where)
        rows = await rows_of(api, values, "Looking for values of environment variables", guid=key, accepted=ABSENT)
        found += [f"environmentvariablevalues({row[key]})" for row in rows]
    return found
