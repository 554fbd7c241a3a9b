"""Rows, files and values of others that have the names of ours: used, overwritten or left, and never taken."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from cotab_kit.errors import OrgError
from cotab_setup.provisioning.rows import CAPABILITIES, LOCALES, PROVIDERS, TABLES
from kit.deploy.runs import VARIABLE, Run, own_file, own_publisher, release
from sizes import in_full

if TYPE_CHECKING:
    from cotab_setup.provisioning.rows import Table

SETTINGS = {"adapter": "main:Adapter", "settings": {"region": "eu"}}


@pytest.fixture
def run() -> Run:
    return Run()


def as_made_by_hand(run: Run, number: int) -> list[str]:
    """The first rows of ours with ids of somebody else's, as when they are made by hand; their titles."""
    theirs: dict[UUID, UUID] = {}
    rows = release().provisioning.rows[:number]
    for row in rows:
        theirs[row.id] = UUID(run.local.seed(TABLES[row.entity_set].name, **row.leading(theirs).body, **row.once))
    return [row.title for row in rows]


@pytest.mark.parametrize("managed", [True, False])
@pytest.mark.parametrize("number", [1, *map(in_full, range(2, 7)), 7])
async def test_rows_of_the_same_name_are_used_in_every_table_and_stay_as_they_are(
    run: Run, number: int, *, managed: bool
) -> None:
    """Provider, two actions, two texts, two capabilities."""
    titles = as_made_by_hand(run, number)
    before = run.snapshot()
    for version in ("1.0.0.0", "1.1.0.0"):
        run.told.clear()
        verdict = await run.install(release(version, managed=managed), reset=True)
        assert verdict.complete
        assert [item.title for item in verdict.items if item.detail == "theirs, used"] == titles
        assert [line for line in run.told if line.startswith("Theirs")] == [
            f"Theirs, used: {title}" for title in titles
        ]
        found = run.snapshot()
        assert not [row for table, rows in before.items() for row in rows if row not in found[table]]
        assert sum(map(len, run.rows().values())) == 7
    assert (await run.uninstall(release("1.1.0.0", managed=managed))).residue == []
    assert run.snapshot() == before


async def test_a_row_of_the_same_name_goes_if_the_administrator_says_so(run: Run) -> None:
    title, *_ = as_made_by_hand(run, 1)
    assert (await run.install(release(), also=["Contoso Assist"])).complete
    assert f"Delete {title}" in run.told
    assert [row["msdyn_providerid"] for row in run.local.rows(PROVIDERS.name)] == [
        str(release().provisioning.provider.id)
    ]


@pytest.mark.parametrize("table", [LOCALES, CAPABILITIES])
async def test_a_row_of_the_same_name_that_belongs_to_something_else_is_not_used(run: Run, table: Table) -> None:
    ours = release().provisioning.of_table(table)
    for row in ours:
        run.local.seed(table.name, msdyn_name=row.name)
    before = run.snapshot()
    assert (await run.install(release())).complete
    assert len(run.local.rows(table.name)) == 2 * len(ours)
    await run.uninstall(release())
    assert run.snapshot() == before


async def test_a_file_of_others_is_overwritten_only_if_the_administrator_says_so(run: Run) -> None:
    own_publisher(run, "contoso_too")
    own_file(run, "boot.js")
    own_file(run, "theirs.js")
    before = run.snapshot()
    with pytest.raises(OrgError, match=r"overwrites the web resource “contoso_/assist/boot\.js”") as stopped:
        await run.install(release(managed=False))
    assert '--also "contoso_/assist/boot.js"' in stopped.value.hint
    assert run.snapshot() == before
    assert (await run.install(release(managed=False), also=["contoso_/assist/boot.js"])).complete
    assert (await run.install(release(managed=False))).complete
    assert await run.served("contoso_/assist/boot.js") == b"1;"
    (theirs,) = run.local.rows("webresource", name="contoso_/assist/theirs.js")
    assert theirs["content"] == "MDs="


async def test_a_value_belongs_to_the_variable_that_it_points_at_whatever_it_is_called(run: Run) -> None:
    theirs = run.local.seed("environmentvariabledefinition", schemaname="fabrikam_url", displayname="URL")
    bind = {"EnvironmentVariableDefinitionId@odata.bind": f"/environmentvariabledefinitions({theirs})"}
    run.local.seed("environmentvariablevalue", schemaname=VARIABLE, value="{}", **bind)
    before = run.snapshot()
    await run.install(release("1.0.0.0", page=SETTINGS))
    await run.set_settings("{}")
    await run.install(release("1.1.0.0"))
    assert (await run.uninstall(release("1.1.0.0"))).residue == []
    assert run.snapshot() == before
