"""The judge says what is wrong with a tab's events, each thing once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from cotab_kit.desktop import bundle
from cotab_kit.layout import Workspace, kit_files
from cotab_kit.progress import Steps
from cotab_kit.tools.node import ensure_node

Judged = Callable[..., list[list[str]]]
SCRIPT = Path(__file__).with_name("judge.mjs")


@pytest.fixture(scope="module")
def judged(pytestconfig: pytest.Config) -> Judged:
    """What the judge says to each step."""
    workspace, steps = Workspace(pytestconfig.rootpath), Steps(Console(quiet=True), quiet=True)
    node = ensure_node(workspace, kit_files(), steps, dev=True)

    def run(*script: list[Any]) -> list[list[str]]:
        answers: list[list[str]] = json.loads(node.run(SCRIPT, bundle.CONFIG.root / "judge.js", json.dumps(script)))
        return answers

    return run


def saw(name: str, *, tab: str = "t", cloneable: bool = True, on_top: bool = True) -> list[Any]:
    return ["saw", tab, {"name": name, "cloneable": cloneable, "onTop": on_top}]


def test_two_tabs_in_two_modes_that_do_it_right_hear_nothing(judged: Judged) -> None:
    said = judged(
        ["opened", "t", ["cobrowse"]],
        ["opened", "u", ["screenshare"]],
        saw("CobrowseConnectedEvent"),
        saw("ScreenShareConnectedEvent", tab="u"),
        ["connected", "t"],
        saw("CobrowseEndedEvent"),
        ["left", "t", False],
        saw("CobrowseConnectedEvent"),
        saw("CobrowseEndedEvent"),
        ["left", "t", True],
        saw("ScreenShareEndedEvent", tab="u"),
        ["left", "u", True],
    )
    assert said.pop(4) == ["cobrowse"]
    assert said == [[]] * 11


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([saw("CobrowseEndedEvent")] * 2, "CobrowseEndedEvent came without a session: nothing was connected."),
        ([saw("CobrowseConnectedEvent")] * 3, "CobrowseConnectedEvent came twice, with no end of the session between."),
        ([saw("ScreenShareConnectedEvent")] * 2, "the wrong event for the mode: this tab was opened for co-browse."),
        ([saw("CobrowseConnectedEvent", cloneable=False)], "cannot be cloned"),
        ([saw("CobrowseConnectedEvent", on_top=False)] * 2, "Omnichannel listens on window.top only."),
        (
            [saw("CobrowseConnectedEvent"), ["left", "t", True]],
            "The tab was closed, but CobrowseEndedEvent never came.",
        ),
        ([saw("CobrowseConnectedEvent"), ["left", "t", False]], "The tab was refreshed, but CobrowseEndedEvent never"),
    ],
)
def test_each_thing_is_said_once(judged: Judged, steps: list[list[Any]], sentence: str) -> None:
    said = [each for answer in judged(["opened", "t", ["cobrowse"]], *steps) for each in answer]
    assert len(said) == 1
    assert sentence in said[0]
