"""What a guided trial in an agent's window has seen, and what that says: webresource/page/trial.js writes it down.

What was not seen, or not clearly, stays unanswered.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from cotab_setup.inspection.findings import Findings, Why

__all__ = ["ANSWERED", "STEPS", "Sighting", "answers", "is_over", "read", "steps_done", "waits_for_pane", "with_trial"]

ANSWERED = ("data_encoding", "unload", "unload_at_close", "side_panes")
STEPS = ("open", "tab", "session", "close")
RETURNS = 2  # to another tab and back, to another session and back
SOON = 1500  # milliseconds: half of what trial.js asks the agent to stay away


class Sighting(BaseModel):
    """One thing that was seen, and when, in milliseconds.

    `encoding` comes with "began"; `answer` with "panes": what became of asking for one; `mark` with "pane": it names
    the page that lives in the pane. With "returned" come how long the agent was `away`, how long the page was `gone`,
    and whether it was `reloaded`; "reloaded" says that a page that seemed to be left as it was then was not.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    at: float
    what: Literal["began", "panes", "pane", "away", "gone", "returned", "too soon", "reloaded"]
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


def waits_for_pane(seen: Sequence[Sighting]) -> bool:
    """Return whether a page in a pane was asked for, and has not answered since the last return."""
    asked = _all(seen, "panes")
    return bool(asked) and asked[-1].answer == "asked" and not _answered(seen)


def with_trial(findings: Findings, seen: Sequence[Sighting], *, is_open: bool, waited: bool = True) -> Findings:
    """Put what a trial has seen into the findings, in the place of what an earlier one had.

    `waited` is whether a pane had its time to answer.
    """
    found = answers(seen, is_open=is_open, waited=waited)
    missing = {name: Why.NEEDS_A_TRIAL for name in ANSWERED if name not in found}
    why = {name: reason for name, reason in findings.not_asked.items() if name not in ANSWERED}
    values = dict.fromkeys(ANSWERED) | found | {"not_asked": why | missing}
    return Findings.model_validate(findings.model_dump() | values)


def answers(seen: Sequence[Sighting], *, is_open: bool, waited: bool = True) -> dict[str, Any]:
    """Return what the sightings say, by the members of the findings."""
    began, returned = _all(seen, "began"), _all(seen, "returned")
    over = is_over(seen, is_open=is_open)
    back = max((each.at for each in [*returned, *_all(seen, "reloaded")]), default=0)
    found = {
        "data_encoding": began[0].encoding if began and began[0].encoding in ("once", "twice") else None,
        "unload": _unload(seen),
        "unload_at_close": any(gone.at >= back for gone in _all(seen, "gone")) if over else None,
        "side_panes": _side_panes(seen) if over and (waited or not waits_for_pane(seen)) else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _unload(seen: Sequence[Sighting]) -> str | None:
    """Say when a page that was left went: as the first return has it, unless a later one says that it was slow."""
    moments = [each for each in seen if each.what not in ("panes", "pane")]
    returns = [at for at, each in enumerate(moments) if each.what == "returned"]
    told = [_how_it_went(moments[at], moments[at + 1 : end]) for at, end in pairwise([*returns, len(moments)])]
    if not told or (told[0] == "never" and set(told) - {"never", None}):
        return None
    return told[0]


def _how_it_went(returned: Sighting, then: Sequence[Sighting]) -> str | None:
    """Say when the page went that this return is from: never, only if it was left once more as it was."""
    if returned.reloaded:
        if returned.gone is None:
            return None
        return "at once" if returned.away - returned.gone < SOON else "on return"
    if _all(then, "reloaded"):
        return "on return"
    return "never" if then and then[0].what == "away" else None


def _side_panes(seen: Sequence[Sighting]) -> str | None:
    """Say what became of a page in a hidden pane: the same one must have answered after the last return."""
    asked = _all(seen, "panes")
    if not asked or asked[-1].answer != "asked":
        return asked[-1].answer if asked else None
    if not _answered(seen):
        return "unmount"
    return "keep" if len({pane.mark for pane in _all(seen, "pane")}) == 1 else "remake"


def _answered(seen: Sequence[Sighting]) -> bool:
    last = max((each.at for each in _all(seen, "returned")), default=0)
    return any(pane.at >= last for pane in _all(seen, "pane"))


def _all(seen: Sequence[Sighting], what: str) -> list[Sighting]:
    return [each for each in seen if each.what == what]
