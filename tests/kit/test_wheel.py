"""The wheel: an author installs it and works in a repository of their own, far from this one.

Dependencies come from the checkout's environment by a .pth file, and the JavaScript parts and the browser's wheels are
copied from its caches, so that nothing is downloaded; cotab itself comes from the wheel alone.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hatchling.build import build_editable

from cotab_kit.layout import Workspace, source_root
from cotab_kit.solution.web_resource_rules import check_resources
from cotab_kit.tools.process import run_process

if TYPE_CHECKING:
    from cotab_kit.tools.process import Finished

ROOT = source_root() or Path()
BUILT_FROM = ("pyproject.toml", "README.md", "LICENSE", ".gitignore", "pylib", "webresource", "examples")
UNUSED_BY_A_BUILD = shutil.ignore_patterns("typescript", "@typescript", "eslint", "@eslint", "axe-core", "*.map")
LEFT_BY_WORK = {"dist", ".cotab", "__pycache__", ".pytest_cache"}

# Where what the wheel brings comes from.
BROUGHT = {
    "pylib/cotab": "cotab",
    "pylib/cotab_kit": "cotab_kit",
    "pylib/tandem": "tandem",
    "pylib/cotab_setup": "cotab_setup",
    "webresource/icons": "cotab_kit/_files/icons",
    "webresource/page": "cotab_kit/_files/page",
    "examples/minimal": "cotab_kit/_files/template",
}


def ran(*command: object, cwd: Path | None = None) -> Finished:
    finished = run_process([str(part) for part in command], cwd=cwd, env={"PYTHONPATH": "", "CI": "true"})
    assert finished.ok, finished.output
    return finished


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of the tree in which work has left its traces."""
    tree, out = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("out")
    for name in BUILT_FROM:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, tree / name, ignore=shutil.ignore_patterns(*LEFT_BY_WORK))
        else:
            shutil.copyfile(path, tree / name)
    for folder in BROUGHT:
        for name in LEFT_BY_WORK:
            (tree / folder / name).mkdir()
            (tree / folder / name / "left.py").touch()
    options = ["--no-build-isolation", "--no-deps", "--no-index", "--disable-pip-version-check"]
    ran(sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", out, tree)
    (built,) = out.glob("*.whl")
    return built


@dataclass(frozen=True)
class Installation:
    """An environment with the wheel in it."""

    scripts: Path

    def cotab(self, *arguments: object, cwd: Path) -> Finished:
        return ran(self.scripts / ("cotab.exe" if os.name == "nt" else "cotab"), *arguments, cwd=cwd)

    def python(self, code: str) -> str:
        return ran(self.scripts / "python", "-c", code).output.strip()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Installation:
    home = tmp_path_factory.mktemp("installed") / "a venv"
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    places = {"base": str(home), "platbase": str(home)}
    scripts = Path(sysconfig.get_path("scripts", "venv", vars=places))
    packages = Path(sysconfig.get_path("purelib", "venv", vars=places))
    options = ["--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check"]
    ran(sys.executable, "-m", "pip", "--python", scripts / "python", "install", *options, wheel)
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    return Installation(scripts)


def of_the_tree(folder: str, place: str) -> set[str]:
    """The files of a folder by their names in the wheel, without what work left."""
    found = [path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*") if path.is_file()]
    return {f"{place}/{path.as_posix()}" for path in found if not LEFT_BY_WORK & set(path.parts)}


def test_the_wheel_holds_everything_the_kit_needs_and_nothing_that_work_left(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    locks = {"package.json", "package-lock.json", "requirements.lock", "nodejs.lock"}
    expected = {f"cotab_kit/_files/{name}" for name in locks}
    for folder, place in BROUGHT.items():
        expected |= of_the_tree(folder, place)
    assert names == expected


def test_cotab_comes_from_the_wheel_and_knows_its_own_files(installed: Installation) -> None:
    code = "import cotab, cotab_kit.layout as x; print(cotab.__file__, x.source_root(), x.kit_files().template)"
    text = installed.python(code)
    assert " None " in text
    assert str(ROOT / "pylib") not in text
    assert text.endswith(str(Path("_files", "template")))


@pytest.mark.parametrize("named", [(), ("-p", "cotab_kit.testing.plugin")], ids=["found", "found and named"])
def test_pytest_has_cotab_s_fixtures_where_it_is_installed(
    installed: Installation, tmp_path: Path, named: tuple[str, ...]
) -> None:
    options = ["-p", "no:cacheprovider", "--fixtures", *named]
    shown = ran(installed.scripts / "python", "-m", "pytest", *options, cwd=tmp_path).output
    assert "tab -- " in shown
    assert "desktop -- " in shown


def test_an_editable_installation_is_a_folder_on_the_path_which_editors_follow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    with zipfile.ZipFile(tmp_path / build_editable(str(tmp_path))) as archive:
        assert archive.read("_cotab.pth").decode().strip() == str(ROOT / "pylib")
        assert not [name for name in archive.namelist() if name.endswith(".py")]


def test_an_author_makes_a_project_and_builds_it_far_from_the_checkout(installed: Installation, tmp_path: Path) -> None:
    installed.cotab("new", "assist", cwd=tmp_path)
    project = tmp_path / "assist"
    shared, own = Workspace(ROOT), Workspace(project)
    shutil.copytree(shared.node, own.node, ignore=UNUSED_BY_A_BUILD, symlinks=True)
    shutil.copytree(shared.wheels, own.wheels)
    answer = installed.cotab("build", cwd=project).output
    assert str(project / "dist" / "webresources") in answer
    assert "Installing" not in answer
    assert "Fetching" not in answer
    report = json.loads((project / "dist" / "build.json").read_text("utf-8"))
    folder = project / "dist" / "webresources" / "contoso_" / "assist"
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    check_resources(files, "contoso_/assist", 3_500_000)
    assert [file["name"] for file in report["files"]] == sorted(f"contoso_/assist/{name}" for name in files)
    assert {"cobrowse.html", "screenshare.html", "boot.js", "interpreter.js", "assets/fake_sdk.js"} <= set(files)
    for name, content in files.items():
        if name.endswith(".xml"):
            assert ET.fromstring(content).tag == "carrier"  # noqa: S314 - our own
    code = "from cotab_kit.desktop.bundle import pages; print(pages())"
    pages = Path(ran(installed.scripts / "python", "-c", code, cwd=project).output.strip())
    assert pages.is_relative_to(project)
    assert (pages / "agent.js").is_file()
    installed.cotab("clean", cwd=project)
    assert not (project / ".cotab").exists()
