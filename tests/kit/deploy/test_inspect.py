"""Looking at an org: what it answers about itself, what it keeps to itself, and that nothing is changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cotab_kit.deploy.behavior import apply
from cotab_kit.deploy.journal import Journal
from cotab_kit.desktop.server import Desktop
from cotab_kit.errors import DesktopError, OrgError
from cotab_kit.preview.likeness import read_findings, resemble
from cotab_setup.inspection import Findings, Why, inspect
from cotab_setup.inspection.resources import policy_of
from cotab_setup.inspection.trial import ANSWERED
from cotab_setup.web_api import Reply, WebApi, call, rows_of
from kit.deploy.runs import Run, own_publisher, release

POLICIES = [
    ("", "none"),
    ("script-src * 'unsafe-inline' 'unsafe-eval'; worker-src 'self' blob:", "default"),
    ("default-src 'self'; script-src 'self' blob:", "strict"),
    ("DEFAULT-SRC 'self';script-src 'self' 'WASM-UNSAFE-EVAL'", "strict-wasm"),
    ("default-src 'self'; script-src 'self' 'unsafe-eval'", "other"),
    ("frame-ancestors 'self'", "other"),
]


BUTTON: dict[str, Any] = {"msdyn_name": "Orders", "msdyn_eventname": 100_000_001, "msdyn_order": 7}


async def looked(run: Run) -> Findings:
    chosen = release()
    async with run.connected() as org:
        return await inspect(org.api, org.resources, chosen.manifest.folder)


async def test_an_org_says_how_it_behaves_and_is_not_changed() -> None:
    run = Run()
    await run.install(release())
    run.local.seed_widget("Shop", cobrowse="Contoso Assist")
    others: dict[str, Any] = {
        "msdyn_name": "Orders",
        "msdyn_uniquename": "fabrikam_orders",
        "msdyn_pagetype": 509180002,
    }
    run.local.seed("msdyn_applicationtabtemplate", msdyn_templateparameters="{}", **others)
    run.local.seed("msdyn_conversationaction", msdyn_icon="/webresources/fabrikam_/x.svg", **BUTTON)
    run.local.seed_settings(policy="default-src 'self'; script-src 'self' 'wasm-unsafe-eval'", max_upload=5_000_000)
    before = run.snapshot()
    found = await looked(run)
    assert run.snapshot() == before
    assert (found.upload_limit, found.policy, found.policy_allows) == (5_000_000, "strict-wasm", ("wasm",))
    assert found.mime_types == {"html": "text/html", "js": "text/jscript"}
    assert found.widget_names == ("provider name",)
    assert (found.tab_parameters, found.icons) == (("column",), ("/WebResources/",))
    assert (found.capabilities_in_solutions, found.version) == (True, "9.2.25112.00148")
    assert set(found.not_asked) == {*ANSWERED, "event_parameter"}


async def test_rows_of_ours_say_nothing_of_an_org() -> None:
    run = Run()
    await run.install(release())
    found = await looked(run)
    assert {found.not_asked[name] for name in ("event_parameter", "tab_parameters", "icons")} == {Why.NO_ROWS}


async def test_one_strange_file_hides_no_answer_of_the_others() -> None:
    run, others = Run(), release(solution={"unique_name": "a", "version": "1.0.0.0"})
    await run.install(others)
    run.local.seed("webresource", name="contoso_/a/page.htm", webresourcetype=1, content="MA==")
    await run.request("POST", "PublishAllXml")
    run.local.seed_settings(mime_types={"js": "?", "html": "text/html"})
    async with run.connected() as org:
        found = await inspect(org.api, org.resources, "contoso_/a")
    assert (found.mime_types, found.policy) == ({"html": "text/html"}, "none")


async def test_files_of_others_are_not_taken_for_ours() -> None:
    run = Run()
    own_publisher(run)
    run.local.seed("webresource", name="contoso_/my-app/page.html", webresourcetype=1, content="MA==")
    await run.request("POST", "PublishAllXml")
    async with run.connected() as org:
        found = await inspect(org.api, org.resources, "contoso_/my_app")
    assert found.not_asked["mime_types"] is Why.NOT_INSTALLED


async def test_tables_are_told_where_their_rows_may_not_be_read() -> None:
    class Refusing:
        def __init__(self, api: WebApi) -> None:
            self._api = api

        async def request(self, method: str, path: str, **more: Any) -> Reply:  # noqa: ANN401 - as it comes
            if path.startswith("msdyn_ocliveworkitemcontextitem"):
                return Reply(403, {}, {"error": {"code": "0x80040220", "message": "no"}})
            return await self._api.request(method, path, **more)

    run = Run()
    with run.over(Refusing):
        found = await looked(run)
    assert (found.contexts, found.not_asked["context_rows"]) == ("both", Why.NOT_READABLE)


async def test_what_an_org_does_not_show_is_said_with_its_reason() -> None:
    found = await looked(Run())
    assert found.not_asked["policy"] is Why.NOT_INSTALLED
    assert found.not_asked["widget_names"] is Why.NO_ROWS
    assert {found.not_asked[name] for name in ANSWERED} == {Why.NEEDS_A_TRIAL}
    assert (found.contexts, found.context_rows) == ("both", False)


async def test_findings_have_nothing_of_the_orgs_own() -> None:
    run = Run()
    await run.install(release())
    run.local.seed_widget("Secret shop", cobrowse="Secret provider")
    run.local.seed_settings(policy="script-src https://secret.example 'self'")
    run.local.seed(
        "msdyn_conversationaction",
        msdyn_name="Secret",
        msdyn_eventname=100_000_000,
        msdyn_order=7,
        msdyn_eventparameter="secret_tab",
        msdyn_icon="/secret/icon.svg",
    )
    found = await looked(run)
    assert "secret" not in found.model_dump_json().casefold()
    assert (found.widget_names, found.event_parameter) == (("other",), ("other",))
    assert "other" in (found.icons or ())


async def test_an_org_without_omnichannel_answers_the_rest() -> None:
    run = Run()
    run.local.remove_tables("msdyn_livechatconfig", "msdyn_conversationaction")
    found = await looked(run)
    assert found.not_asked["widget_names"] is Why.NOT_READABLE
    assert found.upload_limit is not None


@pytest.mark.parametrize(("header", "kind"), POLICIES)
def test_a_policy_goes_by_its_kind(header: str, kind: str) -> None:
    assert policy_of(header) == kind


async def test_a_local_org_resembles_what_was_found(tmp_path: Path) -> None:
    file = tmp_path / "org.json"
    given: dict[str, Any] = {"policy": "strict", "upload_limit": 1_000_000, "icons": ["$webresource:"]}
    given |= {"unload": "never", "side_panes": "unmount", "contexts": "standard"}
    text = json.dumps({**given, "mime_types": {"js": "text/javascript"}, "data_encoding": "twice"})
    file.write_text(text, "utf-16")  # as `cotab inspect > org.json` does in PowerShell
    run = Run()
    desktop = Desktop(run.local)
    resemble(desktop, read_findings(file))
    assert (desktop.settings["policy"], desktop.settings["max_upload"]) == ("strict", 1_000_000)
    switches = {"icon": "token", "encode": "twice", "refresh": "0", "panes": "unmount", "context": "standard"}
    assert desktop.likeness == switches
    await run.install(release())
    found = await looked(run)
    assert (found.policy, found.mime_types) == ("strict", {"html": "text/html", "js": "text/javascript"})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "Invalid JSON"),
        ("[]", "object"),
        ('{"policy": "script-src *"}', "policy"),
        ('{"mime_types": {"js": "text/html; <script>"}}', "mime_types.js"),
        ('{"upload_limit": -1}', "upload_limit"),
        ('{"code": "alert(1)"}', "code"),
        ('{"upload_limit": "5000000"}', "upload_limit"),
        ('{"context_rows": "yes"}', "context_rows"),
        ('{"not_asked": {"https://contoso.example": "it shows only in an agent\'s window"}}', "not_asked"),
        (" " * 100_001, "too large"),
    ],
)
def test_what_is_no_finding_is_refused_with_its_place(tmp_path: Path, content: str, reason: str) -> None:
    file = tmp_path / "org.json"
    file.write_text(content, "utf-8")
    with pytest.raises(DesktopError, match=reason) as refused:
        read_findings(file)
    assert "inspect" in refused.value.hint


def test_types_of_files_that_only_one_version_of_a_solution_has_contradict_nothing() -> None:
    def delivered(**types: str) -> Findings:
        return Findings.model_validate({"mime_types": types})

    now = delivered(html="text/html", js="text/jscript")
    assert now.contradicting(delivered(html="text/html", png="image/png")) == []
    assert now.contradicting(delivered(js="text/javascript")) == ["mime_types"]


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(DesktopError, match="cannot be read"):
        read_findings(tmp_path / "gone.json")


TRIED: dict[str, Any] = {"side_panes": "keep", "unload": "at once"}


async def obeys(run: Run) -> list[Any]:
    """What a tab reads: the values of our variable, as webresource/page/settings.js asks for them."""
    name = release().provisioning.behavior.name
    async with run.connected() as org:
        path = (
            f"environmentvariabledefinitions?$select=schemaname&$filter=schemaname eq '{name}'"
            "&$expand=environmentvariabledefinition_environmentvariablevalue($select=value)"
        )
        rows = await rows_of(org.api, path, "Reading what tabs obey")
    return [
        json.loads(v["value"]) for row in rows for v in row["environmentvariabledefinition_environmentvariablevalue"]
    ]


async def applied(run: Run, **found: Any) -> None:  # noqa: ANN401 - members of the findings
    async with run.connected() as org:
        await apply(org, release(), Findings.model_validate(found), Journal(run.told.append))


async def test_tabs_obey_what_was_seen_until_they_are_uninstalled() -> None:
    run = Run()
    before = run.snapshot()
    await run.install(release())
    installed = run.snapshot()
    assert await obeys(run) == []
    await applied(run, **TRIED)
    await applied(run, **TRIED)
    assert await obeys(run) == [{"resident": "auto"}]
    assert (await run.verify(release())).complete
    await applied(run, side_panes="remake")
    assert await obeys(run) == [{"resident": "off"}]
    assert run.snapshot() != installed
    await run.install(release("1.1.0.0"))
    assert await obeys(run) == [{"resident": "off"}]
    await run.uninstall(release())
    assert run.snapshot() == before


async def test_an_administrators_own_value_goes_too() -> None:
    run = Run()
    before = run.snapshot()
    await run.install(release())
    await applied(run, **TRIED)
    async with run.connected() as org:
        (value,) = run.local.rows("environmentvariablevalue")
        await call(org.api, "DELETE", f"environmentvariablevalues({value['environmentvariablevalueid']})", "Deleting")
    bind = f"/environmentvariabledefinitions({release().provisioning.behavior.id})"
    given = {"EnvironmentVariableDefinitionId@odata.bind": bind, "value": '{"resident": "off"}'}
    run.local.seed("environmentvariablevalue", **given)
    await applied(run, **TRIED)
    assert await obeys(run) == [{"resident": "auto"}]
    await run.uninstall(release())
    assert run.snapshot() == before


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        ({}, "nothing to obey"),
        ({"policy": "strict"}, "nothing to obey"),
        ({**TRIED, "upload_limit": 1}, "answers otherwise: upload_limit"),
        ({**TRIED, "mime_types": {"js": "text/plain"}}, "answers otherwise: mime_types"),
    ],
)
async def test_what_was_not_seen_in_this_org_is_not_obeyed(found: dict[str, Any], reason: str) -> None:
    run = Run()
    await run.install(release())
    before = run.snapshot()
    with pytest.raises(OrgError, match=reason):
        await applied(run, **found)
    assert run.snapshot() == before


async def test_nothing_is_written_where_the_provider_is_not() -> None:
    with pytest.raises(OrgError, match="is not installed"):
        await applied(Run(), **TRIED)
