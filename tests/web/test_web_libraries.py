"""Pages of real libraries: what an agent does on the mirror ends as what a user does on the page, or is refused."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict

import pytest
from playwright.sync_api import Browser

from cotab_kit.layout import Workspace
from customers import Stage
from web.library_pages import FOLDER, PAGES, library_page, steps_of
from web.outcomes import Outcome, compare
from web.sites import WebSite

LIGHT = "checkout"  # the page that needs neither packages nor a bundle: the share of every run
SHARE = 0.97  # of all steps must be the same

# What an agent is not allowed to do, by page.
REFUSED: dict[str, set[str]] = {
    "checkout": {"card field", "payment frame of another origin"},
    "react_form": {"maxlength"},  # four signs and the name of a code: as likely as not one that is good once
    "vuetify": {"one-time code"},
}


def pages() -> list[object]:
    return [
        pytest.param(name, id=f"libraries {name}", marks=() if name == LIGHT else pytest.mark.full) for name in PAGES
    ]


@pytest.fixture
def done(browser: Browser, stage: Stage, site: WebSite, pytestconfig: pytest.Config) -> Callable[[str], list[Outcome]]:
    """Do the steps of a page by both hands."""
    workspace = Workspace(pytestconfig.rootpath)
    return lambda name: compare(browser, stage, site, library_page(name, workspace))


@pytest.mark.parametrize("name", pages())
def test_an_agents_steps_end_as_a_users(
    done: Callable[[str], list[Outcome]], record_property: Callable[[str, object], None], name: str
) -> None:
    outcomes = done(name)
    record_property("outcomes", (name, [asdict(outcome) for outcome in outcomes]))  # plain, for the workers of pytest
    assert [f"{each.step}: {each.note}" for each in outcomes if each.kind == "different"] == []
    assert {each.step for each in outcomes if each.kind == "refused"} <= REFUSED.get(name, set())


def test_few_steps_are_refused_and_all_are_told_apart() -> None:
    counts = {name: len(steps_of(name)) for name in PAGES}
    twice = {name: Counter(step.name for step in steps_of(name)).most_common(1)[0] for name in PAGES}
    assert {name: each for name, each in twice.items() if each[1] > 1} == {}
    assert all(steps <= {step.name for step in steps_of(name)} for name, steps in REFUSED.items())
    assert sum(map(len, REFUSED.values())) <= (1 - SHARE) * sum(counts.values())


def test_the_list_says_how_many_steps_a_page_has() -> None:
    listed = re.findall(r"^\| (\w+) \|.*\| (\d+) \|$", (FOLDER / "README.md").read_text("utf-8"), re.MULTILINE)
    assert {name: int(count) for name, count in listed} == {name: len(steps_of(name)) for name in PAGES}
