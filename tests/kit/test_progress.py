"""What the kit says while it works, in a terminal, in a log and in CI."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from cotab_kit.progress import Steps

if TYPE_CHECKING:
    from collections.abc import Callable


def said(*, terminal: bool = False, quiet: bool = False, slow: bool = False) -> tuple[Steps, Callable[[], str]]:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=terminal, width=200, color_system=None)
    every_five_seconds = iter(range(0, 1000, 5))
    clock = every_five_seconds.__next__ if slow else lambda: 0
    return Steps(console, quiet=quiet, clock=clock), stream.getvalue


def test_a_log_gets_plain_lines() -> None:
    steps, text = said(slow=True)
    with steps.step("Fetching"):
        assert text() == "Fetching\n"
    assert text() == "Fetching\nFetching: 5 s\n"


def test_ci_gets_one_line_for_a_step_and_none_for_what_was_done_before() -> None:
    steps, text = said(quiet=True, terminal=True, slow=True)
    with steps.step("Fetching"):
        pass
    steps.fresh("Wheels")
    assert text() == "Fetching\n"


def test_a_terminal_gets_a_spinner_and_the_result() -> None:
    steps, text = said(terminal=True)
    with steps.step("Fetching"):
        pass
    assert text().endswith("Fetching: done\n")
    assert "\x1b[" in text()


def test_steps_may_lie_within_steps() -> None:
    steps, text = said(terminal=True)
    with steps.step("Building"), steps.step("Fetching"):
        pass
    assert text().index("Fetching: done") < text().index("Building: done")


def test_what_was_done_before_is_said_to_be_up_to_date() -> None:
    steps, text = said()
    steps.fresh("JavaScript parts")
    assert text() == "JavaScript parts: up to date\n"


def test_brackets_in_a_text_are_shown_as_they_are() -> None:
    steps, text = said(quiet=True)
    steps.note("[bold] is no markup")
    assert text() == "[bold] is no markup\n"


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("name", ["Contoso [beta]", "Contoso [/]"])
def test_brackets_in_the_title_of_a_step_are_shown_as_they_are(name: str, *, terminal: bool) -> None:
    steps, text = said(terminal=terminal)
    with steps.step(name):
        pass
    assert text().count(name) == 1 + terminal


@pytest.mark.parametrize("terminal", [True, False])
def test_a_failing_step_is_not_said_to_be_done(*, terminal: bool) -> None:
    steps, text = said(terminal=terminal)
    with pytest.raises(ZeroDivisionError), steps.step("Fetching"):
        raise ZeroDivisionError
    assert "Fetching: done" not in text()


def test_progress_goes_to_stderr_and_ci_makes_it_quiet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", "true")
    steps = Steps.for_this_terminal()
    steps.note("said")
    assert steps.quiet
    assert capsys.readouterr() == ("", "said\n")
