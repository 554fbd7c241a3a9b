"""A guided trial: what sightings in an agent's window say of the org, and the page that guides it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cotab_setup.inspection import Findings, Why
from cotab_setup.inspection.trial import ANSWERED, answers, is_over, read, steps_done, with_trial
from fake_configuration_page import TEXTS, opened, org

SECOND = 1000
VALUES = "environmentvariablevalues"

BEGAN = {"what": "began", "encoding": "once"}
ASKED = {"what": "panes", "answer": "asked"}
GONE = {"what": "gone"}
AT_ONCE = {"what": "returned", "reloaded": True, "away": 5000, "gone": 4900}
ON_RETURN = {"what": "returned", "reloaded": True, "away": 5000, "gone": 90}
STAYED = {"what": "returned", "reloaded": False, "away": 5000, "gone": None}
AWAY = {"what": "away"}
LATE = {"what": "reloaded"}


def pane(mark: str = "a") -> dict[str, Any]:
    return {"what": "pane", "mark": mark}


def seen(*sightings: dict[str, Any]) -> str:
    """The sightings as JSON, a second apart."""
    return json.dumps([{"at": at * SECOND, **each} for at, each in enumerate(sightings)])


RIGHT = seen(BEGAN, ASKED, pane(), GONE, AT_ONCE, pane(), GONE, AT_ONCE, pane(), GONE)


def told(text: str, *, is_open: bool = False) -> dict[str, Any]:
    return answers(read(text), is_open=is_open)


def test_a_whole_trial_answers_every_question() -> None:
    found = told(RIGHT)
    assert found == {"data_encoding": "once", "unload": "at once", "unload_at_close": True, "side_panes": "keep"}
    assert set(found) == set(ANSWERED)


def test_a_page_that_was_slow_to_go_was_not_told_of_the_close() -> None:
    slow = seen(BEGAN, AWAY, AT_ONCE, AWAY, STAYED, GONE, LATE)
    assert told(slow)["unload_at_close"] is False


def test_a_trial_that_was_stopped_says_nothing_of_a_pane_that_still_had_time() -> None:
    silent = read(seen(BEGAN, ASKED, AT_ONCE, AT_ONCE, GONE))
    assert "side_panes" not in answers(silent, is_open=False, waited=False)


@pytest.mark.parametrize(
    ("text", "panes"),
    [
        (seen(BEGAN, ASKED, AT_ONCE, AT_ONCE, GONE), "unmount"),
        (seen(BEGAN, ASKED, pane(), AT_ONCE, pane(), AT_ONCE, GONE), "unmount"),
        (seen(BEGAN, ASKED, pane(), AT_ONCE, pane(), AT_ONCE, pane("b"), GONE), "remake"),
        (seen(BEGAN, {"what": "panes", "answer": "forbidden"}, AT_ONCE, AT_ONCE, GONE), "forbidden"),
        (seen(BEGAN, {"what": "panes", "answer": "absent"}, AT_ONCE, AT_ONCE, GONE), "absent"),
    ],
)
def test_a_page_is_kept_only_if_the_same_one_answers_in_the_end(text: str, panes: str) -> None:
    assert told(text)["side_panes"] == panes


@pytest.mark.parametrize(
    ("then", "unload"),
    [
        ([AT_ONCE], "at once"),
        ([ON_RETURN], "on return"),
        ([STAYED, AWAY], "never"),
        ([STAYED, AWAY, STAYED, GONE], "never"),
        ([STAYED, pane(), GONE, LATE, AWAY, GONE, ON_RETURN], "on return"),
    ],
)
def test_when_a_page_goes_that_is_left(then: list[dict[str, Any]], unload: str) -> None:
    assert told(seen(BEGAN, AWAY, *then))["unload"] == unload


@pytest.mark.parametrize(
    "then",
    [
        [],
        [STAYED],
        [STAYED, GONE],
        [STAYED, AWAY, GONE, ON_RETURN],
        [STAYED, AWAY, STAYED, GONE, LATE],
        [{**AT_ONCE, "gone": None}],
    ],
)
def test_a_page_that_may_only_be_slow_is_not_said_to_stay(then: list[dict[str, Any]]) -> None:
    assert "unload" not in told(seen(BEGAN, AWAY, *then))


def test_a_tab_that_is_closed_without_a_word_is_told_by_its_absence() -> None:
    assert told(seen(BEGAN, ASKED, pane(), STAYED, pane(), STAYED, pane()))["unload_at_close"] is False


def test_what_was_broken_off_leaves_open_what_was_not_seen() -> None:
    text = seen(BEGAN, ASKED, pane(), GONE, AT_ONCE, pane())
    assert told(text, is_open=True) == {"data_encoding": "once", "unload": "at once"}
    assert steps_done(read(text), is_open=True) == (True, True, False, False)
    assert not is_over(read(RIGHT), is_open=True)
    assert told(seen({"what": "began", "encoding": "other"}, {"what": "too soon"})) == {}


def test_an_earlier_trial_is_forgotten() -> None:
    before = Findings(policy="strict", not_asked={"icons": Why.NO_ROWS, "unload": Why.NEEDS_A_TRIAL})
    first = with_trial(before, read(RIGHT), is_open=False)
    assert (first.policy, first.side_panes, first.not_asked) == ("strict", "keep", {"icons": Why.NO_ROWS})
    second = with_trial(first, read(seen(BEGAN)), is_open=True)
    assert (second.data_encoding, second.side_panes) == ("once", None)
    assert set(second.not_asked) == {"icons", "unload", "unload_at_close", "side_panes"}


@pytest.mark.parametrize("text", ["", "null", "[1]", '[{"at": 1, "what": "<script>"}]', '{"seen": []}'])
def test_what_is_no_record_says_nothing(text: str) -> None:
    assert read(text) == ()


async def test_the_page_guides_the_trial_and_adds_what_it_has_seen() -> None:
    it = await opened(org())
    assert not it.page.is_shown("findings")
    await it.press("inspect")
    half = seen(BEGAN, ASKED, pane(), GONE, AT_ONCE, pane())
    it.page.trials = [("[]", False), (half, True), (RIGHT, True), (RIGHT, False)]
    page = await it.press("try")
    assert page.done == ["trial-open", "trial-tab", "trial-session", "trial-close"]
    assert it.waited == [1, 1, 1, 1]
    assert json.loads(page.text("findings-text"))["side_panes"] == "keep"
    assert (page.focused, page.trying, page.is_shown("trial"), page.state) == ("findings", None, False, "nothing")


async def test_a_page_in_a_pane_has_some_seconds_to_answer() -> None:
    it = await opened(org())
    await it.press("inspect")
    late = seen(BEGAN, ASKED, pane(), AT_ONCE, AT_ONCE, GONE)
    it.page.trials = [(late, False), (late, False), (RIGHT, False)]
    page = await it.press("try")
    assert (len(it.waited), json.loads(page.text("findings-text"))["side_panes"]) == (3, "keep")
    it.waited.clear()
    it.page.trials = [(late, False)] * 600
    await it.press("try")
    assert (len(it.waited), json.loads(page.text("findings-text"))["side_panes"]) == (10, "unmount")


async def test_a_trial_that_is_stopped_or_waits_in_vain_ends() -> None:
    it = await opened(org())
    await it.press("inspect")
    page = await it.press("try")
    assert len(it.waited) == 600
    assert json.loads(page.text("findings-text"))["not_asked"]["side_panes"] == Why.NEEDS_A_TRIAL
    it.waited.clear()
    page.on_trial = lambda: page.press("stop-trial")
    await it.press("try")
    assert (len(it.waited), page.trying) == (1, None)


async def test_what_was_seen_is_written_only_once_the_administrator_agrees() -> None:
    tables = org()
    it = await opened(tables)
    await it.press("inspect")
    assert not it.page.is_shown("obey")
    it.page.trials = [(RIGHT, False)]
    await it.press("try", "obey")
    assert it.page.is_shown("obey-confirm")
    assert "hidden side pane" in it.page.text("obey-text")
    await it.press("obey-not")
    assert not tables.rows[VALUES]
    page = await it.press("obey", "obey-now")
    (value,) = tables.rows[VALUES].values()
    assert json.loads(str(value["value"])) == {"resident": "auto"}
    assert (page.is_shown("obey-confirm"), page.text("notice")) == (False, TEXTS["notice.obeyed"])
    await it.press("remove", "remove-now")
    assert not tables.rows[VALUES]
    assert not tables.rows["environmentvariabledefinitions"]
