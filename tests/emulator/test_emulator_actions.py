"""Actions on solutions: every parameter of each has its effect, or has none here, or is refused by name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from cotab_kit.emulator.actions import ACTIONS
from cotab_kit.emulator.errors import NOT_HERE
from cotab_kit.emulator.tables.platform import ORGANIZATION
from emulator.client import Client, edited, import_body, package, rebuilt

if TYPE_CHECKING:
    from cotab_kit.emulator import LocalOrg

COBROWSE: dict[str, object] = {"cobrowse": {}}
RESOURCES = {"cobrowse.html": b"1"}
DEFINITION = "environmentvariabledefinitions/contoso_A/environmentvariabledefinition.xml"
VALUE = "environmentvariabledefinitions/contoso_A/environmentvariablevalues.json"
VARIABLE = """<environmentvariabledefinition schemaname="contoso_A"><displayname default="A" />
<iscustomizable>1</iscustomizable><type>100000000</type></environmentvariabledefinition>"""
SMALL = rebuilt(package(modes=COBROWSE, resources=RESOURCES), {DEFINITION: VARIABLE.encode()})
UNMANAGED = package("tools", managed=False, modes=COBROWSE, resources=RESOURCES)
SECOND = edited(SMALL, "solution.xml", "<Version>1.0.0.0<", "<Version>1.1.0.0<")
KIND = "Microsoft.Dynamics.CRM.environmentvariablevalue"

IMPORTS = ("ImportSolution", "ImportSolutionAsync", "StageAndUpgrade", "StageAndUpgradeAsync")
SETTINGS = (
    "AutoNumberingSettings CalendarSettings CustomizationSettings EmailTrackingSettings GeneralSettings "
    "MarketingSettings OutlookSynchronizationSettings RelationshipRoles IsvConfig Sales ExternalApplications"
)
# Those with an effect, each with a test of its own here or among the tests of solutions and packages.
OBEYED = {
    **dict.fromkeys(
        IMPORTS,
        "OverwriteUnmanagedCustomizations CustomizationFile ImportJobId ConvertToManaged SkipProductUpdateDependencies "
        "ComponentParameters SolutionParameters",
    ),
    "StageSolution": "CustomizationFile",
    "CreateEntities": "Entities",
    "DeleteAndPromote": "UniqueName",
    "DeleteAndPromoteAsync": "UniqueName",
    "UninstallSolutionAsync": "SolutionUniqueName",
    "PublishXml": "ParameterXml",
    "PublishAllXml": "",
    "AddSolutionComponent": "ComponentId ComponentType SolutionUniqueName AddRequiredComponents",
    "ExportSolution": "SolutionName Managed",
}
# Those that change nothing that an org of this kind holds.
WITHOUT: dict[str, dict[str, object]] = {
    **{
        name: {"PublishWorkflows": False, "SkipQueueRibbonJob": True, "AsyncRibbonProcessing": True} for name in IMPORTS
    },
    "AddSolutionComponent": {"DoNotIncludeSubcomponents": True, "IncludedComponentSettingsValues": []},
    "ExportSolution": {"TargetVersion": "9.2"} | {f"Export{name}": True for name in SETTINGS.split()},
}
ORDER = {"Type": "Above", "Solutions": [{"Name": "tools"}]}
REFUSED: dict[str, dict[str, object]] = {
    **{name: {"LayerDesiredOrder": ORDER} for name in IMPORTS},
    "ExportSolution": {"ExportComponentsParams": {"x": 1}},
}
HELD = ("ImportSolution", "ImportSolutionAsync")


def body_of(action: str, org: LocalOrg) -> dict[str, Any]:
    """A body with which an action succeeds."""
    (page,) = org.rows("webresource", name="contoso_/tools/cobrowse.html")
    added = {"ComponentId": page["webresourceid"], "ComponentType": 61, "SolutionUniqueName": "other"}
    known: dict[str, dict[str, Any]] = {
        **dict.fromkeys(IMPORTS, import_body(SECOND)),
        "StageSolution": {"CustomizationFile": import_body(SECOND)["CustomizationFile"]},
        "CreateEntities": {"Entities": []},
        "DeleteAndPromote": {"UniqueName": "assist"},
        "DeleteAndPromoteAsync": {"UniqueName": "assist"},
        "UninstallSolutionAsync": {"SolutionUniqueName": "assist"},
        "PublishXml": {"ParameterXml": "<importexportxml />"},
        "PublishAllXml": {},
        "AddSolutionComponent": added | {"AddRequiredComponents": False},
        "ExportSolution": {"SolutionName": "tools", "Managed": False},
    }
    return known[action]


@pytest.fixture(autouse=True)
async def furnished(client: Client) -> None:
    """Install something to work on."""
    await client.install(UNMANAGED)
    await client.install(package("other", managed=False, modes=COBROWSE, resources={"other.html": b"1"}))
    await client.install(SMALL)


def test_every_parameter_is_walked() -> None:
    for name, (model, _) in ACTIONS.items():
        held = {"HoldingSolution"} if name in HELD else set()
        walked = {*OBEYED[name].split(), *WITHOUT.get(name, {}), *REFUSED.get(name, {}), *held}
        assert walked == set(model.model_fields), name


@pytest.mark.parametrize("action", ACTIONS)
async def test_an_unknown_parameter_is_refused(org: LocalOrg, client: Client, action: str) -> None:
    before = org.snapshot(history=True)
    status, code, message = await client.error("POST", action, body_of(action, org) | {"Nonsense": 1})
    assert (status, code) == (400, NOT_HERE)
    assert "Nonsense" in message
    assert org.snapshot(history=True) == before


@pytest.mark.parametrize(
    ("action", "name", "value"), [(action, *each) for action, given in REFUSED.items() for each in given.items()]
)
async def test_what_would_have_another_effect_is_refused(
    org: LocalOrg, client: Client, action: str, name: str, value: object
) -> None:
    before = org.snapshot(history=True)
    status, code, message = await client.error("POST", action, body_of(action, org) | {name: value})
    assert (status, code) == (400, NOT_HERE)
    assert name in message
    assert org.snapshot(history=True) == before
    assert (await client.post(action, json=body_of(action, org) | {name: None})).status_code in (200, 204)


async def done(org: LocalOrg, client: Client, action: str, **more: object) -> object:
    """What an action answers and what is in the org then, without ids that are made up; it is not kept."""
    org.remember()
    body = body_of(action, org)
    if "ImportJobId" in body:
        body["ImportJobId"] = str(uuid4())
    answer = await client.post(action, json=body | more)
    assert answer.status_code in (200, 204), answer.text
    org.finish_jobs()
    rows = {name: sorted(map(repr, map(bare, found))) for name, found in org.snapshot().items()}
    org.restore()
    said = answer.json() if answer.content else {}
    return rows, said.get("ExportSolutionFile")


def bare(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if not name.endswith("id")}


@pytest.mark.parametrize(
    ("action", "name", "value"), [(action, *each) for action, given in WITHOUT.items() for each in given.items()]
)
async def test_what_concerns_nothing_here_changes_nothing(
    org: LocalOrg, client: Client, action: str, name: str, value: object
) -> None:
    assert await done(org, client, action, **{name: value}) == await done(org, client, action)


DOCUMENTED = """
campaignprefix contractprefix caseprefix kbprefix orderprefix invoiceprefix uniquespecifierlength weekstartdaycode
calendartype dateformatcode dateseparator timeformatcode showweeknumber maxappointmentdurationdays trackingprefix
trackingtokenidbase trackingtokeniddigits maximumtrackingnumber ignoreinternalemail rendersecureiframeforemail
allowunresolvedpartiesonemailsend fullnameconventioncode numberformat negativeformatcode currencysymbol
currencyformatcode pricingdecimalprecision sharetopreviousowneronassign blockedattachments
getstartedpanecontentenabled ispresenceenabled isautosaveenabled globalhelpurl globalhelpurlenabled
globalappendurlparametersenabled mobileclientmashupenabled allowmarketingemailexecution allowautoresponsecreation
allowautounsubscribe allowautounsubscribeacknowledgement tagpollingperiod tagmaxaggressivecycles
allowoutlookscheduledsyncs minoutlooksyncinterval emailsendpollingperiod allowofflinescheduledsyncs
minofflinesyncinterval allowaddressbooksyncs minaddressbooksyncinterval useinbuiltrulefordefaultpricelistselection
maxproductsinbundle oobpricecalculationenabled discountcalculationmethod maximumdynamicpropertiesallowed
createproductswithoutparentinactivestate
"""


def test_no_setting_that_an_export_may_carry_is_here() -> None:
    assert not set(DOCUMENTED.split()) & set(ORGANIZATION.by_name)


async def test_an_export_for_another_version_is_refused(client: Client) -> None:
    body = {"SolutionName": "tools", "Managed": False, "TargetVersion": "8.2"}
    assert (await client.error("POST", "ExportSolution", body))[:2] == (400, NOT_HERE)


async def test_what_a_component_needs_is_added_with_it(org: LocalOrg, client: Client) -> None:
    bound = {"msdyn_anchortab@odata.bind": "/msdyn_applicationtabtemplates(msdyn_uniquename='contoso_assist_cobrowse')"}
    made = await client.post(
        "msdyn_sessiontemplates", json={"msdyn_name": "s", "msdyn_uniquename": "contoso_s"} | bound
    )
    assert made.status_code == 204, made.text
    (session,) = org.rows("msdyn_sessiontemplate")
    kinds = (await client.values("solutioncomponentdefinitions?$filter=name eq 'msdyn_sessiontemplate'"))[0]
    added = {
        "ComponentId": session["msdyn_sessiontemplateid"],
        "ComponentType": kinds["solutioncomponenttype"],
        "SolutionUniqueName": "other",
    }
    (other,) = org.rows("solution", uniquename="other")
    before = len(org.rows("solutioncomponent", solutionid=other["solutionid"]))
    for required, number in ((False, 1), (True, 2)):
        answer = await client.post("AddSolutionComponent", json=added | {"AddRequiredComponents": required})
        assert answer.status_code == 200, answer.text
        assert len(org.rows("solutioncomponent", solutionid=other["solutionid"])) == before + number
        (entry,) = org.rows("solutioncomponent", objectid=session["msdyn_sessiontemplateid"])
        assert answer.json()["id"] == entry["solutioncomponentid"]


async def test_settings_of_a_component_are_refused(org: LocalOrg, client: Client) -> None:
    body = body_of("AddSolutionComponent", org) | {"IncludedComponentSettingsValues": ["x"]}
    assert (await client.error("POST", "AddSolutionComponent", body))[:2] == (400, NOT_HERE)


def with_value(content: bytes, value: str, key: str) -> bytes:
    text = {
        "environmentvariablevalues": {"environmentvariablevalue": {"@environmentvariablevalueid": key, "value": value}}
    }
    return rebuilt(content, {VALUE: json.dumps(text).encode()})


async def imported(client: Client, action: str, content: bytes, **more: object) -> dict[str, Any]:
    """The job of an import as it ended; of an import at once what the error says, if there is one."""
    answer = await client.import_solution(content, action, **more)
    if action.endswith("Async"):
        assert answer.status_code == 200, answer.text
        return await client.ended(answer.json()["AsyncOperationId"])
    return {"message": answer.json()["error"]["message"] if answer.status_code >= 400 else None}


def given(value: str, **more: object) -> list[dict[str, object]]:
    return [{"@odata.type": KIND, "schemaname": "contoso_A", "value": value, **more}]


@pytest.mark.parametrize("action", IMPORTS)
async def test_a_value_is_given_with_the_import(org: LocalOrg, client: Client, action: str) -> None:
    ended = await imported(client, action, SECOND, ComponentParameters=given("eu"))
    assert ended["message"] is None
    (row,) = org.rows("environmentvariablevalue")
    (definition,) = org.rows("environmentvariabledefinition")
    assert (row["value"], row["environmentvariabledefinitionid"]) == (
        "eu",
        definition["environmentvariabledefinitionid"],
    )


@pytest.mark.parametrize("action", IMPORTS)
async def test_a_given_value_wins_over_the_package_and_the_next_package_over_it(
    org: LocalOrg, client: Client, action: str
) -> None:
    key = str(uuid4())
    more = given("eu", environmentvariablevalueid=key)
    assert (await imported(client, action, with_value(SECOND, "ours", key), ComponentParameters=more))[
        "message"
    ] is None
    assert [row["value"] for row in org.rows("environmentvariablevalue")] == ["eu"]
    (row,) = org.rows("environmentvariablevalue", environmentvariablevalueid=key)
    await client.patch(f"environmentvariablevalues({key})", json={"value": "theirs"})
    third = edited(with_value(SECOND, "ours", key), "solution.xml", "<Version>1.1.0.0<", "<Version>1.2.0.0<")
    await client.install(third, action.removesuffix("Async"))
    assert [row["value"] for row in org.rows("environmentvariablevalue")] == ["ours"]
    assert row["value"] == "eu"


@pytest.mark.parametrize(
    "value",
    [
        {"@odata.type": "Microsoft.Dynamics.CRM.connectionreference", "connectionreferencelogicalname": "x"},
        {"schemaname": "contoso_A", "value": "x"},
        {"@odata.type": KIND, "schemaname": "contoso_A", "value": "x", "introducedversion": "1.0"},
        {"@odata.type": KIND, "schemaname": "contoso_B", "value": "x"},
    ],
)
async def test_another_component_is_not_set(org: LocalOrg, client: Client, value: dict[str, object]) -> None:
    before = org.snapshot()
    body = import_body(SECOND) | {"ComponentParameters": [value]}
    assert (await client.error("POST", "ImportSolution", body))[:2] == (400, NOT_HERE)
    assert org.snapshot() == before


async def test_a_value_keeps_its_id(org: LocalOrg, client: Client) -> None:
    await imported(client, "ImportSolution", SMALL, ComponentParameters=given("eu"))
    more = given("us", environmentvariablevalueid=str(uuid4()))
    ended = await imported(client, "ImportSolution", SMALL, ComponentParameters=more)
    assert "not in this emulator: another id" in ended["message"]
    assert [row["value"] for row in org.rows("environmentvariablevalue")] == ["eu"]


@pytest.mark.parametrize("action", IMPORTS)
async def test_conversion_is_refused_where_something_would_be_converted(client: Client, action: str) -> None:
    assert (await imported(client, action, SECOND, ConvertToManaged=True))["message"] is None
    body = {"name": "contoso_/assist/by_hand.html", "webresourcetype": 1, "content": "MTs="}
    await client.post("webresourceset", json=body)
    covering = package(version="1.2.0.0", modes=COBROWSE, resources=RESOURCES | {"by_hand.html": b"2"})
    for convert, said in ((False, "A managed solution cannot overwrite"), (True, "not in this emulator")):
        ended = await imported(client, action, covering, ConvertToManaged=convert)
        assert ended["message"].startswith(said)


LACKING = """<MissingDependencies><MissingDependency><Required type="1" schemaName="fabrikam_review"
 displayName="Review" solution="Fabrikam (1.0)" /><Dependent type="60" displayName="Form"
 id="{11111111-1111-1111-1111-111111111111}" parentSchemaName="account" /></MissingDependency></MissingDependencies>"""
NEEDING = edited(SECOND, "solution.xml", "<MissingDependencies />", LACKING)


@pytest.mark.parametrize("action", IMPORTS)
async def test_dependencies_are_not_skipped(client: Client, action: str) -> None:
    for skip, said in ((False, "The following solution cannot be imported: assist."), (True, "not in this emulator")):
        ended = await imported(client, action, NEEDING, SkipProductUpdateDependencies=skip)
        assert ended["message"].startswith(said)
        assert "fabrikam_review" in ended["message"]
    assert (await imported(client, action, SECOND, SkipProductUpdateDependencies=True))["message"] is None


async def test_an_upgrade_that_is_held_is_given_up(org: LocalOrg, client: Client) -> None:
    before = org.snapshot()
    await client.import_solution(edited(SECOND, "solution.xml", "1.1.0.0", "1.2.0.0"), HoldingSolution=True)
    assert org.snapshot() != before
    assert (await client.uninstall("assist_Upgrade"))["statuscode"] == 30
    assert org.snapshot() == before


async def test_nothing_else_is_done_to_solutions_during_a_job(org: LocalOrg, client: Client) -> None:
    org.seed_settings(steps=10)
    await client.import_solution(SECOND, "ImportSolutionAsync")
    (solution,) = org.rows("solution", uniquename="assist")
    calls: tuple[tuple[str, str, object], ...] = (
        ("POST", "ImportSolution", import_body(SECOND)),
        ("POST", "DeleteAndPromote", {"UniqueName": "assist"}),
        ("POST", "UninstallSolutionAsync", {"SolutionUniqueName": "assist"}),
        ("DELETE", f"solutions({solution['solutionid']})", None),
    )
    for method, path, body in calls:
        assert (await client.error(method, path, body))[:2] == (400, "0x80071151")
    org.finish_jobs()
    assert [row["version"] for row in org.rows("solution", uniquename="assist")] == ["1.1.0.0"]
