"""What a guided trial in an agent's window has seen, and what that says: webresource/page/trial.js writes it down.

What was not seen, or not clearly, stays unanswered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from cotab_setup.inspection.findings import Findings, Why

__all__ = ["ANSWERED", "STEPS", "Sighting", "answers", "is_over", "read", "steps_done", "with_trial"]

ANSWERED = ("data_encoding", "unload", "unload_at_close", "side_panes")
STEPS = ("open", "tab", "session", "close")
RETURNS = 2  # to another tab and back, to another session and back


class Sighting(BaseModel):
    """One thing that was seen, and when, in milliseconds.

    `encoding` comes with "began"; `answer` with "panes": what became of asking for one; `mark` with "pane": it names
    the page that lives in the pane. With "returned" come how long the agent was `away`, how long the page was `gone`,
    and whether it was `reloaded`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    at: float
    what: Literal["began", "panes", "pane", "away", "gone", "returned", "too soon"]
    encoding: str = ""
    answer: Literal["", "asked", "forbidden", "absent"] = ""
    mark: str = ""
    reloaded: bool = False
    away: float = 0
    gone: float | None = None


_SIGHTINGS = TypeAdapter(tuple[Sighting, ...])


def read(text: str) -> tuple[Sighting, ...]:
    """Read what was seen so far, as JSON; nothing where it is no such thing."""
    try:
        return _SIGHTINGS.validate_json(text)
    except ValidationError:
        return ()


def steps_done(seen: Sequence[Sighting], *, is_open: bool) -> tuple[bool, ...]:
    """Return which of the STEPS are done. `is_open` is whether the tab of the trial is still there."""
    returns = len(_all(seen, "returned"))
    return bool(_all(seen, "began")), returns >= 1, returns >= RETURNS, returns >= RETURNS and not is_open


def is_over(seen: Sequence[Sighting], *, is_open: bool) -> bool:
    """Return whether there is nothing more to see."""
    return all(steps_done(seen, is_open=is_open))


def with_trial(findings: Findings, seen: Sequence[Sighting], *, is_open: bool) -> Findings:
    """Put what a trial has seen into the findings, in the place of what an earlier one had."""
    found = answers(seen, is_open=is_open)
    missing = {name: Why.NEEDS_A_TRIAL for name in ANSWERED if name not in found}
    why = {name: reason for name, reason in findings.not_asked.items() if name not in ANSWERED}
    values = dict.fromkeys(ANSWERED) | found | {"not_asked": why | missing}
    return Findings.model_validate(findings.model_dump() | values)


def answers(seen: Sequence[Sighting], *, is_open: bool) -> dict[str, Any]:
    """Return what the sightings say, by the members of the findings."""
    began, returned = _all(seen, "began"), _all(seen, "returned")
    over = is_over(seen, is_open=is_open)
    found = {
        "data_encoding": began[0].encoding if began and began[0].encoding in ("once", "twice") else None,
        "unload": _unload(returned[0]) if returned else None,
        "unload_at_close": any(gone.at >= returned[-1].at for gone in _all(seen, "gone")) if over else None,
        "side_panes": _side_panes(seen) if over else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _unload(first: Sighting) -> str | None:
    """Say when a page that was left went: at once, if that was in the first half of the absence."""
    if not first.reloaded:
        return "never"
    if first.gone is None:
        return None
    return "at once" if first.gone > first.away / 2 else "on return"


def _side_panes(seen: Sequence[Sighting]) -> str | None:
    """Say what became of a page in a hidden pane: the same one must have answered after the last return."""
    asked = _all(seen, "panes")
    if not asked or asked[-1].answer != "asked":
        return asked[-1].answer if asked else None
    marks = [pane.mark for pane in _all(seen, "pane")]
    last = max(each.at for each in _all(seen, "returned"))
    answered = any(pane.at >= last for pane in _all(seen, "pane"))
    if not answered:
        return "unmount"
    return "keep" if len(set(marks)) == 1 else "remake"


def _all(seen: Sequence[Sighting], what: str) -> list[Sighting]:
    return [each for each in seen if each.what == what]
