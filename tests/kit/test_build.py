"""The build of the default project: reproducible, made again when it must be and only then, true in its report."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import zipfile
from base64 import b64decode
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

import cotab
from cotab_kit.build.build import REPORT, WEB_RESOURCES, build
from cotab_kit.build.carriers import inflate
from cotab_kit.build.report import NEEDED, Report, summary
from cotab_kit.errors import BuildError, SetupError
from cotab_kit.layout import KitFiles, Workspace, kit_files, source_root
from cotab_kit.manifest.model import MANIFEST
from cotab_kit.project.project import Project
from cotab_kit.solution.web_resource_rules import check_resources, web_resource_type
from cotab_kit.solution.web_resources import file_name
from cotab_kit.tools.wheels import read_lock

if TYPE_CHECKING:
    import io
    from collections.abc import Callable

    from cotab_kit.progress import Steps

ROOT = source_root() or Path()
COPIED = ("webresource", "examples/minimal", "pylib/cotab", "pylib/cotab_setup", "pylib/cotab_kit/build")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "dist", ".*", "node_modules")


@dataclass(frozen=True)
class SharedParts(Workspace):
    """What was installed comes from the checkout; what is computed is kept elsewhere."""

    own: Path

    @property
    def cache(self) -> Path:
        return self.own


@dataclass(frozen=True)
class Tree:
    """A copy of the checkout: its default project with the example's assets, and the kit's own files beside it."""

    root: Path
    dist: Path
    steps: Steps
    overrides: dict[str, Any]
    cache: Path = ROOT / ".cotab" / "cache"

    @property
    def kit(self) -> KitFiles:
        return kit_files(self.root / "pylib" / "cotab_kit")

    def build(self) -> Report:
        overrides = {"assets": "../examples/minimal/assets", **self.overrides}
        project = Project(self.root / "webresource", self.dist, SharedParts(ROOT, self.cache), overrides)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("cotab_kit.build.build.kit_files", lambda: self.kit)
            return build(project, self.steps)

    def is_made_again(self) -> bool:
        marks = self.dist / WEB_RESOURCES / "mark"
        marks.parent.mkdir(exist_ok=True)
        marks.touch()  # a build removes what was there
        self.build()
        return not marks.exists()

    def add(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((path.read_text("utf-8") if path.exists() else "") + text, "utf-8")

    def resource(self, name: str) -> Path:
        return self.dist / WEB_RESOURCES / "cotab_" / "tandem" / name


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def copy(target: Path) -> Path:
    for name in COPIED:
        shutil.copytree(ROOT / name, target / name, ignore=LEFT_OUT)
    return target


@pytest.fixture
def tree(tmp_path: Path, steps: Steps) -> Tree:
    return Tree(copy(tmp_path / "tree"), tmp_path / "dist", steps, {})


def carried(page: Path) -> dict[str, Any]:
    """What a page knows: the settings in its head."""
    match = re.search(r'<meta name="cotab" content="([^"]*)">', page.read_text("utf-8"))
    assert match
    settings: dict[str, Any] = json.loads(unescape(match[1]))
    return settings


def archive(tree: Tree, name: str, page: str = "cobrowse.html") -> dict[str, Any]:
    """An archive of Python files, read as the page reads it."""
    carrier = carried(tree.resource(page))["carriers"][name]
    parts = [ET.parse(tree.resource(part)).getroot().text or "" for part in carrier["parts"]]  # noqa: S314 - our own
    packed = b"".join(map(b64decode, parts))
    assert len(packed) == carrier["packed"]
    files: dict[str, Any] = json.loads(inflate(packed, carrier["size"]))
    return files


def test_two_builds_are_byte_identical_from_two_folders_and_without_a_cache(tmp_path: Path, steps: Steps) -> None:
    first = Tree(copy(tmp_path / "one"), tmp_path / "dist 1", steps, {})
    second = Tree(copy(tmp_path / "zwei Wörter"), tmp_path / "x" / "dist 2", steps, {}, tmp_path / "cold cache")
    assert first.build() == second.build()
    assert contents(first.dist) == contents(second.dist)


def test_a_second_build_is_not_made_again_and_says_so(tree: Tree, said: io.StringIO) -> None:
    report = tree.build()
    assert "Building Tandem" in said.getvalue()
    before = {path: path.stat().st_mtime_ns for path in tree.dist.rglob("*")}
    said.truncate(said.seek(0))
    assert tree.build() == report
    assert said.getvalue().splitlines()[-1] == "build: up to date"
    assert "Building" not in said.getvalue()
    assert before == {path: path.stat().st_mtime_ns for path in tree.dist.rglob("*")}


def rename_asset(tree: Tree) -> None:
    folder = tree.root / "examples" / "minimal" / "assets" / "deep"
    folder.rename(folder.with_name("other"))


CHANGES: dict[str, Callable[[Tree], object]] = {
    "main.py": lambda tree: tree.add("webresource/main.py", "# changed\n"),
    "provider.toml": lambda tree: tree.add("webresource/provider.toml", "# changed\n"),
    "a new module": lambda tree: tree.add("webresource/helper.py", ""),
    "a new asset": lambda tree: tree.add("examples/minimal/assets/deep/x.js", "1"),
    "a changed asset": lambda tree: tree.add("examples/minimal/assets/fake_sdk.js", "// changed\n"),
    "an asset in another folder": rename_asset,
    "a script of the page": lambda tree: tree.add("webresource/page/guard.js", "// changed\n"),
    "the texts of the configuration page": lambda tree: tree.add(
        "webresource/page/configuration/strings/en-US.json", "\n"
    ),
    "the style of the page": lambda tree: tree.add("webresource/page/style.css", "/* changed */\n"),
    "the library": lambda tree: tree.add("pylib/cotab/modes.py", "# changed\n"),
    "an icon of the kit": lambda tree: tree.add("webresource/icons/cobrowse.svg", "<!-- changed -->"),
    "a setting of the command": lambda tree: tree.overrides.update(boot_timeout_seconds=61),
}


def test_a_change_in_any_kind_of_input_makes_it_again(tree: Tree) -> None:
    tree.overrides.update(runtime="cdn")  # without a snapshot, which would take its time again and again
    tree.build()
    for what, change in CHANGES.items():
        change(tree)
        assert tree.is_made_again(), what
    assert not tree.is_made_again()
    assert tree.resource("assets/other/x.js").read_text() == "1"
    assert not tree.resource("assets/deep").exists()


def test_a_file_that_is_missing_or_cut_in_dist_makes_it_again(tree: Tree) -> None:
    tree.build()
    whole = contents(tree.dist)
    tree.resource("boot.js").unlink()
    tree.build()
    assert contents(tree.dist) == whole
    tree.resource("boot.js").write_bytes(whole["webresources/cotab_/tandem/boot.js"][:-1])
    tree.build()
    assert contents(tree.dist) == whole


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"inputs": 1}', "null", '{"files": 3}'])
def test_a_report_that_is_not_ours_makes_it_again(tree: Tree, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Made(Exception):  # noqa: N818 - the build got as far as making it
        pass

    def make(*_: object) -> None:
        raise Made

    tree.dist.mkdir()
    (tree.dist / REPORT).write_text(text, "utf-8")
    monkeypatch.setattr("cotab_kit.build.build.make_bundle", make)
    with pytest.raises(Made):
        tree.build()


@pytest.mark.parametrize("interrupted_at", [1, 7])
def test_an_interrupted_build_does_not_look_finished(
    tree: Tree, interrupted_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree.build()
    whole = contents(tree.dist)
    tree.resource("boot.js").unlink()
    written: list[Path] = []
    write = Path.write_bytes

    def write_or_stop(path: Path, content: bytes) -> int:
        if path.is_relative_to(tree.dist):
            written.append(path)
        if len(written) == interrupted_at:
            raise KeyboardInterrupt
        return write(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", write_or_stop)
        with pytest.raises(KeyboardInterrupt):
            tree.build()
    assert not (tree.dist / REPORT).exists()
    assert len(contents(tree.dist)) < len(whole) - 1
    tree.build()
    assert contents(tree.dist) == whole


def test_what_dataverse_would_refuse_leaves_the_earlier_build_as_it_was(tree: Tree) -> None:
    tree.build()
    whole = contents(tree.dist)
    for name in ("my logo.svg", "fonts/a.woff2"):
        tree.add(f"examples/minimal/assets/{name}", "")
    with pytest.raises(BuildError) as failure:
        tree.build()
    assert "assets/my logo.svg: a web resource's name has" in str(failure.value)
    assert "assets/fonts/a.woff2: Dataverse has no web resource type" in str(failure.value)
    assert contents(tree.dist) == whole


def test_an_earlier_build_that_cannot_be_removed_stops_this_one(tree: Tree) -> None:
    tree.dist.mkdir()
    (tree.dist / WEB_RESOURCES).write_text("in the way")
    with pytest.raises(NotADirectoryError):
        tree.build()
    assert not (tree.dist / REPORT).exists()


def line_of(package: str) -> str:
    """A line of the checkout's own lock: what it names is on the index, and its hash needs no care here."""
    pins = read_lock(re.sub(r" ;[^\\\n]*", "", (ROOT / "requirements.lock").read_text("utf-8")), "the lock")
    (pin,) = [pin for pin in pins if pin.name == package]
    return pin.line


