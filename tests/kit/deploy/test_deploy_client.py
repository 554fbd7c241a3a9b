"""install, uninstall and verify against the local org: what is in its database afterwards."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotab_kit.deploy.jobs import failures
from cotab_kit.deploy.release import Release
from cotab_kit.deploy.verify import Standing
from cotab_kit.errors import OrgError
from cotab_kit.solution.records import solution_records
from cotab_setup.provisioning import carry_out, plan_settings_removal
from cotab_setup.provisioning.rows import ACTIONS, CAPABILITIES, LOCALES, PROVIDERS
from kit.deploy.runs import VARIABLE, Run, manifest, release

SETTINGS = {"adapter": "main:Adapter", "settings": {"region": "eu"}}
GERMAN = {"en-US": {"label": "Look", "slash_command": "/look"}, "de-DE": {"label": "Schau", "slash_command": "/schau"}}
ENGLISH = {"en-US": {"label": "Look", "slash_command": "/look"}}


@pytest.fixture
def run() -> Run:
    return Run()


async def test_what_is_installed_is_complete(run: Run) -> None:
    verdict = await run.install(release())
    assert verdict.complete
    assert (await run.verify(release())).complete


async def test_what_is_uninstalled_leaves_the_database_as_it_was(run: Run) -> None:
    before = run.snapshot()
    await run.install(release())
    assert run.snapshot() != before
    verdict = await run.uninstall(release())
    assert verdict.residue == []
    assert run.snapshot() == before


async def test_an_unmanaged_solution_goes_without_a_trace_too(run: Run) -> None:
    before = run.snapshot()
    assert (await run.install(release(managed=False))).complete
    assert (await run.uninstall(release(managed=False))).residue == []
    assert run.snapshot() == before


async def test_installing_twice_changes_nothing(run: Run) -> None:
    await run.install(release())
    before = run.snapshot()
    run.told.clear()
    await run.install(release())
    assert [line.partition(",")[0] for line in run.told] == ["assist 1.0.0.0 is installed already"]
    assert "--again" in run.told[0]
    assert run.snapshot() == before


async def test_a_dry_run_says_what_a_run_does_and_does_nothing(run: Run) -> None:
    before = run.snapshot(history=True)
    await run.install(release(), dry_run=True)
    assert run.snapshot(history=True) == before
    assert {call.partition(" ")[0] for call in run.network.calls} == {"GET"}
    assert run.told[0].startswith("would import the managed solution assist 1.0.0.0 (")
    assert "would create Provider “Contoso Assist”" in run.told
    planned = [line.removeprefix("would ").lower() for line in run.told]
    run.told.clear()
    await run.install(release())
    assert [line.lower() for line in run.told if not line.startswith("  ")] == planned
    before = run.snapshot()
    run.told.clear()
    await run.uninstall(release(), dry_run=True)
    assert run.snapshot() == before
    assert "would uninstall the solution assist 1.0.0.0" in run.told
    assert run.told[-1] == "would delete the publisher contoso"


async def test_an_upgrade_leaves_exactly_its_own_records_and_the_administrators_order(run: Run) -> None:
    old = release("1.0.0.0", cobrowse={"languages": GERMAN})
    new = release("1.1.0.0", cobrowse={"languages": ENGLISH}, screenshare={})
    await run.install(new)
    fresh = run.rows()
    await run.uninstall(new)
    await run.install(old)
    (action,) = run.local.rows(ACTIONS.name)
    path = f"{ACTIONS.entity_set}({action[ACTIONS.id_column]})"
    await run.request("PATCH", path, msdyn_order=77)
    verdict = await run.install(new)
    assert verdict.complete
    for row in fresh[ACTIONS.name]:
        if row[ACTIONS.id_column] == action[ACTIONS.id_column]:
            row["msdyn_order"] = 77
    assert run.rows() == fresh
    assert [item.detail for item in verdict.items if item.detail] == ["msdyn_order was set to 77"]


async def test_an_upgrade_takes_away_the_files_and_templates_that_a_version_no_longer_has(run: Run) -> None:
    before = run.snapshot()
    for managed in (True, False):
        await run.install(release("1.0.0.0", managed=managed))
        less = release("1.1.0.0", managed=managed, cobrowse={})
        assert (await run.install(less)).complete
        names = {row["name"] for row in run.local.rows("webresource")}
        assert names == set(less.resources)
        await run.uninstall(less)
        assert run.snapshot() == before


async def test_reset_restores_what_an_administrator_has_edited(run: Run) -> None:
    await run.install(release())
    before = run.rows()
    (action, _) = run.local.rows(ACTIONS.name)
    path = f"{ACTIONS.entity_set}({action[ACTIONS.id_column]})"
    await run.request("PATCH", path, msdyn_order=77, statecode=1, statuscode=2)
    await run.install(release(), reset=True)
    assert run.rows() == before


async def test_what_was_changed_or_deleted_by_hand_is_told_and_put_right(run: Run) -> None:
    await run.install(release())
    before = run.rows()
    (provider,) = run.local.rows(PROVIDERS.name)
    provider_path = f"{PROVIDERS.entity_set}({provider[PROVIDERS.id_column]})"
    await run.request("PATCH", provider_path, msdyn_name="X")
    capability = (run.local.rows(CAPABILITIES.name))[0]
    await run.request("DELETE", f"{CAPABILITIES.entity_set}({capability[CAPABILITIES.id_column]})")
    verdict = await run.verify(release())
    told = {(item.standing, item.detail) for item in verdict.items if item.standing is not Standing.THERE}
    assert told == {(Standing.DIFFERENT, "msdyn_name: 'X' instead of 'Contoso Assist'"), (Standing.MISSING, "")}
    await run.install(release())
    assert run.rows() == before


async def delete_in_the_portal(run: Run) -> None:
    (solution,) = [row for row in run.local.rows("solution") if row["uniquename"] == "assist"]
    await run.request("DELETE", f"solutions({solution['solutionid']})")


@pytest.mark.parametrize("managed", [True, False])
async def test_a_solution_that_was_deleted_in_the_portal_is_cleaned_up_after(run: Run, *, managed: bool) -> None:
    before = run.snapshot()
    await run.install(release(managed=managed))
    await delete_in_the_portal(run)
    verdict = await run.verify(release(managed=managed))
    assert not verdict.complete
    assert verdict.residue
    # Nothing lists the rows of an unmanaged solution any more, so it takes the administrator to say that they go.
    also = [] if managed else [row.key for row in solution_records(release().manifest)]
    verdict = await run.uninstall(release(managed=managed))
    assert verdict.residue == []
    assert {item.title.partition("“")[2].rstrip("”") for item in verdict.found} == set(also)
    await run.uninstall(release(managed=managed), also=also)
    assert run.snapshot() == before


async def test_uninstalling_what_was_never_there_changes_nothing(run: Run) -> None:
    before = run.snapshot()
    assert (await run.uninstall(release())).residue == []
    assert run.snapshot() == before


async def test_widgets_that_have_the_provider_chosen_stop_an_uninstallation(run: Run) -> None:
    await run.install(release())
    run.local.seed_widget("Shop", cobrowse="Contoso Assist")
    before = run.snapshot()
    with pytest.raises(OrgError, match="Chat widgets still have the provider chosen: Shop"):
        await run.uninstall(release())
    assert run.snapshot() == before
    assert "chat widget “Shop”" in [item.title for item in (await run.verify(release())).items]
    assert (await run.uninstall(release(), keep_widgets=True)).residue == []
    (kept,) = run.local.rows("msdyn_livechatconfig")
    assert (kept["msdyn_cobrowseprovider"], kept["msdyn_enablecobrowse"]) == ("Contoso Assist", True)
    await run.install(release())
    await run.uninstall(release(), clear_widgets=True)
    (cleared,) = run.local.rows("msdyn_livechatconfig")
    assert (cleared["msdyn_cobrowseprovider"], cleared["msdyn_enablecobrowse"]) == (None, False)


async def test_a_provider_that_others_use_stays_and_is_no_residue(run: Run) -> None:
    await run.install(release())
    provider = release().provisioning.provider
    bind = {"msdyn_Provider@odata.bind": f"/{provider.path}"}
    run.local.seed(CAPABILITIES.name, msdyn_name="Video", msdyn_escalationchannelmode=192350001, **bind)
    verdict = await run.uninstall(release())
    assert [row[PROVIDERS.id_column] for row in run.local.rows(PROVIDERS.name)] == [str(provider.id)]
    assert any("used by Channel Capability “Video”" in line for line in run.told)
    assert [(item.title, item.standing) for item in verdict.found] == [
        ("Provider “Contoso Assist”", Standing.THERE),
        ("Channel Capability “Video”", Standing.KEPT),
    ]
    assert verdict.residue == []


async def test_what_uses_the_solution_is_named_and_nothing_is_deleted(run: Run) -> None:
    await run.install(release())
    run.local.seed_session_template("shop", "contoso_assist_cobrowse")
    before = run.snapshot()
    with pytest.raises(OrgError) as refused:
        await run.uninstall(release())
    told = "Application Tab Template “contoso_assist_cobrowse” is used by the Session Template “shop”"
    assert told in str(refused.value)
    assert run.snapshot() == before


URL_VARIABLE = """<environmentvariabledefinition schemaname="contoso_url">
  <displayname default="URL"><label description="URL" languagecode="1033" /></displayname>
  <type>100000000</type>
