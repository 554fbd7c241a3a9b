"""The build of the default project: reproducible and true in its report."""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from base64 import b64decode
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

import cotab
from cotab_kit.build.build import REPORT, SBOM, WEB_RESOURCES
from cotab_kit.build.carriers import inflate
from cotab_kit.build.report import NEEDED, summary
from cotab_kit.errors import BuildError, SetupError
from cotab_kit.project.project import Project
from cotab_kit.solution.web_resource_rules import check_resources, web_resource_type
from cotab_kit.solution.web_resources import file_name
from cotab_kit.tools.wheels import read_lock
from kit.trees import ROOT, Tree, contents, copy

if TYPE_CHECKING:
    from cotab_kit.progress import Steps


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


@pytest.mark.full
def test_two_builds_are_byte_identical_from_two_folders_and_without_a_cache(tmp_path: Path, steps: Steps) -> None:
    first = Tree(copy(tmp_path / "one"), tmp_path / "dist 1", steps, {})
    second = Tree(copy(tmp_path / "zwei Wörter"), tmp_path / "x" / "dist 2", steps, {}, tmp_path / "cold cache")
    assert first.build() == second.build()
    assert contents(first.dist) == contents(second.dist)


def line_of(package: str) -> str:
    """A line of the checkout's own lock: what it names is on the index, and its hash needs no care here."""
    pins = read_lock(re.sub(r" ;[^\\\n]*", "", (ROOT / "requirements.lock").read_text("utf-8")), "the lock")
    (pin,) = [pin for pin in pins if pin.name == package]
    return pin.line


@pytest.mark.full
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
    assert {needed[name] for name in ("cobrowse.html", "floor.js", "boot.js", "snapshot_bin_1.xml")} == {"start"}
    own = {name for name, when in needed.items() if when == "configuration"}
    assert own == {"configuration.html", "configuration.css", "configuration_json.xml", "trial.html", "trial.js"}
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


def test_every_file_is_a_legal_web_resource_and_every_carrier_is_whole(tree: Tree) -> None:
    tree.build()
    files = contents(tree.resource("."))
    check_resources(files, "cotab_/tandem", 3_500_000)
    page = carried(tree.resource("cobrowse.html"))
    parts = {part for carrier in page["carriers"].values() for part in carrier["parts"]}
    assert parts == {name for name in files if name.endswith(".xml")} - {"configuration_json.xml", "sbom.xml"}
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


@pytest.mark.full
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


@pytest.mark.full
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
    bill = tree.dist / SBOM
    listed = json.loads(bill.read_text("utf-8"))["components"]
    components = {each["name"]: each for each in listed}
    others = {name: each for name, each in components.items() if name not in {"cotab", "cpython"}}
    assert {name.replace("-", "_") for name in others} == {name.replace("-", "_") for name in named}
    assert all(each["hashes"] and each["licenses"] for each in others.values())
    assert str(tree.dist.parent) not in bill.read_text("utf-8")
    shipped = ET.parse(tree.resource("sbom.xml"))  # noqa: S314 - our own
    assert [each.text for each in shipped.iterfind(".//{*}purl")] == [each["purl"] for each in listed]


@pytest.mark.full
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


@pytest.mark.full
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
    assert len(re.findall("</script", text, re.IGNORECASE)) == len(parts) + 3  # and the three scripts of the page


def test_a_page_that_is_too_large_for_its_limit_is_refused(tree: Tree) -> None:
    tree.overrides["max_web_resource_bytes"] = 200_000
    with pytest.raises(BuildError, match=r"interpreter\.js: [\d,]+ bytes are more than the limit of 200,000"):
        tree.build()


@pytest.mark.full
def test_a_smaller_limit_makes_more_parts(tree: Tree) -> None:
    tree.overrides["max_web_resource_bytes"] = 1_500_000
    tree.build()
    sizes = [len(content) for content in contents(tree.dist / WEB_RESOURCES).values()]
    assert max(sizes) <= 1_500_000
    assert len(carried(tree.resource("cobrowse.html"))["carriers"]["pyodide.asm.wasm"]["parts"]) > 1
