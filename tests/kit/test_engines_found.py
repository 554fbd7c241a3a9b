"""The other engines of the tests: installed where apt has them, which is said before, and else missing with a hint."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from cotab_kit.progress import Steps
from cotab_kit.tools.engines import ENGINES, FIREFOX, WEBKIT, Engine, ensure_engines
from kit.test_browser_found import FakeMachine, machine

EVERYTHING = tuple(Path(each[0]) for engine in ENGINES for each in engine.programs)


def told(given: FakeMachine) -> str:
    text = StringIO()
    ensure_engines(Steps(Console(file=text, width=200)), given)
    return text.getvalue()


def test_what_is_there_is_not_installed() -> None:
    given = machine(*EVERYTHING, debian=True)
    assert told(given) == ""
    assert given.log.commands == []
    assert WEBKIT.found(given) == tuple(Path(each[0]) for each in WEBKIT.programs)


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_a_part_that_is_missing_is_an_engine_that_is_missing(engine: Engine) -> None:
    for missing in (Path(each[0]) for each in engine.programs):
        assert engine.found(machine(*(each for each in EVERYTHING if each != missing))) == ()


def test_what_is_installed_is_said_before_it_is() -> None:
    given = machine(*(each for each in EVERYTHING if "firefox" not in each.name), debian=True)
    command = "apt-get install -y firefox-esr xvfb"
    given.log.brings = {command: Path("/usr/bin/firefox-esr")}
    assert "Installing Firefox for the tests: apt-get install firefox-esr xvfb" in told(given)
    assert given.log.commands == ["apt-get update", command]
    assert FIREFOX.found(given)


@pytest.mark.parametrize("debian", [True, False])
def test_what_cannot_be_had_is_named_with_the_way_to_it(debian: bool) -> None:  # noqa: FBT001 - pytest's
    text = " ".join(told(machine(debian=debian)).split())
    for engine in ENGINES:
        assert f"Tests are skipped: {engine.hint}" in text
