"""Actions of the Web API on solutions and customizations, each with the body of a POST.

Names and parameters are Dataverse's: ImportSolution(Async), StageAndUpgrade(Async), DeleteAndPromote(Async),
UninstallSolutionAsync, PublishXml, PublishAllXml, AddSolutionComponent, ExportSolution.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID, uuid4

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from cotab_kit.emulator import jobs
from cotab_kit.emulator.errors import RefusedError, bad_argument, invalid, managed_solution, no_such_row, not_here
from cotab_kit.emulator.export import exported
from cotab_kit.emulator.install import find_solution
from cotab_kit.emulator.package import read_package
from cotab_kit.emulator.publish import publish, publish_all
from cotab_kit.emulator.records import list_component
from cotab_kit.emulator.security import EXPORT, IMPORT, PUBLISH, Caller
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import COMPONENT_TYPES
from cotab_kit.emulator.tables.solutions import SOLUTION
from cotab_kit.emulator.uninstall import solution_named
from cotab_kit.emulator.webresource_rules import decoded

# What is not a web resource is always published here, as nothing changes it.
PUBLISHED = {"webresources", "entities", "optionsets", "ribbons", "sitemaps", "dashboards"}
Json = dict[str, JsonValue]
Action = Callable[[Store, Caller, JsonValue], Json | None]


class _Parameters(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


ModelT = TypeVar("ModelT", bound=_Parameters)


class _Import(_Parameters):
    OverwriteUnmanagedCustomizations: bool
    PublishWorkflows: bool
    CustomizationFile: str
    ImportJobId: str | None = None
    HoldingSolution: bool = False
    ConvertToManaged: bool = False
    SkipProductUpdateDependencies: bool = False
    SkipQueueRibbonJob: bool = False
    AsyncRibbonProcessing: bool = False
    ComponentParameters: list[JsonValue] | None = None
    SolutionParameters: JsonValue = None
    LayerDesiredOrder: JsonValue = None


class _Name(_Parameters):
    SolutionUniqueName: str


class _Promote(_Parameters):
    UniqueName: str


class _Exported(_Parameters):
    SolutionName: str
    Managed: bool


class _Publish(_Parameters):
    ParameterXml: str


class _Add(_Parameters):
    ComponentId: str
    ComponentType: int
    SolutionUniqueName: str
    AddRequiredComponents: bool
    DoNotIncludeSubcomponents: bool | None = None
    IncludedComponentSettingsValues: JsonValue = None


def run(name: str, store: Store, caller: Caller, body: JsonValue) -> Json | None:
    """Run an action. Returns what it answers, None where it answers nothing. Raises RefusedError."""
    return ACTIONS[name](store, caller, body)


def _read(model: type[ModelT], body: JsonValue) -> ModelT:
    try:
        return model.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = ".".join(map(str, first["loc"])) or "the body"
        if first["type"] == "extra_forbidden":
            raise not_here(f"the parameter {name}") from error
        raise bad_argument(f"The parameter '{name}' of the request is missing or wrong: {first['msg']}") from error


def _import(*, later: bool, upgrade: bool) -> Action:
    def action(store: Store, caller: Caller, body: JsonValue) -> Json | None:
        caller.need_privilege(IMPORT)
        given = _read(_Import, body)
        _refuse_unheeded(given)
        job = _guid(given.ImportJobId) if given.ImportJobId else str(uuid4())
        work: dict[str, Any] = {
            "kind": "Import",
            "does": "StageAndUpgrade" if upgrade else "Import",
            "name": _name_in(given.CustomizationFile),
            "file": given.CustomizationFile,
            "overwrite": given.OverwriteUnmanagedCustomizations,
            "hold": given.HoldingSolution or upgrade,
            "job": job,
        }
        if later:
            return {"AsyncOperationId": jobs.start(store, work), "ImportJobKey": job}
        jobs.at_once(store, work)
        solution = find_solution(store, work["name"])
        return {"SolutionId": solution["solutionid"] if solution else None} if upgrade else None

    return action


def _refuse_unheeded(given: _Import) -> None:
    """Raise RefusedError for a parameter that would change the import and does not here."""
    unheeded = ("ConvertToManaged", "ComponentParameters", "SolutionParameters", "LayerDesiredOrder")
    for name in unheeded:
        if getattr(given, name):
            raise not_here(f"the parameter {name}")


def _name_in(file: str) -> str:
    """Return the solution's name; of a file that cannot be read none, as the import says why."""
    content = decoded(file)
    try:
        return read_package(content).unique_name
    except RefusedError:
        return ""


