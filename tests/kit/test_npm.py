"""Packages from npm: locked with hashes, installed from a registry of the test's own, bundled into web resources."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import shutil
import tarfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from cotab._js.scripts import package_url
from cotab_kit.build.npm import _config, bundle_npm
from cotab_kit.check.check import check
from cotab_kit.desktop.server import Desktop
from cotab_kit.desktop.shop.shop import Shop
from cotab_kit.emulator import LocalOrg
from cotab_kit.errors import BuildError, SetupError, ToolError
from cotab_kit.layout import Workspace, kit_files, source_root
from cotab_kit.manifest.model import MANIFEST
from cotab_kit.preview.sidecar import Places
from cotab_kit.preview.surroundings import surroundings
from cotab_kit.progress import Steps
from cotab_kit.project.project import Project
from cotab_kit.project.sources import loaded_packages
from cotab_kit.tools.esbuild import Bundle, run_esbuild
from cotab_kit.tools.node import Node, ensure_node
from cotab_kit.tools.npm import NpmTable, ensure_packages, lock_problem, write_lock

if TYPE_CHECKING:
    Files = Mapping[str, str | bytes]

EXPORTS = """
const bundle = await import(process.argv[1]);
const told = (value) => (typeof value === "function" ? "function" : value);
console.log(JSON.stringify(Object.fromEntries(Object.keys(bundle).sort().map((name) => [name, told(bundle[name])]))));
"""
UMD = """(function (root, factory) {
  if (typeof exports === "object" && typeof module !== "undefined") factory(exports);
  else factory((root.Umd = {}));
})(this, function (exports) { exports.version = "3"; });"""


def quiet() -> Steps:
    return Steps(Console(quiet=True), quiet=True)


@pytest.fixture(scope="module")
def node() -> Node:
    root = source_root()
    assert root
    return ensure_node(Workspace(root), kit_files(), quiet(), dev=True)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "installed"


def install(home: Path, name: str, files: Files, **about: Any) -> None:  # noqa: ANN401 - of a package.json
    """Lay out a package as npm would."""
    folder = home / "node_modules" / name
    for path, content in {"package.json": json.dumps({"name": name, "version": "1.0.0", **about}), **files}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content if isinstance(content, bytes) else content.encode())


def bundled(node: Node, home: Path, *packages: str) -> dict[str, bytes]:
    out = home.with_name("out")
    run_esbuild(node, _config(home, list(packages)), out)
    return Bundle.read(out).files()


def exports(node: Node, home: Path, package: str) -> dict[str, Any]:
    """What a page gets when it imports the bundled package."""
    bundled(node, home, package)
    script = home.with_name("out") / "files" / package_url(package).removeprefix("npm/")
    (script.parent / "package.json").write_text('{"type": "module"}')
    found: dict[str, Any] = json.loads(node.run("--input-type=module", "-e", EXPORTS, script.as_uri()))
    return found


@pytest.mark.parametrize(
    ("files", "about", "expected"),
    [
        ({"index.mjs": "export const a = 1; export default 2;"}, {"main": "index.mjs"}, {"a": 1, "default": 2}),
        ({"index.mjs": "export const a = 1;"}, {"main": "index.mjs"}, {"a": 1}),
        (
            {"index.mjs": 'export * from "./b.mjs"; export { default } from "./b.mjs";', "b.mjs": "export default 2;"},
            {"main": "index.mjs"},
            {"default": 2},
        ),
        ({"index.js": "exports.a = 1;"}, {}, {"module.exports": {"a": 1}}),
        ({"index.js": "module.exports = class {};"}, {}, {"module.exports": "function"}),
        (
            {"index.js": 'Object.defineProperty(exports, "__esModule", { value: true }); exports.default = 1;'},
            {},
            {"module.exports": {"default": 1}},
        ),
        ({"dist/umd.js": UMD}, {"main": "dist/umd.js"}, {"module.exports": {"version": "3"}}),
        (
            {"node.js": 'throw new Error("for Node")', "web.mjs": "export const a = 1;"},
            {"exports": {"browser": "./web.mjs", "default": "./node.js"}},
            {"a": 1},
        ),
        ({"index.js": "exports.same = global === globalThis;"}, {}, {"module.exports": {"same": True}}),
        ({"index.js": "exports.env = process.env.NODE_ENV;"}, {}, {"module.exports": {"env": "production"}}),
    ],
    ids=[
        "both",
        "names",
        "passed on",
        "CommonJS",
        "a class",
        "TypeScript",
        "UMD",
        "for browsers",
        "global",
        "NODE_ENV",
    ],
)
def test_a_package_of_whatever_kind_is_there_as_it_is_meant(
    node: Node, home: Path, files: Files, about: dict[str, Any], expected: dict[str, Any]
) -> None:
    install(home, "sdk", files, **about)
    assert exports(node, home, "sdk") == expected


@pytest.mark.parametrize("name", ["socket.io", "@contoso/sdk", "a_b-c"])
def test_the_file_of_a_package_is_where_the_page_looks_for_it(node: Node, home: Path, name: str) -> None:
    install(home, name, {"index.js": "exports.a = 1;"})
    assert list(bundled(node, home, name)) == [package_url(name).removeprefix("npm/")]


def test_packages_that_use_each_other_share_one_copy(node: Node, home: Path) -> None:
    install(home, "core", {"index.mjs": "export class Room {}"}, main="index.mjs")
    using = 'import { Room } from "core"; export const make = () => new Room(); export { Room };'
    install(home, "parts", {"index.mjs": using}, main="index.mjs")
    files = bundled(node, home, "core", "parts")
    assert b"class" not in files["core.js"] + files["parts.js"]
    assert len(files) == 3


def test_what_is_loaded_later_stays_a_file_of_its_own(node: Node, home: Path) -> None:
    later = {"index.mjs": 'export const later = () => import("./later.mjs");', "later.mjs": "export const a = 123456;"}
    install(home, "sdk", later, main="index.mjs")
    files = bundled(node, home, "sdk")
    assert b"123456" not in files["sdk.js"]
    assert len(files) == 2


def test_styles_and_pictures_become_part_of_the_script(node: Node, home: Path) -> None:
    code = 'import "./style.css"; import url from "./dot.png"; export { url };'
    style = "@import './more.css'; a { background: url(dot.png) }"
    install(
        home,
        "sdk",
        {"index.mjs": code, "style.css": style, "more.css": "b { color: red }", "dot.png": b"\x89PNG"},
        main="index.mjs",
    )
    (script,) = bundled(node, home, "sdk").values()
    assert b"adoptedStyleSheets" in script
    assert b"b{color:red}a{background:url(" in script.replace(b'\\"', b"")
    assert script.count(b"data:image/png;base64,") >= 2


@pytest.mark.parametrize("name", ["fs", "node:crypto", "esbuild"])
def test_what_no_page_has_is_refused_with_the_place(node: Node, home: Path, name: str) -> None:
    install(home, "sdk", {"index.js": f'exports.it = require("{name}");'})
    with pytest.raises(ToolError, match=rf'node_modules/sdk/index\.js:1: Could not resolve "{name}"'):
        bundled(node, home, "sdk")


# With a registry


class Registry:
    """A registry of npm with the given packages."""

    def __init__(self) -> None:
        self.tarballs: dict[str, bytes] = {}
        self.about: dict[str, dict[str, Any]] = {}

    def add(self, name: str, files: dict[str, str], **about: Any) -> None:  # noqa: ANN401 - of a package.json
        described = {"name": name, "version": "1.0.0", "main": "index.mjs", **about}
        content = io.BytesIO()
        with tarfile.open(fileobj=content, mode="w:gz") as archive:
            for path, text in {"package.json": json.dumps(described), **files}.items():
                entry = tarfile.TarInfo(f"package/{path}")
                entry.size = len(text.encode())
                archive.addfile(entry, io.BytesIO(text.encode()))
        self.tarballs[name], self.about[name] = content.getvalue(), described

    def packument(self, name: str, address: str) -> dict[str, Any]:
        digest = base64.b64encode(hashlib.sha512(self.tarballs[name]).digest()).decode()
        dist = {"tarball": f"{address}/{name}/-/{name}-1.0.0.tgz", "integrity": f"sha512-{digest}"}
        version = {**self.about[name], "dist": dist}
        return {"name": name, "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": version}}


@contextmanager
def served(registry: Registry) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name, _, tarball = self.path.strip("/").partition("/-/")
            known = name in registry.tarballs
            about = json.dumps(registry.packument(name, f"http://{self.headers['host']}")).encode() if known else b""
            body = registry.tarballs[name] if known and tarball else about
            self.send_response(200 if known else 404)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    registry = Registry()
    registry.add("sdk", {"index.mjs": 'export { a } from "part";'}, license="MIT", dependencies={"part": "^1.0.0"})
    registry.add("part", {"index.mjs": "export const a = 1;"}, optionalDependencies={"for-macs": "1.0.0"})
    registry.add("for-macs", {}, os=["darwin"])
    with served(registry) as address:
        monkeypatch.setenv("npm_config_registry", address)
        monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm cache"))
        yield registry


@pytest.fixture
def project(provider: Path, tmp_path: Path, node: Node) -> Project:
    """A project that names a package, with its caches for itself."""
    path = provider / MANIFEST
    path.write_text(path.read_text("utf-8") + '\n[page.npm]\nsdk = "1.0.0"\n', "utf-8")
    return with_caches(provider, tmp_path, node)


def with_caches(provider: Path, tmp_path: Path, node: Node) -> Project:
    (tmp_path / "work").mkdir()
    return Project(provider, provider / "dist", Fetched(tmp_path / "work", node.modules.parent))


@dataclass(frozen=True)
class Fetched(Workspace):
    """A workspace of its own, but for what was fetched for all; without links, which not everybody may make."""

    parts: Path

    @property
    def node(self) -> Path:
        return self.parts

    @property
    def wheels(self) -> Path:
        return Workspace(source_root() or Path()).wheels


@pytest.mark.full
def test_a_project_is_locked_and_bundled_and_check_says_what_it_knows(
    project: Project, registry: Registry, node: Node, steps: Steps, said: io.StringIO
) -> None:
    (problem,) = project.problems()
    assert "npm.lock: there is no such file" in str(problem[1])
    assert write_lock(project.npm, node) == ["part 1.0.0", "sdk 1.0.0"]
    text = project.npm.lock.read_text("utf-8")
    assert "127.0.0.1" not in text
    assert "for-macs" not in text
    bundle = bundle_npm(project.npm, project.workspace, node, steps)
    assert list(bundle.files) == ["npm/sdk.js"]
    assert [path.name for path in bundle.packages] == ["part", "sdk"]
    registry.tarballs.clear()  # from here on nothing is fetched
    assert bundle_npm(project.npm, project.workspace, node, steps).files == bundle.files
    assert check(project, steps) == []
    assert "npm/sdk.js: " in said.getvalue()
    assert "part 1.0.0 names no license" in said.getvalue()


def test_a_file_with_another_content_than_the_locked_one_is_refused(
    project: Project, registry: Registry, node: Node, steps: Steps
) -> None:
    write_lock(project.npm, node)
    registry.add("part", {"index.mjs": "export const a = 'something else';"})
    with pytest.raises(SetupError, match="EINTEGRITY") as failure:
        ensure_packages(project.npm, Workspace(project.root), node, steps)
    assert "other than the one that was locked" in failure.value.hint


def installed_by_hand(project: Project, home: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the project's package be this one, as if npm had installed it."""
    install(home, "sdk", {"index.mjs": code}, main="index.mjs", license="MIT")
    monkeypatch.setattr("cotab_kit.build.npm.ensure_packages", lambda *_: home)
    project.npm.lock.write_text(json.dumps({"packages": {"": {"dependencies": project.npm.wanted}}}), "utf-8")


