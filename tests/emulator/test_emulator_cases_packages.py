"""Documented behaviors of solution packages that no other test here covers: names, versions, limits, values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from emulator.client import edited, package, rebuilt

if TYPE_CHECKING:
    from cotab_kit.emulator import LocalOrg
    from emulator.client import Client

COBROWSE: dict[str, object] = {"cobrowse": {}}
SMALL = package(modes=COBROWSE, resources={"cobrowse.html": b"1"})
REQUIRED = '<Required key="0" type="1" schemaName="ud_testentity4" displayName="Test" solution="Active" />'
DEPENDENT = '<Dependent key="1" type="10" schemaName="ud_a_b" />'
MISSING = f"<MissingDependency>{REQUIRED}{DEPENDENT}</MissingDependency>"
NEEDY = edited(
    SMALL, "solution.xml", "<MissingDependencies />", f"<MissingDependencies>{MISSING}</MissingDependencies>"
)
MIB = 1024 * 1024


async def test_an_import_that_lacks_something_stops_early_and_is_completed(client: Client) -> None:
    started = (await client.import_solution(NEEDY, "ImportSolutionAsync")).json()
    job = await client.ended(started["AsyncOperationId"])
    assert (job["statuscode"], job["errorcode"], REQUIRED in job["friendlymessage"]) == (31, -2147188707, True)
    report = (await client.get(f"importjobs({started['ImportJobKey']})")).json()
    assert 0 < report["progress"] < 1
    assert report["completedon"]


@pytest.mark.parametrize("managed", [True, False])
async def test_a_publisher_keeps_its_solution_and_its_prefix(client: Client, *, managed: bool) -> None:
    made = package(managed=managed, modes=COBROWSE, resources={"cobrowse.html": b"1"})
    await client.install(made)
    stranger = edited(made, "solution.xml", "<UniqueName>contoso<", "<UniqueName>fabrikam<")
    assert "The publisher name cannot be changed from contoso to fabrikam." in await client.refused(stranger)
    await client.install(edited(made, "solution.xml", "Prefix>contoso<", "Prefix>ctso<"))
    assert "contoso" in await client.names("publishers", "customizationprefix")


async def test_capital_letters_make_no_other_solution(client: Client) -> None:
    await client.install(SMALL)
    other = edited(SMALL, "solution.xml", "<UniqueName>assist<", "<UniqueName>Assist<")
    await client.install(edited(other, "solution.xml", "<Version>1.0.0.0<", "<Version>1.1<"))
    rows = await client.values("solutions?$filter=isvisible eq true")
    assert [(row["uniquename"], row["version"]) for row in rows] == [("assist", "1.1")]


@pytest.mark.parametrize(("old", "new"), [("1.2", "1.10"), ("1.21111.1", "1.23091.1"), ("2.0", "2.0.0.1")])
async def test_versions_are_compared_number_by_number(client: Client, old: str, new: str) -> None:
    first, second = (edited(SMALL, "solution.xml", ">1.0.0.0<", f">{version}<") for version in (old, new))
    await client.install(first)
    await client.install(second, "StageAndUpgrade")
    assert (await client.refused(first, "StageAndUpgrade")).startswith("0x80048541")
    await client.install(first)  # a plain import goes back, as nothing says that it does not


async def test_the_limit_of_the_org_is_that_of_a_web_resource(org: LocalOrg, client: Client) -> None:
    def of(size: int) -> dict[str, object]:
        return {"name": f"new_/{size}", "webresourcetype": 4, "content": "A" * size}

    assert (await client.post("webresourceset", json=of(5 * MIB))).status_code == 204
    assert (await client.error("POST", "webresourceset", of(5 * MIB + 4)))[:2] == (400, "0x8004f114")
    (row,) = org.rows("organization")
    path = f"organizations({row['organizationid']})"
    assert (await client.error("PATCH", path, {"maxuploadfilesize": 128 * MIB + 1}))[1] == "0x8004432f"
    assert (await client.patch(path, json={"maxuploadfilesize": 128 * MIB})).status_code == 204
    assert (await client.post("webresourceset", json=of(5 * MIB + 4))).status_code == 204


@pytest.mark.parametrize(("name", "code"), [("none", "0x80048037"), ("a b", "0x8004f002"), ("assist", "0x80048036")])
async def test_what_cannot_be_exported_has_its_own_error(client: Client, name: str, code: str) -> None:
    await client.install(SMALL)
    assert (await client.error("POST", "ExportSolution", {"SolutionName": name, "Managed": False}))[:2] == (400, code)


VARIABLE = b"""<environmentvariabledefinition schemaname="contoso_api"><displayname default="Api" />
<iscustomizable>1</iscustomizable><type>100000000</type></environmentvariabledefinition>"""
FOLDER = "environmentvariabledefinitions/contoso_api/"
WITH_VARIABLE = rebuilt(SMALL, {f"{FOLDER}environmentvariabledefinition.xml": VARIABLE})
VALUE = json.dumps(
    {
        "environmentvariablevalues": {
            "environmentvariablevalue": {"@environmentvariablevalueid": str(uuid4()), "value": "a"}
        }
    }
).encode()


def values(org: LocalOrg) -> list[object]:
    return [row["value"] for row in org.rows("environmentvariablevalue")]


@pytest.mark.parametrize(("action", "left"), [("ImportSolution", ["a"]), ("StageAndUpgrade", [])])
async def test_only_an_upgrade_takes_a_packaged_value_away(
    org: LocalOrg, client: Client, action: str, left: list[str]
) -> None:
    await client.install(rebuilt(WITH_VARIABLE, {f"{FOLDER}environmentvariablevalues.json": VALUE}))
    assert values(org) == ["a"]
    await client.install(edited(WITH_VARIABLE, "solution.xml", ">1.0.0.0<", ">1.1<"), action)
    assert values(org) == left
