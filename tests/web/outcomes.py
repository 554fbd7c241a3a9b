"""Do the steps of a page twice, by a user's hand and by an agent's, and compare what became of the page."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError

from customers import Stage
from web.hands import Hand
from web.library_pages import LibraryPage
from web.sides import Sides, opened
from web.sites import WebSite
from web.steps import Step

VIEWPORT = {"width": 1200, "height": 1200}
DESK = {"width": 1500, "height": 1400}  # so that the mirror is as large as the page
PAUSE = 0.1  # seconds, also between two things that a hand does
PATIENCE = 6.0  # seconds until a step must have shown, also on a busy machine
QUIET = 2  # pauses in which nothing more may change
OWN = Path(__file__).with_name("pages")

# What the expressions of the steps answer; one that fails answers how.
LOOK = """(expressions) => {
  const $ = (selector) => document.querySelector(selector);
  return expressions.map((expression) => {
    try { return new Function("$", "state", `return (${expression})`)($, window.state) ?? null; }
    catch (error) { return String(error); }
  });
}"""
FORGET_NOTICE = "() => { document.getElementById('notice').hidden = true; }"
NOTICE = (
    "() => { const { hidden, textContent } = document.getElementById('notice'); return hidden ? '' : textContent; }"
)

Kind = Literal["same", "refused", "different"]


@dataclass(frozen=True)
class Done:
    """What a step did: the value of its expression before and after, and what went wrong on the way."""

    before: Any
    after: Any
    fault: str = ""

    @property
    def changed(self) -> bool:
        return not self.fault and bool(self.before != self.after)


@dataclass(frozen=True)
class Outcome:
    """How an agent's step ended beside the user's, and what there is to say about it."""

    step: str
    kind: Kind
    note: str = ""


class Doing:
    """The steps of a page, one after the other, by one hand."""

    def __init__(self, sides: Sides, hand: Hand, steps: tuple[Step, ...]) -> None:
        self.sides = sides
        self.hand = hand
        self.expressions = list(dict.fromkeys(step.state for step in steps))

    def look(self) -> dict[str, Any]:
        """Everything that any step of the page looks at."""
        found = self.sides.customer.page.evaluate(LOOK, self.expressions)
        return dict(zip(self.expressions, found, strict=True))

    def do(self, step: Step, reached: Callable[[Any], bool]) -> Done:
        """Do a step, and give it time until its state is as wished and stays so."""
        before = self.look()[step.state]
        fault = ""
        try:
            for act in step.acts:
                act(self.hand)
                self.sides.pause(PAUSE)
        except (AssertionError, PlaywrightError) as error:
            fault = str(error).splitlines()[0]
        return Done(before, self._settled(step, before, reached), fault)

    def _settled(self, step: Step, before: Any, reached: Callable[[Any], bool]) -> Any:  # noqa: ANN401 - JSON
        last, quiet, end = before, 0, time.monotonic() + PATIENCE
        while quiet < QUIET and time.monotonic() < end:
            self.sides.pause(PAUSE)
            now = self.look()[step.state]
            quiet = quiet + 1 if now == last and reached(now) else 0
            last = now
        return last


def by_user(sides: Sides, page: LibraryPage) -> list[Done]:
    """Do all steps of a page as a user, without any session."""
    _load(sides)
    doing = Doing(sides, sides.user, page.steps)
    done = []
    for step in page.steps:
        before = doing.look()[step.state]
        done.append(doing.do(step, lambda now, before=before: now != before))  # type: ignore[misc] # of mypy's inference
    return done


def _load(sides: Sides) -> None:
    """Open the page, and wait until it has made itself and nothing moves."""
    sides.load("page.html")
    sides.customer.page.wait_for_function("() => window.state")
    sides.pause(1)


def by_agent(sides: Sides, page: LibraryPage, expected: list[Done]) -> list[Outcome]:
    """Do all steps over the mirror, and compare each with what the user's has come to."""
    _load(sides)
    sides.join()
    sides.allow_acting()
    doing = Doing(sides, sides.agent, page.steps)
    return [_compared(doing, step, user) for step, user in zip(page.steps, expected, strict=True)]


def _compared(doing: Doing, step: Step, user: Done) -> Outcome:
    viewer = doing.sides.viewer
    viewer.evaluate(FORGET_NOTICE)
    before = doing.look()
    done = doing.do(step, lambda now: bool(now == user.after or viewer.evaluate(NOTICE)))  # which fades
    notice = viewer.evaluate(NOTICE)
    if done.changed and done.after == user.after:
        return Outcome(step.name, "same")
    if notice and doing.look() == before:
        return Outcome(step.name, "refused", notice)
    note = f"{_short(done.after)} (user: {_short(user.after)})"
    return Outcome(
        step.name, "different", " ".join(part for part in (note, done.fault, f"[{notice}]" * bool(notice)) if part)
    )


def _short(value: Any) -> str:  # noqa: ANN401 - JSON
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 90 else f"{text[:87]}..."


def _idle(page: LibraryPage, user: list[Done]) -> list[str]:
    return [f"{step.name} {done.fault}" for step, done in zip(page.steps, user, strict=True) if not done.changed]


def compare(browser: Browser, stage: Stage, site: WebSite, page: LibraryPage) -> list[Outcome]:
    """Do the steps of a page by both hands, each on a page that was loaded anew.

    Raises ValueError if a user's step changes nothing: it says nothing about an agent's then.
    """
    site.folders = (page.folder, OWN)
    with opened(browser, stage, site, customers={"viewport": VIEWPORT}, agents={"viewport": DESK}) as sides:
        user = by_user(sides, page)
        if _idle(page, user):  # a menu that opens slowly on a busy machine takes no keys yet
            user = by_user(sides, page)
        if idle := _idle(page, user):
            raise ValueError(idle)
        return by_agent(sides, page, user)
