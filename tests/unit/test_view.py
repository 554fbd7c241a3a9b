"""What the agent sees in each state, with the real page and the real English texts."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cotab import (
    ConnectionQuality,
    ContextError,
    CotabError,
    EndReason,
    EscalationMode,
    Invitation,
    JsError,
    ProviderError,
    Tool,
)
from cotab import SessionUnknownError as Unknown
from cotab._js.elements import Changes, Elements
from cotab._tab.app import App
from cotab._tab.session import Session, State
from cotab._tab.view import Screen, describe
from cotab.testing import FakeBrowser

if TYPE_CHECKING:
    from unit.conftest import Texts

ROOT = Path(__file__).resolve().parents[2]
BOTH = Invitation(session_id="s-1", pin="123456", link="https://join.example/s-1")

# The boot shell's own, which work without Python.
OF_THE_SHELL = {"reload", "copy-log", "full-screen"}


class Page(HTMLParser):
    """The ids of the page's elements, and which of them are buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.buttons: set[str] = set()
        self.feed((ROOT / "webresource/page/index.html").read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs).get("id")
        if found:
            self.ids.append(found)
            if tag == "button":
                self.buttons.add(found)


def screen(state: State, invitation: Invitation | None = BOTH, **situation: object) -> Screen:
    session = Session(EscalationMode.CO_BROWSE, state=state, invitation=invitation)
    session.participants, session.quality = ("Casey", "Robin"), ConnectionQuality.FAIR
    everything: dict[str, object] = {"tools": (Tool.POINTER,), "can_send": True, "can_note": True, **situation}
    return Screen(state=state, session=session, **everything)  # type: ignore[arg-type] # a test's own shorthand


SCREENS = {
    "confirm": Screen(state="confirm"),
    "no conversation": Screen(state="failed", error=ContextError("no data", code="DATA_MISSING")),
    "starting": screen(State.STARTING, invitation=None),
    "inviting": screen(State.INVITING),
    "asking": screen(State.ASKING),
    "connected": screen(State.CONNECTED, tool=Tool.POINTER),
    "reconnecting": screen(State.RECONNECTING),
    "ended": screen(State.ENDED),
    "failed": screen(State.FAILED, error=ProviderError("no capacity")),
}

# What is shown in each situation, of those areas that come and go.
SHOWN = {
    "confirm": {"confirm"},
    "no conversation": {"error"},
    "starting": {"end-session", "stage", "own"},
    "inviting": {"invitation", "end-session", "stage", "own"},
    "asking": {"invitation", "end-session", "stage", "own"},
    "connected": {"show-invitation", "full-screen", "end-session", "stage", "own", "tools"},
    "reconnecting": {"show-invitation", "full-screen", "end-session", "stage", "own", "tools"},
    "ended": {"start-again", "attach-note"},
    "failed": {"start-again", "error"},
}
AREAS = {
    *("confirm", "error", "end-session", "start-again", "attach-note", "invitation", "stage", "own", "tools"),
    *("show-invitation", "full-screen", "ending"),
}


def shown(situation: Screen, texts: Mapping[str, str]) -> set[str]:
    return {name for name, changes in describe(situation, texts).items() if changes.get("hidden") is False}


def text_of(situation: Screen, texts: Mapping[str, str], element_id: str) -> object:
    return describe(situation, texts)[element_id]["text"]


@pytest.mark.parametrize("name", SCREENS)
def test_every_state_shows_what_belongs_to_it(name: str, texts: Texts) -> None:
    assert shown(SCREENS[name], texts) & AREAS == SHOWN[name]


@pytest.mark.parametrize("name", SCREENS)
def test_every_state_has_a_text_and_changes_only_elements_of_the_page(name: str, texts: Texts) -> None:
    described = describe(SCREENS[name], texts)
    assert set(described) <= set(Page().ids)
    assert described["state"]["text"] == texts[f"state.{SCREENS[name].state}"]


def test_ids_are_unique() -> None:
    ids = Page().ids
    assert sorted(set(ids)) == sorted(ids)


async def test_every_button_of_the_page_does_something() -> None:
    browser = FakeBrowser()
    await App(browser).run()
    assert set(browser.clicks) == Page().buttons - OF_THE_SHELL


@pytest.mark.parametrize("quality", ConnectionQuality)
def test_people_and_quality_are_said_while_the_session_lives(quality: ConnectionQuality, texts: Texts) -> None:
    situation = screen(State.CONNECTED)
    assert situation.session is not None
    situation.session.quality = quality
    described = describe(situation, texts)
    assert described["participants"] == {"text": "Taking part: Casey, Robin", "hidden": False}
    assert described["quality"] == {
        "text": texts[f"quality.{quality}"],
        "hidden": False,
        "data-quality": quality,
    }
    assert not {"participants", "quality"} & shown(screen(State.ENDED), texts)


