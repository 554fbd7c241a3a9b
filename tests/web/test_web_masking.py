"""No planted secret of the masking pages is in any byte that leaves for the agent, but where the policy shows it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from customers import Stage
from web.cases import MASKING, case, cases
from web.sides import Sides, opened
from web.sites import Tag, WebSite
from web.traffic import leaks

POLICIES = {"masked": Tag(), "blocked": Tag(block="body"), "allowed": Tag(allow="html")}
QUERIES = {"06-mask-url-title-links": "?invite=SEKRET-0661#SEKRET-0662"}
SOFT = {"SEKRET-0291", "SEKRET-0292"}  # class names and ids, which a site keeps free of secrets

# What is not shown to anybody, and so does not leave even where all is allowed: hidden inputs, closed details, hidden
# text, comments, data of scripts, `data-` attributes, queries and fragments of addresses; and security codes.
NEVER = {
    "01-mask-hidden-button-inputs": ("0101", "0102", "0121", "0122", "0131"),
    "02-mask-attributes": (
        *("0201", "0202", "0203", "0216", "0220", "0221", "0226", "0227"),
        *("0262", "0263", "0264", "0271", "0273"),
    ),
    "06-mask-url-title-links": (
        *("0602", "0603", "0611", "0612", "0614", "0621", "0622", "0631", "0632", "0651", "0661", "0662"),
    ),
    "07-mask-css-and-inert-text": ("0700", "0701", "0716", "0717", "0719", "0720", "0736"),
    "k1-password": ("7001", "7003"),
}


def secrets(sides: Sides) -> list[str]:
    """What the page names besides what begins with the mark."""
    found: list[str] = sides.call(
        "['extraSecrets', 'base64Secrets'].flatMap((name) => window[name] ? window[name]() : [])"
    )
    return found


def leaked(sides: Sides, page: str, way: str, more: list[str]) -> set[str]:
    """The secrets that the agent could have got but must not."""
    found = leaks(f"{sides.traffic.text}\n{sides.mirror_text}", more) - SOFT
    return found & {f"SEKRET-{number}" for number in NEVER.get(page, ())} if way == "allowed" else found


@cases("masking", MASKING, *POLICIES)
def test_no_planted_secret_leaves(browser: Browser, stage: Stage, site: WebSite, page: str, way: str) -> None:
    with opened(browser, stage, site) as sides:
        sides.load(f"{page}.html{QUERIES.get(page, '')}", POLICIES[way])
        sides.join()
        more, wrong = secrets(sides), []
        for step in [None, *sides.steps]:
            if step:
                sides.step(step)
            if way == "blocked":
                sides.pause(0.5)
            elif differs := sides.difference():
                wrong.append(f"{step}: {differs}")
        sides.rejoin()
        sides.pause(0.5)
        found = sorted(leaked(sides, page, way, more))
        assert (found, wrong) == ([], [])


@pytest.mark.full
def test_names_and_numbers_that_are_no_drawings_do_not_leave(browser: Browser, stage: Stage, site: WebSite) -> None:
    with opened(browser, stage, site) as sides:
        sides.load("components.html", Tag())
        sides.join()
        wrong = [sides.difference()]
        for step in sides.steps:
            sides.step(step)
            wrong.append(sides.difference())
        sides.rejoin()
        wrong.append(sides.difference())
        assert [each for each in wrong if each] == []
        text = f"{sides.traffic.text}\n{sides.mirror_text}"
        assert [each for each in ("Jane", "John", "482 913", "482913", "482914") if each in text] == []


# How a password came to be shown, on a page where all is allowed.
REVEALED = {
    "revealed-before": (("pre",), ()),
    "swapped-before": (("swap",), ()),
    "revealed-live": ((), ("pre",)),
    "swapped-live": ((), ("swap",)),
    "swapped-later": (("pre",), ("swap",)),
}


@pytest.mark.parametrize(("page", "way"), [case("masking", "k1-password", way) for way in REVEALED])
def test_what_was_a_password_stays_one(browser: Browser, stage: Stage, site: WebSite, page: str, way: str) -> None:
    before, live = REVEALED[way]
    with opened(browser, stage, site) as sides:
        sides.load(f"{page}.html", POLICIES["allowed"])
        for step in before:
            sides.step(step)
        sides.join()
        for step in live:
            sides.step(step)
        assert sides.difference() == ""
        sides.rejoin()
        assert leaked(sides, page, "masked", []) == set()
