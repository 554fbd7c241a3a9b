"""Providers beside each other in one org, and runs that find something half done: what is whose stays so."""

from __future__ import annotations

from typing import Any

import pytest

from cotab_kit.deploy.journal import also_called
from cotab_kit.deploy.verify import Standing
from cotab_kit.errors import OrgError
from cotab_setup.provisioning.rows import ACTIONS, CAPABILITIES, LOCALES, PROVIDERS
from kit.deploy.runs import VARIABLE, Run, own_file, own_publisher, release

SETTINGS = {"adapter": "main:Adapter", "settings": {"region": "eu"}}
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


def own_action(run: Run) -> None:
    """An administrator's own second button with our icon, which opens our tab."""
    ours = release().provisioning
    icon, tab = f"{ours.icons}icons/cobrowse.svg", ours.templates[0]
    values: dict[str, Any] = {"msdyn_name": "Mine", "msdyn_eventname": 100000000, "msdyn_order": 5}
    action = run.local.seed(ACTIONS.name, msdyn_icon=icon, msdyn_eventparameter=tab, **values)
    texts: dict[str, Any] = {"msdyn_name": "Mine (en-US)", "msdyn_label": "Mine", "msdyn_tooltip": "Mine"}
    bind = {"msdyn_conversationactionkey@odata.bind": f"/{ACTIONS.entity_set}({action})"}
    run.local.seed(LOCALES.name, msdyn_locale_picklist=1033, **texts, **bind)


@pytest.mark.parametrize("managed", [True, False])
async def test_what_an_administrator_has_made_stays_though_it_looks_like_ours(run: Run, *, managed: bool) -> None:
    own_publisher(run, "contoso_too")
    own_action(run)
    own_file(run, "theirs.js")
    before = run.snapshot()
    assert (await run.install(release("1.0.0.0", managed=managed))).complete
    assert (await run.install(release("1.1.0.0", managed=managed, cobrowse={}))).complete
    assert 'Conversation Action “Mine” stays, as somebody else made it; --also "Mine" deletes it' in run.told
    verdict = await run.uninstall(release("1.1.0.0"))
    assert {item.standing for item in verdict.found} == {Standing.KEPT}
    assert len(verdict.found) == 3
    assert run.snapshot() == before
    (file,) = run.local.rows("webresource")
    names = ["mine", "MINE (en-US)", str(file["webresourceid"]).upper()]
    assert (await run.uninstall(release(), also=names)).found == []
    assert run.local.rows(ACTIONS.name) == run.local.rows("webresource") == []


@pytest.mark.parametrize("name", ["$(reboot)", "100 %PATH%", 'Our "best" one', "It`s", "a\\", ""])
def test_a_name_that_a_shell_would_read_is_not_offered_for_typing(name: str) -> None:
    guid = "0b1c6f0e-3c1b-4b57-9a64-5c2e2f6f6a01"
    assert also_called(name, guid) == f"--also {guid}"
    assert also_called("Größe & Co's (2)", guid) == '--also "Größe & Co\'s (2)"'


async def test_uninstalling_where_nothing_was_installed_leaves_what_has_our_names(run: Run) -> None:
    own_publisher(run)
    own_action(run)
    files = ["theirs.js", "boot.js"]
    for name in files:
        own_file(run, name)
    template: dict[str, Any] = {"msdyn_uniquename": "contoso_assist_cobrowse", "msdyn_pagetype": 509180002}
    run.local.seed("msdyn_applicationtabtemplate", msdyn_name="Mine", msdyn_title="Mine", **template)
    variable = run.local.seed("environmentvariabledefinition", schemaname=VARIABLE, displayname="Mine")
    bind = {"EnvironmentVariableDefinitionId@odata.bind": f"/environmentvariabledefinitions({variable})"}
    run.local.seed("environmentvariablevalue", value="{}", **bind)
    before = run.snapshot(history=True)
    verdict = await run.uninstall(release())
    assert verdict.residue == []
    assert run.snapshot(history=True) == before
    assert 'The publisher contoso stays, as somebody else made it; --also "contoso" deletes it' in run.told
    assert f"Environment Variable Value “{VARIABLE}” stays, as assist has not brought the variable" in run.told
    assert len(verdict.found) == 8
    names = ["contoso", "contoso_assist_cobrowse", "mine", "mine (en-us)", VARIABLE]
    await run.uninstall(release(), also=[*names, *(f"contoso_/assist/{name}" for name in files)])
    assert (await run.verify(release())).found == []


