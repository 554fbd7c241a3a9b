"""Documented behaviors of the Web API, each with what Microsoft's documentation or a real org's answer says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

import pytest

from cotab_kit.emulator.errors import NOT_HERE

if TYPE_CHECKING:
    from cotab_kit.emulator import LocalOrg
    from emulator.client import Client

ONE, TWO, GONE = (str(UUID(int=number)) for number in (1, 2, 99))
CAPABILITIES = "msdyn_channelcapabilities"
CAPABILITY = {"msdyn_name": "c", "msdyn_escalationchannelmode": 192350002}
TABS = "msdyn_applicationtabtemplates"


@pytest.fixture(autouse=True)
def rows(org: LocalOrg) -> None:
    org.seed("msdyn_provider", msdyn_providerid=ONE, msdyn_name="p")


async def test_navigation_properties_have_capitals_and_are_bound_in_many_ways(client: Client) -> None:
    lower = CAPABILITY | {"msdyn_provider@odata.bind": f"/msdyn_providers({ONE})"}
    status, code, message = await client.error("POST", CAPABILITIES, lower)
    assert (status, code) == (400, "0x80048d19")
    assert message.startswith(
        "Error identified in Payload provided by the user for Entity :'msdyn_channelcapabilities'"
    )
    assert "An undeclared property 'msdyn_provider' which only has property annotations" in message
    path = f"{CAPABILITIES}({TWO})"
    bound = {"msdyn_Provider@odata.bind": f"msdyn_providers(msdyn_providerid={ONE})"}
    assert (await client.patch(path, json=CAPABILITY | bound)).status_code == 204
    assert (await client.patch(path, json={"msdyn_Provider@odata.bind": None})).status_code == 204
    assert (await client.get(f"{path}/msdyn_Provider")).status_code == 204
    assert (await client.patch(path, json=bound)).status_code == 204
    assert (await client.delete(f"{path}/msdyn_Provider/$ref")).status_code == 204
    assert (await client.get(path)).json()["_msdyn_provider_value"] is None
    missing = {"msdyn_Provider@odata.bind": f"/msdyn_providers({GONE})"}
    assert (await client.error("PATCH", path, missing))[:2] == (404, "0x80040217")


@pytest.mark.parametrize(
    ("method", "path", "answer"),
    [
        ("GET", "Account", (404, "0x8006088a", "Resource not found for the segment 'Account'.")),
        ("GET", "Msdyn_Providers", (404, "0x8006088a", "Resource not found for the segment 'Msdyn_Providers'.")),
        ("GET", "msdyn_provider", (404, "0x8006088a", "Resource not found for the segment 'msdyn_provider'.")),
        ("GET", f"accounts({GONE})", (404, "0x80040217", f"account With Id = {GONE} Does Not Exist")),
        ("DELETE", f"accounts({GONE})", (404, "0x80040217", f"account With Id = {GONE} Does Not Exist")),
        (
            "GET",
            f"{TABS}(msdyn_uniquename='x')",
            (
                404,
                "0x80060891",
                "A record with the specified key values does not exist in msdyn_applicationtabtemplate entity",
            ),
        ),
        ("GET", "solutions(uniquename='x')", (400, "0x8006088a", "Bad Request - Error in query syntax.")),
        (
            "POST",
            "WhoAmI",
            (
                404,
                "",
                "No HTTP resource was found that matches the request URI 'https://org.example/api/data/v9.2/WhoAmI'.",
            ),
        ),
    ],
)
async def test_what_is_not_found_is_said_in_four_ways(
    client: Client, method: str, path: str, answer: tuple[int, str, str]
) -> None:
    assert await client.error(method, path, {} if method == "POST" else None) == answer


@pytest.mark.parametrize("name", ["Name", "msdyn_provider"])
@pytest.mark.parametrize("option", ["$select={}", "$filter={} eq null", "$orderby={}"])
async def test_a_property_that_is_not_there_is_refused(client: Client, name: str, option: str) -> None:
    found = await client.error("GET", f"{CAPABILITIES}?{option.format(name)}")
    said = f"Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.msdyn_channelcapability'."
    assert found == (400, "0x80060888", said)
    assert (await client.get(f"{CAPABILITIES}?{option.format('_msdyn_provider_value')}")).status_code == 200
    _, _, message = await client.error("POST", CAPABILITIES, {"Name": 1})
    assert "Invalid property 'Name' was found in entity 'Microsoft.Dynamics.CRM.msdyn_channelcapability'." in message


async def test_conditions_on_versions_are_kept(client: Client) -> None:
    path, stale = f"msdyn_providers({ONE})", 'W/"1"'
    assert (await client.get(path)).headers["ETag"].startswith('W/"')
    assert (await client.get(path, headers={"If-None-Match": "null"})).status_code == 200
    assert (await client.error("PATCH", f"msdyn_providers({GONE})", {}, If_Match="*"))[0] == 404
    assert (await client.error("PATCH", path, {}, If_None_Match="*"))[
        2
    ] == "A record with matching key values already exists."
    said = "The version of the existing record doesn't match the RowVersion property provided."
    for method in ("PATCH", "DELETE"):
        assert await client.error(method, path, {}, If_Match=stale) == (412, "0x80060882", said)


@pytest.mark.parametrize("name", ["it''s", "a/b", "a%2Fb", "a+b", "a,b=c", "(x)", "%C3%A9"])
async def test_alternate_keys_may_hold_any_text(client: Client, name: str) -> None:
    path = f"{TABS}(msdyn_uniquename='{name}')"
    for _ in range(2):
        made = await client.patch(path, json={"msdyn_name": "x", "msdyn_pagetype": 509180002})
        assert made.status_code == 204
    assert len(await client.values(TABS)) == 1
    assert (await client.get(path)).status_code == 200


async def test_a_second_row_with_a_key_is_refused(client: Client) -> None:
    body = {"msdyn_name": "x", "msdyn_uniquename": "ctb_x", "msdyn_pagetype": 509180002}
    assert (await client.post(TABS, json=body)).status_code == 204
    assert (await client.error("POST", TABS, body))[:2] == (412, "0x80060892")


async def test_pages_are_no_larger_than_asked_for_and_top_does_not_count_then(client: Client, org: LocalOrg) -> None:
    for number in range(6):
        org.seed("msdyn_provider", msdyn_name=f"n{number}")
    answer = await client.get("msdyn_providers?$top=1", headers={"Prefer": "odata.maxpagesize=2"})
    assert (answer.headers["Preference-Applied"], len(answer.json()["value"])) == ("odata.maxpagesize=2", 2)
    following = answer.json()["@odata.nextLink"]
    assert len((await client.get(following)).json()["value"]) == 5
    assert await client.error("GET", "msdyn_providers?$skip=1") == (
        400,
        "0x80060888",
        "The query parameter $skip is not supported.",
    )


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ({"msdyn_icon": "x" * 101}, "0x80044331", "maximum allowed length of '100'"),
        ({"msdyn_order": "Charity"}, "0x80048d19", "Cannot convert the literal 'Charity'"),
        ({"statecode": 1, "statuscode": 1}, "0x80048408", "is not a valid status code"),
        ({"msdyn_eventname": 1}, "0x8004431a", "outside the valid range"),
    ],
)
async def test_values_are_checked(client: Client, body: dict[str, object], code: str, said: str) -> None:
    status, found, message = await client.error("POST", "msdyn_conversationactions", body)
    assert (status, found) == (400, code)
    assert said in message


async def test_a_state_brings_its_reason(client: Client) -> None:
    assert (await client.patch(f"msdyn_providers({ONE})", json={"statecode": 1})).status_code == 204
    assert (await client.get(f"msdyn_providers({ONE})")).json()["statuscode"] == 2
    locale = {"msdyn_label": "x", "msdyn_tooltip": "x", "msdyn_locale_picklist": 1034}
    assert (await client.error("POST", "msdyn_conversationactionlocales", locale))[1] == "0x8004431a"


async def test_a_new_component_is_put_into_the_solution_that_is_named(org: LocalOrg, client: Client) -> None:
    publisher = org.seed(
        "publisher",
        uniquename="acme",
        friendlyname="A",
        customizationprefix="acm",
        customizationoptionvalueprefix=12345,
    )
    bound = {"publisherid@odata.bind": f"/publishers({publisher})"}
    org.seed("solution", uniquename="tools", friendlyname="T", version="1.0", **bound)
    named = {"MSCRM.SolutionUniqueName": "tools"}
    tab = {"msdyn_name": "x", "msdyn_uniquename": "acm_x", "msdyn_pagetype": 509180002}
    assert (await client.post(TABS, json=tab, headers=named)).status_code == 204
    assert (await client.post("msdyn_providers", json={"msdyn_name": "x"}, headers=named)).status_code == 204
    assert len(await client.values("solutioncomponents")) == 1


@pytest.mark.parametrize(("there", "kept"), [(True, "ctb_x"), (False, "ctb_other")])
async def test_a_key_in_the_body_counts_only_where_a_row_is_made(client: Client, *, there: bool, kept: str) -> None:
    tab = {"msdyn_name": "x", "msdyn_pagetype": 509180002}
    path = f"{TABS}(msdyn_uniquename='ctb_x')"
    if there:
        assert (await client.patch(path, json=tab)).status_code == 204
    assert (await client.patch(path, json=tab | {"msdyn_uniquename": "ctb_other"})).status_code == 204
    assert await client.names(TABS, "msdyn_uniquename") == [kept]


async def test_a_token_of_a_page_may_come_back_encoded_anew(client: Client, org: LocalOrg) -> None:
    for number in range(5):
        org.seed("msdyn_provider", msdyn_name=f"100%25 {number}")
    path = "msdyn_providers?$select=msdyn_name&$orderby=msdyn_name&$top=1"
    first = (await client.get(path, headers={"Prefer": "odata.maxpagesize=3"})).json()
    following = first["@odata.nextLink"]
    assert "$skiptoken=%3Ccookie%20pagenumber=%222%22%20pagingcookie=%22%253Ccookie" in following
    parsed = dict(parse_qsl(urlsplit(following).query))
    for given in (following, f"{following}&$count=true", f"msdyn_providers?{urlencode(parsed)}"):
        assert await client.names(given) == ["100%25 3", "100%25 4", "p"]


async def test_a_state_and_its_reason_belong_together(client: Client) -> None:
    path = f"msdyn_providers({ONE})"
    assert (await client.patch(path, json={"statecode": 1})).status_code == 204
    assert (await client.error("PATCH", path, {"statuscode": 1}))[:2] == (400, "0x80048408")
    assert (await client.patch(path, json={"statuscode": 2})).status_code == 204


@pytest.mark.parametrize(
    ("table", "column", "value", "code"),
    [
        ("msdyn_conversationactions", "msdyn_icon", "/WebResources/" + "x" * 87, "0x80044331"),
        (TABS, "msdyn_templateparameters", "x" * 2049, "0x80044331"),
        ("msdyn_conversationactionlocales", "msdyn_locale_picklist", 1034, "0x8004431a"),
        (CAPABILITIES, "msdyn_escalationchannelmode", 1, "0x8004431a"),
    ],
)
async def test_the_columns_of_omnichannel_hold_what_their_reference_says(
    client: Client, table: str, column: str, value: object, code: str
) -> None:
    row = {"msdyn_uniquename": "ctb_x"} if table == TABS else {}
    assert (await client.error("POST", table, row | {column: value}))[:2] == (400, code)


async def test_a_text_with_half_a_character_is_no_json(client: Client) -> None:
    kind = {"Content-Type": "application/json"}
    answer = await client.post("msdyn_providers", content=rb'{"msdyn_name":"\ud83d"}', headers=kind)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "0x80048d19")


async def test_clients_ask_which_messages_a_table_has(client: Client, org: LocalOrg) -> None:
    named = " or ".join(f"sdkmessageid/name eq '{name}'" for name in ("CreateMultiple", "UpdateMultiple"))
    path = f"sdkmessagefilters?$expand=sdkmessageid($select=name)&$filter=({named}) and primaryobjecttypecode eq "
    found = await client.values(f"{path}'msdyn_provider'")
    assert sorted(row["sdkmessageid"]["name"] for row in found) == ["CreateMultiple", "UpdateMultiple"]
    assert await client.values(f"{path}'importjob'") == []
    org.remove_tables("msdyn_provider")
    assert await client.values(f"{path}'msdyn_provider'") == []


async def test_a_tables_texts_are_read_and_changed_by_put(client: Client) -> None:
    path = "EntityDefinitions(LogicalName='msdyn_provider')"
    described = (await client.get(path)).json()
    assert described["DisplayName"]["UserLocalizedLabel"]["Label"] == "Provider"
    assert described["Description"] == {"LocalizedLabels": [], "UserLocalizedLabel": None}
    ours = {"LocalizedLabels": [{"Label": "Vendor", "LanguageCode": 1033}]}
    del described["Description"]
    merged = {"MSCRM.MergeLabels": "true"}
    changed = await client.put(path, json=described | {"DisplayName": ours}, headers=merged)
    assert (changed.status_code, changed.text) == (204, "")
    assert (await client.get(path)).json()["DisplayName"]["UserLocalizedLabel"]["Label"] == "Vendor"
    assert (await client.error("PATCH", path, {"DisplayName": ours}))[:2] == (405, "0x80060888")
    wrong: list[dict[str, object]] = [
        {"OwnershipType": "UserOwned"},
        {"DisplayName": {"LocalizedLabels": []}},
        {"HasNotes": True},
    ]
    for other in wrong:
        assert (await client.error("PUT", path, other))[:2] == (400, NOT_HERE)


async def test_whoever_acts_for_another_may_do_what_both_may(client: Client, org: LocalOrg) -> None:
    agent = org.seed_user("agent", lacks=["prvCreatemsdyn_provider"])
    (row,) = await client.values(f"systemusers?$select=azureactivedirectoryobjectid&$filter=systemuserid eq {agent}")
    ways = {"MSCRMCallerID": agent, "CallerObjectId": row["azureactivedirectoryobjectid"]}
    org.restrict("prvDeletemsdyn_provider")
    row_path = f"msdyn_providers({ONE})"
    for name, value in ways.items():
        acting = {name: str(value)}
        assert (await client.get("WhoAmI", headers=acting)).json()["UserId"] == agent
        for method, path, body in (("POST", "msdyn_providers", {}), ("DELETE", row_path, None)):
            assert (await client.error(method, path, body, **acting))[:2] == (403, "0x80040220")
    assert (await client.error("GET", "WhoAmI", None, CallerObjectId=GONE))[:2] == (403, "0x80072560")
    org.restrict("prvActOnBehalfOfAnotherUser")
    assert "prvActOnBehalfOfAnotherUser" in (await client.error("GET", "WhoAmI", None, MSCRMCallerID=agent))[2]
