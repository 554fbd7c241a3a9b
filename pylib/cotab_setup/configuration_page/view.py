"""View of the page, as data: the page's situation in, the wanted state of its elements out.

`describe` is pure; `View` sends to the page what has changed. The elements are those of
webresource/page/configuration/configuration.html, the texts those of its strings/.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from cotab._js.elements import Changes, Elements
from cotab_setup.configuration_page.overview import Line
from cotab_setup.configuration_page.page import Page
from cotab_setup.configuration_page.problems import Problem
from cotab_setup.inspection import STEPS
from cotab_setup.provisioning import Resident, Widget

__all__ = ["Progress", "Screen", "View", "describe"]

WORKING = ("looking", "setting_up", "removing", "trying")
FOUND = ("nothing", "partly", "differs", "complete")

# What an item of the list of rows consists of, and of the list of chat widgets.
ROW_PARTS = ("mark", "name", "kind", "found")
WIDGET_PARTS = ("name",)


@dataclass(frozen=True)
class Progress:
    """How far the work has come, and what is being done."""

    done: int
    total: int
    text: str


@dataclass(frozen=True)
class Screen:
    """The page's situation. `state` is "looking", "setting_up", "removing", "failed" or what an Overview says.

    `widgets` are those that still name the provider: None while nobody is asked about removing. `widgets_known` is
    whether they could be read. `findings` is what was seen of how the org behaves, as JSON. `trial` is which of its
    steps are done, none of them at first; None while there is no trial. `resident` is what tabs shall obey, if that is
    known; `obeying` is whether the administrator is asked about it.
    """

    state: str
    lines: tuple[Line, ...] = ()
    widgets: tuple[Widget, ...] | None = None
    widgets_known: bool = True
    progress: Progress | None = None
    notice: str = ""
    problem: Problem | None = None
    removable: bool = False
    findings: str = ""
    trial: tuple[bool, ...] | None = None
    resident: Resident | None = None
    obeying: bool = False


def describe(screen: Screen, texts: Mapping[str, str], provider: str, *, has_trial: bool) -> dict[str, Changes]:
    """Return the elements of the page and what they show in this situation."""
    asking = screen.widgets is not None
    return {
        "tab": {"data-state": screen.state},
        "state": {"text": texts[f"state.{screen.state}"]},
        "notice": {**_text(screen.notice), "data-kind": "done"},
        "overview": {"hidden": not screen.lines},
        "overview-text": _text(texts[f"overview.{screen.state}"] if screen.state in FOUND else ""),
        "confirm": {"hidden": not asking},
        "confirm-title": {"text": texts["remove.title"].replace("{provider}", provider)},
        "set-up": {
            **_button(screen, shown=not asking and screen.state != "failed"),
            "text": texts["button.set_up_again" if screen.state == "complete" else "button.set_up"],
        },
        "look-again": _button(screen, shown=not asking),
        "inspect": _button(screen, shown=not asking),
        "remove": _button(screen, shown=not asking and screen.removable),
        "findings": {"hidden": not screen.findings},
        "findings-text": {"text": screen.findings},
        "try": _button(screen, shown=has_trial and screen.trial is None),
        **_trial(screen.trial),
        **_obeying(screen, texts),
        "save-findings": {"href": f"data:application/json;charset=utf-8,{quote(screen.findings)}"},
        **_asked(screen, texts),
        **_progress(screen.progress),
        **_problem(screen.problem, texts),
        **_rows(screen, texts),
    }


def _text(text: str) -> Changes:
    return {"text": text, "hidden": not text}


def _button(screen: Screen, *, shown: bool) -> Changes:
    # Not `disabled`: that would take the focus away from who pressed it with the keyboard. app.py ignores the clicks.
    return {"hidden": not shown, "aria-disabled": "true" if screen.state in WORKING else None}


def _asked(screen: Screen, texts: Mapping[str, str]) -> dict[str, Changes]:
    pointing = bool(screen.widgets)
    title = texts["remove.widgets" if screen.widgets_known else "remove.widgets_unknown"]
    return {
        "widgets": {"hidden": screen.widgets_known and not pointing},
        "widgets-title": {"text": title},
        "remove-now": {"text": texts["button.remove_only" if pointing else "button.remove_now"]},
        "remove-and-reset": {"hidden": not pointing},
        **{f"{_key(widget)}-name": {"text": widget.name or str(widget.id)} for widget in screen.widgets or ()},
    }


def _progress(progress: Progress | None) -> dict[str, Changes]:
    if progress is None:
        return {"progress": {"hidden": True}}
    return {
        "progress": {"hidden": False},
        "progress-text": {"text": progress.text},
        "progress-bar": {"value": str(progress.done), "max": str(progress.total)},
    }


def _problem(problem: Problem | None, texts: Mapping[str, str]) -> dict[str, Changes]:
    if problem is None:
        return {"error": {"hidden": True}}
    return {
        "error-what": {"text": texts[f"error.{problem.code}.what"]},
        "error-next": {"text": texts[f"error.{problem.code}.next"]},
        "error-code": {"text": problem.code},
        "error-detail": _text(problem.detail),
        "error": {"hidden": False},
    }


def _trial(done: tuple[bool, ...] | None) -> dict[str, Changes]:
    found: dict[str, Changes] = {"trial": {"hidden": done is None}}
    for at, step in enumerate(STEPS):
        is_done = done is not None and at < len(done) and done[at]
        found[f"trial-{step}"] = {"data-done": "true" if is_done else None}
    return found


def _obeying(screen: Screen, texts: Mapping[str, str]) -> dict[str, Changes]:
    known = screen.resident is not None and screen.trial is None
    return {
        "obey": _button(screen, shown=known and not screen.obeying),
        "obey-confirm": {"hidden": not (known and screen.obeying)},
        "obey-text": _text(texts[f"obey.{screen.resident}"] if screen.resident else ""),
    }


def _rows(screen: Screen, texts: Mapping[str, str]) -> dict[str, Changes]:
    found: dict[str, Changes] = {}
    for line in screen.lines:
        said = texts[f"row.{line.found}"]
        found |= {
            line.key: {"data-found": line.found},
            f"{line.key}-mark": {"aria-hidden": "true"},
            f"{line.key}-name": {"text": line.name},
            f"{line.key}-kind": {"text": texts[f"table.{line.table}"]},
            f"{line.key}-found": {"text": f"{said}: {line.detail}" if line.detail else said},
        }
    return found


def _key(widget: Widget) -> str:
    return f"widget-{widget.id}"


class View:
    """Keeps the page as `describe` says, lists and elements."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._elements = Elements(page)
        self._lists: dict[str, list[str]] = {}

    def show(self, screen: Screen) -> None:
        """Make the page show this situation."""
        self._fill("rows", [line.key for line in screen.lines], ROW_PARTS)
        self._fill("widget-list", [_key(widget) for widget in screen.widgets or ()], WIDGET_PARTS)
        info = self._page.info
        self._elements.show(describe(screen, self._page.texts, info.provider, has_trial=info.has_trial))

    def _fill(self, element_id: str, keys: list[str], parts: tuple[str, ...]) -> None:
        """Make the items of a list anew, if they are others than before."""
        if self._lists.get(element_id) == keys:
            return
        for key in self._lists.get(element_id, ()):
            for gone in (key, *(f"{key}-{part}" for part in parts)):
                self._elements.forget(gone)
        self._lists[element_id] = keys
        self._page.fill(element_id, keys, parts)
