"""install, uninstall, verify and push on the command line: what they print, and their exit codes."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from cotab_kit.cli.app import main
from cotab_kit.deploy.verify import Item, Standing, Verdict
from cotab_kit.project.project import Project
from kit.deploy.runs import URL, Run, release
from kit.test_cli import Answer
from kit.test_manifest import valid, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Cotab = Callable[..., Answer]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """The org that every command talks to."""
    run = Run()
    monkeypatch.setattr("cotab_kit.deploy.commands.connect", lambda *_, **__: run.connected())
    return run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose build has been made."""
    project = tmp_path / "a provider"
    project.mkdir()
    write(project, valid())

    def build(target: Project, _steps: object) -> None:
        for name, content in release().resources.items():
            path = target.dist / "webresources" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    monkeypatch.setattr("cotab_kit.cli.org.build", build)
    return project


@pytest.fixture
def cotab(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path, run: Run) -> Cotab:
    """Runs a command on the project and the org."""
    assert run.told == []
    monkeypatch.setenv("CI", "true")

    def command(*arguments: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["cotab", *arguments, "--project", str(folder), "--org", URL])
        with pytest.raises(SystemExit) as end:
            main()
        answer = Answer(end.value.code, *capsys.readouterr())
        assert "Traceback" not in answer.err
        return answer

    return command


def test_a_provider_comes_and_goes(cotab: Cotab, run: Run) -> None:
    before = run.snapshot()
    installed = cotab("install")
    assert installed.code == 0
    assert f"{URL}/WebResources/contoso_/assist/configuration.html" in installed.out
    assert "Create Provider “Contoso Assist”" in installed.err
    assert cotab("verify").code == 0
    assert cotab("verify", "--removed").code == 1
    uninstalled = cotab("uninstall")
    assert (uninstalled.code, uninstalled.out) == (0, "Nothing of assist is left\n")
    assert cotab("verify").code == 1
    assert cotab("verify", "--removed") == Answer(0, "", "")
    assert run.snapshot() == before


def test_a_dry_run_prints_its_plan(cotab: Cotab, run: Run) -> None:
    before = run.snapshot()
    answer = cotab("install", "--dry-run")
    assert answer.code == 0
    assert "would create Provider “Contoso Assist”\n" in answer.out
    assert run.snapshot() == before
    cotab("install")
    assert "would uninstall the solution assist 1.0.0.0\n" in cotab("uninstall", "--dry-run").out
    assert cotab("verify").code == 0


def test_what_is_not_as_it_should_be_afterwards_is_said_with_what_to_do(
    cotab: Cotab, monkeypatch: pytest.MonkeyPatch
) -> None:
    for command, standing in {"install": Standing.MISSING, "uninstall": Standing.LEFT_OVER}.items():
        verdict = Verdict((Item("Provider “Assist”", standing),))
        monkeypatch.setattr(
            f"cotab_kit.deploy.commands.{command}ing", lambda *_, _verdict=verdict, **_options: _verdict
        )
        answer = cotab(command)
        assert answer.code == 1
        assert f"{standing}: Provider “Assist”\n" in answer.out
        assert "run the command again" in answer.out


def test_verify_speaks_to_machines(cotab: Cotab) -> None:
    answer = cotab("verify", "--json")
    told = json.loads(answer.out)
    assert (answer.code, told["complete"], told["nothing"]) == (1, False, True)
    expected = {"title": "publisher contoso", "standing": "missing", "detail": "", "shared": False}
    assert expected in told["items"]


def test_what_stands_in_the_way_is_said_with_a_hint(cotab: Cotab, run: Run) -> None:
    run.local.restrict("prvCreatemsdyn_provider")
    answer = cotab("install")
    assert answer.code == 1
    assert "Error: You lack the privileges prvCreatemsdyn_provider\nAsk for the role" in answer.err


def test_widgets_are_reset_if_one_says_so(cotab: Cotab, run: Run) -> None:
    cotab("install")
    run.local.seed_widget("Shop", cobrowse="Contoso Assist")
    refused = cotab("uninstall")
    assert refused.code == 1
    assert "--reset-widgets takes it out of them" in refused.err
    assert cotab("uninstall", "--reset-widgets").code == 0


