"""The bundler: what went in, what is wrong, no circle among the scripts, and patches that do not vanish unseen."""

from __future__ import annotations

from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from rich.console import Console

from cotab_kit.build.bundle import PATCHES, page_config
from cotab_kit.build.tandem import tandem_config
from cotab_kit.desktop.bundle import CONFIG as DESKTOP
from cotab_kit.errors import ToolError
from cotab_kit.layout import Workspace, kit_files, source_root
from cotab_kit.progress import Steps
from cotab_kit.tools.cache import Cache, digest
from cotab_kit.tools.esbuild import METAFILE, Bundle, BundleConfig, Run, Source, run_esbuild
from cotab_kit.tools.node import Node, ensure_node

ROOT = source_root() or Path()
PAGE = kit_files().page

PRODUCTS = {
    "the page": page_config(PAGE, "solution", []),
    "the page with a runtime from a CDN": page_config(PAGE, "cdn", []),
    "the page in one file": page_config(PAGE, "inline", []),
    "the desktop": DESKTOP,
    "Tandem": tandem_config(),
    "the fast start in Node": BundleConfig(PATCHES.parent, (Run(("patches.mjs", "make_snapshot.mjs")),)),
}

APPLY = """
const [module, name, path] = process.argv.slice(1);
const { patched } = await import(module);
await patched(name, path, "// other code than expected", { wanted: [] });
"""
FINISH = """
const [module, runtime] = process.argv.slice(1);
const { default: patches } = await import(module);
patches({ runtime, wanted: [] }, { modules: "", root: "" }).finish();
"""
NAMES = ("interpreter by name", "zstd's wasm alone", "lighter Pyodide")


