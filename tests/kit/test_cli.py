"""The command line: what it answers, and that whatever goes wrong is said without a traceback."""

from __future__ import annotations

import ast
import mimetypes
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.request import urlopen

import pytest

import cotab as library
from cotab_kit.__main__ import run
from cotab_kit.cli.app import app, main
from cotab_kit.errors import BuildError, DesktopError, KitError, ManifestError, OrgError, SetupError, SignInError
from cotab_kit.layout import Workspace, source_root
from cotab_kit.tools.npm import NpmTable

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = source_root() or Path()
COMMANDS = ["build", "test", "check", "preview", "replay", "bench", "new", "lock", "docs", "clean"]
COMMANDS += ["install", "uninstall", "verify", "inspect", "push"]
KINDS = (KitError, SetupError, ManifestError, BuildError, OrgError, SignInError, DesktopError)


class Answer(NamedTuple):
    code: int | str | None
    out: str
    err: str


@pytest.fixture
def cotab(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Runs the command line in this process."""
    for name, value in {"COLUMNS": "200", "NO_COLOR": "1", "CI": "true"}.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["cotab", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        answer = Answer(end.value.code, *capsys.readouterr())
        assert "Traceback" not in answer.err
        return answer

    return run


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("cotab_kit.cli.build.build", fail)


def test_the_commands_are_those_that_are_tested_here() -> None:
    assert [command.name for command in app.registered_commands if command.name] == ["build"]
    named = [command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands]
    assert sorted(named) == sorted(COMMANDS)


def test_without_a_command_the_commands_are_listed(cotab: Callable[..., Answer]) -> None:
    for arguments in ([], ["--help"]):
        text = "".join(cotab(*arguments)[1:])
        assert all(re.search(rf"\b{command}\b", text) for command in COMMANDS)
        assert "Write the agent's side of a co-browse or screen-sharing product in Python" in text


def test_an_unknown_template_is_an_error_that_names_those_there_are(
    cotab: Callable[..., Answer], tmp_path: Path
) -> None:
    answer = cotab("new", tmp_path / "assist", "--template", "x")
    assert (answer.code, answer.out) == (1, "")
    there = "cobrowseio, iframe, link, livekit, minimal, tandem"
    assert answer.err == f'Error: There is no template "x"\nChoose one of these: {there}\n'
    cotab("new", tmp_path / "assist", "--template", "tandem")
    assert "class Assist(Provider)" in (tmp_path / "assist" / "main.py").read_text("utf-8")


def test_a_lock_is_written_of_what_the_manifest_names_and_of_nothing_else(
    cotab: Callable[..., Answer], provider: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = cotab("lock", "--project", provider)
    assert (answer.code, "[page.npm] names no package" in answer.err) == (1, True)
    with (provider / "provider.toml").open("a", encoding="utf-8") as manifest:
        manifest.write('[page.npm]\nsdk = "1.0.0"\n')
    asked: list[object] = []

    def write(*arguments: object) -> list[str]:
        asked.extend(arguments)
        return ["part 1.0.0", "sdk 1.0.0"]

    monkeypatch.setattr("cotab_kit.tools.npm.write_lock", write)
    answer = cotab("lock", "--project", provider)
    assert (answer.code, answer.out) == (0, f"Locked in {provider / 'npm.lock'}: part 1.0.0, sdk 1.0.0\n")
    assert asked[:1] == [NpmTable("page.npm", {"sdk": "1.0.0"}, provider / "npm.lock")]


def test_the_documentation_is_served_until_ctrl_c(
    cotab: Callable[..., Answer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index.html").write_text("the documentation")
    (tmp_path / "search.js").write_text("0")
    mimetypes.add_type("text/plain", ".js")  # as a program may have written it into Windows' registry
    read: list[bytes] = []

    def look(address: str) -> None:
        with urlopen(address) as answer:  # noqa: S310 - of this machine
            read.append(answer.read())
        with urlopen(f"{address}search.js") as answer:  # noqa: S310 - as above
            assert answer.headers["content-type"] == "text/javascript"
        raise KeyboardInterrupt

    monkeypatch.setattr("cotab_kit.build.site.build_site", lambda *_: tmp_path)
    monkeypatch.setattr("webbrowser.open", look)
    answer = cotab("docs")
    mimetypes.add_type("text/javascript", ".js")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\n", answer.out)
    assert read == [b"the documentation"]


def test_the_version_is_that_of_the_library(cotab: Callable[..., Answer]) -> None:
    assert cotab("--version") == (0, f"cotab {library.__version__}\n", "")


def test_whatever_the_kit_refuses_it_says_what_to_do_next() -> None:
    """All but what a tool says in its own words."""
    files = (ROOT / "pylib" / "cotab_kit").rglob("*.py")
    trees = [(path, ast.parse(path.read_text("utf-8"))) for path in files]
    kinds = {kind.__name__ for kind in KINDS}
    silent = [
        f"{path}:{node.lineno}"
        for path, tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds
        if "hint" not in {word.arg for word in node.keywords}
    ]
    assert silent == []


def test_help_has_the_names_of_tables_in_brackets(cotab: Callable[..., Answer]) -> None:
    assert "the packages of [page.npm] and [preview.npm]" in cotab("lock", "--help").out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(cotab: Callable[..., Answer], command: str) -> None:
    answer = cotab(command, "--help")
    assert answer.code == 0
    assert re.search(r"[A-Z][a-z]+ .*\.", answer.out)
    assert {"new": "folder", "bench": "--samples", "docs": "--no-open"}.get(command, "--project") in answer.out


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["biuld"], "biuld"),
        (["build", "--porject", "x"], "--porject"),
        (["new"], "folder"),
        (["preview", "--port", "x"], "--port"),
    ],
)
def test_what_it_does_not_understand_is_named(cotab: Callable[..., Answer], arguments: list[str], named: str) -> None:
    answer = cotab(*arguments)
    assert answer.code == 2
    assert named in answer.err.partition("Error")[2]


def test_an_error_is_a_message_and_a_hint(cotab: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, KitError("It [broke] here.", hint="Mend [bold]it[/]."))
    assert cotab("build") == (1, "", "Error: It [broke] here.\nMend [bold]it[/].\n")


def test_an_error_may_come_without_a_hint(cotab: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, KitError("It broke."))
    assert cotab("build") == (1, "", "Error: It broke.\n")


def test_a_file_that_cannot_be_used_is_an_error_and_no_defect(
    cotab: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(monkeypatch, PermissionError(13, "Permission denied", "dist/x.js"))
    answer = cotab("build")
    assert answer.code == 1
    assert "Permission denied: 'dist/x.js'" in answer.err
    assert "disk has room" in answer.err
    monkeypatch.setattr("platform.system", lambda: "Windows")
    assert "disk has room" in cotab("build").err
    fail_with(monkeypatch, FileNotFoundError(2, "No such file or directory", "C:/" + "x" * 257))
    assert "The path has 260 characters. Move the project to a shorter one" in cotab("build").err


def test_ctrl_c_is_no_failure_with_a_traceback(cotab: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, KeyboardInterrupt())
    assert cotab("build").code in (1, 130)


def test_a_defect_of_the_kit_is_not_hidden(cotab: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        cotab("build")


@pytest.mark.full
def test_build_says_where_the_pages_are_and_takes_a_relative_project(
    cotab: Callable[..., Answer], provider: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(provider.parent)
    answer = cotab("build", "--project", provider.name)
    assert answer.code == 0, answer.err
    first, start, later, fallback, configuration, *pages, packages, last = answer.out.splitlines()
    assert re.fullmatch(rf"{re.escape(str(provider / 'dist' / 'webresources'))}: \d+ web resources; .*", first)
    times = (start, later, fallback, configuration)
    begin = re.compile(r"  [\d.]+ MB (\w+)")
    assert [begin.match(line)[1] for line in times] == ["for", "once", "only", "only"]  # type: ignore[index] # a line that does not match fails the test
    assert pages == [
        "  cobrowse: contoso_/minimal/cobrowse.html",
        "  screenshare: contoso_/minimal/screenshare.html",
        "  configuration page: <org>/WebResources/contoso_/minimal/configuration.html",
    ]
    assert packages == (
        "To install: minimal_1.0.0.0.zip, minimal_1.0.0.0_appsource, minimal_1.0.0.0_data.zip, "
        "minimal_1.0.0.0_managed.zip"
    )
    assert re.fullmatch(rf'See it: python "?.*build\.py"? preview --project "{provider.name}"', last)
    assert (provider / "dist" / "webresources" / "contoso_" / "minimal" / "cobrowse.html").is_file()


@pytest.mark.parametrize("command", ["build", "test", "check", "preview", "clean"])
def test_a_folder_without_a_project_is_refused_and_left_as_it_is(
    cotab: Callable[..., Answer], tmp_path: Path, command: str
) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "precious").touch()
    answer = cotab(command, "--project", tmp_path)
    assert answer.code == 1
    assert f"{tmp_path} has no provider.toml" in answer.err
    assert "--project" in answer.err
    assert (tmp_path / "dist" / "precious").exists()


def test_a_manifest_in_place_of_its_folder_is_refused(cotab: Callable[..., Answer], provider: Path) -> None:
    assert "has no provider.toml" in cotab("build", "--project", provider / "provider.toml").err


def test_new_makes_a_project_or_says_why_not(cotab: Callable[..., Answer], tmp_path: Path) -> None:
    assert cotab("new", tmp_path / "assist").out.startswith(f"Made {tmp_path / 'assist'}.")
    answer = cotab("new", tmp_path / "assist")
    assert (answer.code, answer.out) == (1, "")
    assert "exists already" in answer.err


@pytest.mark.parametrize("clone", ["a clone", None])
def test_new_names_the_commands_that_come_next(
    cotab: Callable[..., Answer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clone: str | None
) -> None:
    monkeypatch.setattr("cotab_kit.cli.options.source_root", lambda: clone and tmp_path / clone)
    monkeypatch.chdir(tmp_path)
    program = f'python "{Path(clone, "build.py")}"' if clone else "cotab"
    lines = cotab("new", "my projects/assist").out.splitlines()[1:]
    for command, line in zip(("test", "preview", "build"), lines, strict=True):
        assert line.startswith(f'  {program} {command} --project "{Path("my projects", "assist")}"  ')


def test_in_the_checkout_commands_are_short(cotab: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    report = {"files": [], "pages": {}, "packages": [], "configuration": "cotab_/tandem/configuration.html"}
    monkeypatch.setattr("cotab_kit.cli.build.build", lambda *_: report)
    assert cotab("build").out.endswith("\nSee it: python build.py preview\n")


@pytest.fixture
def own_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an installed kit has them: in the project's folder."""
    monkeypatch.setattr("cotab_kit.project.project.source_root", lambda: None)


@pytest.mark.usefixtures("own_caches")
def test_clean_removes_what_was_made_and_keeps_the_readme(cotab: Callable[..., Answer], provider: Path) -> None:
    caches, dist = Workspace(provider).caches, provider / "dist"
    (caches / "node").mkdir(parents=True)
    (dist / "webresources").mkdir(parents=True)
    for name in ("README.md", "build.json", "webresources/a.js"):
        (dist / name).touch()
    kept = {path for path in provider.rglob("*") if dist not in path.parents and caches not in [path, *path.parents]}
    assert cotab("clean", "--project", provider).code == 0
    assert set(provider.rglob("*")) == kept | {dist, dist / "README.md"}


@pytest.mark.usefixtures("own_caches")
def test_clean_has_nothing_against_a_clean_project(cotab: Callable[..., Answer], provider: Path) -> None:
    assert cotab("clean", "--project", provider) == cotab("clean", "--project", provider) == (0, "", "")


@pytest.mark.usefixtures("own_caches")
def test_clean_cuts_links_and_leaves_what_they_lead_to(
    cotab: Callable[..., Answer], provider: Path, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "precious").touch()
    (provider / "dist").mkdir()
    for link in (provider / ".cotab", provider / "dist" / "webresources"):
        link.symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert cotab("clean", "--project", provider).code == 0
    assert not (provider / ".cotab").is_symlink()
    assert (tmp_path / "elsewhere" / "precious").exists()


@pytest.mark.usefixtures("own_caches")
def test_a_broken_manifest_does_not_stop_clean(cotab: Callable[..., Answer], provider: Path) -> None:
    (provider / "provider.toml").write_text("broken")
    (provider / ".cotab").mkdir()
    assert cotab("clean", "--project", provider).code == 0
    assert not (provider / ".cotab").exists()


class Impatient:
    """Somebody who presses Ctrl-C before the command line is there."""

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> None:
        if name == "cotab_kit.cli.app":
            raise KeyboardInterrupt


def test_ctrl_c_while_the_command_line_is_loaded_ends_it_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "cotab_kit.cli.app")
    monkeypatch.setattr(sys, "meta_path", [Impatient(), *sys.meta_path])
    with pytest.raises(SystemExit) as end:
        run()
    assert end.value.code == 130


def test_a_port_that_is_none_is_refused(cotab: Callable[..., Answer]) -> None:
    answer = cotab("preview", "--port", "70000")
    assert answer.code == 2
    assert "65535" in answer.err


def test_a_console_that_does_not_know_every_letter_gets_what_it_can_show(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cotab_kit", "new", str(tmp_path / "日本" / "assist")]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    finished = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert "\\u65e5\\u672c" in finished.stdout
