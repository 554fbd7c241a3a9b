"""What clients and tools ask of the Web API beside plain rows: bulk, columns, deep insert, metadata, pages, speed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from defusedxml.ElementTree import fromstring

from cotab_kit.emulator.errors import NOT_HERE

if TYPE_CHECKING:
    from cotab_kit.emulator import LocalOrg
    from emulator.client import Client

ONE, TWO, THREE = (str(UUID(int=number)) for number in (1, 2, 3))
CRM = "Microsoft.Dynamics.CRM."

BACK = "msdyn_msdyn_provider_msdyn_channelcapability_Provider"
TABS = "msdyn_applicationtabtemplates"
COUNT = {"Prefer": f'odata.include-annotations="{CRM}*"'}


def provider(**more: object) -> dict[str, object]:
    return {"@odata.type": f"{CRM}msdyn_provider", "msdyn_name": "x"} | more


async def test_many_rows_are_written_at_once_or_none(client: Client) -> None:
    path = f"msdyn_providers/{CRM}"
    made = await client.post(f"{path}CreateMultiple", json={"Targets": [provider(), provider(msdyn_name="y")]})
    first, second = made.json()["Ids"]
    assert sorted(await client.names("msdyn_providers")) == ["x", "y"]
    changes = [provider(msdyn_providerid=first, msdyn_name="a"), provider(msdyn_providerid=second, msdyn_name="b")]
    assert (await client.post(f"{path}UpdateMultiple", json={"Targets": changes})).status_code == 204
    assert sorted(await client.names("msdyn_providers")) == ["a", "b"]
    bad = [provider(msdyn_providerid=first, msdyn_name="c"), provider(msdyn_providerid=THREE)]
    assert (await client.error("POST", f"{path}UpdateMultiple", {"Targets": bad}))[:2] == (404, "0x80040217")
    assert (await client.error("POST", f"{path}CreateMultiple", {"Targets": [{"msdyn_name": "x"}]}))[1] == "0x80048d19"
    assert sorted(await client.names("msdyn_providers")) == ["a", "b"]


async def test_many_rows_are_upserted_by_key(client: Client) -> None:
    row = {"@odata.type": f"{CRM}msdyn_applicationtabtemplate", "@odata.id": f"{TABS}(msdyn_uniquename='ctb_a')"}
    path = f"{TABS}/{CRM}UpsertMultiple"
    for name in ("one", "two"):
        body = {"Targets": [row | {"msdyn_name": name, "msdyn_pagetype": 509180002}]}
        assert (await client.post(path, json=body)).status_code == 204
        assert await client.names(TABS) == [name]
    repeated = row | {"@odata.id": f"{TABS}(msdyn_uniquename='ctb_b')", "msdyn_uniquename": "ctb_b"}
    assert (await client.error("POST", path, {"Targets": [repeated]}))[1] == "0x80040216"


async def test_one_column_is_read_set_and_emptied(org: LocalOrg, client: Client) -> None:
    org.seed("msdyn_conversationaction", msdyn_conversationactionid=ONE, msdyn_name="a", msdyn_icon="i")
    path = f"msdyn_conversationactions({ONE})/msdyn_icon"
    assert (await client.get(path)).json()["value"] == "i"
    assert (await client.get(f"{path}/$value")).text == "i"
    assert (await client.put(path, json={"value": "j"})).status_code == 204
    assert (await client.get(path)).json()["value"] == "j"
    assert (await client.error("PUT", path, {"msdyn_icon": "k"}))[1] == "0x80048d19"
    assert (await client.error("PUT", path, {"value": "x" * 101}))[1] == "0x80044331"
    assert (await client.delete(path)).status_code == 204
    assert (await client.get(path)).status_code == 204


async def test_rows_within_a_row_are_created_with_it(org: LocalOrg, client: Client) -> None:
    capability = {"msdyn_name": "c", "msdyn_escalationchannelmode": 192350002}
    within = {"msdyn_ConversationAction": {"msdyn_name": "inner", "msdyn_order": 1}}
    body = {"msdyn_providerid": ONE, "msdyn_name": "deep", BACK: [capability | within, capability]}
    assert (await client.post("msdyn_providers", json=body)).status_code == 204
    assert await client.names(f"msdyn_providers({ONE})/{BACK}") == ["c", "c"]
    assert (await client.get(f"msdyn_providers({ONE})/{BACK}/$count")).text == "2"
    assert await client.names("msdyn_conversationactions") == ["inner"]
    before = org.snapshot()
    broken = {"msdyn_name": "deep", BACK: [capability, {"nonsense": 1}]}
    assert (await client.error("POST", "msdyn_providers", broken))[0] == 400
    assert org.snapshot() == before
    tab = {"msdyn_name": "t", "msdyn_uniquename": "ctb_t", "msdyn_pagetype": 509180002}
    session = {"msdyn_name": "s", "msdyn_uniquename": "ctb_s", "msdyn_sessiontemplate_applicationtab": [tab]}
    made = await client.post("msdyn_sessiontemplates", json=session)
    assert await client.names(f"{made.headers['OData-EntityId']}/msdyn_sessiontemplate_applicationtab") == ["t"]


@pytest.fixture
def linked(org: LocalOrg) -> None:
    """Three providers with none, one and two capabilities."""
    for number, name in enumerate(("none", "one", "two")):
        key = org.seed("msdyn_provider", msdyn_name=name)
        bound: dict[str, Any] = {"msdyn_Provider@odata.bind": f"/msdyn_providers({key})"}
        for order in range(number):
            mode = (192350002, 100000000)[order]
            org.seed("msdyn_channelcapability", msdyn_name=f"c{order}", msdyn_escalationchannelmode=mode, **bound)


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        (f"{BACK}/any()", ["one", "two"]),
        (f"not {BACK}/any()", ["none"]),
        (f"{BACK}/any(o:o/msdyn_name eq 'C1')", ["two"]),
        (f"{BACK}/all(o:o/msdyn_name eq 'c0')", ["none", "one"]),
        (f"{BACK}/any(o:o/msdyn_name eq 'c0' and o/msdyn_Provider/msdyn_name eq 'two')", ["two"]),
        (f"{BACK}/any(o:o/{CRM}In(PropertyName='msdyn_name',PropertyValues=['c1','x']))", ["two"]),
        (f"{CRM}In(PropertyName='msdyn_name',PropertyValues=['ONE','x'])", ["one"]),
        (f"{CRM}NotIn(PropertyName=@p1,PropertyValues=@p2)&@p1='msdyn_name'&@p2=[\"one\"]", ["none", "two"]),
        (f"{CRM}Between(PropertyName='statecode',PropertyValues=['0','1'])", ["none", "one", "two"]),
        (f"{CRM}NotBetween(PropertyName='statecode',PropertyValues=['0','1'])", []),
        (f"{CRM}LastXDays(PropertyName='createdon',PropertyValue=2)", ["none", "one", "two"]),
        (f"not {CRM}Today(PropertyName='createdon')", []),
        (f"{CRM}OlderThanXYears(PropertyName='createdon',PropertyValue=1)", []),
        (f"{CRM}Last7Days(PropertyName='createdon') and msdyn_name eq @p&@p='two'", ["two"]),
        ("createdon le modifiedon and msdyn_name ne msdyn_name", []),
    ],
)
@pytest.mark.usefixtures("linked")
async def test_conditions_of_dataverse_find_what_they_say(client: Client, condition: str, names: list[str]) -> None:
    assert await client.names(f"msdyn_providers?$orderby=msdyn_name&$filter={condition}") == names


async def test_a_condition_on_a_row_itself_is_refused_in_the_emulators_name(client: Client) -> None:
    status, _, message = await client.error("GET", f"msdyn_providers?$filter={BACK}/any(o:o eq 1)")
    assert (status, "a row itself" in message) == (400, True)


@pytest.mark.usefixtures("linked")
async def test_rows_are_ordered_by_what_lies_behind_a_lookup(client: Client) -> None:
    path = "msdyn_channelcapabilities?$orderby=msdyn_Provider/msdyn_name desc,msdyn_name desc"
    assert await client.names(path) == ["c1", "c0", "c0"]
    (row,) = await client.values(
        f"msdyn_providers?$filter=msdyn_name eq 'two'&$expand={BACK}($orderby=msdyn_name desc;$top=1)"
    )
    assert [each["msdyn_name"] for each in row[BACK]] == ["c1"]


async def test_pages_follow_each_other_while_rows_go(org: LocalOrg, client: Client) -> None:
    for number in range(7):
        org.seed("msdyn_conversationaction", msdyn_name=None if number < 2 else f"n{number}", msdyn_order=number)
    prefer = {"Prefer": "odata.maxpagesize=3"}
    for order in ("msdyn_name asc", "msdyn_name desc", "msdyn_order"):
        seen, address = [], f"msdyn_conversationactions?$select=msdyn_order&$orderby={order}&$top=1"
        while address:
            answer = await client.get(address, headers=prefer)
            assert answer.headers["Preference-Applied"] == "odata.maxpagesize=3"
            seen += [row["msdyn_order"] for row in answer.json()["value"]]
            address = answer.json().get("@odata.nextLink", "")
        assert sorted(seen) == list(range(7)), order
    first = (await client.get("msdyn_conversationactions?$orderby=msdyn_order", headers=prefer)).json()
    await client.delete(f"msdyn_conversationactions({first['value'][0]['msdyn_conversationactionid']})")
    assert "cookie%20pagenumber=%222%22%20pagingcookie=%22%253Ccookie" in first["@odata.nextLink"]
    assert await client.names(first["@odata.nextLink"], "msdyn_order") == [3, 4, 5, 6]
    assert (await client.error("GET", "msdyn_conversationactions?$skiptoken=x"))[0] == 400


async def test_no_more_than_five_thousand_rows_are_counted(client: Client) -> None:
    body = {"Targets": [provider()] * 5001}
    assert (await client.post(f"msdyn_providers/{CRM}CreateMultiple", json=body)).status_code == 200
    answer = (
        await client.get("msdyn_providers?$count=true&$select=msdyn_name&$filter=statecode eq 0", headers=COUNT)
    ).json()
    assert (answer["@odata.count"], answer[f"@{CRM}totalrecordcount"], len(answer["value"])) == (5000, 5000, 5000)
    assert answer[f"@{CRM}totalrecordcountlimitexceeded"] is True
    counted = await client.get("msdyn_providers/$count")
    assert (counted.text, counted.headers["content-type"].partition(";")[0]) == ("5000", "text/plain")
    assert (await client.get("msdyn_providers?$top=1", headers=COUNT)).json()[f"@{CRM}totalrecordcount"] == -1
    total = await client.get("RetrieveTotalRecordCount(EntityNames=@p)?@p=['msdyn_provider']")
    assert total.json()["EntityRecordCountCollection"]["Values"] == [5001]


async def test_rows_are_grouped_and_summed_up(org: LocalOrg, client: Client) -> None:
    for order in (1, 2, 3):
        org.seed("msdyn_conversationaction", msdyn_name="odd" if order % 2 else "even", msdyn_order=order)
    path = "msdyn_conversationactions?$apply="
    grouped = await client.values(f"{path}groupby((msdyn_name),aggregate(msdyn_order with sum as total,$count as n))")
    assert grouped == [{"msdyn_name": "even", "total": 2, "n": 1}, {"msdyn_name": "odd", "total": 4, "n": 2}]
    assert await client.values(f"{path}filter(msdyn_order gt 1)/aggregate(msdyn_order with max as m)") == [{"m": 3}]
    assert (await client.error("GET", f"{path}compute(1 as x)"))[1] == NOT_HERE
    sql = "SELECT TOP 1 msdyn_order FROM msdyn_conversationaction WHERE msdyn_name = 'ODD' ORDER BY msdyn_order DESC"
    assert [row["msdyn_order"] for row in await client.values(f"msdyn_conversationactions?sql={sql}")] == [3]
    assert (await client.error("GET", "msdyn_conversationactions?sql=DELETE FROM msdyn_conversationaction"))[
        1
    ] == NOT_HERE


async def test_the_service_describes_itself(client: Client) -> None:
    answer = await client.get("$metadata")
    assert answer.headers["content-type"].startswith("application/xml")
    edm = "{http://docs.oasis-open.org/odata/ns/edm}"
    found = fromstring(answer.text)
    types = {each.get("Name"): each for each in found.iter(f"{edm}EntityType")}
    names = {each.get("Name") for each in types["msdyn_channelcapability"].iter(f"{edm}NavigationProperty")}
    assert {"msdyn_Provider", "msdyn_ConversationAction"} <= names
    sets = (await client.get("")).json()["value"]
    assert {"name": "msdyn_providers", "kind": "EntitySet", "url": "msdyn_providers"} in sets


async def test_metadata_tells_options_and_relationships(org: LocalOrg, client: Client) -> None:
    path = "EntityDefinitions(LogicalName='msdyn_channelcapability')"
    cast = f"{CRM}PicklistAttributeMetadata?$select=LogicalName&$expand=OptionSet($select=Options)"
    found = {row["LogicalName"]: row for row in await client.values(f"{path}/Attributes/{cast}")}
    options = found["msdyn_escalationchannelmode"]["OptionSet"]["Options"]
    assert {"Co-browse"} <= {each["Label"]["UserLocalizedLabel"]["Label"] for each in options}
    one = (await client.get(f"{path}/Attributes(LogicalName='msdyn_name')?$select=MaxLength")).json()
    assert one["MaxLength"] == 100
    typed = f"AttributeType eq {CRM}AttributeTypeCode'Lookup'"
    assert "msdyn_provider" in await client.names(f"{path}/Attributes?$filter={typed}", "LogicalName")
    many = await client.values(f"{path}/ManyToOneRelationships?$filter=ReferencedEntity eq 'msdyn_provider'")
    assert many[0]["ReferencingEntityNavigationPropertyName"] == "msdyn_Provider"
    both = f"RelationshipDefinitions/{CRM}ManyToManyRelationshipMetadata"
    assert "msdyn_sessiontemplate_applicationtab" in await client.names(both, "SchemaName")
    wanted = "$select=LogicalName&$filter=LogicalName eq 'msdyn_provider'&$expand=Attributes($select=LogicalName)"
    (row,) = await client.values(f"EntityDefinitions?{wanted}")
    assert "msdyn_name" in {each["LogicalName"] for each in row["Attributes"]}
    assert (await client.error("GET", "EntityDefinitions?$filter=startswith(LogicalName,'msdyn_')"))[:2] == (
        501,
        "0x8006088a",
    )
    assert (await client.error("PATCH", path, {}))[:2] == (405, "0x80060888")
    org.remove_tables("msdyn_provider")
    assert await client.values(f"{path}/ManyToOneRelationships?$filter=ReferencedEntity eq 'msdyn_provider'") == []


async def test_what_needs_a_component_is_told(org: LocalOrg, client: Client) -> None:
    tab = org.seed("msdyn_applicationtabtemplate", msdyn_name="t", msdyn_uniquename="ctb_t", msdyn_pagetype=509180002)
    session = org.seed_session_template("ctb_s", "ctb_t")
    for function in ("RetrieveDependenciesForDelete", "RetrieveDependentComponents"):
        found = await client.get(f"{function}(ObjectId={tab},ComponentType=10435)")
        assert [each["dependentcomponentobjectid"] for each in found.json()["value"]] == [session]
    assert (await client.get("RetrieveDependenciesForUninstall(SolutionUniqueName='Default')")).json()["value"] == []
    assert (await client.error("GET", f"RetrieveDependenciesForDelete(ObjectId={ONE},ComponentType=10435)"))[0] == 404


async def test_a_request_may_act_for_another_user(org: LocalOrg, client: Client) -> None:
    agent = org.seed_user("agent", lacks=["prvCreatemsdyn_provider"])
    acting = {"MSCRMCallerID": agent}
    assert (await client.get("WhoAmI", headers=acting)).json()["UserId"] == agent
    assert (await client.post("msdyn_providers", json={"msdyn_name": "x"}, headers=acting)).status_code == 403
    assert (await client.error("GET", "WhoAmI", None, MSCRMCallerID=THREE))[:2] == (404, "0x80040217")


async def test_a_row_that_a_client_has_is_not_sent_again_but_with_annotations(org: LocalOrg, client: Client) -> None:
    path = f"msdyn_providers({org.seed('msdyn_provider', msdyn_name='x')})"
    tag = (await client.get(path)).headers["ETag"]
    assert (await client.get(path, headers={"If-None-Match": tag})).status_code == 304
    assert (await client.get(path, headers={"If-None-Match": tag, **COUNT})).status_code == 200
    assert (await client.get(f"{path}?$expand={BACK}", headers={"If-None-Match": tag})).status_code == 200


async def test_errors_say_more_when_asked(client: Client) -> None:
    error = (await client.get("msdyn_providers(x)", headers={"Prefer": 'odata.include-annotations="*"'})).json()[
        "error"
    ]
    assert "@Microsoft.PowerApps.CDS.HelpLink" in error
    assert set((await client.get("msdyn_providers(x)")).json()["error"]) == {"code", "message"}