def test_extra_packages_are_shipped_by_hash_with_their_license(tree: Tree) -> None:
    tree.overrides["packages"] = [line_of("iniconfig")]
    tree.build()
    assert "class IniConfig" in archive(tree, "packages.json")["iniconfig/__init__.py"]
    assert any(re.fullmatch(r"iniconfig-[\d.]+\.dist-info/METADATA", name) for name in archive(tree, "metadata.json"))
    assert re.search(r"<h2>iniconfig [\d.]+ \(MIT\)</h2>", tree.resource("notices.html").read_text("utf-8"))


def test_a_package_without_a_hash_is_refused_with_the_key_that_names_it(tree: Tree) -> None:
    tree.overrides["packages"] = ["iniconfig==2.0.0"]
    with pytest.raises(SetupError, match=r"page\.packages in provider\.toml: iniconfig==2\.0\.0 has no SHA-256"):
        tree.build()


def test_the_report_is_true(tree: Tree) -> None:
    report = tree.build()
    assert report == json.loads((tree.dist / REPORT).read_text("utf-8"))
    manifest = Project.at(tree.root / "webresource").manifest
    assert (report["name"], report["version"]) == (manifest.provider.name, manifest.solution.version)
    assert (report["boot"], report["runtime"]) == ("pyscript", "solution")
    assert report["cotab_version"] == carried(tree.resource("cobrowse.html"))["cotab_version"] == cotab.__version__
    folder = tree.dist / WEB_RESOURCES
    assert report["pages"] == {mode: f"cotab_/tandem/{mode}.html" for mode in ("cobrowse", "screenshare")}
    assert report["configuration"] == "cotab_/tandem/configuration.html"
    assert [file["name"] for file in report["files"]] == sorted(contents(folder))
    for file in report["files"]:
        content = (folder / file["name"]).read_bytes()
        assert file["bytes"] == len(content)
        assert file["gzip_bytes"] == len(gzip.compress(content, 6))
        assert file["type"] == web_resource_type(file["name"])
    needed = {file["name"].rpartition("/")[2]: file["needed"] for file in report["files"]}
    assert (needed["python_stdlib_zip.xml"], needed["late_json.xml"]) == ("fallback", "later")
    assert {needed[name] for name in ("cobrowse.html", "boot.js", "snapshot_bin_1.xml")} == {"start"}
    own = {name for name, when in needed.items() if when == "configuration"}
    assert own == {"configuration.html", "configuration.css", "configuration_json.xml"}
    assert [re.sub(r"[\d.]+ MB ", "", line.partition(":")[0]) for line in summary(report)] == list(NEEDED.values())


