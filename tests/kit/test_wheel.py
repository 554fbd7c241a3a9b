"""The wheel: an author installs it and works in a repository of their own, far from this one.

Dependencies come from the checkout's environment by a .pth file, and the JavaScript parts and the browser's wheels are
copied from its caches, so that nothing is downloaded; cotab itself comes from the wheel alone.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen
from xml.etree import ElementTree as ET

import pytest
from hatchling.build import build_editable

import cotab
from cotab_kit.emulator import LocalOrg
from cotab_kit.layout import Workspace, source_root
from cotab_kit.serving import Served
from cotab_kit.solution.web_resource_rules import check_resources
from cotab_kit.tools.process import run_process

if TYPE_CHECKING:
    from cotab_kit.tools.process import Finished

pytestmark = pytest.mark.full  # a wheel is built, and environments are made of it
ROOT = source_root() or Path()
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
BUILT_FROM = (*PAGES, "pyproject.toml", "LICENSE", ".gitignore", "pylib", "webresource", "examples", "deploy", "docs")
BUNDLES = {
    "loader.js",
    "tandem.cdx.json",
    "tandem.js",
    "tandem-app.js",
    "tandem-hand.js",
    "tandem-assets.js",
    "tandem-pictures.js",
    "tandem-chat.js",
    "tandem-origins.js",
    "tandem-frames.js",
    "tandem-languages.js",
    "tandem-screen.js",
    "viewer.css",
    "viewer.html",
    "viewer.js",
}
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
    "webresource/tests": "cotab_kit/_files/tests",
    "examples": "cotab_kit/_files/examples",
}
BESIDE = {"package.json", "package-lock.json", "requirements.lock", "nodejs.lock"} | {
    *("provider.toml", "main.py", "pytest.ini", ".gitignore"),
}


# Nothing can be fetched, and no Node be found.
ALONE = {"PATH": "", "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}


def tried(*command: object, cwd: Path | None = None, **environment: str) -> Finished:
    given = {"PYTHONPATH": "", "CI": "true", **environment}
    return run_process([str(part) for part in command], cwd=cwd, env=given)


def ran(*command: object, cwd: Path | None = None, **environment: str) -> Finished:
    finished = tried(*command, cwd=cwd, **environment)
    assert finished.ok, finished.output
    return finished


def copied_tree(tree: Path) -> Path:
    """A copy of what a wheel is made of."""
    for name in BUILT_FROM:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, tree / name, ignore=shutil.ignore_patterns(*LEFT_BY_WORK))
        else:
            shutil.copyfile(path, tree / name)
    return tree


def built(build: str, tree: Path, out: Path, **environment: str) -> Path:
    """Build in a tree: a "wheel", an "sdist" or an "editable" wheel. Raises AssertionError with what was said."""
    code = f"import hatchling.build; hatchling.build.build_{build}({str(out)!r})"
    ran(sys.executable, "-c", code, cwd=tree, **environment)
    (made,) = out.iterdir()
    return made


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which work has left its traces; it has the JavaScript parts, and nothing was bundled."""
    tree = copied_tree(tmp_path_factory.mktemp("tree"))
    shutil.copytree(Workspace(ROOT).node, Workspace(tree).node, ignore=UNUSED_BY_A_BUILD, symlinks=True)
    for folder in BROUGHT:
        for name in LEFT_BY_WORK:
            (tree / folder / name).mkdir()
            (tree / folder / name / "left.py").touch()
    return tree


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, tree: Path) -> Path:
    out = tmp_path_factory.mktemp("out")
    options = ["--no-build-isolation", "--no-deps", "--no-index", "--disable-pip-version-check"]
    ran(sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", out, tree)
    (built,) = out.glob("*.whl")
    return built


@dataclass(frozen=True)
class Installation:
    """An environment with the wheel in it."""

    scripts: Path

    @property
    def program(self) -> Path:
        return self.scripts / ("cotab.exe" if os.name == "nt" else "cotab")

    def cotab(self, *arguments: object, cwd: Path) -> Finished:
        return ran(self.program, *arguments, cwd=cwd)

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


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_holds_everything_the_kit_needs_and_nothing_that_work_left(wheel: Path) -> None:
    names = {name for name in contents(wheel) if ".dist-info/" not in name}
    site = {name for name in names if name.startswith("cotab_kit/_files/docs/")}
    assert {f"cotab_kit/_files/docs/{name}.html" for name in ("index", "authors", "reference")} <= site
    names -= site
    expected = {f"cotab_kit/_files/{name}" for name in BESIDE} | {f"tandem/assets/{name}" for name in BUNDLES}
    for folder, place in BROUGHT.items():
        expected |= of_the_tree(folder, place)
    assert names == expected


def test_an_sdist_carries_the_bundles_so_that_a_wheel_can_be_made_of_it_without_node(
    tree: Path, wheel: Path, tmp_path: Path
) -> None:
    sdist = built("sdist", tree, tmp_path / "sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    assert {path.name for path in (unpacked / "dist" / "tandem").iterdir()} == BUNDLES
    assert contents(built("wheel", unpacked, tmp_path / "wheel", **ALONE)) == contents(wheel)


def test_where_nothing_can_be_bundled_no_wheel_is_made_and_the_reason_is_said(tmp_path: Path) -> None:
    (tree := tmp_path / "tree").mkdir()
    copied_tree(tree)
    code = "import hatchling.build; hatchling.build.build_wheel('.')"
    finished = tried(sys.executable, "-c", code, cwd=tree, **ALONE)
    assert not finished.ok
    assert "Tandem's browser parts cannot be bundled, and a wheel has to carry them" in finished.output
    assert "Installing Node: " in finished.output
    assert "Install Node 20 or newer" in finished.output
    assert "Traceback" not in finished.output
    assert not list(tree.glob("*.whl"))
    assert built("editable", tree, tmp_path / "editable", **ALONE).suffix == ".whl"


def test_cotab_comes_from_the_wheel_and_knows_its_own_files(installed: Installation) -> None:
    code = "import cotab, cotab_kit.layout as x; print(cotab.__file__, x.source_root(), x.kit_files().templates)"
    text = installed.python(code)
    assert " None " in text
    assert str(ROOT / "pylib") not in text
    assert text.count("_files") == len(("cobrowseio", "iframe", "link", "livekit", "minimal", "tandem"))


def test_the_wheel_has_the_version_that_the_library_says(installed: Installation, wheel: Path, tmp_path: Path) -> None:
    assert wheel.name.startswith(f"cotab-{cotab.__version__}-")
    code = "import cotab, importlib.metadata; print(cotab.__version__ == importlib.metadata.version('cotab'))"
    assert installed.python(code) == "True"
    assert installed.cotab("--version", cwd=tmp_path).output.strip() == f"cotab {cotab.__version__}"


def test_a_vendor_begins_with_tandem_and_its_relay_serves_the_browser_parts(
    installed: Installation, tmp_path: Path
) -> None:
    installed.cotab("new", "assist", "--template", "tandem", cwd=tmp_path)
    names = {path.name for path in (tmp_path / "assist").iterdir()}
    assert names == {"provider.toml", "main.py", "icons", "tests", "pytest.ini", ".gitignore"}
    assert "class Assist(Provider)" in (tmp_path / "assist" / "main.py").read_text("utf-8")
    code = "from tandem.config import Config; print(*(path.name for path in Config().assets.iterdir()))"
    assert set(installed.python(code).split()) == BUNDLES


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
        if name.endswith(".xml") and name != "sbom.xml":
            assert ET.fromstring(content).tag == "carrier"  # noqa: S314 - our own
    code = "from cotab_kit.desktop.bundle import pages; print(pages())"
    pages = Path(ran(installed.scripts / "python", "-c", code, cwd=project).output.strip())
    assert pages.is_relative_to(project)
    assert (pages / "agent.js").is_file()
    installed.cotab("clean", cwd=project)
    assert not (project / ".cotab").exists()


@pytest.mark.parametrize("template", ["cobrowseio", "livekit"])
def test_an_example_from_the_wheel_passes_its_tests_and_comes_and_goes_without_a_trace(
    installed: Installation, tmp_path: Path, template: str
) -> None:
    """With the vendor's real SDK from npm, in the browser, and against the whole of a local org."""
    installed.cotab("new", "assist", "--template", template, cwd=tmp_path)
    project = tmp_path / "assist"
    answer = installed.cotab("test", cwd=project).output
    assert "passed" in answer
    assert "failed" not in answer
    with LocalOrg.open() as org, Served(org.app) as server:
        before = org.snapshot()
        installed.cotab("install", "--org", server.url, cwd=project)
        assert org.rows("solution", uniquename="assist")
        installed.cotab("verify", "--org", server.url, cwd=project)
        installed.cotab("uninstall", "--org", server.url, cwd=project)
        assert org.snapshot() == before


def test_the_documentation_is_in_the_wheel_and_is_served(installed: Installation, tmp_path: Path) -> None:
    command = [str(installed.program), "docs", "--no-open"]
    environment = {**os.environ, "PYTHONPATH": "", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=environment) as serving:
        try:
            assert serving.stdout
            address = serving.stdout.readline().strip()
            with urlopen(f"{address}livekit.html") as page:  # noqa: S310 - of this machine
                assert b"LiveKit" in page.read()
        finally:
            serving.terminate()
