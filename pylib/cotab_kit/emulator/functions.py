"""Functions of the Web API: who am I, which version, which privileges, what stands in the way of deleting."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping

from pydantic import JsonValue

from cotab_kit.emulator.custom_tables import made, tables
from cotab_kit.emulator.dependencies import Dependency, dependencies, needed_by
from cotab_kit.emulator.errors import bad_argument, invalid, no_such_row, not_here
from cotab_kit.emulator.keys import unquoted
from cotab_kit.emulator.schema import Entity
from cotab_kit.emulator.security import Caller, privilege_id, privileges, type_code
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import COMPONENT_TYPES
from cotab_kit.emulator.tables.platform import BUSINESS_UNIT, ORGANIZATION
from cotab_kit.emulator.tables.solutions import SOLUTION
from cotab_kit.emulator.uninstall import blocking_uninstall, solution_named

MAX_DIGITS = 10
VERSION = "9.2.25112.00148"
Json = dict[str, JsonValue]
Function = Callable[[Store, Caller, Mapping[str, str]], Json]


def call(name: str, store: Store, caller: Caller, arguments: Mapping[str, str]) -> Json:
    """Call a function and return what it answers. Raises RefusedError, also for a parameter without effect."""
    unknown = set(arguments) - PARAMETERS.get(name, set())
    if unknown:
        raise not_here(f"the parameter {min(unknown)!r} of {name}")
    return (FUNCTIONS | USER_FUNCTIONS)[name](store, caller, arguments)


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
    return {"RolePrivileges": [_held(store, name) for name in _all(store) if name not in caller.lacks]}


def _privileges_by_names(store: Store, caller: Caller, arguments: Mapping[str, str]) -> Json:
    names = _list(arguments, "PrivilegeNames")
    held = [name for name in _all(store) if name in names and name not in caller.lacks]
    return {"RolePrivileges": [_held(store, name) for name in held]}


def _all(store: Store) -> list[str]:
    return privileges(made(store).values())


def _held(store: Store, name: str) -> Json:
    return {
        "Depth": "Global",
        "PrivilegeId": privilege_id(name),
        "BusinessUnitId": _business_unit(store),
        "PrivilegeName": name,
        "RecordFilterId": "00000000-0000-0000-0000-000000000000",
        "RecordFilterUniqueName": None,
    }


def _uninstall(store: Store, caller: Caller, arguments: Mapping[str, str]) -> Json:
    caller.need("Read", SOLUTION)
    name = unquoted(_needed(arguments, "SolutionUniqueName"))
    system = store.find(SOLUTION, uniquename=name, isvisible=False)
    solution = system[0] if system else solution_named(store, name)
    return _listed(blocking_uninstall(store, str(solution["solutionid"])))


def _delete(store: Store, caller: Caller, arguments: Mapping[str, str]) -> Json:
    caller.need("Read", SOLUTION)
    entity, key = _component(store, arguments)
    return _listed(dependencies(store, entity, key))


def _required(store: Store, caller: Caller, arguments: Mapping[str, str]) -> Json:
    caller.need("Read", SOLUTION)
    entity, key = _component(store, arguments)
    return _listed(Dependency(each, (entity.name, key)) for each in needed_by(store, entity, key))


def _component(store: Store, arguments: Mapping[str, str]) -> tuple[Entity, str]:
    """Find the component that ObjectId and ComponentType name. Raises RefusedError."""
    key, kind = unquoted(_needed(arguments, "ObjectId")).lower(), _needed(arguments, "ComponentType")
    entity = COMPONENT_TYPES.get(int(kind)) if kind.isascii() and kind.isdigit() and len(kind) < MAX_DIGITS else None
    if entity is None:
        raise not_here(f"components of the type {kind}")
    if store.get(entity, key, [entity.primary_id]) is None:
        raise no_such_row(entity.name, key)
    return entity, key


def _listed(found: Iterable[Dependency]) -> Json:
    return {
        "value": [
            {
                "@odata.type": "#Microsoft.Dynamics.CRM.dependency",
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


def _total(store: Store, caller: Caller, arguments: Mapping[str, str]) -> Json:
    names, known = _list(arguments, "EntityNames"), tables(store)
    for name in names:
        if name not in known:
            raise invalid("0x80041102", f"The entity with a name = '{name[:100]}' was not found in the MetadataCache.")
        caller.need("Read", known[name])
    counts: list[JsonValue] = [store.count(known[name]) for name in names]
    keys: list[JsonValue] = [*names]
    return {"EntityRecordCountCollection": {"Count": len(names), "IsReadOnly": False, "Keys": keys, "Values": counts}}


def _needed(arguments: Mapping[str, str], name: str) -> str:
    if name not in arguments:
        raise bad_argument(f"The parameter '{name}' is missing.")
    return arguments[name]


def _list(arguments: Mapping[str, str], name: str) -> list[str]:
    """Read a parameter that is a list of texts, with quotes of either kind."""
    text = _needed(arguments, name)
    try:
        found = json.loads(text if '"' in text else text.replace("'", '"'))
    except ValueError:
        found = None
    if not isinstance(found, list):
        raise bad_argument(f"The parameter '{name}' is no list.")
    return [str(each) for each in found]


FUNCTIONS: dict[str, Function] = {
    "WhoAmI": _who_am_i,
    "RetrieveVersion": _version,
    "RetrieveProvisionedLanguages": _languages,
    "RetrieveDependenciesForUninstall": _uninstall,
    "RetrieveDependenciesForDelete": _delete,
    "RetrieveDependentComponents": _delete,
    "RetrieveRequiredComponents": _required,
    "RetrieveTotalRecordCount": _total,
}
USER_FUNCTIONS: dict[str, Function] = {
    "RetrieveUserPrivileges": _privileges,
    "RetrieveUserSetOfPrivilegesByNames": _privileges_by_names,
}
_COMPONENT = {"ObjectId", "ComponentType"}
PARAMETERS = {
    "RetrieveDependenciesForUninstall": {"SolutionUniqueName"},
    "RetrieveDependenciesForDelete": _COMPONENT,
    "RetrieveDependentComponents": _COMPONENT,
    "RetrieveRequiredComponents": _COMPONENT,
    "RetrieveTotalRecordCount": {"EntityNames"},
    "RetrieveUserSetOfPrivilegesByNames": {"PrivilegeNames"},
}
