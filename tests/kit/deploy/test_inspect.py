"""Looking at an org: what it answers about itself, what it keeps to itself, and that nothing is changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cotab_kit.desktop.server import Desktop
from cotab_kit.errors import DesktopError
from cotab_kit.preview.likeness import read_findings, resemble
from cotab_setup.inspection import Findings, Why, inspect
from cotab_setup.inspection.resources import policy_of
from kit.deploy.runs import Run, release

POLICIES = [
    ("", "none"),
    ("script-src * 'unsafe-inline' 'unsafe-eval'; worker-src 'self' blob:", "default"),
    ("default-src 'self'; script-src 'self' blob:", "strict"),
    ("DEFAULT-SRC 'self';script-src 'self' 'WASM-UNSAFE-EVAL'", "strict-wasm"),
    ("default-src 'self'; script-src 'self' 'unsafe-eval'", "other"),
    ("frame-ancestors 'self'", "other"),
]


async def looked(run: Run) -> Findings:
    chosen = release()
    async with run.connected() as org:
        return await inspect(org.api, org.resources, chosen.manifest.folder)


async def test_an_org_says_how_it_behaves_and_is_not_changed() -> None:
    run = Run()
    await run.install(release())
    run.local.seed_widget("Shop", cobrowse="Contoso Assist")
    run.local.seed_settings(policy="default-src 'self'; script-src 'self' 'wasm-unsafe-eval'", max_upload=5_000_000)
    before = run.snapshot()
    found = await looked(run)
    assert run.snapshot() == before
    assert (found.upload_limit, found.policy, found.policy_allows) == (5_000_000, "strict-wasm", ("wasm",))
    assert found.mime_types == {"html": "text/html", "js": "text/jscript"}
    assert found.widget_names == ("provider name",)
    assert found.tab_parameters == ("both",)
    assert (found.capabilities_in_solutions, found.version) == (True, "9.2.25112.00148")
    assert set(found.not_asked) == {"data_encoding", "unload", "pane_keeps_its_page", "event_parameter"}


async def test_what_an_org_does_not_show_is_said_with_its_reason() -> None:
    found = await looked(Run())
    assert found.not_asked["policy"] is Why.NOT_INSTALLED
    assert found.not_asked["widget_names"] is Why.NO_ROWS
    assert found.not_asked["pane_keeps_its_page"] is Why.NEEDS_A_TRIAL
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
    file.write_text(json.dumps({**given, "mime_types": {"js": "text/javascript"}, "data_encoding": "twice"}), "utf-8")
    run = Run()
    desktop = Desktop(run.local)
    resemble(desktop, read_findings(file))
    assert (desktop.settings["policy"], desktop.settings["max_upload"]) == ("strict", 1_000_000)
    assert desktop.likeness == {"icon": "token", "encode": "twice"}
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
    ],
)
def test_what_is_no_finding_is_refused_with_its_place(tmp_path: Path, content: str, reason: str) -> None:
    file = tmp_path / "org.json"
    file.write_text(content, "utf-8")
    with pytest.raises(DesktopError, match=reason) as refused:
        read_findings(file)
    assert "inspect" in refused.value.hint


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(DesktopError, match="cannot be read"):
        read_findings(tmp_path / "gone.json")