async def test_a_publisher_that_was_there_before_stays_when_its_only_solution_goes(run: Run) -> None:
    own_publisher(run)
    before = run.snapshot()
    await run.install(release())
    assert (await run.uninstall(release())).residue == []
    assert run.snapshot() == before


async def test_a_value_that_has_neither_name_nor_variable_is_named(run: Run) -> None:
    """The name of a value is an optional column, and its variable went with the solution."""
    before = run.snapshot()
    await run.install(release(page=SETTINGS))
    (definition,) = run.local.rows("environmentvariabledefinition")
    bind = f"/environmentvariabledefinitions({definition['environmentvariabledefinitionid']})"
    value = run.local.seed(
        "environmentvariablevalue", value="{}", **{"EnvironmentVariableDefinitionId@odata.bind": bind}
    )
    seen = run.copy()
    assert (await seen.uninstall(release(page=SETTINGS))).found == []
    assert seen.snapshot() == before
    await run.request("POST", "UninstallSolutionAsync", SolutionUniqueName="assist")
    run.local.finish_jobs()
    verdict = await run.uninstall(release(page=SETTINGS))
    assert [item.title for item in verdict.found] == [f"Environment Variable Value {value}"]
    assert run.local.rows("environmentvariablevalue") != []
    assert (await run.uninstall(release(page=SETTINGS), also=[value.upper()])).found == []
    assert run.snapshot() == before


async def test_an_upgrade_whose_base_is_gone_has_a_way_out_that_works(run: Run) -> None:
    before = run.snapshot()
    await run.install(OLD)
    await run.hold_upgrade(NEW)
    (base,) = run.local.rows("solution", uniquename="assist")
    await run.request("DELETE", f"solutions({base['solutionid']})")
    for version in (OLD, NEW, release("1.2.0.0")):
        with pytest.raises(OrgError, match=r"assist_Upgrade 1\.1\.0\.0 is in the org, an upgrade of assist") as stopped:
            await run.install(version)
        assert "Run uninstall" in stopped.value.hint
    assert (await run.uninstall(NEW)).found == []
    assert run.snapshot() == before
    assert (await run.install(NEW)).complete


async def test_what_uses_an_upgrade_whose_base_is_gone_is_named(run: Run) -> None:
    await run.install(OLD)
    await run.hold_upgrade(NEW)
    (base,) = run.local.rows("solution", uniquename="assist")
    await run.request("DELETE", f"solutions({base['solutionid']})")
    run.local.seed_session_template("shop", "contoso_assist_cobrowse")
    before = run.snapshot()
    with pytest.raises(OrgError, match="assist_Upgrade cannot be uninstalled yet"):
        await run.uninstall(NEW)
    assert run.snapshot() == before


async def test_a_slash_command_of_what_is_said_to_go_is_free(run: Run) -> None:
    own_action(run)
    (text,) = run.local.rows(LOCALES.name)
    await run.request("PATCH", f"{LOCALES.entity_set}({text[LOCALES.id_column]})", msdyn_slashcommands="/look")
    taking = release(cobrowse={"languages": {"en-US": {"label": "Look", "slash_command": "/look"}}})
    with pytest.raises(OrgError, match="/look is taken by “Mine”"):
        await run.install(taking)
    assert (await run.install(taking, also=["Mine", "Mine (en-US)"])).complete
    assert len(run.local.rows(ACTIONS.name)) == 1
