"""Documented behaviors of the Web API, each with what Microsoft's documentation or a real org's answer says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest

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
