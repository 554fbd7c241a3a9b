"""The floor of versions: written down once, built for, kept to, and told by what old browsers can read."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cotab_kit.build.bundle import page_config
from cotab_kit.build.tandem import tandem_config
from cotab_kit.desktop.bundle import CONFIG as DESKTOP
from cotab_kit.layout import Workspace, kit_files, source_root
from cotab_kit.progress import Steps
from cotab_kit.tools.cache import Cache
from cotab_kit.tools.esbuild import FLOOR, OLD, Bundle, floor, run_esbuild
from cotab_kit.tools.node import ensure_node
from old_browsers import AT_THE_FLOOR, BELOW, FOLDER, floor_tools

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = source_root() or Path()
PRODUCTS = {
    "page": page_config(kit_files().page, "solution", []),
    "page in one file": page_config(kit_files().page, "inline", []),
    "desktop": DESKTOP,
    "Tandem": tandem_config(),
}

# Younger than the floor, and done without where it is not there.
YOUNGER = {
    ".hidePopover": "of a popover that is open",
    ".showPopover": "as above; what a browser does not have does not rise in the mirror",
    ":popover-open": "asked for by CSS.supports first",
    ":user-invalid": "asked for by CSS.supports first",
    ":user-valid": "as above",
    ".getDisplayMedia": "the customer reads that there is none",
    ".createPolicy": "of trusted types, where a browser has any",
    ".createWritable": "of a folder on the agent's disk, which no tab mounts",
    ".resize": "of a buffer that grows, which PyScript derives from one that need not, and never asks to",
    ".system": "of a shell without a browser",
    "clearImmediate": "of Node",
    "Error.stackTraceLimit": "set and read, which means nothing in other engines",
    ":has-slotted": "in a style sheet of the desktop's: a rule that does not hold",
    ".updateText": "of an element's EditContext, where it has one",
    ".updateSelection": "as above",
    "TextUpdateEvent": "as above",
    "Intl.Segmenter": "else pieces are counted by hand/segments.js",
    "navigation": "listened to where there is one; else a session does not go along to other origins",
    "AbortSignal.timeout": "there at the floor, with another error, which nobody looks at",
    "Error.captureStackTrace": "of libraries, which look first",
}


@pytest.fixture(scope="module")
def bundles() -> dict[str, dict[str, str]]:
    """The scripts of every product, by whether they are for old browsers."""
    workspace, files, steps = Workspace(ROOT), kit_files(), Steps.for_this_terminal()
    node = ensure_node(workspace, files, steps, dev=True)
    found: dict[str, dict[str, str]] = {"old": {}, "scripts": {}}
    for product, config in PRODUCTS.items():
        make = partial(run_esbuild, node, config)
        bundle = Cache(workspace.cache / "floor").get(config.inputs(files.package_lock), make, Bundle.read)
        old = {
            Path(entry.partition(":")[2] or entry).name
            for run in config.runs
            if OLD in run.target
            for entry in run.entries
        }
        scripts = {name: content.decode() for name, content in bundle.files().items() if name.endswith(".js")}
        for name, script in scripts.items():
            found["old" if name in old else "scripts"][f"{product}: {name}"] = script
    return found


@pytest.fixture(scope="module")
def scanned(bundles: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    tools = floor_tools(Workspace(ROOT))
    marks = re.search(r"MARKS = (\[[^]]*\])", (FLOOR / "check.js").read_text("utf-8"))
    assert marks
    versions = json.loads((FLOOR / "floor.json").read_text("utf-8"))
    old = {name: script.replace("import(", "imported(") for name, script in bundles["old"].items()}
    order = {"packages": str(tools.modules), "floor": versions, "marks": json.loads(marks[1])}
    found: dict[str, Any] = json.loads(
        tools.carry_out(FOLDER / "scan.mjs", order | {"scripts": bundles["scripts"], "old": old})
    )
    return found


def test_what_decides_is_in_the_syntax_of_2009(
    bundles: Mapping[str, Mapping[str, str]], scanned: Mapping[str, Any]
) -> None:
    assert len(bundles["old"]) == 5
    assert scanned["misread"] == dict.fromkeys(bundles["old"], "")
    imports = {name: script.count("import(") for name, script in bundles["old"].items()}
    assert imports.pop("Tandem: tandem.js") == 1  # browsers have it since 2018
    assert not any(imports.values())


def test_what_decides_is_there_from_the_floor_on_and_not_before(scanned: Mapping[str, Any]) -> None:
    assert scanned["since"] == json.loads((FLOOR / "floor.json").read_text("utf-8"))


def test_nothing_that_is_built_needs_more_than_the_floor_has(scanned: Mapping[str, Any]) -> None:
    needed = {name: set(found) - set(YOUNGER) for name, found in scanned["found"].items()}
    assert {name: found for name, found in needed.items() if found} == {}


def test_it_is_written_down_for_readers_and_tried_at_its_edge() -> None:
    text = (ROOT / "docs" / "internals" / "floor.md").read_text("utf-8")
    names = {"chrome": "Chrome", "edge": "Edge", "firefox": "Firefox", "ios": "iOS", "safari": "Safari"}
    for browser, version in json.loads((FLOOR / "floor.json").read_text("utf-8")).items():
        assert f"{names[browser]} {version}" in text
    assert f"chrome{AT_THE_FLOOR}" in floor()
    assert BELOW == AT_THE_FLOOR - 1