@pytest.mark.full
def test_what_the_rules_find_in_a_package_is_one_finding_of_each_rule(
    project: Project, home: Path, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed_by_hand(project, home, "export const a = (x) => eval(x), b = (x) => eval(x);", monkeypatch)
    (found,) = check(project, steps)
    assert (found.file, found.problem) == ("npm/sdk.js", "no-eval, 2 times: eval can be harmful.")
    path = project.root / MANIFEST
    path.write_text(path.read_text("utf-8") + '[appsource.justifications]\n"npm/sdk.js" = "It is old."\n', "utf-8")
    assert check(Project(project.root, project.dist, project.workspace), steps) == []


@pytest.mark.full
def test_a_package_that_is_not_for_browsers_is_a_finding(
    project: Project, home: Path, node: Node, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed_by_hand(project, home, 'export { readFile } from "fs";', monkeypatch)
    with pytest.raises(BuildError, match="cannot be bundled"):
        bundle_npm(project.npm, project.workspace, node, steps)
    (found,) = check(project, steps)
    assert (found.key, 'Could not resolve "fs"' in found.problem) == ("page.npm", True)


# What only the preview has


def test_a_package_of_the_preview_is_on_the_customer_s_site_and_never_in_the_solution(
    provider: Path, tmp_path: Path, node: Node, registry: Registry
) -> None:
    path = provider / MANIFEST
    path.write_text(path.read_text("utf-8") + '\n[preview.npm]\nsdk = "1.0.0"\n', "utf-8")
    project = with_caches(provider, tmp_path, node)
    (problem,) = project.problems()
    assert problem[0] == "preview.npm"
    assert "npm.preview.lock: there is no such file" in str(problem[1])
    write_lock(project.preview_npm, node)
    assert list(project.problems()) == []
    assert not project.npm.lock.exists()
    with LocalOrg.open() as org:
        shop = Shop(Desktop(org))
        with surroundings(project, Desktop(org), shop, Places("", "")):
            assert list(shop.packages) == ["npm/sdk.js"]
    registry.tarballs.clear()
    shutil.rmtree(project.workspace.cache)
    assert bundle_npm(project.npm, project.workspace, node, quiet()).files == {}  # nothing is fetched for it
    assert "npm.preview.lock" not in project.modules() | project.assets()


def test_the_code_of_the_tab_cannot_load_what_only_the_preview_has(provider: Path) -> None:
    path = provider / MANIFEST
    path.write_text(path.read_text("utf-8") + '\n[preview.npm]\nsdk = "3.2.1"\n', "utf-8")
    (provider / "more.py").write_text('async def f(tab):\n    await tab.sdk.load_package("sdk")\n')
    (problem, _) = Project.at(provider).problems()
    assert "which [page.npm] does not name" in str(problem[1])
    assert '"sdk" = "3.2.1"' in problem[1].hint


# The lock, and what the code says


@pytest.mark.parametrize(
    ("lock", "problem"),
    [
        ("{", "this is no lock of npm's"),
        ("[]", "this is no lock of npm's"),
        ('{"packages": {"": {"dependencies": {"sdk": "1.0.1"}}}}', "not of the packages and versions .*: sdk$"),
        ('{"packages": {"": {}}}', "not of the packages and versions .*: sdk$"),
        (
            '{"packages": {"": {"dependencies": {"sdk": "1.0.0"}}, "node_modules/sdk": {"version": "1.0.0"}}}',
            "node_modules/sdk has no hash",
        ),
    ],
)
def test_a_lock_that_does_not_lock_is_refused(tmp_path: Path, lock: str, problem: str) -> None:
    path = tmp_path / "npm.lock"
    path.write_text(lock)
    assert re.search(problem, lock_problem(NpmTable("page.npm", {"sdk": "1.0.0"}, path)))


def test_a_package_that_the_code_loads_and_the_manifest_does_not_name_is_found(provider: Path) -> None:
    path = provider / "more.py"
    path.write_text('async def f(tab):\n    a = await tab.sdk.load_package("sdk")\n    await tab.sdk.load_package(a)\n')
    assert loaded_packages(path) == [(2, "sdk")]
    (problem,) = Project.at(provider).problems()
    assert str(problem[1]) == f'{path}:2: loads the package "sdk", which [page.npm] does not name'
