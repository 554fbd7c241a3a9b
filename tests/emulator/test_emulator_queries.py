"""Queries on the local org: $select, $filter, $expand, $orderby, $top, $count, pages."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotab_kit.emulator.errors import RefusedError
from cotab_kit.emulator.filters import parse
from cotab_kit.emulator.keys import segments
from cotab_kit.emulator.query import options
from cotab_kit.emulator.tables import ENTITIES

if TYPE_CHECKING:
    from cotab_kit.emulator import LocalOrg
    from emulator.client import Client

IDS = [str(UUID(int=number)) for number in range(1, 10)]
ORDERS = [3, 1, 2, 5, 4]
TYPES = "A binary operator with incompatible types was detected. Found operand types {} for operator kind '{}'."
NAMES = ["Alpha", "beta", "Gamma 100%", "delta's", "épsilon_"]


@pytest.fixture
def actions(org: LocalOrg) -> list[str]:
    return [
        org.seed(
            "msdyn_conversationaction",
            msdyn_conversationactionid=key,
            msdyn_name=name,
            msdyn_order=order,
            msdyn_eventname=100000000,
            msdyn_icon=None if order > 3 else "icon",
        )
        for key, name, order in zip(IDS, NAMES, ORDERS, strict=False)
    ]


@pytest.mark.parametrize(
    ("condition", "orders"),
    [
        ("msdyn_order eq 3", [3]),
        ("msdyn_order ne 3", [1, 2, 4, 5]),
        ("msdyn_order gt 3", [4, 5]),
        ("msdyn_order ge 3 and msdyn_order lt 5", [3, 4]),
        ("msdyn_order le 1 or msdyn_order eq 5", [1, 5]),
        ("msdyn_order eq 1 or msdyn_order eq 2 and msdyn_name eq 'x'", [1]),
        ("(msdyn_order eq 1 or msdyn_order eq 2) and msdyn_name eq 'beta'", [1]),
        ("not (msdyn_order eq 1)", [2, 3, 4, 5]),
        ("not contains(msdyn_icon,'ico')", [4, 5]),
        ("msdyn_name eq 'ALPHA'", [3]),
        ("msdyn_name eq 'delta''s'", [5]),
        ("startswith(msdyn_name,'gamma')", [2]),
        ("endswith(msdyn_name,'[_]')", [4]),
        ("contains(msdyn_name,'0[%]')", [2]),
        ("contains(msdyn_name,'ÉP')", [4]),
        ("contains(msdyn_name,'b_ta')", [1]),
        ("startswith(msdyn_name,'[a-b]')", [1, 3]),
        ("startswith(msdyn_name,'[^a-b]')", [2, 4, 5]),
        ("startswith(msdyn_name,'%eta')", [1]),
        ("contains(msdyn_name,'*')", []),
        ("contains(msdyn_name,'?')", []),
        ("msdyn_icon eq null", [4, 5]),
        ("msdyn_icon ne null", [1, 2, 3]),
        ("msdyn_icon ne 'icon'", [4, 5]),
        (f"msdyn_conversationactionid eq {IDS[1]}", [1]),
        (f"msdyn_conversationactionid eq '{IDS[1]}'", [1]),
        ("msdyn_order in (1,2)", [1, 2]),
        ("createdon gt 2020-01-01T00:00:00Z", [1, 2, 3, 4, 5]),
        ("statecode eq 0", [1, 2, 3, 4, 5]),
    ],
)
@pytest.mark.usefixtures("actions")
async def test_filters_find_what_they_say(client: Client, condition: str, orders: list[int]) -> None:
    found = await client.values(str(httpx.URL("msdyn_conversationactions", params={"$filter": condition})))
    assert sorted(row["msdyn_order"] for row in found) == orders


@pytest.mark.parametrize(
    "query",
    [
        {"$filter": "nonsense eq 1"},
        {"$filter": "msdyn_order eq"},
        {"$filter": "msdyn_order eq 'x'"},
        {"$filter": "msdyn_name eq 5"},
        {"$filter": "msdyn_name eq x"},
        {"$filter": "msdyn_name eq 'x"},
        {"$filter": "eq 1"},
        {"$filter": "contains(msdyn_order,'1')"},
        {"$filter": "msdyn_order eq 1)"},
        {"$filter": "msdyn_order eq " + "9" * 30},
        {"$filter": "msdyn_order eq -" + "9" * 5000},
        {"$filter": "not " * 60 + "msdyn_order eq 1"},
        {"$filter": f"contains(msdyn_name,'{'日' * 3000}')"},
        {"$filter": "(" * 500 + "msdyn_order eq 1" + ")" * 500},
        {"$filter": "msdyn_conversationactionkey eq null"},
        {"$select": "nonsense"},
        {"$select": "Msdyn_Name"},
        {"$expand": "nonsense"},
        {"$expand": "ownerid("},
        {"$orderby": "nonsense"},
        {"$orderby": "msdyn_name up"},
        {"$top": "-1"},
        {"$top": "many"},
        {"$skip": "1"},
    ],
)
async def test_what_cannot_be_read_is_refused(client: Client, query: dict[str, str]) -> None:
    answer = await client.get("msdyn_conversationactions", params=query)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "0x80060888"


@pytest.mark.parametrize("word", ["or", "and"])
@pytest.mark.usefixtures("actions")
async def test_thousands_of_conditions_are_as_good_as_one(client: Client, word: str) -> None:
    condition = f" {word} ".join(["msdyn_order eq 3"] * 1000)
    assert await client.names(f"msdyn_conversationactions?$filter={condition}", "msdyn_order") == [3]
    listed = ",".join(["3"] * 9000)
    assert await client.names(f"msdyn_conversationactions?$filter=msdyn_order in ({listed})", "msdyn_order") == [3]


@pytest.mark.parametrize("depth", range(0, 30, 5))
async def test_conditions_within_conditions_are_read_or_refused(client: Client, depth: int) -> None:
    chain = " or ".join(["msdyn_order eq 1"] * 50)
    condition = f"{'not (' * depth}{chain}{')' * depth}"
    answer = await client.get("msdyn_conversationactions", params={"$filter": condition})
    assert answer.status_code == (200 if depth <= 10 else 400)


@pytest.mark.usefixtures("actions")
async def test_rows_are_ordered_counted_and_come_in_pages(client: Client) -> None:
    path = "msdyn_conversationactions?$select=msdyn_order&$orderby=msdyn_order desc"
    assert await client.names(f"{path}&$top=2", "msdyn_order") == [5, 4]
    assert (await client.get(f"{path}&$count=true&$top=1")).json()["@odata.count"] == 5
    assert (await client.get("msdyn_conversationactions/$count?$filter=msdyn_order lt 3")).json() == 2
    seen: list[int] = []
    address = path
    while address:
        page = (await client.get(address, headers={"Prefer": "odata.maxpagesize=2"})).json()
        assert len(page["value"]) <= 2
        seen += [row["msdyn_order"] for row in page["value"]]
        address = page.get("@odata.nextLink", "")
    assert seen == [5, 4, 3, 2, 1]


async def test_related_rows_are_found_from_both_sides(org: LocalOrg, client: Client) -> None:
    provider = org.seed("msdyn_provider", msdyn_name="Contoso")
    other = org.seed("msdyn_provider", msdyn_name="Fabrikam")
    for name, key in (("a", provider), ("b", provider), ("c", other)):
        bound: dict[str, Any] = {"msdyn_Provider@odata.bind": f"/msdyn_providers({key})"}
        org.seed("msdyn_channelcapability", msdyn_name=name, msdyn_escalationchannelmode=192350002, **bound)
    path = "msdyn_channelcapabilities?$select=msdyn_name&$orderby=msdyn_name&$filter="
    assert await client.names(f"{path}msdyn_Provider/msdyn_name eq 'contoso'") == ["a", "b"]
    assert await client.names(f"{path}_msdyn_provider_value eq {other}") == ["c"]
    assert await client.names(f"{path}msdyn_ConversationAction/msdyn_name eq null") == ["a", "b", "c"]
    expanded = "$expand=msdyn_Provider($select=msdyn_name),msdyn_ConversationAction"
    (row,) = await client.values(f"{path}msdyn_name eq 'c'&{expanded}")
    assert row["msdyn_Provider"]["msdyn_name"] == "Fabrikam"
    assert row["msdyn_ConversationAction"] is None
    back = "msdyn_msdyn_provider_msdyn_channelcapability_Provider"
    inner = "$select=msdyn_name;$filter=msdyn_name ne 'a';$orderby=msdyn_name"
    (row,) = await client.values(f"msdyn_providers?$filter=msdyn_name eq 'Contoso'&$expand={back}({inner})")
    assert [each["msdyn_name"] for each in row[back]] == ["b"]
    assert await client.names(f"msdyn_providers({provider})/{back}?$filter=msdyn_name eq 'b'") == ["b"]


async def test_what_is_expanded_links_to_its_rows_and_within_an_expand_to_its_next_page(
    org: LocalOrg, client: Client
) -> None:
    """Documented: pages have a size only where an $expand stands within an $expand."""
    provider = org.seed("msdyn_provider", msdyn_name="Contoso")
    bound: dict[str, Any] = {"msdyn_Provider@odata.bind": f"/msdyn_providers({provider})"}
    for name in "abc":
        org.seed("msdyn_channelcapability", msdyn_name=name, msdyn_escalationchannelmode=192350002, **bound)
    back, paged = "msdyn_msdyn_provider_msdyn_channelcapability_Provider", {"Prefer": "odata.maxpagesize=2"}
    single = f"msdyn_providers?$expand={back}($select=msdyn_name;$filter=msdyn_name ne 'b';$orderby=msdyn_name desc)"
    (row,) = (await client.get(single, headers=paged)).json()["value"]
    assert [each["msdyn_name"] for each in row[back]] == ["c", "a"]
    assert "skiptoken" not in row[f"{back}@odata.nextLink"]
    assert await client.names(row[f"{back}@odata.nextLink"]) == ["c", "a"]
    nested = f"msdyn_providers?$expand={back}($select=msdyn_name;$expand=msdyn_Provider($select=msdyn_name))"
    (row,) = (await client.get(nested, headers=paged)).json()["value"]
    first, following = row[back], (await client.get(row[f"{back}@odata.nextLink"], headers=paged)).json()
    assert len(first) == 2
    assert sorted(each["msdyn_name"] for each in first + following["value"]) == ["a", "b", "c"]
    assert following["value"][0]["msdyn_Provider"]["msdyn_name"] == "Contoso"
    assert "@odata.nextLink" not in following
    (row,) = (await client.get(nested)).json()["value"]
    assert len(row[back]) == 3
    assert f"{back}@odata.nextLink" not in row


@pytest.mark.parametrize(
    ("table", "expand", "said"),
    [
        (
            "msdyn_providers",
            "msdyn_msdyn_provider_msdyn_channelcapability_Provider($top=1;$expand=msdyn_Provider)",
            "Only $select and $filter clause",
        ),
        (
            "msdyn_channelcapabilities",
            "msdyn_Provider($expand=msdyn_msdyn_provider_msdyn_channelcapability_Provider($orderby=msdyn_name))",
            "Only $select and $filter clause",
        ),
        (
            "msdyn_sessiontemplates",
            "msdyn_sessiontemplate_applicationtab($expand=ownerid)",
            "'msdyn_sessiontemplate_applicationtab' cannot be expanded",
        ),
    ],
)
async def test_within_an_expand_less_is_possible(client: Client, table: str, expand: str, said: str) -> None:
    status, code, message = await client.error("GET", f"{table}?$expand={expand}")
    assert (status, code) == (400, "0x80060888")
    assert said in message


async def test_formatted_values_come_when_asked_for(org: LocalOrg, client: Client) -> None:
    provider = org.seed("msdyn_provider", msdyn_name="Contoso")
    bound: dict[str, Any] = {"msdyn_Provider@odata.bind": f"/msdyn_providers({provider})"}
    org.seed("msdyn_channelcapability", msdyn_name="c", msdyn_escalationchannelmode=192350002, **bound)
    prefer = {"Prefer": 'odata.include-annotations="*"'}
    row = (await client.get("msdyn_channelcapabilities", headers=prefer)).json()["value"][0]
    formatted = "@OData.Community.Display.V1.FormattedValue"
    assert row[f"msdyn_escalationchannelmode{formatted}"] == "Co-browse"
    assert row[f"_msdyn_provider_value{formatted}"] == "Contoso"
    assert row["iscustomizable"]["Value"] is True
    assert await client.names("msdyn_channelcapabilities?$filter=iscustomizable/Value eq true") == ["c"]


TEXT = st.text(max_size=200)
WORDS = st.lists(
    st.sampled_from(
        [
            "msdyn_name",
            "msdyn_order",
            "eq",
            "ne",
            "and",
            "or",
            "not",
            "(",
            ")",
            "contains",
            ",",
            "'x'",
            "1",
            "null",
            "in",
        ]
    ),
    max_size=12,
).map(" ".join)


@given(text=TEXT | WORDS)
@pytest.mark.parametrize("option", ["$filter", "$select", "$expand", "$orderby", "$top"])
def test_no_text_is_more_than_a_refused_query(option: str, text: str) -> None:
    with suppress(RefusedError):
        options(ENTITIES["msdyn_conversationaction"], {option: text})


@given(text=TEXT)
def test_no_text_is_more_than_an_address_of_nothing(text: str) -> None:
    with suppress(RefusedError):
        segments(text)


@pytest.mark.parametrize(
    "text", ["x(" + "'" * 30_000, "x(" + "''!" * 9_999, "(" * 30_000, "x(a='" + "''" * 15_000 + ")"]
)
def test_long_nonsense_is_refused_without_delay(text: str) -> None:
    with pytest.raises(RefusedError):
        segments(text)
    for option in ("$filter", "$expand", "$orderby"):
        with pytest.raises(RefusedError):
            options(ENTITIES["msdyn_conversationaction"], {option: text})


@given(text=st.text())
def test_any_text_can_be_looked_for(text: str) -> None:
    quoted = text.replace("'", "''")
    assert parse(f"msdyn_name eq '{quoted}'").right.value == text  # type: ignore[union-attr] # it is a comparison


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("msdyn_name eq 5", TYPES.format("'Edm.String' and 'Edm.Int32'", "Equal")),
        ("statecode ne 'Active'", TYPES.format("'Edm.Int32' and 'Edm.String'", "NotEqual")),
        ("msdyn_order gt msdyn_name", TYPES.format("'Edm.Int32' and 'Edm.String'", "GreaterThan")),
        ("nonsense(msdyn_name) eq 5", "An unknown function with name 'nonsense' was found."),
        (f"ownerid eq {IDS[0]}", TYPES.format("'Microsoft.Dynamics.CRM.systemuser' and 'Edm.Guid'", "Equal")),
    ],
)
async def test_what_cannot_be_compared_is_named_as_odata_names_it(client: Client, condition: str, said: str) -> None:
    path = f"msdyn_conversationactions?$filter={condition}"
    assert said in (await client.error("GET", path))[2]
