"""Data packages on the desktop, in the forms of the Configuration Migration tool."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from cotab_kit.desktop.data_package import date, is_data_package
from cotab_kit.emulator.archive import read_archive
from cotab_kit.emulator.security import ADMINISTRATOR
from cotab_kit.solution.archive import zip_bytes
from cotab_kit.solution.records import data_records
from emulator.client import at_hand
from kit.deploy.runs import release
from kit.desktop.site import data_of, upload

if TYPE_CHECKING:
    import httpx
    from pydantic import JsonValue

    from cotab_kit.desktop.server import Desktop
    from cotab_kit.emulator.schema import Row

ONE, TWO, STRANGER = (str(uuid4()) for _ in range(3))
PAIR = "msdyn_sessiontemplate_applicationtab"


def entity(name: str, *records: str, pairs: str = "") -> str:
    """The rows of a table."""
    rows = f"<records>{''.join(records)}</records><m2mrelationships>{pairs}</m2mrelationships>"
    return f'<entity name="{name}">{rows}</entity>'


def record(key: str, **fields: str) -> str:
    """A row; a value of two words is that of a lookup, with the table before it."""
    texts = [_field(name, value) for name, value in fields.items()]
    return f'<record id="{key}">{"".join(texts)}</record>'


def _field(name: str, value: str) -> str:
    target, _, key = value.partition(" -> ")
    return (
        f'<field name="{name}" value="{key}" lookupentity="{target}" lookupentityname="x" />'
        if key
        else f'<field name="{name}" value="{value}" />'
    )


def data(*entities: str, **compare: str) -> bytes:
    """A data package; `compare` names the columns by which the rows of a table are found."""
    schema = [
        f'<entity name="{name}" primarynamefield="msdyn_name" primaryidfield="{name}id"><fields>'
        + "".join(f'<field updateCompare="true" name="{column}" />' for column in columns.split())
        + "</fields><relationships /></entity>"
        for name, columns in compare.items()
    ]
    head = '\r\n<entities timestamp="8/29/2019 1:46:02 PM">'
    files = {
        "data.xml": f"{head}{''.join(entities)}</entities>",
        "data_schema.xml": f"<entities>{''.join(schema)}</entities>",
    }
    return zip_bytes({name: text.encode() for name, text in files.items()})


async def installed(http: httpx.AsyncClient, desktop: Desktop, content: bytes) -> str:
    """What the desktop says of a package that it has taken."""
    told = await upload(http, desktop, content)
    assert told["state"] == "done", told
    return str(told["message"])


def providers(desktop: Desktop) -> dict[str, str]:
    """The providers' names by their ids."""
    return {str(row["msdyn_providerid"]): str(row["msdyn_name"]) for row in desktop.org.rows("msdyn_provider")}


@pytest.mark.parametrize("columns", ["msdyn_name", ""])
async def test_a_row_is_found_by_the_columns_that_are_compared(
    http: httpx.AsyncClient, desktop: Desktop, columns: str
) -> None:
    desktop.org.seed("msdyn_provider", msdyn_providerid=STRANGER, msdyn_name="Acme")
    rows = entity("msdyn_provider", record(ONE, msdyn_name="ACME", statecode="1", statuscode="2"))
    assert await installed(http, desktop, data(rows, msdyn_provider=columns)) == "1 rows are written"
    assert providers(desktop) == {STRANGER: "ACME"}


async def test_a_row_that_is_compared_by_id_is_made_beside_one_of_its_name(
    http: httpx.AsyncClient, desktop: Desktop
) -> None:
    desktop.org.seed(
        "msdyn_sessiontemplate", msdyn_sessiontemplateid=STRANGER, msdyn_name="S", msdyn_uniquename="acme_s"
    )
    rows = entity("msdyn_sessiontemplate", record(ONE, msdyn_name="S", msdyn_uniquename="acme_t"))
    content = data(rows, msdyn_sessiontemplate="msdyn_sessiontemplateid")
    for _ in range(2):
        await installed(http, desktop, content)
    found = {row["msdyn_sessiontemplateid"] for row in desktop.org.rows("msdyn_sessiontemplate")}
    assert found == {ONE, STRANGER}


async def test_a_row_that_is_not_found_by_its_name_is_found_by_its_id(
    http: httpx.AsyncClient, desktop: Desktop
) -> None:
    content = data(entity("msdyn_provider", record(ONE, msdyn_name="Acme")), msdyn_provider="msdyn_name")
    await installed(http, desktop, content)
    await installed(http, desktop, content.replace(b"Acme", b"Acme"))
    desktop.org.store.sql.execute("UPDATE msdyn_provider SET msdyn_name = 'Renamed'")
    await installed(http, desktop, content)
    assert providers(desktop) == {ONE: "Acme"}