def test_what_is_seen_of_an_org_is_shown_before_it_is_saved(cotab: Cotab, folder: Path) -> None:
    cotab("install")
    file = folder / "org.json"
    shown = cotab("inspect")
    assert (shown.code, json.loads(shown.out)["mime_types"]["html"], file.exists()) == (0, "text/html", False)
    assert cotab("inspect", "--save", str(file), "--yes").out == shown.out == file.read_text("utf-8")


def test_what_a_trial_has_seen_is_written_once_it_is_agreed_to(cotab: Cotab, folder: Path, run: Run) -> None:
    cotab("install")
    file = folder / "org.json"
    file.write_text('{"side_panes": "keep"}', "utf-8")
    before = run.snapshot()
    assert cotab("inspect", "--apply", str(file)).code == 1
    assert run.snapshot() == before
    answer = cotab("inspect", "--apply", str(file), "--yes")
    assert (answer.code, "was seen to keep its page" in answer.out) == (0, True)
    assert [row["value"] for row in run.local.rows("environmentvariablevalue")] == ['{"resident": "auto"}']
    file.write_text("{}", "utf-8")
    assert "nothing to obey" in cotab("inspect", "--apply", str(file), "--yes").err
    assert cotab("inspect", "--apply", str(file), "--save", str(file)).code == 2


def test_pushing_says_what_it_does(cotab: Cotab, folder: Path) -> None:
    path = folder / "dist" / "webresources" / "contoso_" / "assist" / "boot.js"
    cotab("install", "--unmanaged")
    answer = cotab("push", str(path))
    assert (answer.code, answer.out) == (0, "Update contoso_/assist/boot.js (2 bytes)\nPublish 1 web resource\n")
    assert cotab("push", "nothing.js").code == 1


def test_a_provider_that_others_use_is_said_to_stay(cotab: Cotab, run: Run) -> None:
    cotab("install")
    provider = release().provisioning.provider
    bind = {"msdyn_Provider@odata.bind": f"/{provider.path}"}
    run.local.seed("msdyn_channelcapability", msdyn_name="Video", msdyn_escalationchannelmode=192350001, **bind)
    answer = cotab("uninstall")
    assert answer.code == 0
    assert "kept: Channel Capability “Video” (uses a row of ours, and is not ours)" in answer.out


def test_what_stands_in_an_org_does_not_drive_the_terminal(cotab: Cotab, run: Run) -> None:
    cotab("install")
    provider = release().provisioning.provider
    name = "\x9b2J\x9d0;owned\x9c"  # the 8-bit forms, which XML carries: an org refuses those that begin with ESC
    bind = {"msdyn_Provider@odata.bind": f"/{provider.path}"}
    run.local.seed("msdyn_channelcapability", msdyn_name=name, msdyn_escalationchannelmode=192350001, **bind)
    run.local.seed_widget(name, cobrowse="Contoso Assist")
    for arguments in (["verify"], ["uninstall"], ["uninstall", "--dry-run"], ["uninstall", "--keep-widgets"]):
        answer = cotab(*arguments)
        assert "0;owned" in answer.out + answer.err
        assert not set("\x9b\x9d\x9c\x1b") & set(answer.out + answer.err)


def test_widgets_are_reset_or_kept_but_not_both(cotab: Cotab) -> None:
    answer = cotab("uninstall", "--reset-widgets", "--keep-widgets")
    assert answer.code == 2
    assert "exclude each other" in answer.err


@pytest.mark.parametrize("command", [["install"], ["verify"], ["push", "boot.js"]])
def test_a_wrong_address_is_said_before_anything_is_built(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path, command: list[str]
) -> None:
    monkeypatch.setattr("cotab_kit.cli.org.build", None)
    monkeypatch.setattr(sys, "argv", ["cotab", *command, "--project", str(folder), "--org", "http://contoso.example"])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1
    assert "is not the address of an org" in capsys.readouterr().err