def test_what_is_installed_lies_beside_it_and_holds_the_same_files(tree: Tree) -> None:
    report = tree.build()
    manifest = Project.at(tree.root / "webresource").manifest
    base = f"{manifest.solution.unique_name}_{manifest.solution.version}"
    packages = {path: content for path, content in contents(tree.dist).items() if path.startswith(base)}
    assert {f"{base}.zip", f"{base}_managed.zip", f"{base}_data.zip", f"{base}_appsource/input.xml"} <= set(packages)
    assert report["packages"] == [{"name": name, "bytes": len(content)} for name, content in sorted(packages.items())]
    resources = contents(tree.dist / WEB_RESOURCES)
    with zipfile.ZipFile(tree.dist / f"{base}_managed.zip") as solution:
        assert {name: solution.read(file_name(name)) for name in resources} == resources
        assert sum(name.startswith("WebResources/") for name in solution.namelist()) == len(resources)


def test_packages_of_an_earlier_version_are_removed(tree: Tree) -> None:
    tree.overrides.update(runtime="cdn")
    tree.build()
    earlier = {path.name for path in tree.dist.iterdir() if path.name.startswith("tandem_")}
    assert len(earlier) == 4
    (tree.dist / "mine.zip").touch()
    text = (tree.root / "webresource" / MANIFEST).read_text("utf-8")
    (tree.root / "webresource" / MANIFEST).write_text(
        re.sub(r'version = "[^"]+"', 'version = "7.0.0.0"', text), "utf-8"
    )
    tree.build()
    now = {path.name for path in tree.dist.iterdir() if path.name.startswith("tandem_")}
    assert len(now) == 4
    assert all(name.startswith("tandem_7.0.0.0") for name in now)
    assert (tree.dist / "mine.zip").exists()


