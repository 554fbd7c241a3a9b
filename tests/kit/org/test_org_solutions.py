"""Solutions in the local org: importing, upgrading, uninstalling, and what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.test_solution import made

if TYPE_CHECKING:
    from cotab_kit.desktop.org import Org
    from kit.org.conftest import Client

MANAGED = made()["assist_1.0.0.0_managed.zip"]


async def test_a_managed_solution_comes_and_goes_and_leaves_its_publisher_alone(org: Org, client: Client) -> None:
    before = org.snapshot()
    started = await client.import_solution(MANAGED, "ImportSolutionAsync")
    job = await client.ended(started.json()["AsyncOperationId"])
    assert job["statuscode"] == 30
    names = [row["name"] for row in await client.values("webresourceset?$select=name")]
    assert len(names) == 6
    assert (await client.uninstall("assist"))["statuscode"] == 30
    after = org.snapshot()
    assert [row["uniquename"] for row in after.pop("publisher") if row not in before["publisher"]] == ["contoso"]
    assert after == {table: rows for table, rows in before.items() if table != "publisher"}
