"""A build is made again when it must be, and only then; one that stops halfway never looks finished."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cotab_kit.build.build import REPORT, WEB_RESOURCES
from cotab_kit.errors import BuildError
from cotab_kit.manifest.model import MANIFEST
from kit.trees import Tree, contents
from sizes import in_full

if TYPE_CHECKING:
    import io
    from collections.abc import Callable


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


@pytest.mark.full
@pytest.mark.parametrize("changed", [["main.py"], in_full(list(CHANGES), id="all")])
def test_a_change_in_any_kind_of_input_makes_it_again(tree: Tree, changed: list[str]) -> None:
    tree.overrides.update(runtime="cdn")  # without a snapshot, which would take its time again and again
    tree.build()
    for what in changed:
        CHANGES[what](tree)
        assert tree.is_made_again(), what
    assert not tree.is_made_again()


@pytest.mark.full
def test_an_asset_goes_where_its_folder_goes(tree: Tree) -> None:
    tree.overrides.update(runtime="cdn")
    tree.add("examples/minimal/assets/deep/x.js", "1")
    tree.build()
    rename_asset(tree)
    tree.build()
    assert tree.resource("assets/other/x.js").read_text() == "1"
    assert not tree.resource("assets/deep").exists()


@pytest.mark.full
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


@pytest.mark.full
@pytest.mark.parametrize("interrupted_at", [in_full(1), 7])
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


@pytest.mark.full
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


@pytest.mark.full
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


@pytest.mark.full
def test_a_package_that_is_missing_makes_it_again(tree: Tree) -> None:
    tree.overrides.update(runtime="cdn")
    tree.build()
    whole = contents(tree.dist)
    next(tree.dist.glob("tandem_*_managed.zip")).unlink()
    tree.build()
    assert contents(tree.dist) == whole
