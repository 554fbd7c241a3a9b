"""Providers beside each other in one org, and runs that find something half done: what is whose stays so."""

from __future__ import annotations

from typing import Any

import pytest

from cotab_kit.deploy.verify import Standing
from cotab_kit.errors import OrgError
from cotab_setup.provisioning.rows import CAPABILITIES, PROVIDERS
from kit.deploy.runs import Run, release

OLD, NEW = release("1.0.0.0", cobrowse={}), release("1.1.0.0")


@pytest.fixture
def run() -> Run:
    return Run()


async def test_two_providers_live_side_by_side(run: Run) -> None:
    fabrikam = release(
        publisher={"prefix": "fabrikam", "privacy_url": "https://fabrikam.example/privacy"},
        solution={"unique_name": "watch", "version": "2.0.0.0"},
        provider={"name": "Fabrikam Watch"},
    )
    await run.install(fabrikam)
    alone = run.snapshot()
    await run.install(release())
    assert (await run.verify(fabrikam)).complete
    await run.uninstall(release())
    assert run.snapshot() == alone
    assert (await run.verify(fabrikam)).complete


async def test_a_publisher_with_another_solution_stays(run: Run) -> None:
    other = release(solution={"unique_name": "other", "version": "1.0.0.0"}, provider={"name": "Other"})
    await run.install(other)
    alone = run.snapshot()
    await run.install(release())
    assert (await run.uninstall(release())).residue == []
    assert run.snapshot() == alone


@pytest.mark.parametrize("names", [("my_tool", "my1tool"), ("tool", "tool2"), ("tool2", "tool")])
@pytest.mark.parametrize("managed", [True, False])
async def test_a_name_that_a_search_also_finds_belongs_to_its_own_solution(
    run: Run, names: tuple[str, str], *, managed: bool
) -> None:
    """Dataverse takes the `_` in what it searches for any letter."""
    ours, theirs = (
        release(managed=managed, solution={"unique_name": name, "version": "1.0.0.0"}, provider={"name": f"The {name}"})
        for name in names
    )
    await run.install(theirs)
    alone = run.snapshot()
    await run.install(ours)
    assert (await run.verify(ours)).complete
    assert (await run.uninstall(ours)).residue == []
    assert run.snapshot() == alone
    assert (await run.verify(theirs)).complete


async def test_a_chat_widget_that_may_mean_a_provider_of_the_same_name_is_left_to_that_one(run: Run) -> None:
    other = release(
        publisher={"prefix": "fabrikam", "privacy_url": "https://fabrikam.example/privacy"},
        solution={"unique_name": "watch", "version": "2.0.0.0"},
    )
    assert other.provisioning.provider.name == release().provisioning.provider.name
    await run.install(other)
    run.local.seed_widget("Shop", cobrowse="Contoso Assist")
    run.local.seed_widget("Desk", cobrowse=str(other.provisioning.provider.id))
    alone = run.snapshot()
    await run.install(release())
    await run.uninstall(release(), clear_widgets=True)
    assert run.snapshot() == alone
    with pytest.raises(OrgError, match="have the provider chosen") as stopped:
        await run.uninstall(other)
    assert {"Desk", "Shop"} <= set(str(stopped.value).replace(",", "").split())


async def test_capital_letters_do_not_make_another_solution(run: Run) -> None:
    before = run.snapshot()
    await run.install(release(solution={"unique_name": "Assist", "version": "1.0.0.0"}))
    assert (await run.uninstall(release())).residue == []
    assert run.snapshot() == before


async def test_a_publisher_that_was_there_before_stays_while_others_use_it(run: Run) -> None:
    names: dict[str, Any] = {"uniquename": "contoso", "customizationprefix": "contoso", "friendlyname": "Contoso Ltd"}
    key = run.local.seed("publisher", customizationoptionvalueprefix=36446, **names)
    bind = {"publisherid@odata.bind": f"/publishers({key})"}
    run.local.seed("solution", uniquename="theirs", friendlyname="Theirs", version="1.0.0.0", **bind)
    before = run.snapshot()
    await run.install(release())
    assert (await run.uninstall(release())).residue == []
    assert run.snapshot() == before
    assert "The publisher contoso stays: theirs" in run.told


async def test_an_upgrade_that_was_begun_is_finished(run: Run) -> None:
    await run.install(OLD)
    usual = run.copy()
    await usual.install(NEW)
    await run.hold_upgrade(NEW)
    before = run.snapshot(history=True)
    await run.install(NEW, dry_run=True)
    assert run.snapshot(history=True) == before
    assert "would finish the upgrade to the managed solution assist 1.1.0.0, which was begun before" in run.told
    assert (await run.install(NEW)).complete
    assert run.content() == usual.content()


async def test_an_upgrade_to_another_version_that_was_begun_stops_an_installation(run: Run) -> None:
    await run.install(OLD)
    await run.hold_upgrade(NEW)
    with pytest.raises(OrgError, match=r"An upgrade of assist to 1\.1\.0\.0 was begun in the org and not finished"):
        await run.install(release("1.2.0.0"))


async def test_an_upgrade_that_was_begun_is_told_and_goes_with_its_solution(run: Run) -> None:
    before = run.snapshot()
    await run.install(OLD)
    await run.hold_upgrade(NEW)
    told = {item.title: item.standing for item in (await run.verify(OLD)).items}
    assert told["solution assist_Upgrade 1.1.0.0"] is Standing.LEFT_OVER
    assert (await run.uninstall(OLD)).residue == []
    assert run.snapshot() == before


async def test_a_dry_run_says_what_would_stop_an_uninstallation(run: Run) -> None:
    await run.install(release())
    run.local.seed_widget("Shop", screen_sharing=str(release().provisioning.provider.id).upper())
    before = run.snapshot(history=True)
    run.network.calls.clear()
    await run.uninstall(release(), dry_run=True)
    assert run.snapshot(history=True) == before
    assert {call.partition(" ")[0] for call in run.network.calls} == {"GET"}
    assert any("Shop. That stops an uninstallation. --reset-widgets" in line for line in run.told)
    assert "would delete Provider “Contoso Assist”" in run.told


async def test_a_file_of_an_unmanaged_solution_that_is_gone_is_told_by_a_dry_run_too(run: Run) -> None:
    await run.install(release("1.0.0.0", managed=False))
    less = release("1.1.0.0", managed=False, cobrowse={})
    run.told.clear()
    await run.install(less, dry_run=True)
    assert "would delete web resource “contoso_/assist/screenshare.html”" in run.told
    assert len(run.local.rows(PROVIDERS.name)) == 1


async def test_what_a_partial_failure_left_is_told_item_by_item(run: Run) -> None:
    await run.install(release())
    for table in (CAPABILITIES, PROVIDERS):
        for row in run.local.rows(table.name):
            await run.request("DELETE", f"{table.entity_set}({row[table.id_column]})")
    verdict = await run.verify(release())
    missing = {item.title for item in verdict.items if item.standing is Standing.MISSING}
    assert missing == {
        "Provider “Contoso Assist”",
        "Channel Capability “Contoso Assist_cobrowse”",
        "Channel Capability “Contoso Assist_screenshare”",
    }
    assert not verdict.complete
    assert (await run.uninstall(release())).residue == []
