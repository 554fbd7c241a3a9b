"""What tabs obey in an org, because the org was seen to behave so: an environment variable and its value.

Both are rows of our own that no solution carries: they are written once an administrator agrees, and go with the
provider.
"""

from __future__ import annotations

import json
from typing import Literal

from cotab_setup.provisioning.rows import BIND, Column, Provisioning
from cotab_setup.provisioning.steps import Action, Step
from cotab_setup.web_api import ABSENT, WebApi, any_of, query, rows_of

__all__ = ["Resident", "plan_behavior", "plan_behavior_removal"]

VALUES, VALUE_ID = "environmentvariablevalues", "environmentvariablevalueid"
VARIABLES, VARIABLE_ID = "environmentvariabledefinitions", "environmentvariabledefinitionid"
JSON_TYPE = 100_000_003

Resident = Literal["off", "auto"]


async def plan_behavior(api: WebApi, provisioning: Provisioning, resident: Resident) -> list[Step]:
    """Plan what is written for tabs to obey. Raises WebApiError."""
    obeyed = provisioning.behavior
    body: dict[str, Column] = {"value": json.dumps({"resident": resident})}
    there, values = await _variable(api, provisioning), await _values(api, provisioning)
    if values:
        return [Step(Action.UPDATE, _title(provisioning), values[0], body)]
    about: dict[str, Column] = {
        "schemaname": obeyed.name,
        "displayname": f"How this environment behaves, for tabs of {provisioning.solution}"[:100],
        "type": JSON_TYPE,
    }
    variable = f"{VARIABLES}({obeyed.id})"
    once: dict[str, Column] = {
        "schemaname": obeyed.name,
        f"EnvironmentVariableDefinitionId{BIND}": f"/{variable}",
    }
    made = [] if there else [Step(Action.CREATE, f"Environment Variable “{obeyed.name}”", variable, about)]
    return [*made, Step(Action.CREATE, _title(provisioning), f"{VALUES}({obeyed.value_id})", body, once)]


async def plan_behavior_removal(api: WebApi, provisioning: Provisioning) -> list[Step]:
    """Plan that nothing of it is left; no step where nothing is there. Raises WebApiError."""
    values = [Step(Action.DELETE, _title(provisioning), path) for path in await _values(api, provisioning)]
    title = f"Environment Variable “{provisioning.behavior.name}”"
    return [*values, *(Step(Action.DELETE, title, path) for path in await _variable(api, provisioning))]


def _title(provisioning: Provisioning) -> str:
    return f"Environment Variable Value “{provisioning.behavior.name}”"


async def _values(api: WebApi, provisioning: Provisioning) -> list[str]:
    """Find the values of our variable, whoever has set them."""
    obeyed = provisioning.behavior
    where = any_of([f"{VALUE_ID} eq {obeyed.value_id}", f"_{VARIABLE_ID}_value eq {obeyed.id}"])
    return await _paths(api, VALUES, VALUE_ID, where)


async def _variable(api: WebApi, provisioning: Provisioning) -> list[str]:
    return await _paths(api, VARIABLES, VARIABLE_ID, f"{VARIABLE_ID} eq {provisioning.behavior.id}")


async def _paths(api: WebApi, entity_set: str, key: str, where: str) -> list[str]:
    doing = "Looking for what tabs obey in this org"
    rows = await rows_of(api, query(entity_set, select=[key], where=where), doing, guid=key, accepted=ABSENT)
    return [f"{entity_set}({row[key]})" for row in rows]
