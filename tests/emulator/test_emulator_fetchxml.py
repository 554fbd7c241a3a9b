"""FetchXML: conditions, links, order, pages, sums."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from xml.sax.saxutils import quoteattr

import pytest

from cotab_kit.emulator.errors import NOT_HERE

if TYPE_CHECKING:
    from cotab_kit.emulator import LocalOrg
    from emulator.client import Client

SETS = "msdyn_conversationactions"
TABLE = "msdyn_conversationaction"
EITHER = """<filter type='or'><condition attribute='msdyn_order' operator='eq' value='1'/>
<filter><condition attribute='msdyn_order' operator='gt' value='3'/>
<condition attribute='msdyn_order' operator='lt' value='5'/></filter></filter>"""
NAMES = ["Alpha", "beta", "Gamma", "delta", "epsilon"]
CRM = "@Microsoft.Dynamics.CRM."


@pytest.fixture(autouse=True)
def rows(org: LocalOrg) -> None:
    for order, name in enumerate(NAMES, 1):
        key = org.seed("msdyn_conversationaction", msdyn_name=name, msdyn_order=order, msdyn_eventname=100000000)
        bound: dict[str, Any] = {"msdyn_conversationactionkey@odata.bind": f"/{SETS}({key})"}
        for language in (1033, 1031)[: order % 3]:
            org.seed("msdyn_conversationactionlocale", msdyn_label=name, msdyn_locale_picklist=language, **bound)


async def fetch(client: Client, inner: str, about: str = "", path: str = SETS, table: str = TABLE) -> dict[str, Any]:
    xml = f"<fetch {about}><entity name='{table}'>{inner}</entity></fetch>"
    answer = await client.get(path, params={"fetchXml": xml}, headers={"Prefer": 'odata.include-annotations="*"'})
    found: dict[str, Any] = answer.json()
    return found


async def names(client: Client, inner: str, about: str = "") -> list[str]:
    found = await fetch(client, f"<attribute name='msdyn_name'/><order attribute='msdyn_order'/>{inner}", about)
    return [row["msdyn_name"] for row in found["value"]]


def condition(operator: str, value: str | None = None, attribute: str = "msdyn_name", inner: str = "") -> str:
    given = "" if value is None else f"value={quoteattr(value)}"
    return f"<filter><condition attribute='{attribute}' operator='{operator}' {given}>{inner}</condition></filter>"


@pytest.mark.parametrize(
    ("inner", "found"),
    [
        (condition("eq", "ALPHA"), NAMES[:1]),
        (condition("ne", "alpha"), NAMES[1:]),
        (condition("like", "%ta"), ["beta", "delta"]),
        (condition("not-like", "%a"), ["epsilon"]),
        (condition("begins-with", "ga"), ["Gamma"]),
        (condition("ends-with", "on"), ["epsilon"]),
        (condition("gt", "3", "msdyn_order"), NAMES[3:]),
        (condition("between", None, "msdyn_order", "<value>2</value><value>3</value>"), NAMES[1:3]),
        (condition("in", None, "msdyn_order", "<value>1</value><value>5</value>"), ["Alpha", "epsilon"]),
        (condition("not-in", None, "msdyn_order", "<value>1</value><value>5</value>"), NAMES[1:4]),
        (condition("null", None, "msdyn_icon"), NAMES),
        (condition("not-null", None, "msdyn_icon"), []),
        (condition("today", None, "createdon"), NAMES),
        (condition("last-x-days", "1", "createdon"), NAMES),
        (condition("olderthan-x-months", "1", "createdon"), []),
        (condition("next-week", None, "createdon"), []),
        (condition("eq-userid", None, "ownerid"), []),
        (EITHER, ["Alpha", "delta"]),
    ],
)
async def test_conditions_find_what_they_say(client: Client, inner: str, found: list[str]) -> None:
    assert await names(client, inner) == found


@pytest.mark.parametrize(
    "condition",
    [
        *(condition("on", day, "createdon") for day in ("0001-01-01", "9999-12-31", "2026-02-31")),
        *(condition("last-x-years", count, "createdon") for count in ("300", "99999")),
    ],
)
async def test_a_time_that_no_column_can_hold_is_refused(client: Client, condition: str) -> None:
    answer = await fetch(client, condition)
    assert "time" in answer["error"]["message"]


async def test_only_what_is_asked_for_is_shown(client: Client) -> None:
    (row,) = (await fetch(client, "<attribute name='msdyn_name'/>", "top='1'"))["value"]
    assert set(row) == {"@odata.etag", "msdyn_conversationactionid", "msdyn_name"}
    (row,) = (await fetch(client, "", "top='1'"))["value"]
    assert {"statecode", "_ownerid_value"} <= set(row)


@pytest.mark.parametrize("with_cookie", [True, False])
async def test_pages_follow_each_other(client: Client, org: LocalOrg, *, with_cookie: bool) -> None:
    seen: list[str] = []
    cookie = ""
    for page in range(1, 10):
        found = await fetch(
            client, "<attribute name='msdyn_name'/><order attribute='msdyn_name'/>", f"count='2' page='{page}' {cookie}"
        )
        seen += [row["msdyn_name"] for row in found["value"]]
        if f"{CRM}morerecords" not in found:
            break
        outer = found[f"{CRM}fetchxmlpagingcookie"]
        inner = re.search(r'pagingcookie="([^"]*)"', outer)
        assert inner
        if with_cookie:
            cookie = f"paging-cookie={quoteattr(unquote(unquote(inner[1])))}"
            org.store.sql.execute("DELETE FROM msdyn_conversationaction WHERE msdyn_name = ?", [seen[0]])
    assert seen == sorted(NAMES, key=str.casefold)


async def test_links_are_joined(client: Client) -> None:
    inner = (
        "<attribute name='msdyn_name'/><order attribute='msdyn_order'/>"
        "<link-entity name='msdyn_conversationactionlocale' from='msdyn_conversationactionkey' "
        "to='msdyn_conversationactionid' alias='l' {}><attribute name='msdyn_locale_picklist'/>"
        "<filter><condition attribute='msdyn_locale_picklist' operator='eq' value='1031'/></filter></link-entity>"
    )
    found = (await fetch(client, inner.format("")))["value"]
    assert [(row["msdyn_name"], row["l.msdyn_locale_picklist"]) for row in found] == [("beta", 1031), ("epsilon", 1031)]
    assert len((await fetch(client, inner.format("link-type='outer'")))["value"]) == 5
    missing = "<filter><condition entityname='l' attribute='msdyn_label' operator='null'/></filter>"
    assert await names(client, missing + inner.format("link-type='outer'").partition("/>")[2].partition("/>")[2]) == [
        "Alpha", "Gamma", "delta",
    ]  # fmt: skip


LOCALE = """<link-entity name='msdyn_conversationactionlocale' from='msdyn_conversationactionkey'
to='msdyn_conversationactionid' link-type='{}'>{}</link-entity>"""
GERMAN = condition("eq", "1031", "msdyn_locale_picklist")
ENGLISH = condition("eq", "1033", "msdyn_locale_picklist")


@pytest.mark.parametrize(
    ("inner", "found"),
    [
        (LOCALE.format("exists", ""), ["Alpha", "beta", "delta", "epsilon"]),
        (LOCALE.format("in", GERMAN), ["beta", "epsilon"]),
        (f"<filter>{LOCALE.format('any', GERMAN)}</filter>", ["beta", "epsilon"]),
        (f"<filter>{LOCALE.format('not any', GERMAN)}</filter>", ["Alpha", "Gamma", "delta"]),
        (f"<filter>{LOCALE.format('all', GERMAN)}</filter>", ["Alpha", "delta"]),
        (f"<filter>{LOCALE.format('not all', GERMAN)}</filter>", ["beta", "epsilon"]),
        (
            f"<filter type='or'>{LOCALE.format('any', GERMAN)}{condition('eq', 'gamma')}</filter>",
            ["beta", "Gamma", "epsilon"],
        ),
        (f"{LOCALE.format('exists', GERMAN)}<filter>{LOCALE.format('any', ENGLISH)}</filter>", ["beta", "epsilon"]),
        (f"<filter>{LOCALE.format('any', f'<filter>{GERMAN}{GERMAN}</filter>')}</filter>", ["beta", "epsilon"]),
        (LOCALE.format("matchfirstrowusingcrossapply", ""), ["Alpha", "beta", "delta", "epsilon"]),
        (LOCALE.format("matchfirstrowusingcrossapply", GERMAN), ["beta", "epsilon"]),
    ],
)
async def test_links_may_ask_for_rows_without_their_columns(client: Client, inner: str, found: list[str]) -> None:
    assert await names(client, inner) == found


async def test_a_link_that_only_asks_needs_a_privilege_too(client: Client, org: LocalOrg) -> None:
    org.restrict("prvReadmsdyn_conversationactionlocale")
    for inner in (LOCALE.format("exists", ""), f"<filter>{LOCALE.format('any', '')}</filter>"):
        assert "is missing prvReadmsdyn_conversationactionlocale" in (await fetch(client, inner))["error"]["message"]


async def test_rows_are_summed_up(client: Client) -> None:
    sums = "".join(
        f"<attribute name='msdyn_order' aggregate='{how}' alias='{how}'/>"
        for how in ("count", "countcolumn", "sum", "avg", "min", "max")
    )
    (row,) = (await fetch(client, sums, "aggregate='true'"))["value"]
    assert row == {"count": 5, "countcolumn": 5, "sum": 15, "avg": 3.0, "min": 1, "max": 5}
    grouped = (
        "<attribute name='msdyn_locale_picklist' groupby='true' alias='language'/>"
        "<attribute name='msdyn_label' aggregate='count' alias='n'/><order alias='n' descending='true'/>"
    )
    path, table = "msdyn_conversationactionlocales", "msdyn_conversationactionlocale"
    found = (await fetch(client, grouped, "aggregate='true'", path, table))["value"]
    assert [(row["language"], row["n"]) for row in found] == [(1033, 4), (1031, 2)]


async def test_totals_are_counted_when_asked_for(client: Client) -> None:
    found = await fetch(client, "", "returntotalrecordcount='true' count='2'")
    assert (found[f"{CRM}totalrecordcount"], found[f"{CRM}totalrecordcountlimitexceeded"]) == (5, False)
    assert (await fetch(client, ""))[f"{CRM}totalrecordcount"] == -1


SUM = "<attribute name='msdyn_name' alias='a' aggregate='sum'/>"


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        ("<fetch>", "0x80040201"),
        ("<fetch/>", "0x8004111c"),
        ("<nonsense/>", "0x8004111c"),
        ("<fetch><entity name='nonsense'/></fetch>", "0x80041102"),
        ("<fetch><entity name='msdyn_provider'/></fetch>", "0x80041128"),
        ("<fetch paging-cookie='x'><entity name='msdyn_conversationaction'/></fetch>", "0x80041129"),
        (f"<fetch><entity name='{TABLE}'>{condition('eq', '1', 'nonsense')}</entity></fetch>", "0x80041103"),
        (f"<fetch aggregate='true'><entity name='{TABLE}'>{SUM}</entity></fetch>", "0x8004112f"),
        (f"<fetch><entity name='{TABLE}'>{SUM}</entity></fetch>", "0x8004111a"),
    ],
)
async def test_what_is_no_query_is_refused(client: Client, xml: str, code: str) -> None:
    answer = await client.get(SETS, params={"fetchXml": xml})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code
    assert answer.json()["error"]["code"] != NOT_HERE
