"""Lookups of what an org holds of a solution: itself, its publisher, web resources, templates, its variable.

They change nothing, and raise WebApiError.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cotab_setup.provisioning import WebApi
from cotab_setup.web_api import ABSENT, any_of, literal, query, rows_of

WEB_RESOURCE_SET = "webresourceset"
PUBLISHERS = "publishers"
SOLUTIONS = "solutions"
UPGRADE = "_Upgrade"  # what Dataverse adds to the unique name
WEB_RESOURCE, VARIABLE = "web resource", "environment variable"  # kinds of components
VARIABLES, VARIABLE_ID = "environmentvariabledefinitions", "environmentvariabledefinitionid"
SOLUTION_ID, PUBLISHER_ID = "solutionid", "publisherid"
SOLUTION = (SOLUTION_ID, "uniquename", "version", "ismanaged")


@dataclass(frozen=True)
class Installed:
    """A solution that is in the org."""

    id: str
    name: str
    version: str
    managed: bool


@dataclass(frozen=True)
class Component:
    """A web resource, template, variable or the like in the org. `kind` is what administrators call its table.

    `ours` is whether it has a GUID that the kit makes, or stands in the list of our solution.
    """

    kind: str
    path: str
    name: str
    managed: bool
    ours: bool = False

    @property
    def id(self) -> str:
        """Its GUID, in small letters."""
        return self.path.partition("(")[2].rstrip(")").lower()

    @property
    def title(self) -> str:
        """What administrators call it."""
        return f"{self.kind} “{self.name}”"


# Tables of solution-aware rows: entity set, primary key, title, in the order in which they are deleted.
CARRIED = {
    "msdyn_templateparameters": ("msdyn_templateparameterid", "Template Parameter"),
    "msdyn_applicationtabtemplates": ("msdyn_applicationtabtemplateid", "Application Tab Template"),
}


async def installed(api: WebApi, name: str) -> Installed | None:
    """Find the solution of this unique name."""
    return next(iter(await _solutions(api, f"uniquename eq {literal(name)}", f"Looking for the solution {name}")), None)


async def held(api: WebApi, name: str) -> Installed | None:
    """Find an upgrade of the solution that has been imported beside it and not been put in its place."""
    return await installed(api, f"{name}{UPGRADE}")


async def listed(api: WebApi, solutions: Iterable[Installed]) -> set[str]:
    """Return the GUIDs of everything that solutions list, in small letters."""
    found: set[str] = set()
    for solution in solutions:
        path = query("solutioncomponents", select=["objectid"], where=f"_solutionid_value eq {solution.id}")
        rows = await rows_of(api, path, f"Reading what {solution.name} lists", guid="objectid", accepted=ABSENT)
        found |= {str(row["objectid"]).lower() for row in rows}
    return found


async def other_solutions(api: WebApi, publisher: str, name: str) -> list[str]:
    """List the names of a publisher's solutions but one; the publisher is given by its GUID."""
    found = await _solutions(api, f"_publisherid_value eq {publisher}", "Looking for solutions of the publisher")
    return [other.name for other in found if other.name.casefold() != name.casefold()]


async def _solutions(api: WebApi, where: str, doing: str) -> list[Installed]:
    rows = await rows_of(api, query(SOLUTIONS, select=SOLUTION, where=where), doing, guid=SOLUTION_ID)
    return [
        Installed(row[SOLUTION_ID], str(row.get("uniquename")), str(row.get("version")), bool(row.get("ismanaged")))
        for row in rows
    ]


async def publisher(api: WebApi, name: str) -> dict[str, Any] | None:
    """Find the publisher of this unique name."""
    path = query(PUBLISHERS, select=(PUBLISHER_ID, "uniquename", "description"), where=f"uniquename eq {literal(name)}")
    return next(iter(await rows_of(api, path, f"Looking for the publisher {name}", guid=PUBLISHER_ID)), None)


async def web_resources(api: WebApi, folder: str) -> list[Component]:
    """Find the web resources below a folder such as "contoso_/assist", though Dataverse takes `_` for any letter."""
    where = f"startswith(name,{literal(f'{folder}/')})"
    path = query(WEB_RESOURCE_SET, select=("webresourceid", "name", "ismanaged"), where=where)
    rows = await rows_of(api, path, "Looking for web resources", guid="webresourceid")
    found = [_component(WEB_RESOURCE, WEB_RESOURCE_SET, row, "webresourceid", "name") for row in rows]
    return [component for component in found if component.name.casefold().startswith(f"{folder}/".casefold())]


async def carried(api: WebApi, templates: Iterable[str]) -> list[Component]:
    """Find app tab templates of these unique names, and their parameters, those first."""
    names = list(templates)
    found: list[Component] = []
    for entity_set, (key, title) in CARRIED.items():
        if entity_set == "msdyn_templateparameters":
            parameters = [f"{name}_{parameter}" for name in names for parameter in ("webresourceName", "data")]
        else:
            parameters = names
        where = any_of(f"msdyn_uniquename eq {literal(name)}" for name in parameters)
        path = query(entity_set, select=(key, "msdyn_uniquename", "ismanaged"), where=where)
        rows = await rows_of(api, path, f"Looking for rows of {title}", guid=key, accepted=ABSENT)
        found += [_component(title, entity_set, row, key, "msdyn_uniquename") for row in rows]
    return found


async def variables(api: WebApi, name: str) -> list[Component]:
    """Find the environment variable of this name."""
    path = query(VARIABLES, select=(VARIABLE_ID, "schemaname", "ismanaged"), where=f"schemaname eq {literal(name)}")
    doing = f"Looking for the environment variable {name}"
    rows = await rows_of(api, path, doing, guid=VARIABLE_ID, accepted=ABSENT)
    return [_component(VARIABLE, VARIABLES, row, VARIABLE_ID, "schemaname") for row in rows]


def _component(kind: str, entity_set: str, row: dict[str, Any], key: str, name: str) -> Component:
    return Component(kind, f"{entity_set}({row[key]})", str(row.get(name) or ""), bool(row.get("ismanaged")))
