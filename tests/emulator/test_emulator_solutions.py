"""Solutions in the local org: imported, updated, upgraded, uninstalled, and what is left."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from emulator.client import Client, edited, import_body, package, rebuilt, unpacked

if TYPE_CHECKING:
    from cotab_kit.emulator import LocalOrg
    from cotab_kit.emulator.org import Snapshot

COBROWSE: dict[str, object] = {"cobrowse": {}}
FIRST = package()
SECOND = package(version="1.1.0.0", modes=COBROWSE, resources={"cobrowse.html": b"new", "extra.js": b"1;"})
UNMANAGED = package(managed=False)
TEMPLATE = "msdyn_applicationtabtemplates/contoso_assist_cobrowse/msdyn_applicationtabtemplate.xml"
PAGE = "contoso_/assist/cobrowse.html"


def without_publisher(snapshot: Snapshot, name: str = "contoso") -> Snapshot:
    """What is in an org, but for the publisher that outlives its solutions."""
    publishers = [row for row in snapshot["publisher"] if row["uniquename"] != name]
    return snapshot | {"publisher": publishers}


async def page_id(client: Client) -> str:
    (row,) = await client.values(f"webresourceset?$filter=name eq '{PAGE}'&$select=webresourceid")
    return str(row["webresourceid"])


async def test_a_managed_solution_comes_and_goes_and_leaves_its_publisher_alone(org: LocalOrg, client: Client) -> None:
    before = org.snapshot()
    started = await client.import_solution(FIRST, "ImportSolutionAsync")
    job = await client.ended(started.json()["AsyncOperationId"])
    assert (job["statuscode"], job["errorcode"]) == (30, 0)
    assert len(await client.values("webresourceset?$filter=ismanaged eq true&$select=name")) == 6
    assert await client.names("msdyn_applicationtabtemplates?$orderby=msdyn_name") == [
        "contoso_assist_cobrowse",
        "contoso_assist_screenshare",
    ]
    (solution,) = await client.values("solutions?$filter=uniquename eq 'assist'&$expand=publisherid")
    assert (solution["version"], solution["ismanaged"]) == ("1.0.0.0", True)
    assert solution["publisherid"]["customizationprefix"] == "contoso"
    listed = f"solutioncomponents?$filter=_solutionid_value eq {solution['solutionid']}&$select=componenttype"
    assert sorted(await client.names(listed, "componenttype")) == [61] * 6 + [10435] * 2 + [10436] * 4
    assert (await client.uninstall("assist"))["statuscode"] == 30
    assert without_publisher(org.snapshot()) == before
    assert org.snapshot() != before


async def test_two_solutions_live_side_by_side(org: LocalOrg, client: Client) -> None:
    await client.install(package("other", prefix="fabrikam"))
    before = org.snapshot()
    await client.install(FIRST)
    await client.uninstall("assist")
    assert without_publisher(org.snapshot()) == before


async def test_an_import_reports_to_its_job(client: Client) -> None:
    job = str(uuid4())
    started = await client.import_solution(FIRST, "ImportSolutionAsync", ImportJobId=job)
    assert started.json()["ImportJobKey"] == job
    seen = []
    for _ in range(3):
        row = (await client.get(f"asyncoperations({started.json()['AsyncOperationId']})")).json()
        seen.append((row["statecode"], row["statuscode"]))
    assert seen == [(2, 20), (3, 30), (3, 30)]
    report = (await client.get(f"importjobs({job})")).json()
    assert (report["progress"], report["solutionname"]) == (100, "assist")
    assert 'result="success"' in report["data"]
    status, code, message = await client.error("POST", "ImportSolution", import_body(FIRST) | {"ImportJobId": job})
    assert (status, code, message) == (400, "0x80071152", "Parameter ImportJobId must be unique.")


async def test_only_one_solution_is_imported_at_a_time(org: LocalOrg, client: Client) -> None:
    org.seed_settings(steps=10)
    await client.import_solution(FIRST, "ImportSolutionAsync")
    for action in ("ImportSolution", "ImportSolutionAsync", "StageAndUpgrade"):
        said = await client.refused(package("other"), action)
        assert said.startswith("0x80071151 Cannot start another [Import] because there is a previous [Import] running")
    org.finish_jobs()
    await client.install(package("other"))
    started = await client.post("UninstallSolutionAsync", json={"SolutionUniqueName": "other"})
    assert (await client.refused(FIRST)).startswith("0x80071151 Cannot start another [Import] because there is a prev")
    await client.ended(started.json()["AsyncOperationId"])


async def test_a_job_that_meets_another_one_may_fail_later(org: LocalOrg, client: Client) -> None:
    org.seed_settings(steps=10, late_refusal=True)
    await client.import_solution(FIRST, "ImportSolutionAsync")
    started = await client.import_solution(package("other"), "ImportSolutionAsync")
    job = await client.ended(started.json()["AsyncOperationId"])
    assert (job["statuscode"], job["message"][:29]) == (31, "Cannot start another [Import]")
    org.finish_jobs()
    assert [row["uniquename"] for row in org.rows("solution", isvisible=True)] == ["assist"]


async def test_a_failed_import_leaves_nothing_but_its_report(org: LocalOrg, client: Client) -> None:
    before = org.snapshot()
    broken = edited(FIRST, TEMPLATE, "<msdyn_pagetype>509180002<", "<msdyn_pagetype>7<")
    started = await client.import_solution(broken, "ImportSolutionAsync")
    job = await client.ended(started.json()["AsyncOperationId"])
    assert job["statuscode"] == 31
    assert "Accepted Values" in job["message"]
    assert job["friendlymessage"] == job["message"]
    report = (await client.get(f"importjobs({started.json()['ImportJobKey']})")).json()
    assert 'result="failure"' in report["data"]
    assert await client.refused(broken)
    assert org.snapshot() == before
    assert [row["progress"] for row in org.rows("importjob")] == [0.54, 0.54]


async def test_an_update_brings_what_is_new_and_leaves_what_is_gone(client: Client) -> None:
    await client.install(FIRST)
    await client.install(SECOND)
    names = await client.names("webresourceset?$select=name", "name")
    assert {PAGE, "contoso_/assist/extra.js", "contoso_/assist/boot.js"} <= set(names)
    assert len(await client.values("msdyn_applicationtabtemplates")) == 2
    assert await client.names("solutions?$filter=uniquename eq 'assist'", "version") == ["1.1.0.0"]


@pytest.mark.parametrize("action", ["StageAndUpgrade", "StageAndUpgradeAsync"])
async def test_an_upgrade_removes_what_is_gone(org: LocalOrg, client: Client, action: str) -> None:
    await client.install(FIRST)
    answer = await client.import_solution(SECOND, action)
    if "AsyncOperationId" in answer.json():
        assert (await client.ended(answer.json()["AsyncOperationId"]))["statuscode"] == 30
    names = await client.names("webresourceset?$select=name&$orderby=name", "name")
    assert names == [PAGE, "contoso_/assist/extra.js"]
    assert await client.names("msdyn_applicationtabtemplates") == ["contoso_assist_cobrowse"]
    upgraded = without_publisher(org.snapshot())
    assert [row["version"] for row in org.rows("solution", uniquename="assist")] == ["1.1.0.0"]
    assert org.rows("solution", uniquename="assist_Upgrade") == []
    await client.uninstall("assist")
    assert await client.values("webresourceset") == []
    assert upgraded["_layer"]


async def test_an_upgrade_may_be_held_and_applied_later(client: Client) -> None:
    await client.install(FIRST)
    held = await client.import_solution(SECOND, HoldingSolution=True)
    assert held.status_code == 204
    names = await client.names("solutions?$filter=startswith(uniquename,'assist')&$orderby=version", "uniquename")
    assert names == ["assist", "assist_Upgrade"]
    assert "Holding solution assist_Upgrade already exists." in await client.refused(SECOND, "StageAndUpgrade")
    started = await client.post("DeleteAndPromoteAsync", json={"UniqueName": "assist"})
    assert (await client.ended(started.json()["AsyncOperationId"]))["statuscode"] == 30
    assert await client.names("solutions?$filter=startswith(uniquename,'assist')", "version") == ["1.1.0.0"]
    status, code, _ = await client.error("POST", "DeleteAndPromote", {"UniqueName": "assist"})
    assert (status, code) == (400, "0x8004853b")


async def test_an_upgrade_needs_a_base_and_a_higher_version(client: Client) -> None:
    said = await client.refused(FIRST, "StageAndUpgrade")
    assert "Cannot create a holding solution for missing base assist." in said
    await client.install(FIRST)
    assert "must have a higher version" in await client.refused(FIRST, "StageAndUpgrade")
    await client.install(FIRST)  # a plain import of the same version is an update
    await client.install(package(version="0.9.0.0"))


async def test_an_upgrade_that_cannot_be_applied_stays_held(org: LocalOrg, client: Client) -> None:
    await client.install(FIRST)
    org.seed_session_template("acme_session", "contoso_assist_screenshare")
    said = await client.refused(SECOND, "StageAndUpgrade")
    assert said.startswith("0x8004f046 Solution Upgrade action failed after import as holding. InnerException is:")
    assert "contoso_assist_screenshare" in said
    assert len(org.rows("solution", uniquename="assist_Upgrade")) == 1
    assert [row["version"] for row in org.rows("solution", uniquename="assist")] == ["1.0.0.0"]
    (session,) = org.rows("msdyn_sessiontemplate")
    await client.delete(f"msdyn_sessiontemplates({session['msdyn_sessiontemplateid']})")
    assert (await client.post("DeleteAndPromote", json={"UniqueName": "assist"})).status_code == 200
    assert [row["version"] for row in org.rows("solution", uniquename="assist")] == ["1.1.0.0"]


async def test_managed_and_unmanaged_do_not_mix(client: Client) -> None:
    await client.install(FIRST)
    assert (await client.refused(UNMANAGED)).startswith(
        "0x80048041 The solution is already installed on this system as a"
    )
    await client.uninstall("assist")
    await client.install(UNMANAGED)
    assert (await client.refused(FIRST)).startswith(
        "0x80048040 The solution is already installed on this system as an u"
    )


async def test_the_parts_of_a_managed_solution_are_protected(client: Client) -> None:
    await client.install(FIRST)
    path = f"webresourceset({await page_id(client)})"
    assert (await client.error("PATCH", path, {"content": "AAAA"}))[1] == "0x8004f026"
    assert (await client.error("DELETE", path))[1] == "0x8004f013"
    assert (await client.error("PATCH", "solutions(" + await solution_id(client) + ")", {"version": "9"}))[
        1
    ] == "0x8004f024"
    template = "msdyn_applicationtabtemplates(msdyn_uniquename='contoso_assist_cobrowse')"
    assert (await client.patch(template, json={"msdyn_title": "Ours"})).status_code == 204
    assert (await client.error("DELETE", template))[1] == "0x8004f013"


async def solution_id(client: Client, name: str = "assist") -> str:
    return str((await client.names(f"solutions?$filter=uniquename eq '{name}'", "solutionid"))[0])


async def test_what_is_changed_by_hand_stays_on_top_until_it_is_overwritten(client: Client) -> None:
    await client.install(FIRST)
    template = "msdyn_applicationtabtemplates(msdyn_uniquename='contoso_assist_cobrowse')"
    await client.patch(template, json={"msdyn_title": "Ours"})
    await client.install(SECOND, "StageAndUpgrade")
    assert (await client.get(template)).json()["msdyn_title"] == "Ours"
    again = await client.import_solution(SECOND, OverwriteUnmanagedCustomizations=True)
    assert again.status_code == 204
    assert (await client.get(template)).json()["msdyn_title"] == "Contoso Assist co-browse"


async def test_a_component_of_two_solutions_stays_with_the_other(org: LocalOrg, client: Client) -> None:
    await client.install(FIRST)
    before = org.snapshot()
    shared = edited(FIRST, "solution.xml", "<UniqueName>assist<", "<UniqueName>copy<")
    shared = edited(shared, TEMPLATE, "<msdyn_pinned>0<", "<msdyn_pinned>1<")
    await client.install(shared)
    (template,) = org.rows("msdyn_applicationtabtemplate", msdyn_uniquename="contoso_assist_cobrowse")
    assert template["msdyn_pinned"] is True
    await client.uninstall("copy")
    assert org.snapshot() == before


async def test_an_unmanaged_solution_leaves_its_components(org: LocalOrg, client: Client) -> None:
    await client.install(UNMANAGED)
    assert (await client.uninstall("assist"))["statuscode"] == 30
    assert len(org.rows("webresource")) == 6
    assert len(org.rows("msdyn_templateparameter")) == 4
    assert org.rows("solutioncomponent") == []
    for template in org.rows("msdyn_applicationtabtemplate"):
        path = f"msdyn_applicationtabtemplates({template['msdyn_applicationtabtemplateid']})"
        assert (await client.delete(path)).status_code == 204
    assert org.rows("msdyn_templateparameter") == []


async def test_what_an_administrator_built_on_a_solution_keeps_it_there(org: LocalOrg, client: Client) -> None:
    await client.install(FIRST)
    org.seed_session_template("acme_session", "contoso_assist_cobrowse")
    found = await client.values("RetrieveDependenciesForUninstall(SolutionUniqueName='assist')")
    (session,) = org.rows("msdyn_sessiontemplate")
    assert [each["dependentcomponentobjectid"] for each in found] == [session["msdyn_sessiontemplateid"]]
    by_alias = "RetrieveDependenciesForUninstall(SolutionUniqueName=@p1)?@p1='assist'"
    assert await client.values(by_alias) == found
    before = org.snapshot()
    job = await client.uninstall("assist")
    assert (job["statuscode"], job["errorcode"]) == (31, 0x8004F01D - 2**32)
    assert job["message"].startswith("Solution dependencies exist, cannot uninstall. DependencyCount : 1")
    assert "contoso_assist_cobrowse" in job["message"]
    assert (await client.error("DELETE", f"solutions({await solution_id(client)})"))[1] == "0x8004f01d"
    assert org.snapshot() == before
    await client.delete(f"msdyn_sessiontemplates({session['msdyn_sessiontemplateid']})")
    assert (await client.delete(f"solutions({await solution_id(client)})")).status_code == 204


async def test_what_another_solution_needs_stays(client: Client) -> None:
    named = 'id.msdyn_uniquename="contoso_assist_cobrowse" solution="assist (1)"'
    required = f'<Required type="msdyn_applicationtabtemplate" {named} />'
    dependent = '<Dependent type="61" schemaName="fabrikam_/other/boot.js" />'
    missing = f"<MissingDependencies><MissingDependency>{required}{dependent}</MissingDependency></MissingDependencies>"
    other = edited(package("other", prefix="fabrikam"), "solution.xml", "<MissingDependencies />", missing)
    said = await client.refused(other)
    assert said.startswith(
        "0x8004801d The following solution cannot be imported: other. Some dependencies are missing."
    )
    await client.install(FIRST)
    await client.install(other)
    assert (await client.uninstall("assist"))["statuscode"] == 31
    await client.uninstall("other")
    assert (await client.uninstall("assist"))["statuscode"] == 30


async def test_what_microsofts_own_solutions_bring_counts_as_there(org: LocalOrg, client: Client) -> None:
    requireds = (
        '<Required type="1" schemaName="incident" solution="msdynce_Service (9.0.5.56)" />',
        '<Required type="61" schemaName="msdyn_/RecordWall.htm" solution="ActivityFeedsCore (9.0.0.0005)" />',
        '<Required type="MaskingRule" displayName="Date" solution="msft_ColumnLevelSecurityData (1.2.0.28)" />',
    )
    dependent = '<Dependent type="60" displayName="Form" parentDisplayName="Account" />'
    each = [f"<MissingDependency>{required}{dependent}</MissingDependency>" for required in requireds]
    missing = f"<MissingDependencies>{''.join(each)}</MissingDependencies>"
    await client.install(edited(FIRST, "solution.xml", "<MissingDependencies />", missing))
    assert org.rows("solution", uniquename="assist")


VARIABLE = b"""<environmentvariabledefinition schemaname="contoso_Region"><defaultvalue>eu</defaultvalue>
<displayname default="Region"><label description="Region" languagecode="1033" /></displayname>
<iscustomizable>1</iscustomizable>
<isrequired>0</isrequired><secretstore>0</secretstore><type>100000000</type></environmentvariabledefinition>"""
VARIABLE_FILE = "environmentvariabledefinitions/contoso_Region/environmentvariabledefinition.xml"


async def test_a_value_that_an_administrator_set_is_left_behind(org: LocalOrg, client: Client) -> None:
    await client.install(rebuilt(FIRST, {VARIABLE_FILE: VARIABLE}))
    bound = {
        "EnvironmentVariableDefinitionId@odata.bind": "/environmentvariabledefinitions(schemaname='contoso_Region')"
    }
    assert (await client.post("environmentvariablevalues", json={"value": "us"} | bound)).status_code == 204
    assert (await client.error("POST", "environmentvariablevalues", {"value": "us"} | bound))[0] == 412
    assert (await client.uninstall("assist"))["statuscode"] == 30
    assert org.rows("environmentvariabledefinition") == []
    assert [row["value"] for row in org.rows("environmentvariablevalue")] == ["us"]


async def test_a_value_that_came_with_the_solution_goes_with_it(org: LocalOrg, client: Client) -> None:
    value = {"@environmentvariablevalueid": str(uuid4()), "iscustomizable": "1", "value": "us"}
    file = VARIABLE_FILE.replace("environmentvariabledefinition.xml", "environmentvariablevalues.json")
    content = json.dumps({"environmentvariablevalues": {"environmentvariablevalue": value}}).encode()
    await client.install(rebuilt(FIRST, {VARIABLE_FILE: VARIABLE, file: content}))
    path = "environmentvariablevalues?$filter=EnvironmentVariableDefinitionId/schemaname eq 'contoso_Region'"
    assert await client.names(path, "value") == ["us"]
    await client.uninstall("assist")
    assert org.rows("environmentvariablevalue") == []


async def test_what_is_not_known_here_is_kept_and_listed(org: LocalOrg, client: Client) -> None:
    before = org.snapshot()
    strange = edited(FIRST, "customizations.xml", "<Workflows />", '<Workflows><Workflow Name="Nightly" /></Workflows>')
    strange = edited(
        strange, "solution.xml", "<RootComponents>", '<RootComponents><RootComponent type="29" id="{x}" />'
    )
    strange = rebuilt(strange, {"Workflows/Nightly.json": b"{}", "canvasapps/x/y.xml": b"<y/>"})
    await client.install(strange)
    assert org.unknown_components("assist") == [
        ("Workflows", "Nightly"),
        ("file", "Workflows/Nightly.json"),
        ("file", "canvasapps/x/y.xml"),
    ]
    assert 29 in await client.names("solutioncomponents", "componenttype")
    await client.uninstall("assist")
    assert without_publisher(org.snapshot()) == before


async def test_a_publisher_is_not_exchanged(client: Client) -> None:
    await client.install(FIRST)
    other = edited(FIRST, "solution.xml", "<UniqueName>contoso<", "<UniqueName>fabrikam<")
    assert (await client.refused(other)).startswith("0x8004801c")


async def test_a_component_can_be_added_to_an_unmanaged_solution(org: LocalOrg, client: Client) -> None:
    await client.install(package("tools", managed=False, resources={}, modes=COBROWSE))
    body = {"name": "contoso_/x.js", "webresourcetype": 3, "content": "MTs="}
    made = await client.post("webresourceset", json=body, headers={"MSCRM.SolutionUniqueName": "tools"})
    assert made.status_code == 204
    assert len(org.rows("solutioncomponent", componenttype=61)) == 1
    key = made.headers["OData-EntityId"][-37:-1]
    await client.delete(made.headers["OData-EntityId"])
    assert org.rows("solutioncomponent", componenttype=61) == []
    add = {"ComponentId": key, "ComponentType": 61, "SolutionUniqueName": "tools", "AddRequiredComponents": False}
    assert (await client.error("POST", "AddSolutionComponent", add))[0] == 404
    await client.post("webresourceset", json=body | {"webresourceid": key})
    assert (await client.post("AddSolutionComponent", json=add)).status_code == 200
    assert [row["objectid"] for row in org.rows("solutioncomponent", componenttype=61)] == [key]


async def test_a_configuration_page_is_a_page_of_the_solution(org: LocalOrg, client: Client) -> None:
    def with_page(name: str) -> bytes:
        managed = "<Managed>1</Managed>"
        return edited(FIRST, "solution.xml", managed, f"{managed}<ConfigurationPage>{name}</ConfigurationPage>")

    assert (await client.refused(with_page("contoso_/assist/none.html"))).startswith("0x8004701d")
    assert (await client.refused(with_page("contoso_/assist/boot.js"))).startswith("0x8004701c")
    await client.install(with_page(PAGE))
    (solution,) = await client.values("solutions?$filter=uniquename eq 'assist'&$expand=configurationpageid")
    assert solution["configurationpageid"]["name"] == PAGE
    await client.uninstall("assist")
    assert org.rows("webresource") == []


@pytest.mark.parametrize("name", ["nothing", "Default", "Active"])
async def test_only_what_is_installed_can_be_uninstalled(client: Client, name: str) -> None:
    status, _, _ = await client.error("POST", "UninstallSolutionAsync", {"SolutionUniqueName": name})
    assert status in (400, 404)


def test_the_kit_s_own_package_has_the_files_that_these_tests_change() -> None:
    assert {TEMPLATE, "solution.xml", "customizations.xml"} <= set(unpacked(FIRST))
