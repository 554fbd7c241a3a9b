"""The actions that import a solution: ImportSolution and StageAndUpgrade, at once or as a job.

Each parameter has its effect, or none that this org could show, or it is refused:
docs/internals/dataverse.md#parameters-of-actions.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

from pydantic import Field, JsonValue

from cotab_kit.emulator import jobs
from cotab_kit.emulator.call import BOUND, Json
from cotab_kit.emulator.errors import RefusedError, bad_argument, not_here
from cotab_kit.emulator.install import find_solution
from cotab_kit.emulator.package import read_package
from cotab_kit.emulator.parameters import Parameters, guid, read, refuse_given
from cotab_kit.emulator.security import IMPORT, Caller
from cotab_kit.emulator.staging import staged_file
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.webresource_rules import decoded

VALUE = f"{BOUND}environmentvariablevalue"


class _SolutionParameters(Parameters):
    StageSolutionUploadId: str | None = None
    SolutionComponentOptions: JsonValue = None
    DeployMissingPackagesBeforeSolutionImport: bool | None = None


class _Value(Parameters):
    kind: str = Field(alias="@odata.type")
    schemaname: str
    value: str
    environmentvariablevalueid: str | None = None


class StageAndUpgrade(Parameters):
    """The parameters of an upgrade in one step."""

    OverwriteUnmanagedCustomizations: bool
    PublishWorkflows: bool  # no process is a row here, so none would be seen to be active
    CustomizationFile: str | None = None
    ImportJobId: str | None = None
    ConvertToManaged: bool | None = None  # obsolete (documented)
    SkipProductUpdateDependencies: bool | None = None
    SkipQueueRibbonJob: bool | None = None  # no ribbon is here
    AsyncRibbonProcessing: bool | None = None
    ComponentParameters: list[dict[str, JsonValue]] | None = None
    SolutionParameters: _SolutionParameters | None = None
    LayerDesiredOrder: JsonValue = None


class ImportSolution(StageAndUpgrade):
    """The parameters of an import."""

    HoldingSolution: bool | None = None


def importing(*, later: bool, upgrade: bool) -> Callable[[Store, Caller, StageAndUpgrade], Json | None]:
    """Return one of the four actions."""

    def action(store: Store, caller: Caller, given: StageAndUpgrade) -> Json | None:
        caller.need_privilege(IMPORT)
        refuse_given(given, "LayerDesiredOrder")
        work = _work(given, _file(store, given, later=later), upgrade=upgrade)
        if later:
            return {"AsyncOperationId": jobs.start(store, work), "ImportJobKey": work["job"]}
        jobs.at_once(store, work)
        solution = find_solution(store, work["name"])
        return {"SolutionId": solution["solutionid"] if solution else None} if upgrade else None

    return action


def read_ahead(store: Store, body: JsonValue) -> None:
    """Read the package that an action is about to take, before the org is locked for it."""
    given = body if isinstance(body, dict) else {}
    more = given.get("SolutionParameters")
    upload = more.get("StageSolutionUploadId") if isinstance(more, dict) else None
    with suppress(RefusedError):
        file = staged_file(store, guid(upload)) if isinstance(upload, str) else given.get("CustomizationFile")
        if isinstance(file, str):
            jobs.read_file(file)


def _work(given: StageAndUpgrade, file: str, *, upgrade: bool) -> dict[str, Any]:
    return {
        "kind": "Import",
        "does": "StageAndUpgrade" if upgrade else "Import",
        "name": _name_in(file),
        "file": file,
        "overwrite": given.OverwriteUnmanagedCustomizations,
        "hold": upgrade or bool(getattr(given, "HoldingSolution", None)),
        "job": guid(given.ImportJobId) if given.ImportJobId else str(uuid4()),
        "values": [_value(each) for each in given.ComponentParameters or ()],
        "wishes": [name for name in jobs.UNHEEDED.values() if getattr(given, name)],
    }


def _file(store: Store, given: StageAndUpgrade, *, later: bool) -> str:
    """Return the package that is sent, or the one that has been staged."""
    more = given.SolutionParameters or _SolutionParameters()
    refuse_given(more, "SolutionComponentOptions", "DeployMissingPackagesBeforeSolutionImport")
    upload = more.StageSolutionUploadId
    if upload and (given.CustomizationFile is not None or not later):  # only jobs take one (one source)
        raise not_here("StageSolutionUploadId with a file, or without a job")
    if upload:
        return staged_file(store, guid(upload))
    if given.CustomizationFile is None:
        raise bad_argument("The parameter 'CustomizationFile' of the request is missing.")
    return given.CustomizationFile


def _value(given: dict[str, JsonValue]) -> dict[str, str | None]:
    """Read what an environment variable is to hold, which is the one kind of component that can be set here."""
    kind = str(given.get("@odata.type", "")).removeprefix("#")
    if kind != VALUE:
        raise not_here(f"ComponentParameters of the type {kind or 'that is not said'}")
    value = read(_Value, dict(given))
    key = value.environmentvariablevalueid
    return {"schemaname": value.schemaname, "value": value.value, "id": guid(key) if key else None}


def _name_in(file: str) -> str:
    """Return the solution's name; of a file that cannot be read none, as the import says why."""
    content = decoded(file)
    try:
        return read_package(content).unique_name
    except RefusedError:
        return ""
