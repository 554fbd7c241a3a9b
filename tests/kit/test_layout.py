"""Where the kit finds its own files, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

import pytest

from cotab_kit.errors import SetupError
from cotab_kit.layout import Workspace, kit_files

ROOT = Path(__file__).resolve().parents[2]


def test_a_checkout_uses_its_own_folders() -> None:
    files = kit_files(ROOT / "pylib" / "cotab_kit")
    assert files.page == ROOT / "webresource" / "page"
    assert {path.name for path in files.icons.iterdir()} == {"cobrowse.svg", "screenshare.svg", "logo32x32.png"}
    examples = {name: ROOT / "examples" / name for name in ("cobrowseio", "iframe", "link", "livekit", "minimal")}
    assert files.templates == {**examples, "tandem": ROOT / "webresource"}
    assert files.library == ROOT / "pylib" / "cotab"
    assert files.package_lock.is_file()
    assert files.wheels_lock.is_file()
    assert files.nodejs_lock.is_file()


def test_an_installed_wheel_uses_what_it_brought(tmp_path: Path) -> None:
    (tmp_path / "cotab_kit" / "_files").mkdir(parents=True)
    files = kit_files(tmp_path / "cotab_kit")
    assert files.page == tmp_path / "cotab_kit" / "_files" / "page"
    assert files.library == tmp_path / "cotab"


def test_an_incomplete_installation_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="incomplete") as failure:
        kit_files(tmp_path / "pylib" / "cotab_kit")
    assert "Install it again" in failure.value.hint


def test_all_that_can_be_made_again_lies_in_two_folders(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    assert {workspace.node.parent, workspace.wheels.parent, workspace.cache.parent} == {tmp_path / ".cotab"}
    assert workspace.dist == tmp_path / "dist"
    assert list(tmp_path.iterdir()) == []
