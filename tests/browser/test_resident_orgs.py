"""Agents who look elsewhere, in orgs of every kind: what Omnichannel hears of two sessions.

The same with Tandem and its customers, on the desktop: tests/desktop/test_resident_on_the_desktop.py.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple, cast

import pytest

from browser.agent_windows import FIRST, SECOND, AgentWindow, Opened
from sizes import pairwise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _pytest.mark import ParameterSet

    from cotab_kit.testing import Tab

SWITCHES_AWAY = 10
EVENTS = ("CobrowseConnectedEvent", "CobrowseEndedEvent"), ("ScreenShareConnectedEvent", "ScreenShareEndedEvent")
FACTORS = {
    "panes": ("keep", "off", "absent", "refuse", "never"),  # "off": the provider has no resident
    "boot": ("pyodide", "pyscript"),
    "tabs": ("made anew", "kept"),
    "leaving": ("remove", "navigate"),
}
BALANCED = """() => {
  const names = JSON.parse(localStorage.getItem("cotab-events")).map(({ name }) => name);
  return names.filter((name) => /Connected/.test(name)).length === names.filter((name) => /Ended/.test(name)).length;
}"""
MARK = "(key) => { RoamingSdk.sessions[key].mark = true }"
MARKED = "(key) => RoamingSdk.sessions[key].mark === true"


class Org(NamedTuple):
    """What tells orgs apart, and the boot."""

    panes: str
    boot: str
    tabs: str
    leaving: str

    @property
    def goes_on(self) -> bool:
        """Whether a session outlives that the agent looks elsewhere."""
        return self.panes == "keep" or self.tabs == "kept"


def cases() -> Iterator[ParameterSet]:
    """Every org; in the core, so many that every pair of values comes together."""
    core = pairwise(FACTORS)
    for each in [*core, *(each for each in product(*FACTORS.values()) if each not in core)]:
        org = Org(*cast("tuple[str, str, str, str]", each))
        resident = "off" if org.panes == "off" else "auto"
        build = pytest.mark.variant("resident", boot=org.boot, resident=resident)
        size = [] if each in core else [pytest.mark.full]
        yield pytest.param(org, id="-".join(org), marks=[build, *size])


def opened_in(org: Org, tab: Tab) -> list[Opened]:
    """Open a tab in each of two conversations, for either mode, and let their customers join."""
    window = AgentWindow(tab, warm=False, leaving=org.leaving)
    if org.panes == "keep":
        window.warm()
    elif org.panes != "off":
        tab.page.evaluate("(panes) => { desk.settings.panes = panes }", org.panes)
    tabs: list[Opened] = []
    for conversation, mode in ((FIRST, "cobrowse"), (SECOND, "screenshare")):
        if tabs and org.tabs == "made anew":
            tabs[0].leave()
        tabs.append(window.open(conversation, mode))
        tabs[-1].connect()
        tabs[-1].home.evaluate(MARK, tabs[-1].key)
    return tabs


def look_elsewhere(org: Org, tabs: list[Opened]) -> None:
    """Go from one conversation to the other and back, ten times."""
    for number in range(SWITCHES_AWAY):
        shown, other = tabs[1 - number % 2], tabs[number % 2]
        if org.tabs == "kept":
            other.turn_to()
            other.expect_state("connected")
        else:
            shown.leave()
            other.back()


@pytest.mark.parametrize("org", list(cases()))
def test_two_conversations_are_one_session_each_in_every_org(tab: Tab, org: Org) -> None:
    tabs = opened_in(org, tab)
    look_elsewhere(org, tabs)
    assert not org.goes_on or all(each.home.evaluate(MARKED, each.key) for each in tabs)
    first, second = tabs
    second.close()
    first.turn_to() if org.tabs == "kept" else first.back()
    first.simulate("left")
    first.expect_state("ended")
    tab.page.wait_for_function(BALANCED)
    for mode in EVENTS:
        heard = [each for each in tab.events if each in mode]
        assert heard == [*mode] * (1 if org.goes_on else len(heard) // 2)