def test_a_package_that_is_missing_makes_it_again(tree: Tree) -> None:
    tree.overrides.update(runtime="cdn")
    tree.build()
    whole = contents(tree.dist)
    next(tree.dist.glob("tandem_*_managed.zip")).unlink()
    tree.build()
    assert contents(tree.dist) == whole


def test_every_file_is_a_legal_web_resource_and_every_carrier_is_whole(tree: Tree) -> None:
    tree.build()
    files = contents(tree.resource("."))
    check_resources(files, "cotab_/tandem", 3_500_000)
    page = carried(tree.resource("cobrowse.html"))
    parts = {part for carrier in page["carriers"].values() for part in carrier["parts"]}
    assert parts == {name for name in files if name.endswith(".xml")} - {"configuration_json.xml"}
    sources = archive(tree, "project.json")
    assert sources == {"main.py": (tree.root / "webresource" / "main.py").read_text("utf-8")}
    names = set(archive(tree, "packages.json"))
    assert {"cotab/__init__.py", "pydantic/__init__.py", "typing_extensions.py"} <= names
    assert {path.rpartition("/site-packages/")[2] for path in page["libraries"]} <= names


def test_the_pages_differ_in_their_mode_alone(tree: Tree) -> None:
    tree.build()
    one, other = (carried(tree.resource(f"{mode}.html")) for mode in ("cobrowse", "screenshare"))
    assert (one["mode"], other["mode"]) == ("cobrowse", "screenshare")
    assert one["events"] == {"connected": "CobrowseConnectedEvent", "ended": "CobrowseEndedEvent"}
    assert other["events"] == {"connected": "ScreenShareConnectedEvent", "ended": "ScreenShareEndedEvent"}
    assert {**one, "mode": "", "events": {}} == {**other, "mode": "", "events": {}}


def test_only_the_configuration_page_carries_what_sets_an_org_up(tree: Tree) -> None:
    tree.build()
    tab, page = (carried(tree.resource(name)) for name in ("cobrowse.html", "configuration.html"))
    own = archive(tree, "configuration.json", "configuration.html")
    assert {name.split("/")[0] for name in own} == {"cotab_setup"}
    assert {"cotab_setup/configuration_page/main.py", "cotab_setup/web_api.py"} <= set(own)
    for carrier in ("packages.json", "late.json"):
        assert not [name for name in archive(tree, carrier) if "cotab_setup" in name]
    assert "configuration.json" not in tab["carriers"]
    assert "provisioning" not in tab
    assert tab["texts"] == {}
    assert {name: page["carriers"][name] for name in tab["carriers"]} == tab["carriers"]


