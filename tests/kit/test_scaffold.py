"""`new NAME`: what it may be called, what is in it, and that it builds and passes its own tests unchanged."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cotab_kit.check.check import what_cannot_work
from cotab_kit.cli.app import app
from cotab_kit.cli.options import command_line
from cotab_kit.errors import KitError
from cotab_kit.layout import kit_files
from cotab_kit.project.project import Project
from cotab_kit.project.scaffold import TEXT_FILES, Kind, make_project


@pytest.mark.parametrize(
    ("name", "class_name"),
    [
        ("assist", "Assist"),
        ("contoso_assist", "ContosoAssist"),
        ("ContosoAssist", "ContosoAssist"),
        ("contosoAssist2", "ContosoAssist2"),
        ("a", "A"),
        ("a__b_", "AB"),
        ("minimal", "Minimal"),
        ("class", "Class"),
        ("a" * 64, "A" + "a" * 63),
    ],
)
def test_the_name_becomes_that_of_the_solution_the_provider_and_the_adapter(
    tmp_path: Path, name: str, class_name: str
) -> None:
    make_project(tmp_path / name)
    project = Project.at(tmp_path / name)
    manifest = project.manifest
    assert manifest.solution.unique_name == name
    assert manifest.provider.name == class_name
    assert manifest.page.adapter == f"main:{class_name}"
    project.check()


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("1st", "st"),
        ("my-assist", "my_assist"),
        ("my assist", "my_assist"),
        ("ässist", "assist"),
        ("_a", "a"),
        ("a.b", "a_b"),
        ("a" * 65, "a" * 64),
        ("assist\n", "assist"),
        ("2025", "assist"),
        ("助手", "assist"),
        ("end-reason", "end_reason_adapter"),
    ],
)
def test_a_name_that_dataverse_would_refuse_is_refused_and_a_legal_one_suggested(
    tmp_path: Path, name: str, instead: str
) -> None:
    with pytest.raises(KitError, match="cannot be the name of a solution") as failure:
        make_project(tmp_path / name)
    assert failure.value.hint.endswith(f"letters, digits and underscores, beginning with a letter, such as {instead}")
    assert list(tmp_path.iterdir()) == []
    make_project(tmp_path / instead)


@pytest.mark.parametrize("name", ["none", "True", "false", "provider", "end_reason", "fake_tab", "tool"])
def test_a_name_that_means_something_else_in_the_code_is_refused_and_another_suggested(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(KitError, match=f'"{name}" cannot be the name of the adapter') as failure:
        make_project(tmp_path / name)
    assert failure.value.hint == f"Choose another name, such as {name}_adapter"
    assert list(tmp_path.iterdir()) == []
    make_project(tmp_path / f"{name}_adapter")


@pytest.mark.parametrize("name", ["default", "System", "nul", "com1"])
def test_a_name_that_no_solution_can_have_is_refused_and_another_suggested(tmp_path: Path, name: str) -> None:
    with pytest.raises(KitError, match=f'"{name}" cannot be the name of a solution: ') as failure:
        make_project(tmp_path / name)
    assert failure.value.hint == f"Choose another name, such as {name}_adapter"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("folder", ["R&D", "two words", "a(1)", "100%", "a;b"])
def test_a_command_to_be_typed_has_a_path_that_a_shell_would_read_in_quotes(tmp_path: Path, folder: str) -> None:
    path = tmp_path / folder / "assist"
    assert command_line("test", path).endswith(f'--project "{path}"')
    assert command_line("test", tmp_path / "größe" / "assist").endswith(f"--project {tmp_path / 'größe' / 'assist'}")


def test_what_exists_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "assist").mkdir()
    (tmp_path / "other").write_text("mine")
    for name in ("assist", "other"):
        with pytest.raises(KitError, match="exists already"):
            make_project(tmp_path / name)
    assert list((tmp_path / "assist").iterdir()) == []
    assert (tmp_path / "other").read_text() == "mine"


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KitError, match="cannot be made") as failure:
        make_project(tmp_path / "file" / "assist")
    assert "may write" in failure.value.hint


def test_folders_on_the_way_are_made(tmp_path: Path) -> None:
    make_project(tmp_path / "two words" / "assist")
    assert (tmp_path / "two words" / "assist" / "main.py").is_file()


TESTS = {f"tests/{name}.py" for name in ("test_adapter", "test_desktop")}
IN_EVERY_PROJECT = {"provider.toml", "main.py", ".gitignore", "pytest.ini"} | TESTS
ICONS = {"icons/cobrowse.svg", "icons/screenshare.svg", "icons/logo32x32.png"}
FILES = {
    "minimal": IN_EVERY_PROJECT | {"assets/fake_sdk.js", "tests/test_tab.py"},
    "iframe": IN_EVERY_PROJECT | {"service/app.py", "service/viewer.html", "service/viewer.js"},
    "link": IN_EVERY_PROJECT | {"service/app.py"},
    "tandem": IN_EVERY_PROJECT | ICONS | {"tests/test_tab.py"},
    "cobrowseio": IN_EVERY_PROJECT
    | {
        "tests/test_tab.py",
        "npm.lock",
        "npm.preview.lock",
        "backend/preview.py",
        "backend/service.py",
    }
    | {"backend/stand_in.py", "backend/customer.js", "backend/viewer.html"},
    "livekit": IN_EVERY_PROJECT
    | {
        "tests/test_tab.py",
        "npm.lock",
        "backend/preview.py",
        "backend/service.py",
        "backend/stand_in.py",
    }
    | {"backend/customer.html", "backend/customer.js", "tests/test_backend.py"},
}


def files_of(folder: Path) -> dict[str, Path]:
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("template", FILES)
def test_every_folder_of_examples_is_a_template_and_so_is_the_default_project(tmp_path: Path, template: str) -> None:
    make_project(tmp_path / "assist", template)
    assert set(files_of(tmp_path / "assist")) == FILES[template]
    assert set(kit_files().templates) == set(FILES)


def test_nothing_of_the_template_is_left_in_it_but_its_words(tmp_path: Path) -> None:
    make_project(tmp_path / "assist")
    assert not [path for path in files_of(tmp_path / "assist").values() if "minimal" in path.read_text("utf-8").lower()]


@pytest.mark.parametrize("kind", Kind)
def test_a_project_of_each_kind_is_sound_and_its_adapter_passes_its_tests_on_the_host(
    tmp_path: Path, kind: Kind
) -> None:
    answer = CliRunner().invoke(app, ["new", "--kind", kind, str(tmp_path / "assist")])
    assert answer.exit_code == 0, answer.output
    project = Project.at(tmp_path / "assist")
    project.check()
    assert what_cannot_work(project) == []
    assert set(project.modules()) == {"main.py"}
    assert project.manifest.page.adapter == "main:Assist"
    command = [sys.executable, "-m", "pytest", "-q", "tests/test_adapter.py"]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, cwd=project.root)
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_a_kind_and_a_template_are_one_too_many(tmp_path: Path) -> None:
    answer = CliRunner().invoke(app, ["new", "--kind", "link", "--template", "tandem", str(tmp_path / "assist")])
    assert isinstance(answer.exception, KitError)
    assert not (tmp_path / "assist").exists()


def test_the_relay_keeps_its_name_where_the_provider_gets_one(tmp_path: Path) -> None:
    make_project(tmp_path / "assist", "tandem")
    project = Project.at(tmp_path / "assist")
    project.check()
    manifest = project.manifest
    assert (manifest.provider.name, manifest.page.adapter) == ("Assist", "main:Assist")
    assert (manifest.publisher.prefix, manifest.solution.unique_name) == ("contoso", "assist")
    assert (manifest.preview.server, manifest.preview.script) == ("tandem.preview:factory", "{server}/tandem.js")
    assert {given.icon for given in manifest.modes.values()} == {"icons/cobrowse.svg", "icons/screenshare.svg"}
    files = files_of(tmp_path / "assist")
    assert not [
        name for name, path in files.items() if path.suffix in TEXT_FILES and "Tandem" in path.read_text("utf-8")
    ]


def test_a_template_that_does_not_exist_is_named_with_those_that_do(tmp_path: Path) -> None:
    with pytest.raises(KitError, match='There is no template "tandm"') as failure:
        make_project(tmp_path / "assist", "tandm")
    assert failure.value.hint == "Choose one of these: cobrowseio, iframe, link, livekit, minimal, tandem"
    assert list(tmp_path.iterdir()) == []


def test_what_a_build_left_in_the_template_is_not_copied(
    tmp_path: Path, provider: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("dist", ".cotab", "__pycache__", ".pytest_cache"):
        (provider / folder).mkdir()
    examples = provider.rename(tmp_path / "minimal").parent
    files = replace(kit_files(), examples=examples)
    monkeypatch.setattr("cotab_kit.project.scaffold.kit_files", lambda: files)
    make_project(tmp_path / "assist")
    assert {path.name for path in (tmp_path / "assist").iterdir()} >= {"main.py", "tests"}
    assert not {path.name for path in (tmp_path / "assist").iterdir()} & {
        "dist",
        ".cotab",
        "__pycache__",
        ".pytest_cache",
    }


@pytest.mark.full
@pytest.mark.parametrize("template", FILES)
def test_a_new_project_builds_and_passes_its_own_tests_unchanged(tmp_path: Path, template: str) -> None:
    """The slowest of the kit's tests: everything an author does first, the browser included."""
    project = tmp_path / "two words" / "assist"
    make_project(project, template)
    command = [sys.executable, "-m", "cotab_kit", "test", "--project", str(project)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "passed" in finished.stdout
    assert "failed" not in finished.stdout
    modes = Project.at(project).manifest.modes
    built = project / "dist" / "webresources" / "contoso_" / "assist"
    assert [mode for mode in modes if not (built / f"{mode}.html").is_file()] == []