</environmentvariabledefinition>"""


async def test_values_of_variables_that_go_with_the_solution_are_deleted(run: Run) -> None:
    before, content = run.snapshot(), BytesIO(release().zip)
    with ZipFile(content, "a") as archive:
        archive.writestr("environmentvariabledefinitions/contoso_url/environmentvariabledefinition.xml", URL_VARIABLE)
    body = {"OverwriteUnmanagedCustomizations": False, "PublishWorkflows": True}
    await run.request("POST", "ImportSolution", **body, CustomizationFile=b64encode(content.getvalue()).decode())
    (variable,) = run.local.rows("environmentvariabledefinition")
    key = variable["environmentvariabledefinitionid"]
    bind = {"EnvironmentVariableDefinitionId@odata.bind": f"/environmentvariabledefinitions({key})"}
    run.local.seed("environmentvariablevalue", schemaname="contoso_url", value="https://x.example", **bind)
    await run.uninstall(release())
    assert run.snapshot() == before


async def test_a_variable_of_others_in_an_unmanaged_solution_keeps_its_value(run: Run) -> None:
    await run.install(release(managed=False))
    variable = run.local.seed("environmentvariabledefinition", schemaname="contoso_url", displayname="URL")
    added = {
        "ComponentId": variable,
        "ComponentType": 380,
        "SolutionUniqueName": "assist",
        "AddRequiredComponents": False,
    }
    await run.request("POST", "AddSolutionComponent", **added)
    bind = {"EnvironmentVariableDefinitionId@odata.bind": f"/environmentvariabledefinitions({variable})"}
    run.local.seed("environmentvariablevalue", schemaname="contoso_url", value="https://x.example", **bind)
    await run.uninstall(release(managed=False))
    assert [row["value"] for row in run.local.rows("environmentvariablevalue")] == ["https://x.example"]


@pytest.mark.parametrize("managed", [True, False])
async def test_what_an_administrator_has_set_is_kept_by_an_upgrade_and_goes_with_the_solution(
    run: Run, *, managed: bool
) -> None:
    before = run.snapshot()
    await run.install(release(managed=managed, page=SETTINGS))
    await run.set_settings('{"region": "us"}')
    verdict = await run.install(release("1.1.0.0", managed=managed, page=SETTINGS | {"settings": {"region": "asia"}}))
    assert verdict.complete
    kept = [item for item in verdict.items if item.standing is Standing.KEPT]
    assert [item.title for item in kept] == [f"Environment Variable Value “{VARIABLE}”"]
    (variable,) = run.local.rows("environmentvariabledefinition")
    assert variable["defaultvalue"] == '{"region": "asia"}'
    assert [row["value"] for row in run.local.rows("environmentvariablevalue")] == ['{"region": "us"}']
    assert (await run.uninstall(release("1.1.0.0", managed=managed, page=SETTINGS))).residue == []
    assert run.snapshot() == before


@pytest.mark.parametrize("managed", [True, False])
async def test_an_upgrade_without_settings_takes_away_what_was_set(run: Run, *, managed: bool) -> None:
    await run.install(release(managed=managed, page=SETTINGS))
    await run.set_settings('{"region": "us"}')
    assert not (await run.verify(release(managed=managed))).complete
    assert (await run.install(release("1.1.0.0", managed=managed))).complete
    assert run.local.rows("environmentvariabledefinition") == run.local.rows("environmentvariablevalue") == []


async def test_the_configuration_page_finds_what_was_set(run: Run) -> None:
    chosen = release(page=SETTINGS)
    await run.install(chosen)
    await run.set_settings('{"region": "us"}')
    async with run.connected() as org:
        steps = await plan_settings_removal(org.api, chosen.provisioning)
        await carry_out(org.api, steps, lambda _: None)
    assert [step.title for step in steps] == [f"Environment Variable Value “{VARIABLE}”"]
    assert run.local.rows("environmentvariablevalue") == []


async def test_what_was_set_is_found_when_the_solution_was_deleted_in_the_portal(run: Run) -> None:
    before = run.snapshot()
    await run.install(release(page=SETTINGS))
    await run.set_settings('{"region": "us"}')
    await run.request("POST", "UninstallSolutionAsync", SolutionUniqueName="assist")
    run.local.finish_jobs()
    residue = (await run.verify(release(page=SETTINGS))).residue
    assert f"Environment Variable Value “{VARIABLE}”" in [item.title for item in residue]
    assert (await run.uninstall(release(page=SETTINGS))).residue == []
    assert run.snapshot() == before


async def test_missing_privileges_stop_an_installation(run: Run) -> None:
    run.local.restrict("prvCreatemsdyn_provider", "prvImportCustomization")
    before = run.snapshot()
    with pytest.raises(OrgError, match="You lack the privileges prvCreatemsdyn_provider, prvImportCustomization"):
        await run.install(release())
    assert run.snapshot() == before


async def test_a_slash_command_of_others_stops_an_installation(run: Run) -> None:
    action = run.local.seed(ACTIONS.name, msdyn_name="Other", msdyn_eventname=100000001, msdyn_order=1)
    texts: dict[str, Any] = {"msdyn_label": "Other", "msdyn_tooltip": "Other", "msdyn_locale_picklist": 1033}
    bind = {"msdyn_conversationactionkey@odata.bind": f"/{ACTIONS.entity_set}({action})"}
    run.local.seed(LOCALES.name, msdyn_slashcommands="/LOOK", **texts, **bind)
    before = run.snapshot()
    with pytest.raises(OrgError, match="/look is taken by “Other”"):
        await run.install(release(cobrowse={"languages": GERMAN}))
    assert run.snapshot() == before


async def test_its_own_slash_command_is_no_hindrance(run: Run) -> None:
    await run.install(release(cobrowse={"languages": GERMAN}))
    swapped = {"de-DE": {"label": "A", "slash_command": "/look"}, "en-US": {"label": "B", "slash_command": "/look"}}
    assert (await run.install(release("1.1.0.0", cobrowse={"languages": swapped}))).complete


async def test_a_file_above_the_orgs_limit_stops_an_installation(run: Run) -> None:
    run.local.seed_settings(max_upload=1000)
    big = Release(manifest(), {**release().resources, "contoso_/assist/big.js": b"/" * 1001})
    with pytest.raises(OrgError, match=r"contoso_/assist/big.js has 1,001 bytes; the org takes files of up to 1,000"):
        await run.install(big)


async def test_a_policy_is_mentioned(run: Run) -> None:
    run.local.set_organization(iscontentsecuritypolicyenabled=True)
    await run.install(release())
    assert "does not start until an administrator adds 'wasm-unsafe-eval' to script-src" in run.told[0]


async def test_the_other_kind_and_a_newer_version_stop_an_installation(run: Run) -> None:
    await run.install(release("2.0.0.0"))
    with pytest.raises(OrgError) as refused:
        await run.install(release("1.9.9.9", managed=False))
    assert str(refused.value).startswith("assist is installed as managed, and this is unmanaged")
    with pytest.raises(OrgError, match=r"The org has assist 2.0.0.0, which is newer than 1.10.0.0"):
        await run.install(release("1.10.0.0"))


async def test_an_org_without_omnichannel_is_told_and_can_be_cleaned(run: Run) -> None:
    run.local.remove_tables(*(name for name in run.snapshot() if name.startswith("msdyn_")))
    with pytest.raises(OrgError, match="Omnichannel for Customer Service is not installed"):
        await run.install(release())
    assert (await run.uninstall(release())).residue == []


async def test_another_import_is_waited_for(run: Run) -> None:
    other = release(
        publisher={"prefix": "fabrikam", "privacy_url": "https://fabrikam.example/privacy"},
        solution={"unique_name": "watch", "version": "2.0.0.0"},
    )
    await run.begin_import(other)
    assert (await run.install(release())).complete
    assert "Another import or uninstallation is running in the org; waiting for it" in run.told


async def test_an_import_that_fails_says_why(run: Run) -> None:
    broken = Release(manifest(), {"contoso_/assist/a b.js": b"1;"})
    with pytest.raises(OrgError, match="Importing the solution failed: "):
        await run.install(broken)


def test_the_set_up_page_is_told_with_its_address() -> None:
    page = release().configuration_page("https://contoso.crm.dynamics.com")
    assert page == "https://contoso.crm.dynamics.com/WebResources/contoso_/assist/configuration.html"


async def test_a_version_that_is_there_is_imported_again_if_one_says_so(run: Run) -> None:
    await run.install(release())
    changed = Release(manifest(), {**release().resources, "contoso_/assist/boot.js": b"2;"})
    await run.install(changed)
    assert await run.served("contoso_/assist/boot.js") == b"1;"
    assert (await run.install(changed, again=True)).complete
    assert await run.served("contoso_/assist/boot.js") == b"2;"


@given(st.text())
def test_no_report_of_an_import_breaks_anything(text: str) -> None:
    assert failures(text) == []


def test_the_reasons_of_a_failed_import_are_read_from_its_report() -> None:
    failed = '<result result="failure" errorcode="1" errortext="no" />'
    assert failures(f"<a>{failed}<b>{failed}</b><result result='success' errortext='' /></a>") == ["no"]
    assert failures('<!DOCTYPE a [<!ENTITY b "c">]><a><result result="failure" errortext="&b;"/></a>') == []