@pytest.mark.parametrize(
    ("invitation", "rows"),
    [
        (BOTH, {"pin-row", "link-row"}),
        (Invitation(session_id="s", pin="1"), {"pin-row"}),
        (Invitation(session_id="s", link="https://a.example"), {"link-row"}),
    ],
)
def test_only_the_ways_in_that_exist_are_shown(invitation: Invitation, rows: set[str], texts: Texts) -> None:
    situation = screen(State.INVITING, invitation)
    assert shown(situation, texts) & {"pin-row", "link-row"} == rows
    assert describe(situation, texts)["link"]["href"] == invitation.link


@pytest.mark.parametrize(
    ("invitation", "label"),
    [(BOTH, "or link"), (BOTH.model_copy(update={"link_needs_pin": True}), "Link")],
)
def test_the_agent_reads_whether_one_way_in_is_enough(invitation: Invitation, label: str, texts: Texts) -> None:
    assert text_of(screen(State.INVITING, invitation), texts, "link-label") == label


@pytest.mark.parametrize("state", [State.CONNECTED, State.RECONNECTING])
def test_a_folded_invitation_is_brought_back(state: State, texts: Texts) -> None:
    for unfolded in (False, True):
        described = describe(screen(state, unfolded=unfolded), texts)
        assert described["invitation"] == {"hidden": not unfolded}
        assert described["show-invitation"] == {"hidden": False, "aria-expanded": str(unfolded).lower()}


@pytest.mark.parametrize("reason", EndReason)
def test_who_ended_the_session_is_said(reason: EndReason, texts: Texts) -> None:
    situation = screen(State.ENDED, provider="Contoso")
    assert situation.session is not None
    situation.session.end_reason = reason
    said = describe(situation, texts)["ending"]
    assert said == {"text": texts[f"ended.{reason}"].replace("{provider}", "Contoso"), "hidden": False}
    situation.session.why = "Every seat is taken."
    assert text_of(situation, texts, "ending") == "Every seat is taken."


def test_an_invitation_that_is_over_leaves_no_link_behind(texts: Texts) -> None:
    described = describe(screen(State.ENDED), texts)
    assert described["link"] == {"text": "", "href": None}
    assert described["pin"] == {"text": ""}


def test_the_tool_in_use_is_marked_and_all_are_disabled_while_one_is_chosen(texts: Texts) -> None:
    described = describe(screen(State.CONNECTED, tool=Tool.POINTER, busy=frozenset({"tool"})), texts)
    assert described["tool-pointer"] == {"hidden": False, "aria-disabled": "true", "aria-pressed": "true"}
    assert described["tool-control"] == {"hidden": True, "aria-disabled": "true", "aria-pressed": "false"}


@pytest.mark.parametrize(
    ("error", "of", "code"),
    [
        (JsError("calling start(): denied"), "SDK_FAILED", "SDK_FAILED"),
        (ProviderError("out of seats", code="CONTOSO_17"), "PROVIDER_FAILED", "CONTOSO_17"),
        (CotabError("odd", code="ODD"), "UNEXPECTED", "ODD"),
    ],
)
def test_an_error_says_what_happened_what_to_do_and_its_code(
    error: CotabError, of: str, code: str, texts: Texts
) -> None:
    described = describe(screen(State.FAILED, error=error), texts)
    assert described["error-what"] == {"text": texts[f"error.{of}.what"]}
    assert described["error-next"] == {"text": texts[f"error.{of}.next"]}
    assert described["error-code"] == {"text": code}
    assert described["error-detail"] == {"text": str(error), "hidden": False}


def test_starting_again_is_worded_by_what_came_before(texts: Texts) -> None:
    again = {
        "button.try_again": screen(State.FAILED, error=ProviderError("x")),
        "button.start_again": screen(State.ENDED),
    }
    for key, situation in again.items():
        assert text_of(situation, texts, "start-again") == texts[key]
    assert text_of(screen(State.FAILED, error=Unknown("s-1")), texts, "start-again") == texts["button.start_again"]


class Recorder(FakeBrowser):
    """Notes every change in order."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(texts=texts)
        self.changes: list[tuple[str, Mapping[str, object]]] = []

    def update(self, changes: Mapping[str, Changes]) -> None:
        self.changes.extend(changes.items())


def test_the_page_is_told_differences_only(texts: Texts) -> None:
    browser = Recorder(texts)
    elements = Elements(browser)
    elements.show(describe(screen(State.INVITING), texts))
    browser.changes.clear()
    elements.show(describe(screen(State.INVITING), texts))
    assert browser.changes == []
    elements.show(describe(screen(State.CONNECTED), texts))
    assert dict(browser.changes) == {
        "tab": {"data-state": "connected"},
        "state": {"text": "Connected"},
        "tools": {"hidden": False},
        "invitation": {"hidden": True},
        "show-invitation": {"hidden": False},
        "full-screen": {"hidden": False},
    }


def test_an_element_that_was_left_alone_meanwhile_is_still_right(texts: Texts) -> None:
    browser = FakeBrowser(texts=texts)
    elements = Elements(browser)
    for error in (ProviderError("first"), None, ProviderError("second")):
        elements.show(describe(screen(State.FAILED, error=error), texts))
    assert browser.text("error-detail") == "second"
    assert browser.shown("error")
