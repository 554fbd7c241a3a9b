"""`check`: everything that is wrong with a project at once, for people and for machines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from cotab_kit.check.check import JUSTIFICATIONS, check
from cotab_kit.check.lint import PLUGIN, REASONS
from cotab_kit.cli.app import app
from cotab_kit.layout import Workspace, source_root
from cotab_kit.manifest.model import MANIFEST
from cotab_kit.project.project import Project

if TYPE_CHECKING:
    from pathlib import Path

    from cotab_kit.errors import Finding
    from cotab_kit.progress import Steps


@pytest.fixture
def project(provider: Path) -> Project:
    """A project of its own, with the JavaScript parts of the checkout."""
    root = source_root()
    assert root
    return Project(provider, provider / "dist", Workspace(root))


def add(project: Project, name: str, text: str) -> None:
    path = project.root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text((path.read_text("utf-8") if path.exists() else "") + text, "utf-8")


def said(findings: list[Finding], project: Project) -> list[str]:
    return [str(found).replace(f"{project.root}", "").replace("\\", "/") for found in findings]


def test_a_sound_project_has_no_findings_and_its_justifications_are_written(project: Project, steps: Steps) -> None:
    assert check(project, steps) == []
    text = (project.dist / JUSTIFICATIONS).read_text("utf-8")
    assert f"## {PLUGIN}avoid-window-top" in text
    assert "contract" in text
    assert "boot.js" in text
    assert "## no-eval" in text
    assert all(why in text for why in REASONS.values())


def test_findings_of_every_kind_come_at_once(project: Project, steps: Steps) -> None:
    add(project, MANIFEST, 'order = "first"\nicon = "none.svg"\n')
    add(project, "random.py", "")
    add(project, "broken.py", "def")
    add(project, "assets/my logo.svg", "")
    add(project, "nul.py", "\0")
    (project.root / "old.py").write_bytes(b"# caf\xe9")
    add(project, "assets/sdk.js", "const name = prompt.name;\nexport default eval(name);\n")
    (project.root / "assets/old.js").write_bytes(b"// caf\xe9")
    (project.root / "main.py").write_text("", "utf-8")
    found = said(check(project, steps), project)
    assert [line.partition(";")[0] for line in found] == [
        '/provider.toml: modes.screenshare.order = "first": write a whole number, such as 0, or leave it out',
        '/provider.toml: modes.screenshare.icon = "none.svg": there is no such file',
        '/provider.toml: /main.py defines no "Minimal", which page.adapter names',
        "/random.py: a module named random would take the place of the one that Python brings itself",
        "/broken.py:1: invalid syntax",
        "/nul.py:1: source code string cannot contain null bytes",
        "/old.py: line 1 is not UTF-8",
        "/assets/my logo.svg: a web resource's name has letters, digits, '_', '-', '.', and single '/' only",
        "/assets/old.js: line 1 is not UTF-8",
        "/assets/sdk.js:2:16: no-eval: eval can be harmful.",
    ]


def test_what_follows_from_a_wrong_key_is_not_told(project: Project, steps: Steps) -> None:
    text = (project.root / MANIFEST).read_text("utf-8")
    (project.root / MANIFEST).write_text(text.replace('"main:Minimal"', '"main.Minimal"'), "utf-8")
    (found,) = check(project, steps)
    assert found.key == "page.adapter"


def test_a_script_may_stay_where_the_author_says_why(project: Project, steps: Steps) -> None:
    add(project, "assets/sdk.js", "with (window.top) { eval(name); }\n")  # a script, and no module
    rules = {found.problem.partition(":")[0] for found in check(project, steps)}
    assert rules == {"no-eval", "no-with", f"{PLUGIN}avoid-window-top"}
    add(project, MANIFEST, '[appsource.justifications]\n"assets/sdk.js" = "It is old."\n"assets/gone.js" = "x"\n')
    (found,) = check(project, steps)
    assert found.key == "appsource.justifications.assets/gone.js"
    assert "It is old." in (project.dist / JUSTIFICATIONS).read_text("utf-8")


def test_a_script_is_checked_whatever_letters_its_ending_has_and_whatever_node_warns_of(
    project: Project, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    warning = project.root.parent / "warning.cjs"  # such as Node's own of a certificate that cannot be read
    warning.write_text('process.stderr.write("[Warning]\\n");', "utf-8")
    monkeypatch.setenv("NODE_OPTIONS", f'--require "{warning.as_posix()}"')
    add(project, "assets/SDK.JS", "eval(name);\n")
    (found,) = check(project, steps)
    assert found.file.endswith("SDK.JS:1:1")


def test_comments_do_not_silence_the_rules(project: Project, steps: Steps) -> None:
    add(project, "assets/sdk.js", "/* eslint-disable */\neval(name); // eslint-disable-line\n")
    (found,) = check(project, steps)
    assert found.file.endswith("sdk.js:2:1")


def test_a_script_that_cannot_be_read_is_a_finding(project: Project, steps: Steps) -> None:
    add(project, "assets/sdk.js", "function (\n")
    (found,) = check(project, steps)
    assert "Parsing error" in found.problem


def test_a_wrong_key_of_the_page_does_not_hide_what_the_scripts_do(project: Project, steps: Steps) -> None:
    text = (project.root / MANIFEST).read_text("utf-8")
    (project.root / MANIFEST).write_text(text.replace("[page]", "[page]\nboot_timeout_seconds = 0"), "utf-8")
    add(project, "assets/sdk.js", "eval(name);\n")
    keys = [(found.key, found.problem.partition(":")[0]) for found in check(project, steps)]
    assert keys == [("page.boot_timeout_seconds", ""), ("", "no-eval")]


def test_a_manifest_that_is_no_file_is_one_finding(project: Project, steps: Steps) -> None:
    (project.root / MANIFEST).unlink()
    (project.root / MANIFEST).mkdir()
    (found,) = check(project, steps)
    assert "cannot be read" in found.problem


@pytest.mark.parametrize("content", ["[publisher\n", "a = 1\na = 2\n"])
def test_a_manifest_that_is_not_toml_is_one_finding(project: Project, steps: Steps, content: str) -> None:
    (project.root / MANIFEST).write_text(content, "utf-8")
    (found,) = check(project, steps)
    assert found.file == str(project.root / MANIFEST)
    assert "is not TOML" in found.problem


def test_machines_get_json_and_an_exit_code(provider: Path) -> None:
    path = provider / MANIFEST
    path.write_text(path.read_text("utf-8").replace('"1.0.0.0"', '"1.0"').replace('"main:', '"'), "utf-8")
    answer = CliRunner().invoke(app, ["check", "--json", "--project", str(provider)])
    assert answer.exit_code == 1
    assert [(found["key"], found["value"]) for found in json.loads(answer.stdout)] == [
        ("solution.version", '"1.0"'),
        ("page.adapter", '"Minimal"'),
    ]
    answer = CliRunner().invoke(app, ["check", "--project", str(provider)])
    assert answer.exit_code == 1
    said = f'{path}: solution.version = "1.0": write four numbers with dots between them, such as "1.0.0.0"'
    assert said in answer.stdout.splitlines()
