"""What the main thread of a page does, by kind of work, for tandem_mirror.py."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import CDPSession, Frame, Page

KINDS = {"script": "ScriptDuration", "style": "RecalcStyleDuration", "layout": "LayoutDuration"}
LARGEST = 2  # kinds of work that are named for a miss

Work = dict[str, float]
"""Milliseconds: `cpu`, and of it script, style and layout."""


@dataclass
class Side:
    """A page, and what its main thread costs."""

    page: Page
    frame: Frame
    devtools: CDPSession

    @classmethod
    def of(cls, page: Page, frame: Frame | None = None) -> Side:
        """Begin to measure a page; `frame` is where the mirror is."""
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable")
        return cls(page, frame or page.main_frame, devtools)

    def work(self) -> Work:
        """What its main thread has done since the page began."""
        metrics = {each["name"]: 1000 * float(each["value"]) for each in self._metrics()}
        return {"cpu": metrics["ThreadTime"], **{kind: metrics[name] for kind, name in KINDS.items()}}

    def _metrics(self) -> list[dict[str, str]]:
        metrics: list[dict[str, str]] = self.devtools.send("Performance.getMetrics")["metrics"]
        return metrics


def spent(before: Work, after: Work) -> Work:
    """What was done between two moments."""
    return {kind: after[kind] - before[kind] for kind in before}


def usual(works: Iterable[Work]) -> Work:
    """The median of each kind."""
    listed = list(works)
    return {kind: median(work[kind] for work in listed) for kind in listed[0]}


def grown(sides: dict[str, tuple[Work, Work]]) -> str:
    """In which kinds of work the second of each pair is larger than the first, the largest first, in milliseconds."""
    more = {
        f"{side}'s {kind}": work[kind] - plain[kind]
        for side, (plain, work) in sides.items()
        for kind in (*KINDS, "other work")
        for plain, work in [(_whole(plain), _whole(work))]
    }
    largest = sorted(more.items(), key=lambda each: -each[1])[:LARGEST]
    return ", ".join(f"{name} {by:+.0f} ms" for name, by in largest if by >= 1) or "no work of the pages"


def _whole(work: Work) -> Work:
    return {**work, "other work": work["cpu"] - sum(work[kind] for kind in KINDS)}