def test_the_configuration_page_runs_none_of_the_authors_code(tree: Tree) -> None:
    tree.add("webresource/main.py", "\n\ndef later() -> None:\n    import pyscript\n")
    tree.build()
    page = carried(tree.resource("configuration.html"))
    assert [each["carrier"] for each in page["archives"]] == ["packages.json", "metadata.json", "configuration.json"]
    assert (page["needs_pyscript"], page["settings"]) == (False, {})
    assert carried(tree.resource("cobrowse.html"))["needs_pyscript"]
    assert {row["entity_set"] for row in page["provisioning"]["rows"]} >= {"msdyn_providers"}
    assert page["templates"] == ["cotab_tandem_cobrowse", "cotab_tandem_screenshare"]


def test_the_notices_name_everything_that_is_bundled_with_its_license(tree: Tree) -> None:
    tree.build()
    text = tree.resource("notices.html").read_text("utf-8")
    entries = dict(re.findall(r"<h2>(.*?)</h2>\n<pre>(.*?)</pre>", text, re.DOTALL))
    assert all(re.fullmatch(r"\S+ \S+ \((?!see below)[^)]+\)", title) for title in entries), list(entries)
    assert all(entries.values())
    named = {title.split()[0] for title in entries}
    wheels = {pin.name.replace("-", "_") for pin in read_lock(tree.kit.wheels_lock.read_text("utf-8"), "the lock")}
    assert wheels | {"pyodide", "@pyscript/core", "polyscript"} <= named
    assert all(len(entries[title]) > 100 for title in entries if title.split()[0] in wheels | {"pyodide"})
    (pyodide,) = [text for title, text in entries.items() if title.startswith("pyodide ")]
    assert "CPython" in pyodide


def test_plain_pyodide_is_built_without_pyscript(tree: Tree) -> None:
    tree.overrides["boot"] = "pyodide"
    tree.build()
    assert not tree.resource("pyscript.js").exists()
    assert carried(tree.resource("cobrowse.html"))["boot"] == "pyodide"


def test_what_comes_from_a_cdn_is_not_shipped(tree: Tree) -> None:
    tree.overrides["runtime"] = "cdn"
    tree.build()
    page = carried(tree.resource("cobrowse.html"))
    assert set(page["remote"]) == {"pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"}
    assert not set(page["remote"]) & set(page["carriers"])
    assert not [name for name in contents(tree.dist) if "pyodide_asm" in name or "stdlib" in name]


def test_an_inline_page_is_one_file(tree: Tree) -> None:
    tree.overrides["runtime"] = "inline"
    tree.build()
    assert sorted(contents(tree.resource("."))) == [
        "assets/fake_sdk.js",
        "cobrowse.html",
        "configuration.html",
        "icons/cobrowse.svg",
        "icons/screenshare.svg",
        "screenshare.html",
    ]
    carriers = carried(tree.resource("cobrowse.html"))["carriers"].values()
    parts = [part for carrier in carriers for part in carrier["parts"]]
    text = tree.resource("cobrowse.html").read_text("utf-8")
    assert sorted(re.findall(r'<script type="application/xml" id="([^"]+)"><carrier ', text)) == sorted(parts)
    assert len(re.findall("</script", text, re.IGNORECASE)) == len(parts) + 2  # and the two scripts of the page


def test_a_page_that_is_too_large_for_its_limit_is_refused(tree: Tree) -> None:
    tree.overrides["max_web_resource_bytes"] = 200_000
    with pytest.raises(BuildError, match=r"interpreter\.js: [\d,]+ bytes are more than the limit of 200,000"):
        tree.build()


def test_a_smaller_limit_makes_more_parts(tree: Tree) -> None:
    tree.overrides["max_web_resource_bytes"] = 1_500_000
    tree.build()
    sizes = [len(content) for content in contents(tree.dist / WEB_RESOURCES).values()]
    assert max(sizes) <= 1_500_000
    assert len(carried(tree.resource("cobrowse.html"))["carriers"]["pyodide.asm.wasm"]["parts"]) > 1
