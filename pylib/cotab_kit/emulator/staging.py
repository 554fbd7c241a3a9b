"""StageSolution: a package is uploaded, and looked at as an import would, which then needs no more than its id.

What an import would refuse stands in the results; only a file that is no solution is refused itself (inferred).
Forms: docs/internals/dataverse.md#import-upgrade-and-uninstall.
"""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID, uuid4

from defusedxml.ElementTree import fromstring
from pydantic import JsonValue

from cotab_kit.emulator.call import BOUND, Json
from cotab_kit.emulator.errors import NOT_HERE, RefusedError, no_such_row, not_here
from cotab_kit.emulator.filters import GUID
from cotab_kit.emulator.install import UPGRADE, find_solution, install
from cotab_kit.emulator.needs import Needed, present
from cotab_kit.emulator.package import Package, read_package
from cotab_kit.emulator.parameters import Parameters
from cotab_kit.emulator.parts import Part
from cotab_kit.emulator.schema import Row
from cotab_kit.emulator.security import IMPORT, Caller
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables.solutions import PUBLISHER
from cotab_kit.emulator.webresource_rules import decoded
from cotab_kit.solution.xml import Element

NOWHERE = str(UUID(int=0))
KEPT = 8  # uploads, the newest; nobody says how long Dataverse keeps them


class StageSolution(Parameters):
    """The parameters of the action."""

    CustomizationFile: str


def stage(store: Store, caller: Caller, given: StageSolution) -> Json:
    """Keep a package for a later import, if one would succeed. Returns the results."""
    caller.need_privilege(IMPORT)
    package = read_package(decoded(given.CustomizationFile))
    error = _refused(store, package)
    key = NOWHERE if error else str(uuid4())
    if not error:
        store.sql.execute("INSERT INTO _staged VALUES (?, ?)", [key, given.CustomizationFile])
        newest = f"SELECT rowid FROM _staged ORDER BY rowid DESC LIMIT {KEPT}"
        store.sql.execute(f"UPDATE _staged SET file = NULL WHERE rowid NOT IN ({newest})")
    missing = [each for each in package.required if not present(store, each)]
    return {
        "StageSolutionResults": {
            "@odata.type": f"#{BOUND}StageSolutionResults",
            "StageSolutionUploadId": key,
            "StageSolutionStatus": "Failed" if error else "Passed",
            "SolutionValidationResults": [_result(error)] if error else [],
            "MissingDependencies": [_missing(each) for each in missing],
            "SolutionDetails": _details(store, package),
            "SolutionComponentsDetails": [_component(part) for part in package.parts],
        }
    }


def staged_file(store: Store, key: str) -> str:
    """Return the package of an upload. Raises RefusedError."""
    found = store.look("SELECT file FROM _staged WHERE id = ?", [key])
    if not found:
        raise no_such_row("stagesolutionupload", key)
    if found[0][0] is None:
        raise not_here(f"more than {KEPT} staged uploads")
    return str(found[0][0])


class _DoneError(Exception):
    """The import would succeed, and is undone."""


def _refused(store: Store, package: Package) -> RefusedError | None:
    """Return what an import would say against the package, and import nothing."""
    try:
        _try(store, package)
    except RefusedError as error:
        if error.code == NOT_HERE:
            raise
        return error
    return None


def _try(store: Store, package: Package) -> None:
    with suppress(_DoneError), store.transaction():
        install(store, package, overwrite=False)
        raise _DoneError


def _result(error: RefusedError) -> Json:
    return {
        "SolutionValidationResultType": "Error",
        "Message": error.message,
        "ErrorCode": int(error.code, 16) - 2**32,
        "AdditionalInfo": None,
    }


def _missing(needed: Needed) -> Json:
    """Describe a dependency in the words of the package."""
    root = fromstring(needed.xml)
    required, dependent = root.find("Required"), root.find("Dependent")
    solution = required.get("solution", "") if required is not None else ""
    return {**_end("Required", required), "RequiredSolutionName": solution, **_end("Dependent", dependent)}


def _end(head: str, element: Element | None) -> Json:
    given = dict(element.attrib) if element is not None else {}
    key = given.get("id", "").strip("{}")
    names = ("SchemaName", "DisplayName", "ParentSchemaName", "ParentDisplayName")
    found: Json = {f"{head}Component{name}": given.get(f"{name[0].lower()}{name[1:]}") for name in names}
    found[f"{head}ComponentId"] = key.lower() if GUID.fullmatch(key) else NOWHERE
    return found | {f"{head}ComponentType": given.get("type")}


def _details(store: Store, package: Package) -> Json:
    """Describe the solution, and the installed one that it would update."""
    before: Row = find_solution(store, package.unique_name) or {}
    publisher: Row = store.get(PUBLISHER, str(before.get("publisherid"))) or {}
    return {
        "SolutionUniqueName": package.unique_name,
        "SolutionFriendlyName": package.title,
        "SolutionDescription": package.description,
        "SolutionVersion": package.version,
        "IsManaged": package.managed,
        "IsPatchSolution": False,
        "PublisherUniqueName": package.publisher["uniquename"],
        "PublisherFriendlyName": package.publisher["friendlyname"],
        "PreviousSolutionUniqueName": before.get("uniquename"),
        "PreviousSolutionFriendlyName": before.get("friendlyname"),
        "PreviousSolutionVersion": before.get("version"),
        "PreviousIsManaged": bool(before.get("ismanaged")),
        "PreviousPublisherUniqueName": publisher.get("uniquename"),
        "PreviousPublisherFriendlyName": publisher.get("friendlyname"),
        "PreviousPatchSolutionsNames": [],
        "HasPendingUpgrade": find_solution(store, package.unique_name + UPGRADE) is not None,
    }


def _component(part: Part) -> Json:
    """Describe a component by its columns, but for what is long: no more than the clients' use of it is known."""
    texts = {name: str(value) for name, value in part.columns.items() if value is not None and name != "content"}
    names, values = list[JsonValue](texts), list[JsonValue](texts.values())
    return {
        "ComponentName": part.key,
        "ComponentTypeName": part.entity.name,
        "Attributes": {"Count": len(texts), "IsReadOnly": False, "Keys": names, "Values": values},
    }
