"""Values that administrators gave to the provider's environment variable: rows that no solution takes away with it.

They belong to the variable that they point at, and the variable to the solution that lists it. A value whose variable
is gone is only known by the schema name it was given.
"""

from __future__ import annotations

from cotab_setup.provisioning.rows import Provisioning
from cotab_setup.provisioning.steps import Action, Step
from cotab_setup.web_api import ABSENT, WebApi, any_of, literal, query, rows_of

__all__ = ["orphaned_values", "plan_settings_removal"]

VALUES, VALUE_ID = "environmentvariablevalues", "environmentvariablevalueid"
VARIABLES, VARIABLE_ID = "environmentvariabledefinitions", "environmentvariabledefinitionid"
VARIABLE = f"_{VARIABLE_ID}_value"


async def plan_settings_removal(api: WebApi, provisioning: Provisioning, *, unlisted: bool = False) -> list[Step]:
    """Plan the deletion of the values, of this version or an earlier one. Raises WebApiError.

    `unlisted` takes those of a variable, too, that has our name and is not in the list of our solution.
    """
    name = provisioning.variable
    ours = await _variables(api, provisioning, unlisted=unlisted)
    where = any_of([*(f"{VARIABLE} eq {guid}" for guid in sorted(ours)), f"schemaname eq {literal(name)}"])
    doing = f"Looking for values of the environment variable {name}"
    path = query(VALUES, select=[VALUE_ID, VARIABLE], where=where)
    rows = await rows_of(api, path, doing, guid=VALUE_ID, accepted=ABSENT)
    pointed = {row[VARIABLE].lower() for row in rows if row.get(VARIABLE)} - ours
    others = await _existing(api, *(f"{VARIABLE_ID} eq {guid}" for guid in sorted(pointed)))
    found = [row[VALUE_ID] for row in rows if str(row.get(VARIABLE)).lower() not in others]
    title = f"Environment Variable Value “{name}”"
    return [Step(Action.DELETE, title, f"{VALUES}({guid})", reason="set by an administrator") for guid in found]


async def _variables(api: WebApi, provisioning: Provisioning, *, unlisted: bool) -> set[str]:
    """Return the GUIDs of variables of our name: those that our solution lists, or all of them."""
    named = await _existing(api, f"schemaname eq {literal(provisioning.variable)}")
    if unlisted or not named:
        return named
    where = f"solutionid/uniquename eq {literal(provisioning.solution)}"
    path = query("solutioncomponents", select=["objectid"], where=where)
    listed = await rows_of(api, path, "Reading what the solution lists", guid="objectid", accepted=ABSENT)
    return named & {row["objectid"].lower() for row in listed}


async def _existing(api: WebApi, *conditions: str) -> set[str]:
    """Return the GUIDs of the variables for which one of the conditions holds."""
    if not conditions:
        return set()
    path, doing = query(VARIABLES, select=[VARIABLE_ID], where=any_of(conditions)), "Looking for environment variables"
    return {row[VARIABLE_ID].lower() for row in await rows_of(api, path, doing, guid=VARIABLE_ID, accepted=ABSENT)}


async def orphaned_values(api: WebApi) -> list[Step]:
    """Plan the deletion of values that have neither a name nor a variable: whose they were, nobody can tell.

    The name of a value is an optional column. Raises WebApiError.
    """
    where = "schemaname eq null and EnvironmentVariableDefinitionId/schemaname eq null"
    path = query(VALUES, select=[VALUE_ID], where=where)
    rows = await rows_of(api, path, "Looking for values without a variable", guid=VALUE_ID, accepted=ABSENT)
    reason = "it has neither a name nor a variable, so it may be of any provider"
    return [
        Step(Action.DELETE, f"Environment Variable Value {row[VALUE_ID]}", f"{VALUES}({row[VALUE_ID]})", reason=reason)
        for row in rows
    ]
