"""Tables that a client makes: their description, their rows, and that nothing is left of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cotab_kit.emulator import LocalOrg
from cotab_kit.emulator.custom_tables import make, plural
from cotab_kit.emulator.errors import NOT_HERE
from cotab_kit.emulator.metadata import describe
from emulator.client import Client, edited, package

if TYPE_CHECKING:
    from pathlib import Path

CRM = "Microsoft.Dynamics.CRM."
NAME = "EntityDefinitions(LogicalName='ctb_probe')"


def label(text: str) -> dict[str, object]:
    listed = [{"@odata.type": f"{CRM}LocalizedLabel", "Label": text, "LanguageCode": 1033}]
    return {"@odata.type": f"{CRM}Label", "LocalizedLabels": listed}


def column(kind: str, name: str, **more: object) -> dict[str, object]:
    level = {"Value": "None", "CanBeChanged": True, "ManagedPropertyLogicalName": "canmodifyrequirementlevelsettings"}
    head = {"@odata.type": f"{CRM}{kind}AttributeMetadata", "SchemaName": name}
    return head | {"DisplayName": label(name), "RequiredLevel": level} | more


MAIN = column("String", "ctb_Name", MaxLength=10, FormatName={"Value": "Text"}, IsPrimaryName=True)
CHOICES = [{"Value": number, "Label": label(text)} for number, text in ((1, "Low"), (2, "High"))]
COLUMNS = [
    MAIN,
    column("Memo", "ctb_Text", MaxLength=2000, ImeMode="Auto"),
    column("Integer", "ctb_Count", Format="None", MinValue=-(2**31), MaxValue=2**31 - 1),
    column("Picklist", "ctb_Level", OptionSet={"IsGlobal": False, "Options": CHOICES}),
    column(
        "Boolean",
        "ctb_Done",
        OptionSet={
            "TrueOption": {"Value": 1, "Label": label("Done")},
            "FalseOption": {"Value": 0, "Label": label("Open")},
        },
    ),
]


def table(*columns: object, **changed: object) -> dict[str, Any]:
    made: dict[str, Any] = {
        "@odata.type": f"{CRM}EntityMetadata",
        "SchemaName": "ctb_Probe",
        "DisplayName": label("Probe"),
        "DisplayCollectionName": label("Probes"),
        "Description": label("A probe"),
        "OwnershipType": "UserOwned",
        "HasActivities": False,
        "HasNotes": True,
        "IsActivity": False,
        "Attributes": list(columns or COLUMNS),
    }
    return made | changed


async def test_a_table_is_made_filled_and_deleted(org: LocalOrg, client: Client) -> None:
    before = org.snapshot()
    made = await client.post("EntityDefinitions", json=table())
    assert (made.status_code, made.headers["OData-EntityId"][:-38]) == (204, f"{client.base_url}EntityDefinitions")
    described = (await client.get(made.headers["OData-EntityId"])).json()
    assert (described["LogicalName"], described["SchemaName"]) == ("ctb_probe", "ctb_Probe")
    assert (described["EntitySetName"], described["PrimaryIdAttribute"]) == ("ctb_probes", "ctb_probeid")
    assert (described["PrimaryNameAttribute"], described["IsCustomEntity"]) == ("ctb_name", True)
    assert described["IsManaged"] is False
    row = {"ctb_name": "one", "ctb_text": "é" * 2000, "ctb_count": 3, "ctb_level": 2, "ctb_done": True}
    first = await client.post("ctb_probes", json=row)
    assert first.status_code == 204, first.text
    shown = (
        await client.get(first.headers["OData-EntityId"], headers={"Prefer": 'odata.include-annotations="*"'})
    ).json()
    assert {name: shown[name] for name in row} == row
    formatted = "@OData.Community.Display.V1.FormattedValue"
    assert (shown[f"ctb_level{formatted}"], shown[f"ctb_done{formatted}"]) == ("High", "Done")
    assert (shown["statecode"], bool(shown["_ownerid_value"])) == (0, True)
    assert (await client.patch(first.headers["OData-EntityId"], json={"ctb_count": 4})).status_code == 204
    targets = [{"@odata.type": f"{CRM}ctb_probe", "ctb_name": "two"}]
    many = await client.post(f"ctb_probes/{CRM}CreateMultiple", json={"Targets": targets})
    assert many.status_code == 200
    fetch = "<fetch><entity name='ctb_probe'><attribute name='ctb_name'/><order attribute='ctb_name'/></entity></fetch>"
    found = (await client.get("ctb_probes", params={"fetchXml": fetch})).json()["value"]
    assert [each["ctb_name"] for each in found] == ["one", "two"]
    assert await client.names("ctb_probes?$filter=ctb_count gt 3", "ctb_name") == ["one"]
    assert (await client.delete(first.headers["OData-EntityId"])).status_code == 204
    assert len(org.rows("ctb_probe")) == 1
    assert (await client.delete(NAME)).status_code == 204
    assert org.snapshot() == before
    assert (await client.error("GET", "ctb_probes"))[:2] == (404, "0x8006088a")
    assert (await client.get(NAME)).status_code == 404


async def test_a_made_table_is_described_like_any_other(client: Client) -> None:
    await client.post("CreateEntities", json={"Entities": [table()]})
    listed = await client.values(f"{NAME}/Attributes?$select=LogicalName,AttributeType,MaxLength,IsCustomAttribute")
    columns = {each["LogicalName"]: each for each in listed}
    assert columns["ctb_name"]["MaxLength"] == 10
    assert (columns["ctb_level"]["AttributeType"], columns["ctb_level"]["IsCustomAttribute"]) == ("Picklist", True)
    assert columns["ownerid"]["IsCustomAttribute"] is False
    (boolean,) = await client.values(f"{NAME}/Attributes/{CRM}BooleanAttributeMetadata?$expand=OptionSet")
    assert boolean["OptionSet"]["TrueOption"]["Label"]["UserLocalizedLabel"]["Label"] == "Done"
    assert [each["ReferencedEntity"] for each in await client.values(f"{NAME}/ManyToOneRelationships")] == [
        "systemuser"
    ]
    document = (await client.get("$metadata")).text
    assert '<EntitySet Name="ctb_probes"' in document
    assert '<Property Name="ctb_count" Type="Edm.Int32" />' in document
    total = await client.get("RetrieveTotalRecordCount(EntityNames=['ctb_probe'])")
    assert total.json()["EntityRecordCountCollection"]["Values"] == [0]


async def test_several_tables_are_made_or_none(org: LocalOrg, client: Client) -> None:
    before = org.snapshot()
    wrong = table(SchemaName="ctb_Other", Attributes=[column("String", "ctb_Name")])
    assert (await client.error("POST", "CreateEntities", {"Entities": [table(), wrong]}))[1] == "0x80044355"
    assert org.snapshot() == before
    main = MAIN | {"@odata.type": f"{CRM}ComplexStringAttributeMetadata"}
    both = [
        table(main) | {"@odata.type": f"{CRM}ComplexEntityMetadata"},
        table(MAIN, SchemaName="ctb_Company", OwnershipType="OrganizationOwned"),
    ]
    assert (await client.post("CreateEntities", json={"Entities": both})).status_code == 204
    assert (await client.post("ctb_companies", json={"ctb_name": "x"})).status_code == 204
    assert "ownerid" not in org.rows("ctb_company")[0]


@pytest.mark.parametrize(
    ("name", "entity_set"),
    [("ctb_probe", "ctb_probes"), ("ctb_city", "ctb_cities"), ("ctb_day", "ctb_days"), ("ctb_box", "ctb_boxes")],
)
def test_a_set_has_the_plural_of_its_table(name: str, entity_set: str) -> None:
    assert plural(name) == entity_set


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"SchemaName": "Probe"}, "0x80044366"),
        ({"SchemaName": "mscrm_Probe"}, "0x80044366"),
        ({"SchemaName": f"ctb_{'x' * 50}"}, "0x80044367"),
        ({"SchemaName": "msdyn_Provider"}, "0x8004700b"),
        ({"DisplayName": {}}, "0x80040203"),
        ({"Attributes": []}, "0x80044355"),
        ({"Attributes": [MAIN, column("String", "ctb_Other", IsPrimaryName=True)]}, "0x80044355"),
        ({"Attributes": [MAIN, column("Memo", "ctb_name")]}, "0x80047013"),
        ({"Attributes": [MAIN, column("Memo", "ctb_ProbeId")]}, "0x80047013"),
        ({"Attributes": [MAIN, column("Memo", "statecode")]}, "0x80044366"),
        ({"Attributes": [MAIN, column("String", "ctb_x", MaxLength=4001)]}, "0x80040203"),
        ({"Attributes": [MAIN | {"@odata.type": "nonsense"}]}, "0x80040203"),
    ],
)
async def test_what_is_no_table_is_refused(
    org: LocalOrg, client: Client, changed: dict[str, object], code: str
) -> None:
    before = org.snapshot()
    assert (await client.error("POST", "EntityDefinitions", table(**changed)))[:2] == (400, code)
    assert org.snapshot() == before


@pytest.mark.parametrize(
    "changed",
    [
        {"HasActivities": True},
        {"IsActivity": True},
        {"OwnershipType": "BusinessOwned"},
        {"Nonsense": 1},
        {"LogicalName": "ctb_other"},
        {"Attributes": [MAIN, column("Lookup", "ctb_x")]},
        {"Attributes": [MAIN, column("Money", "ctb_x")]},
        {"Attributes": [MAIN, column("Decimal", "ctb_x", MinValue=-0.5, MaxValue=1e11, Precision=2)]},
        {"Attributes": [MAIN, column("Integer", "ctb_x", MinValue=1, MaxValue=5)]},
        {"Attributes": [MAIN, column("String", "ctb_x", FormatName={"Value": "Email"})]},
        {"Attributes": [MAIN, column("Picklist", "ctb_x", OptionSet={"IsGlobal": True})]},
        {"Attributes": [MAIN, column("Picklist", "ctb_x")]},
        {"Attributes": [MAIN, column("String", "ctb_x", OptionSet={"Options": CHOICES})]},
        {"Attributes": [MAIN, column("Memo", "ctb_x", RequiredLevel={"Value": "Recommended"})]},
        {"Attributes": [MAIN, column("Memo", "ctb_x", AutoNumberFormat="{SEQNUM:4}")]},
    ],
)
async def test_what_no_made_table_has_here_is_refused_by_name(
    org: LocalOrg, client: Client, changed: dict[str, object]
) -> None:
    before = org.snapshot()
    assert (await client.error("POST", "EntityDefinitions", table(**changed)))[:2] == (400, NOT_HERE)
    assert org.snapshot() == before


async def test_a_name_is_given_once(client: Client) -> None:
    assert (await client.post("EntityDefinitions", json=table(MAIN))).status_code == 204
    assert (await client.error("POST", "EntityDefinitions", table(MAIN, SchemaName="CTB_PROBE")))[1] == "0x8004700b"
    sibilant = table(MAIN, SchemaName="ctb_Probes")
    assert (await client.post("EntityDefinitions", json=sibilant)).status_code == 204  # its set is ctb_probeses
    for name in ("ctb_Bus", "ctb_Buse"):
        answer = await client.post("EntityDefinitions", json=table(MAIN, SchemaName=name))
    assert answer.json()["error"]["code"] == "0x8006088e"


async def test_what_has_no_way_to_a_made_table_is_refused_by_name(client: Client) -> None:
    refused = await client.post("EntityDefinitions", json=table(), headers={"MSCRM.SolutionUniqueName": "tools"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, NOT_HERE)
    await client.post("EntityDefinitions", json=table())
    row = await client.post("ctb_probes", json={"ctb_name": "x"})
    note = {"subject": "x", "objectid_ctb_probe@odata.bind": row.headers["OData-EntityId"]}
    for method, path, body in (
        ("POST", "annotations", note),
        ("POST", f"{NAME}/Attributes", column("Memo", "ctb_x")),
        ("DELETE", f"{NAME}/Attributes(LogicalName='ctb_text')", None),
        ("DELETE", "EntityDefinitions(LogicalName='msdyn_provider')", None),
        ("PUT", NAME, table()),
    ):
        assert (await client.error(method, path, body))[:2] == (400, NOT_HERE), path


async def test_values_of_a_made_table_are_checked(client: Client) -> None:
    await client.post("EntityDefinitions", json=table())
    for body, code in (
        ({"ctb_name": "x" * 11}, "0x80044331"),
        ({"ctb_level": 3}, "0x8004431a"),
        ({"ctb_count": "x"}, "0x80048d19"),
        ({"ctb_Name": "x"}, "0x80048d19"),
    ):
        assert (await client.error("POST", "ctb_probes", body))[1] == code


async def test_privileges_count_for_a_made_table(org: LocalOrg, client: Client) -> None:
    org.restrict("prvCreateEntity")
    assert (await client.error("POST", "EntityDefinitions", table()))[:2] == (403, "0x80040220")
    org.restrict("prvCreatectb_Probe")
    await client.post("EntityDefinitions", json=table())
    status, code, message = await client.error("POST", "ctb_probes", {"ctb_name": "x"})
    assert (status, code) == (403, "0x80040220")
    assert "missing prvCreatectb_Probe privilege" in message
    me = (await client.get("WhoAmI")).json()["UserId"]
    held = (await client.get(f"systemusers({me})/{CRM}RetrieveUserPrivileges")).json()["RolePrivileges"]
    names = {each["PrivilegeName"] for each in held}
    assert ("prvReadctb_Probe" in names, "prvCreatectb_Probe" in names) == (True, False)


async def test_a_package_may_need_a_made_table(client: Client) -> None:
    needed = '<Required type="1" schemaName="ctb_Probe" solution="Active" />'
    both = f"<MissingDependency>{needed}<Dependent type='60' displayName='Form' /></MissingDependency>"
    text = f"<MissingDependencies>{both}</MissingDependencies>"
    needing = edited(package(), "solution.xml", "<MissingDependencies />", text)
    assert (await client.refused(needing)).startswith("0x8004801d")
    await client.post("EntityDefinitions", json=table())
    await client.install(needing)


def test_a_made_table_is_there_when_the_org_is_opened_again(tmp_path: Path) -> None:
    main = {"name": "ctb_name", "type": "String", "required": "None", "length": 10, "choices": {}}
    definition = {"schema": "ctb_Probe", "title": "Probe", "owned": True, "main": "ctb_name", "columns": [main]}
    with LocalOrg.open(tmp_path / "org.sqlite") as org:
        describe(org.store, make(org.store, definition))
        org.seed("ctb_probe", ctb_name="kept")
    with LocalOrg.open(tmp_path / "org.sqlite") as org:
        assert [row["ctb_name"] for row in org.rows("ctb_probe")] == ["kept"]