async def test_lookups_may_lead_to_rows_that_come_later_or_never(http: httpx.AsyncClient, desktop: Desktop) -> None:
    capability = record(
        TWO,
        msdyn_name="Capability",
        msdyn_escalationchannelmode="192350002",
        msdyn_provider=f"msdyn_provider -> {ONE}",
        msdyn_conversationaction=f"msdyn_conversationaction -> {STRANGER}",
    )
    rows = entity("msdyn_channelcapability", capability), entity("msdyn_provider", record(ONE, msdyn_name="Acme"))
    said = await installed(http, desktop, data(*rows))
    assert said.startswith(
        "2 rows are written; passed over: msdyn_conversationaction of Channel Capability Capability, "
    )
    (row,) = desktop.org.rows("msdyn_channelcapability")
    assert (row["msdyn_provider"], row["msdyn_conversationaction"]) == (ONE, None)


@pytest.mark.parametrize("parents", [(TWO, ""), ("", ONE), (TWO, ONE), (ONE, TWO)])
async def test_rows_of_one_table_may_point_at_each_other(
    http: httpx.AsyncClient, desktop: Desktop, parents: tuple[str, str]
) -> None:
    rows = []
    for key, parent in zip((ONE, TWO), parents, strict=True):
        pointer = {"parentdefinitionid": f"environmentvariabledefinition -> {parent}"} if parent else {}
        rows.append(record(key, schemaname=f"acme_{key[:8]}", displayname="x", **pointer))
    assert await installed(http, desktop, data(entity("environmentvariabledefinition", *rows))) == "2 rows are written"
    found = [
        desktop.org.rows("environmentvariabledefinition", environmentvariabledefinitionid=key)[0] for key in (ONE, TWO)
    ]
    assert [str(row["parentdefinitionid"] or "") for row in found] == list(parents)


async def test_whoever_imports_stands_in_for_an_owner_whom_the_org_lacks(
    http: httpx.AsyncClient, desktop: Desktop
) -> None:
    row = record(
        ONE,
        msdyn_name="Show",
        msdyn_order="1",
        msdyn_eventname="100000001",
        ownerid=f"systemuser -> {STRANGER}",
        createdby=f"systemuser -> {STRANGER}",
        createdon="8/27/2019 5:42:00 PM",
        overriddencreatedon="8/27/2019 5:42:00 PM",
        owninguser=f"systemuser -> {STRANGER}",
    )
    assert await installed(http, desktop, data(entity("msdyn_conversationaction", row))) == "1 rows are written"
    (found,) = desktop.org.rows("msdyn_conversationaction")
    (administrator,) = desktop.org.rows("systemuser", fullname=ADMINISTRATOR)
    assert (found["ownerid"], found["createdon"]) == (administrator["systemuserid"], "2019-08-27T17:42:00Z")


async def test_texts_are_escaped_twice_and_yes_or_no_is_a_word(http: httpx.AsyncClient, desktop: Desktop) -> None:
    parameters = "{&amp;quot;a&amp;quot;:&amp;quot;&amp;lt;&amp;#229;&amp;amp;amp;&amp;quot;}"
    tab = {"msdyn_uniquename": "acme_tab", "msdyn_name": "Tab", "msdyn_pagetype": "509180002", "msdyn_pinned": "False"}
    row = record(ONE, msdyn_templateparameters=parameters, **tab)
    await installed(http, desktop, data(entity("msdyn_applicationtabtemplate", row)))
    (found,) = desktop.org.rows("msdyn_applicationtabtemplate")
    assert (found["msdyn_templateparameters"], found["msdyn_pinned"]) == ('{"a":"<\xe5&amp;"}', False)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("8/29/2019 1:46:02 PM", "2019-08-29T13:46:02Z"),
        ("2025-02-26T10:30:38.5543885Z", "2025-02-26T10:30:38Z"),
        ("2025-02-26T10:30:38+01:00", "2025-02-26T09:30:38Z"),
        ("2025-02-26", "2025-02-26T00:00:00Z"),
    ],
)
def test_dates_come_in_both_forms(text: str, meant: str) -> None:
    assert date(text) == meant


async def test_pairs_are_related(http: httpx.AsyncClient, desktop: Desktop) -> None:
    session = record(ONE, msdyn_uniquename="acme_session", msdyn_name="Session")
    tab = record(TWO, msdyn_uniquename="acme_tab", msdyn_name="Tab", msdyn_pagetype="509180002")

    def targets(*keys: str, name: str = PAIR) -> str:
        listed = "".join(f"<targetid>{key}</targetid>" for key in keys)
        ids = f"<targetids>{listed}</targetids>"
        return f'<m2mrelationship sourceid="{ONE}" m2mrelationshipname="{name}">{ids}</m2mrelationship>'

    pairs = targets(TWO, STRANGER) + targets(TWO, name="acme_unheard")
    rows = entity("msdyn_sessiontemplate", session, pairs=pairs), entity("msdyn_applicationtabtemplate", tab)
    for _ in range(2):
        said = await installed(http, desktop, data(*rows))
        assert said == (
            "2 rows are written; passed over: the relationship 'acme_unheard', which is not here; "
            f"{PAIR} of {ONE} and {STRANGER}"
        )
    assert desktop.org.snapshot()[PAIR] == [{"first": ONE, "second": TWO}]


