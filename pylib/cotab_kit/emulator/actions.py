"""Actions of the Web API on solutions and customizations, each with the body of a POST.

Names and parameters are Dataverse's: ImportSolution(Async), StageAndUpgrade(Async), StageSolution,
DeleteAndPromote(Async), UninstallSolutionAsync, PublishXml, PublishAllXml, AddSolutionComponent, ExportSolution,
CreateEntities. What each parameter does here: docs/internals/dataverse.md#parameters-of-actions.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pydantic import JsonValue

from cotab_kit.emulator import jobs
from cotab_kit.emulator.call import Json
from cotab_kit.emulator.dependencies import needed_by
from cotab_kit.emulator.errors import invalid, managed_solution, no_such_row, not_here
from cotab_kit.emulator.export import exported
from cotab_kit.emulator.imports import ImportSolution, StageAndUpgrade, importing
from cotab_kit.emulator.package import PACKAGE_VERSION
from cotab_kit.emulator.parameters import Parameters, guid, read, refuse_given
from cotab_kit.emulator.publish import publish, publish_all
from cotab_kit.emulator.records import list_component
from cotab_kit.emulator.schema import Entity
from cotab_kit.emulator.security import EXPORT, IMPORT, PUBLISH, Caller
from cotab_kit.emulator.staging import StageSolution, stage
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.table_writing import CreateEntities, create_all
from cotab_kit.emulator.tables import COMPONENT_TYPES, ENTITIES
from cotab_kit.emulator.tables.solutions import SOLUTION
from cotab_kit.emulator.uninstall import solution_named

# What is not a web resource is always published here, as nothing changes it.
PUBLISHED = {"webresources", "entities", "optionsets", "ribbons", "sitemaps", "dashboards"}


class _Name(Parameters):
    SolutionUniqueName: str


class _Promote(Parameters):
    UniqueName: str


class _Export(Parameters):
    """Each of the settings stands for columns of the organization (documented), none of which this org has."""

    SolutionName: str
    Managed: bool
    TargetVersion: str | None = None
    ExportAutoNumberingSettings: bool | None = None
    ExportCalendarSettings: bool | None = None
    ExportCustomizationSettings: bool | None = None
    ExportEmailTrackingSettings: bool | None = None
    ExportGeneralSettings: bool | None = None
    ExportMarketingSettings: bool | None = None
    ExportOutlookSynchronizationSettings: bool | None = None
    ExportRelationshipRoles: bool | None = None
    ExportIsvConfig: bool | None = None
    ExportSales: bool | None = None
    ExportExternalApplications: bool | None = None
    ExportComponentsParams: JsonValue = None


class _Publish(Parameters):
    ParameterXml: str


class _Add(Parameters):
    ComponentId: str
    ComponentType: int
    SolutionUniqueName: str
    AddRequiredComponents: bool
    DoNotIncludeSubcomponents: bool | None = None  # tables alone have any
    IncludedComponentSettingsValues: list[str] | None = None  # empty: without a table's own settings


def run(name: str, store: Store, caller: Caller, body: JsonValue) -> Json | None:
    """Run an action. Returns what it answers, None where it answers nothing. Raises RefusedError."""
    model, action = ACTIONS[name]
    return action(store, caller, read(model, body))


def _uninstall(store: Store, caller: Caller, given: _Name) -> Json:
    caller.need("Delete", SOLUTION)
    solution = solution_named(store, given.SolutionUniqueName)
    return {"AsyncOperationId": jobs.start(store, _work("Uninstall", solution["uniquename"]))}


def _work(kind: str, name: object) -> dict[str, Any]:
    return {"kind": kind, "does": kind, "name": name}


def _promote(*, later: bool) -> Callable[[Store, Caller, _Promote], Json]:
    def action(store: Store, caller: Caller, given: _Promote) -> Json:
        caller.need_privilege(IMPORT)
        work = _work("Upgrade", given.UniqueName)
        if later:
            return {"AsyncOperationId": jobs.start(store, work)}
        jobs.at_once(store, work)
        return {"SolutionId": solution_named(store, work["name"])["solutionid"]}

    return action


def _publish_xml(store: Store, caller: Caller, given: _Publish) -> None:
    caller.need_privilege(PUBLISH)
    try:
        root = fromstring(given.ParameterXml, forbid_dtd=True)
    except (SyntaxError, DefusedXmlException, ValueError) as error:
        raise invalid("0x80044163", f"The ParameterXml is no well-formed XML: {error}") from error
    if root.tag != "importexportxml":
        raise invalid("0x80044163", f"The ParameterXml begins with {root.tag!r} and not with 'importexportxml'.")
    unknown = [each.tag for each in root if each.tag not in PUBLISHED]
    if unknown:
        raise not_here(f"publishing {unknown[0]}")
    publish(store, [guid((each.text or "").strip()) for each in root.iterfind("webresources/webresource")])


def _publish_all(store: Store, caller: Caller, _given: Parameters) -> None:
    caller.need_privilege(PUBLISH)
    publish_all(store)


def _add_component(store: Store, caller: Caller, given: _Add) -> Json:
    caller.need("Write", SOLUTION)
    refuse_given(given, "IncludedComponentSettingsValues")
    solution, entity = solution_named(store, given.SolutionUniqueName), COMPONENT_TYPES.get(given.ComponentType)
    if solution["ismanaged"]:
        raise managed_solution(str(solution["uniquename"]))
    key = guid(given.ComponentId)
    if entity is None or store.get(entity, key, [entity.primary_id]) is None:
        raise no_such_row(entity.name if entity else f"component type {given.ComponentType}", key)
    added = _with_required(store, entity, key) if given.AddRequiredComponents else {(entity, key): None}
    entries = [list_component(store, str(solution["solutionid"]), each.component_type, row) for each, row in added]
    return {"id": entries[0]}


def _with_required(store: Store, entity: Entity, key: str) -> dict[tuple[Entity, str], None]:
    """Return a component and whatever it cannot do without, in order."""
    found = {(entity, key): None}
    waiting = [(entity, key)]
    while waiting:
        more = [(ENTITIES[table], row) for table, row in needed_by(store, *waiting.pop())]
        waiting += [each for each in more if each not in found]
        found |= dict.fromkeys(more)
    return found


def _export(store: Store, caller: Caller, given: _Export) -> Json:
    caller.need_privilege(EXPORT)
    refuse_given(given, "ExportComponentsParams")
    if given.TargetVersion and given.TargetVersion.split(".")[:2] != [str(each) for each in PACKAGE_VERSION]:
        raise not_here(f"the parameter TargetVersion: {given.TargetVersion}")
    return {"ExportSolutionFile": base64.b64encode(exported(store, given.SolutionName, managed=given.Managed)).decode()}


READING = {"ExportSolution"}  # these lock nothing
ACTIONS: dict[str, tuple[type[Parameters], Callable[[Store, Caller, Any], Json | None]]] = {
    "ImportSolution": (ImportSolution, importing(later=False, upgrade=False)),
    "ImportSolutionAsync": (ImportSolution, importing(later=True, upgrade=False)),
    "StageAndUpgrade": (StageAndUpgrade, importing(later=False, upgrade=True)),
    "StageAndUpgradeAsync": (StageAndUpgrade, importing(later=True, upgrade=True)),
    "StageSolution": (StageSolution, stage),
    "CreateEntities": (CreateEntities, create_all),
    "DeleteAndPromote": (_Promote, _promote(later=False)),
    "DeleteAndPromoteAsync": (_Promote, _promote(later=True)),
    "UninstallSolutionAsync": (_Name, _uninstall),
    "PublishXml": (_Publish, _publish_xml),
    "PublishAllXml": (Parameters, _publish_all),
    "AddSolutionComponent": (_Add, _add_component),
    "ExportSolution": (_Export, _export),
}
