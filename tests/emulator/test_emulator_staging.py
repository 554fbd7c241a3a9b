"""StageSolution: a package is looked at and kept, and a job imports it by its id."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from cotab_kit.emulator.errors import NOT_HERE
from cotab_kit.emulator.staging import KEPT
from emulator.client import Client, import_body, package
from emulator.test_emulator_actions import COBROWSE, NEEDING, RESOURCES, SECOND, SMALL, UNMANAGED, given

if TYPE_CHECKING:
    from cotab_kit.emulator import LocalOrg

NOBODY = str(UUID(int=0))


@pytest.fixture(autouse=True)
async def furnished(client: Client) -> None:
    """Install something to stage upon."""
    await client.install(UNMANAGED)
    await client.install(SMALL)


async def staged(client: Client, content: bytes) -> dict[str, Any]:
    answer = await client.post("StageSolution", json={"CustomizationFile": base64.b64encode(content).decode()})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["StageSolutionResults"]
    return found


async def test_staging_looks_at_a_package_and_imports_nothing(org: LocalOrg, client: Client) -> None:
    before = org.snapshot(history=True)
    found = await staged(client, SECOND)
    assert org.snapshot(history=True) == before
    assert (found["StageSolutionStatus"], found["SolutionValidationResults"]) == ("Passed", [])
    assert found["StageSolutionUploadId"] != NOBODY
    details = found["SolutionDetails"]
    assert (details["SolutionUniqueName"], details["IsManaged"]) == ("assist", True)
    assert (details["SolutionVersion"], details["PreviousSolutionVersion"]) == ("1.1.0.0", "1.0.0.0")
    assert details["HasPendingUpgrade"] is False
    (variable,) = (
        each
        for each in found["SolutionComponentsDetails"]
        if each["ComponentTypeName"] == "environmentvariabledefinition"
    )
    attributes = dict(zip(variable["Attributes"]["Keys"], variable["Attributes"]["Values"], strict=True))
    assert attributes["schemaname"] == "contoso_A"


async def test_staging_says_what_is_missing(client: Client) -> None:
    found = await staged(client, NEEDING)
    assert (found["StageSolutionStatus"], found["StageSolutionUploadId"]) == ("Failed", NOBODY)
    (result,) = found["SolutionValidationResults"]
    assert (result["SolutionValidationResultType"], result["ErrorCode"]) == ("Error", -2147188707)
    head = (
        "The following solution cannot be imported: assist. Some dependencies are missing. The missing dependencies are"
    )
    assert result["Message"].startswith(f"{head} : <MissingDependencies><MissingDependency><Required type=")
    assert result["Message"].endswith("</MissingDependency></MissingDependencies> , ProductUpdatesOnly : False")
    (missing,) = found["MissingDependencies"]
    assert (missing["RequiredComponentSchemaName"], missing["RequiredSolutionName"]) == (
        "fabrikam_review",
        "Fabrikam (1.0)",
    )
    assert missing["DependentComponentId"] == "11111111-1111-1111-1111-111111111111"
    assert (missing["DependentComponentParentSchemaName"], missing["RequiredComponentId"]) == ("account", NOBODY)


async def test_staging_says_what_an_import_would_say(client: Client) -> None:
    managed = package("tools", version="2.0.0.0", modes=COBROWSE, resources=RESOURCES)
    (result,) = (await staged(client, managed))["SolutionValidationResults"]
    assert result["ErrorCode"] == -2147188672
    assert result["Message"].startswith("The solution is already installed on this system as an unmanaged solution")
    await client.import_solution(SECOND, HoldingSolution=True)
    found = await staged(client, SECOND)
    assert (found["StageSolutionStatus"], found["SolutionDetails"]["HasPendingUpgrade"]) == ("Failed", True)


async def test_a_file_that_is_no_solution_is_not_staged(client: Client) -> None:
    body = {"CustomizationFile": base64.b64encode(b"no zip").decode()}
    assert (await client.error("POST", "StageSolution", body))[:2] == (400, "0x80048060")


def without_file(**more: object) -> dict[str, object]:
    return {name: value for name, value in import_body(SECOND).items() if name != "CustomizationFile"} | more


@pytest.mark.parametrize("action", ["ImportSolutionAsync", "StageAndUpgradeAsync"])
async def test_what_was_staged_is_imported_by_its_id(org: LocalOrg, client: Client, action: str) -> None:
    key = (await staged(client, SECOND))["StageSolutionUploadId"]
    body = without_file(SolutionParameters={"StageSolutionUploadId": key}, ComponentParameters=given("eu"))
    answer = await client.post(action, json=body)
    assert (await client.ended(answer.json()["AsyncOperationId"]))["statuscode"] == 30
    assert [row["version"] for row in org.rows("solution", uniquename="assist")] == ["1.1.0.0"]
    assert [row["value"] for row in org.rows("environmentvariablevalue")] == ["eu"]


async def test_an_upload_is_used_by_jobs_and_in_place_of_a_file(client: Client) -> None:
    key = (await staged(client, SECOND))["StageSolutionUploadId"]
    upload = {"SolutionParameters": {"StageSolutionUploadId": key}}
    assert (await client.error("POST", "ImportSolution", without_file(**upload)))[:2] == (400, NOT_HERE)
    both = import_body(SECOND) | upload
    assert (await client.error("POST", "ImportSolutionAsync", both))[:2] == (400, NOT_HERE)
    nobody = without_file(SolutionParameters={"StageSolutionUploadId": str(uuid4())})
    assert (await client.error("POST", "ImportSolutionAsync", nobody))[0] == 404
    assert (await client.error("POST", "ImportSolutionAsync", without_file()))[:2] == (400, "0x80040203")
    options = {"SolutionComponentOptions": [{"ImportDecision": "x"}], "DeployMissingPackagesBeforeSolutionImport": True}
    for name, value in options.items():
        body = import_body(SECOND) | {"SolutionParameters": {name: value}}
        assert (await client.error("POST", "ImportSolutionAsync", body))[:2] == (400, NOT_HERE)


async def test_only_the_newest_uploads_are_kept(org: LocalOrg, client: Client) -> None:
    first, *_, last = [(await staged(client, SECOND))["StageSolutionUploadId"] for _ in range(KEPT + 1)]
    assert org.store.look("SELECT count(file) FROM _staged")[0][0] == KEPT
    old = without_file(SolutionParameters={"StageSolutionUploadId": first}, ComponentParameters=given("eu"))
    assert (await client.error("POST", "ImportSolutionAsync", old))[1] == NOT_HERE
    new = without_file(SolutionParameters={"StageSolutionUploadId": last}, ComponentParameters=given("eu"))
    assert (await client.post("ImportSolutionAsync", json=new)).status_code == 200