async def test_what_is_not_here_is_listed_and_not_fatal(http: httpx.AsyncClient, desktop: Desktop) -> None:
    rows = (
        entity("acme_setting", record(ONE, acme_name="x"), record(TWO)),
        entity("systemuser", record(ONE, fullname="Mallory")),
        entity("msdyn_provider", record(ONE, msdyn_name="Acme", acme_color="red")),
    )
    before = desktop.org.rows("systemuser")
    assert await installed(http, desktop, data(*rows)) == (
        "1 rows are written; passed over: 2 rows of 'acme_setting', which has no table here to write to; "
        "1 rows of 'systemuser', which has no table here to write to; "
        "the column 'acme_color' of msdyn_provider, which is not here"
    )
    assert desktop.org.rows("systemuser") == before


async def test_public_data_packages_are_taken(http: httpx.AsyncClient, desktop: Desktop) -> None:
    folder = at_hand() / "solutions"
    if not folder.is_dir():
        pytest.skip(f"there are no public packages at {folder}; COTAB_PACKAGES may name their folder")
    zips = [path.read_bytes() for path in sorted(folder.glob("data-*")) + sorted(folder.glob("omni-*"))]
    packages = [content for content in zips if is_data_package(read_archive(content))]
    assert packages
    for content in packages:
        assert "rows are written" in await installed(http, desktop, content)


def ours(desktop: Desktop) -> list[Row]:
    """The capabilities of the solution."""
    return [row for row in desktop.org.rows("msdyn_channelcapability") if str(row["msdyn_name"]).startswith("Contoso")]


async def test_a_provider_of_the_same_name_is_used_and_stays_theirs(http: httpx.AsyncClient, desktop: Desktop) -> None:
    desktop.org.seed(
        "msdyn_provider", msdyn_providerid=STRANGER, msdyn_name="Contoso Assist", statecode=1, statuscode=2
    )
    desktop.org.seed_widget("Theirs", cobrowse="Contoso Assist")
    before = desktop.org.snapshot()
    made = release()
    await installed(http, desktop, made.zip)
    for _ in range(2):
        said = await installed(http, desktop, data_of(made))
        assert said.endswith(" rows are written; theirs, used: Provider Contoso Assist")
        assert desktop.org.snapshot()["msdyn_provider"] == before["msdyn_provider"]
        assert {row["msdyn_provider"] for row in ours(desktop)} == {STRANGER}
    assert (await http.delete("/desktop/solutions/assist")).json()["nothing"]
    assert desktop.org.snapshot() == before


def as_made_by_hand(desktop: Desktop, number: int) -> list[str]:
    """The first rows of the solution with ids of somebody else's, and their titles."""
    theirs: dict[str, str] = {}
    for each in data_records(release().manifest)[:number]:
        body = {name: _pointed(value, theirs) for name, value in each.web_api().items() if name != each.table.id_column}
        theirs[each.key] = desktop.org.seed(each.table.name, **body)
    return [f"{each.table.title} {each.values['msdyn_name']}" for each in data_records(release().manifest)[:number]]


def _pointed(value: JsonValue, instead: dict[str, str]) -> JsonValue:
    for ours, theirs in instead.items():
        value = value.replace(ours, theirs) if isinstance(value, str) else value
    return value


@pytest.mark.parametrize("number", range(1, 8))
async def test_rows_of_the_same_name_are_used_in_every_table_and_stay_theirs(
    http: httpx.AsyncClient, desktop: Desktop, number: int
) -> None:
    """Provider, two actions, two texts, two capabilities, as somebody may have made them by hand."""
    titles = as_made_by_hand(desktop, number)
    before = desktop.org.snapshot()
    await installed(http, desktop, release().zip)
    for _ in range(2):
        said = await installed(http, desktop, data_of(release()))
        assert said == f"{7 - number} rows are written; theirs, used: {', '.join(titles)}"
        for table in ("msdyn_provider", "msdyn_conversationaction", "msdyn_conversationactionlocale"):
            assert not [row for row in before[table] if row not in desktop.org.snapshot()[table]]
    assert len(desktop.org.rows("msdyn_channelcapability")) == 2
    assert (await http.delete("/desktop/solutions/assist")).json()["nothing"]
    assert desktop.org.snapshot() == before


@pytest.mark.parametrize("table", ["msdyn_conversationactionlocale", "msdyn_channelcapability"])
async def test_a_row_of_the_same_name_that_belongs_to_something_else_is_not_used(
    http: httpx.AsyncClient, desktop: Desktop, table: str
) -> None:
    names = [str(each.values["msdyn_name"]) for each in data_records(release().manifest) if each.table.name == table]
    for name in names:
        desktop.org.seed(table, msdyn_name=name)
    assert await installed(http, desktop, data_of(release())) == "7 rows are written"
    assert len(desktop.org.rows(table)) == 2 * len(names)


async def test_rows_of_ours_are_found_by_their_ids_whatever_they_are_called(
    http: httpx.AsyncClient, desktop: Desktop
) -> None:
    await installed(http, desktop, data_of(release()))
    before = desktop.org.snapshot()
    desktop.org.store.sql.execute("UPDATE msdyn_provider SET msdyn_name = 'Renamed'")
    await installed(http, desktop, data_of(release()))
    assert desktop.org.snapshot() == before