def _uninstall(store: Store, caller: Caller, body: JsonValue) -> Json:
    caller.need("Delete", SOLUTION)
    solution = solution_named(store, _read(_Name, body).SolutionUniqueName)
    return {"AsyncOperationId": jobs.start(store, _work("Uninstall", solution["uniquename"]))}


def _work(kind: str, name: object) -> dict[str, Any]:
    return {"kind": kind, "does": kind, "name": name}


def _promote(*, later: bool) -> Action:
    def action(store: Store, caller: Caller, body: JsonValue) -> Json:
        caller.need_privilege(IMPORT)
        work = _work("Upgrade", _read(_Promote, body).UniqueName)
        if later:
            return {"AsyncOperationId": jobs.start(store, work)}
        jobs.at_once(store, work)
        return {"SolutionId": solution_named(store, work["name"])["solutionid"]}

    return action


def _publish_xml(store: Store, caller: Caller, body: JsonValue) -> None:
    caller.need_privilege(PUBLISH)
    text = _read(_Publish, body).ParameterXml
    try:
        root = fromstring(text, forbid_dtd=True)
    except (SyntaxError, DefusedXmlException, ValueError) as error:
        raise invalid("0x80044163", f"The ParameterXml is no well-formed XML: {error}") from error
    if root.tag != "importexportxml":
        raise invalid("0x80044163", f"The ParameterXml begins with {root.tag!r} and not with 'importexportxml'.")
    unknown = [each.tag for each in root if each.tag not in PUBLISHED]
    if unknown:
        raise not_here(f"publishing {unknown[0]}")
    publish(store, [_guid((each.text or "").strip()) for each in root.iterfind("webresources/webresource")])


def _publish_all(store: Store, caller: Caller, _body: JsonValue) -> None:
    caller.need_privilege(PUBLISH)
    publish_all(store)


def _add_component(store: Store, caller: Caller, body: JsonValue) -> Json:
    caller.need("Write", SOLUTION)
    given = _read(_Add, body)
    solution, entity = solution_named(store, given.SolutionUniqueName), COMPONENT_TYPES.get(given.ComponentType)
    if solution["ismanaged"]:
        raise managed_solution(str(solution["uniquename"]))
    key = _guid(given.ComponentId)
    if entity is None or store.get(entity, key, [entity.primary_id]) is None:
        raise no_such_row(entity.name if entity else f"component type {given.ComponentType}", key)
    return {"id": list_component(store, str(solution["solutionid"]), given.ComponentType, key)}


def _export(store: Store, caller: Caller, body: JsonValue) -> Json:
    caller.need_privilege(EXPORT)
    given = _read(_Exported, body)
    return {"ExportSolutionFile": base64.b64encode(exported(store, given.SolutionName, managed=given.Managed)).decode()}


def _guid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise bad_argument(f"Guid should contain 32 digits with 4 dashes: {text[:100]!r}") from None


ACTIONS: dict[str, Action] = {
    "ImportSolution": _import(later=False, upgrade=False),
    "ImportSolutionAsync": _import(later=True, upgrade=False),
    "StageAndUpgrade": _import(later=False, upgrade=True),
    "StageAndUpgradeAsync": _import(later=True, upgrade=True),
    "DeleteAndPromote": _promote(later=False),
    "DeleteAndPromoteAsync": _promote(later=True),
    "UninstallSolutionAsync": _uninstall,
    "PublishXml": _publish_xml,
    "PublishAllXml": _publish_all,
    "AddSolutionComponent": _add_component,
    "ExportSolution": _export,
}
