"""Values that administrators gave to the provider's environment variable: rows that no solution takes away with it.

The variable itself comes and goes with the solution; without it, its values are only known by the schema name they
were given.
"""

from __future__ import annotations

from cotab_setup.provisioning.rows import Provisioning
from cotab_setup.provisioning.steps import Action, Step
from cotab_setup.web_api import ABSENT, WebApi, literal, query, rows_of

__all__ = ["orphaned_values", "plan_settings_removal"]

VALUES, VALUE_ID = "environmentvariablevalues", "environmentvariablevalueid"


async def plan_settings_removal(api: WebApi, provisioning: Provisioning) -> list[Step]:
    """Plan the deletion of the values, of this version or an earlier one. Raises WebApiError."""
    name = provisioning.variable
    where = f"schemaname eq {literal(name)} or EnvironmentVariableDefinitionId/schemaname eq {literal(name)}"
    doing = f"Looking for values of the environment variable {name}"
    path = query(VALUES, select=[VALUE_ID], where=where)
    rows = await rows_of(api, path, doing, guid=VALUE_ID, accepted=ABSENT)
    title = f"Environment Variable Value “{name}”"
    return [Step(Action.DELETE, title, f"{VALUES}({row[VALUE_ID]})", reason="set by an administrator") for row in rows]


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