@pytest.fixture(scope="module")
def node() -> Node:
    return ensure_node(Workspace(ROOT), kit_files(), Steps(Console(quiet=True), quiet=True), dev=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "some scripts"
    (folder / "deep").mkdir(parents=True)
    (folder / "main.js").write_text('import { word } from "./deep/word.js"; console.log(word);')
    (folder / "deep" / "word.js").write_text('export const word = "found";')
    (folder / "page.html").write_text("<p>as it is</p>")
    return folder


def bundled(node: Node, config: BundleConfig, out: Path) -> Bundle:
    run_esbuild(node, config, out)
    return Bundle.read(out)


def test_a_bundle_is_small_alone_and_tells_what_is_in_it(node: Node, root: Path, tmp_path: Path) -> None:
    config = BundleConfig(root, (Run(("main.js",), "iife"),), copied=("page.html",))
    bundle = bundled(node, config, tmp_path / "out")
    assert bundle.files() == {
        "main.js": b'(()=>{var o="found";console.log(o);})();\n',
        "page.html": b"<p>as it is</p>",
    }
    assert set(bundle.sources) == {"main.js", "deep/word.js"}
    assert bundle.packages() == []


def test_the_packages_are_named_of_all_and_of_each_file() -> None:
    code = "../../node_modules/@scope/one/node_modules/two/x.js"
    bundle = Bundle(Path(), {"a.js": {"bytes": 1, "inputs": {code: {}}}}, {code: _source(), "b.js": _source()})
    bundle.sources["../node_modules/three/lib/index.js"] = _source()
    assert bundle.packages() == ["@scope/one/node_modules/two", "three"]
    assert bundle.packages("a.js") == ["@scope/one/node_modules/two"]


def _source(*imports: str) -> Source:
    return {"imports": [{"path": path} for path in imports]}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("let x = ;", r"deep/word\.js:2: Unexpected"),
        ('import "./nowhere.js";', r'deep/word\.js:2: Could not resolve "\./nowhere\.js"'),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(
    node: Node, root: Path, tmp_path: Path, text: str, problem: str
) -> None:
    (root / "deep" / "word.js").write_text(f"export const word = 1;\n{text}\n")
    with pytest.raises(ToolError, match=problem):
        run_esbuild(node, BundleConfig(root, (Run(("main.js",)),)), tmp_path / "out")


def test_whatever_decides_about_the_output_is_an_input(root: Path, tmp_path: Path) -> None:
    plugin, lock = tmp_path / "plugin" / "plugin.mjs", tmp_path / "package-lock.json"
    plugin.parent.mkdir()
    for path in (plugin, lock):
        path.write_text("")
    config = BundleConfig(root, (Run(("main.js",)),), plugins={plugin: {"option": 1}})
    seen = [digest(config.inputs(lock))]
    others = (
        replace(config, runs=(Run(("main.js",), "iife"),)),
        replace(config, copied=("page.html",)),
        replace(config, legal_comments="eof"),
        replace(config, plugins={plugin: {"option": 2}}),
    )
    seen += [digest(other.inputs(lock)) for other in others]
    for path in (lock, plugin.with_name("beside.mjs"), root / "deep" / "word.js"):
        path.write_text("// changed")
        seen.append(digest(config.inputs(lock)))
    assert len(set(seen)) == len(seen) == 8
    moved = replace(config, root=root.rename(tmp_path / "elsewhere"))
    assert digest(moved.inputs(lock)) == seen[-1]


@pytest.mark.parametrize("name", ["files/main.js", METAFILE])
def test_a_bundle_that_is_not_whole_is_made_again(node: Node, root: Path, tmp_path: Path, name: str) -> None:
    config = BundleConfig(root, (Run(("main.js",)),))

    def files() -> dict[str, bytes]:
        inputs = config.inputs(root / "main.js")
        return Cache(tmp_path / "cache").get(inputs, lambda out: run_esbuild(node, config, out), Bundle.read).files()

    whole = files()
    (entry,) = (tmp_path / "cache").iterdir()
    (entry / name).write_bytes((entry / name).read_bytes()[:-3])
    assert files() == whole


def test_no_script_imports_itself_through_others(node: Node, tmp_path: Path) -> None:
    read: dict[Path, set[Path]] = {}
    for title, config in PRODUCTS.items():
        bundle = bundled(node, config, tmp_path / title)
        assert circle(bundle) == [], title
        read.setdefault(config.root, set()).update((config.root / path).resolve() for path in bundle.sources)
    for folder, sources in read.items():  # a script that is in no bundle could be in a circle
        assert {path for path in folder.rglob("*") if path.suffix in (".js", ".mjs")} <= sources


def test_a_circle_is_found(node: Node, root: Path, tmp_path: Path) -> None:
    (root / "deep" / "word.js").write_text('export const word = () => import("../main.js");')
    bundle = bundled(node, BundleConfig(root, (Run(("main.js",), splitting=True),)), tmp_path / "out")
    assert set(circle(bundle)) == {"main.js", "deep/word.js"}


def circle(bundle: Bundle) -> list[str]:
    """Modules of ours that import each other in a circle, if there are any."""
    graph = {path: [each["path"] for each in source["imports"]] for path, source in bundle.sources.items()}
    own = {path: imports for path, imports in graph.items() if "node_modules/" not in path}
    try:
        TopologicalSorter(own).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize("name", NAMES)
def test_a_patch_that_does_not_fit_any_more_says_so_by_its_name(node: Node, tmp_path: Path, name: str) -> None:
    for file in ("pyodide.asm.mjs", "pyodide.mjs"):
        (tmp_path / file).write_text("// other code than expected")
    with pytest.raises(ToolError, match=rf'the patch "{name}" does not fit'):
        node.run("--input-type=module", "-e", APPLY, PATCHES.as_uri(), name, tmp_path / "pyodide.asm.mjs")


@pytest.mark.parametrize("runtime", ["solution", "cdn", "inline"])
def test_a_patch_for_which_nothing_is_found_says_so_by_its_name(node: Node, runtime: str) -> None:
    with pytest.raises(ToolError, match="nothing was found for") as failure:
        node.run("--input-type=module", "-e", FINISH, PATCHES.as_uri(), runtime)
    wanted = [name for name in NAMES if runtime != "cdn" or name != "lighter Pyodide"]
    assert all(f'"{name}"' in str(failure.value) for name in (*wanted, "without plugins/donkey.js"))
    assert ("lighter Pyodide" in str(failure.value)) == (runtime != "cdn")
