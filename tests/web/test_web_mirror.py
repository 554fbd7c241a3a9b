"""The mirror pages: what their probe answers is the same on both sides, after each step, and for one who joins late."""

from __future__ import annotations

from playwright.sync_api import Browser

from customers import Stage
from web.cases import MIRROR, cases
from web.drives import CHECKS, DRIVES, EMULATED, SETTLED, steps
from web.sides import SETTLED as USUALLY
from web.sides import Sides, opened
from web.sites import WebSite


@cases("mirror", MIRROR, "live", "late")
def test_both_sides_see_the_same(browser: Browser, stage: Stage, site: WebSite, page: str, way: str) -> None:
    with opened(browser, stage, site, customers=EMULATED.get(page)) as sides:
        sides.load(f"{page}.html")
        drive = DRIVES.get(page, steps)(sides)
        if way == "late":
            for _ in drive:
                sides.pause(0.1)
        sides.join()
        wrong = [found for found in [faults(sides, page, way)] if found]
        if way == "live":
            wrong += [found for step in drive if (found := faults(sides, page, step))]
        wrong += sides.faults
        assert not wrong, "\n".join(wrong)


def faults(sides: Sides, page: str, step: str) -> str:
    """What both sides do not agree in after a step."""
    differs = sides.difference(settled=SETTLED.get(page, USUALLY))
    other = CHECKS[page](sides, step) if page in CHECKS else ""
    return "; ".join(f"{step}: {each}" for each in (differs, other) if each)
