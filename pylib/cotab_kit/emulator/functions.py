"""Functions of the Web API: who am I, which version, which privileges, what stands in the way of deleting."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from pydantic import JsonValue

from cotab_kit.emulator.errors import bad_argument
from cotab_kit.emulator.keys import unquoted
from cotab_kit.emulator.security import Caller, privilege_id, privileges, type_code
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables.platform import BUSINESS_UNIT, ORGANIZATION
from cotab_kit.emulator.tables.solutions import SOLUTION
from cotab_kit.emulator.uninstall import blocking_uninstall, solution_named

VERSION = "9.2.25112.00148"
Json = dict[str, JsonValue]
Function = Callable[[Store, Caller, Mapping[str, str]], Json]


def call(name: str, store: Store, caller: Caller, arguments: Mapping[str, str]) -> Json:
    """Call a function and return what it answers."""
    return FUNCTIONS[name](store, caller, arguments)


def _who_am_i(store: Store, caller: Caller, _arguments: Mapping[str, str]) -> Json:
    return {
        "BusinessUnitId": _business_unit(store),
        "UserId": caller.user_id,
        "OrganizationId": store.select(ORGANIZATION)[0]["organizationid"],
    }


def _business_unit(store: Store) -> str:
    return str(store.select(BUSINESS_UNIT)[0]["businessunitid"])


def _version(_store: Store, _caller: Caller, _arguments: Mapping[str, str]) -> Json:
    return {"Version": VERSION}


def _languages(store: Store, _caller: Caller, _arguments: Mapping[str, str]) -> Json:
    return {"RetrieveProvisionedLanguages": json.loads(store.setting("languages") or "[1033]")}


def _privileges(store: Store, caller: Caller, _arguments: Mapping[str, str]) -> Json:
    return {"RolePrivileges": [_held(store, name) for name in privileges() if name not in caller.lacks]}


def _privileges_by_names(store: Store, caller: Caller, arguments: Mapping[str, str]) -> Json:
    try:
        names = json.loads(arguments.get("PrivilegeNames", ""))
    except ValueError:
        names = None
    if not isinstance(names, list):
        raise bad_argument("The parameter 'PrivilegeNames' is missing or is no list.")
    held = [name for name in privileges() if name in names and name not in caller.lacks]
    return {"RolePrivileges": [_held(store, name) for name in held]}


def _held(store: Store, name: str) -> Json:
    return {
        "Depth": "Global",
        "PrivilegeId": privilege_id(name),
        "BusinessUnitId": _business_unit(store),
        "PrivilegeName": name,
        "RecordFilterId": "00000000-0000-0000-0000-000000000000",
        "RecordFilterUniqueName": None,
    }


def _dependencies(store: Store, caller: Caller, arguments: Mapping[str, str]) -> Json:
    caller.need("Read", SOLUTION)
    if "SolutionUniqueName" not in arguments:
        raise bad_argument("The parameter 'SolutionUniqueName' is missing.")
    solution = solution_named(store, unquoted(arguments["SolutionUniqueName"]))
    found = blocking_uninstall(store, str(solution["solutionid"]))
    return {
        "value": [
            {
                "dependencyid": privilege_id(f"{each.required} {each.dependent}"),
                "dependencytype": 2,
                "requiredcomponentobjectid": each.required[1],
                "requiredcomponenttype": type_code(each.required[0]),
                "requiredcomponentparentid": None,
                "dependentcomponentobjectid": each.dependent[1],
                "dependentcomponenttype": type_code(each.dependent[0]),
                "dependentcomponentparentid": None,
            }
            for each in found
        ]
    }


FUNCTIONS: dict[str, Function] = {
    "WhoAmI": _who_am_i,
    "RetrieveVersion": _version,
    "RetrieveProvisionedLanguages": _languages,
    "RetrieveDependenciesForUninstall": _dependencies,
}
USER_FUNCTIONS: dict[str, Function] = {
    "RetrieveUserPrivileges": _privileges,
    "RetrieveUserSetOfPrivilegesByNames": _privileges_by_names,
}
