"""The configuration page: what an administrator sees and can do, with the real texts, over tables in memory."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from cotab.configuration.app import Configuration
from cotab.configuration.page import ConfigurationInfo
from cotab.provision import Reply, WebApi, WebApiError, set_up
from cotab.provision.privileges import ALWAYS, NEEDED
from cotab.provision.rows import ACTIONS, CAPABILITIES, LOCALES, PROVIDERS
from cotab_kit.manifest import Manifest
from cotab_kit.solution.offer import offers
from cotab_kit.solution.provisioning import provisioning
from fake_tables import FakeTables, refusal
from kit.test_manifest import valid

PAGE = Path(__file__).resolve().parents[2] / "webresource" / "page"
TEXTS: dict[str, str] = {
    **json.loads((PAGE / "strings/en-US.json").read_text("utf-8")),
    **json.loads((PAGE / "configuration/strings/en-US.json").read_text("utf-8")),
}
MANIFEST = Manifest.model_validate(valid() | {"modes": {"cobrowse": {}, "screenshare": {}}})
WANTED = provisioning(MANIFEST)
TEMPLATES = [offer.template for offer in offers(MANIFEST)]
PRIVILEGES = [f"prv{right}{table.name}" for table, more in NEEDED.items() for right in (*ALWAYS, *more)]
WIDGET = "c4a70000-0000-4000-8000-000000000001"
ALIEN = "a11e4000-0000-4000-8000-000000000000"


class Document(HTMLParser):
    """The ids of the page's elements, and those that are hidden at first."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.hidden: set[str] = set()
        for name in ("index.html", "configuration/configuration.html"):
            self.feed((PAGE / name).read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        found = dict(attrs)
        if found.get("id"):
            self.ids.add(str(found["id"]))
            if "hidden" in found:
                self.hidden.add(str(found["id"]))


class FakePage:
    """The page's document as texts and attributes, beside an org. Implements Page."""

    def __init__(self, org: WebApi | None) -> None:
        self.info = ConfigurationInfo(provider="Contoso", provisioning=WANTED, templates=tuple(TEMPLATES))
        self.texts: Mapping[str, str] = TEXTS
        document = Document()
        self.elements: dict[str, dict[str, Any]] = {name: {"hidden": name in document.hidden} for name in document.ids}
        self.logged: list[str] = []
        self.reported: list[BaseException] = []
        self.focused = ""
        self.states: list[str] = []
        self._org = org
        self._buttons: dict[str, Callable[[], None]] = {}
        self._parts: dict[str, list[str]] = {}

    def api(self) -> WebApi | None:
        return self._org

    def ready(self) -> bool:
        return True

    def update(self, element_id: str, changes: Mapping[str, str | bool | None]) -> None:
        self.elements[element_id].update(changes)
        if "data-state" in changes:
            self.states.append(str(changes["data-state"]))

    def fill(self, element_id: str, keys: Sequence[str], parts: Sequence[str]) -> None:
        for gone in self._parts.get(element_id, ()):
            del self.elements[gone]
        self._parts[element_id] = [*keys, *(f"{key}-{part}" for key in keys for part in parts)]
        self.elements |= {name: {} for name in self._parts[element_id]}

    def focus(self, element_id: str) -> None:
        self.focused = element_id

    def on_click(self, element_id: str, handler: Callable[[], None]) -> None:
        self._buttons[element_id] = handler

    def log(self, text: str) -> None:
        self.logged.append(text)

    def report(self, error: BaseException) -> None:
        self.reported.append(error)

    # what tests ask

    def press(self, button: str) -> None:
        assert self.is_shown(button), f"{button} is not there"
        self._buttons[button]()

    def is_shown(self, name: str) -> bool:
        return not self.elements[name].get("hidden")

    def text(self, name: str) -> str:
        return str(self.elements[name].get("text") or "") if self.is_shown(name) else ""

    @property
    def state(self) -> str:
        return self.states[-1]

    @property
    def rows(self) -> dict[str, str]:
        """What is said of each row, by its name."""
        keys = [name for name, each in self.elements.items() if "data-found" in each]
        return {self.text(f"{key}-name"): self.text(f"{key}-found") for key in keys}


class Opened:
    """The page, opened in an org. Waiting for the org takes no time."""

    def __init__(self, org: WebApi | None) -> None:
        self.waited: list[float] = []
        self.page = FakePage(org)
        self._app = Configuration(self.page, sleep=self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.waited.append(seconds)

    async def run(self) -> FakePage:
        await self._app.run()
        return self.page

    async def press(self, *buttons: str) -> FakePage:
        for button in buttons:
            self.page.press(button)
            await self.settled()
        return self.page

    async def settled(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others)


@dataclass
class Tables(FakeTables):
    """Tables of which some paths have an answer of their own."""

    answers: dict[str, Reply | Exception] = field(default_factory=dict)

    async def request(
        self, method: str, path: str, *, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        answer = next((answer for start, answer in self.answers.items() if path.startswith(start)), None)
        if isinstance(answer, Exception):
            raise answer
        return answer or await super().request(method, path, body=body, headers=headers)


def org(*, templates: Sequence[str] = TEMPLATES) -> Tables:
    tables = Tables(privileges=[*PRIVILEGES])
    for number, name in enumerate(templates):
        guid = f"7e3b0000-0000-4000-8000-00000000000{number}"
        tables.put("msdyn_applicationtabtemplates", guid, msdyn_uniquename=name)
    return tables


async def opened(tables: WebApi | None) -> Opened:
    it = Opened(tables)
    await it.run()
    return it


def count(tables: FakeTables) -> int:
    return sum(len(tables.rows[table.entity_set]) for table in (PROVIDERS, ACTIONS, LOCALES, CAPABILITIES))


async def test_an_empty_org_is_set_up_row_by_row_and_said_to_be_complete() -> None:
    tables = org()
    it = await opened(tables)
    page = it.page
    assert page.state == "nothing"
    assert set(page.rows) == {row.name for row in WANTED.rows} | set(TEMPLATES)
    assert {page.rows[row.name] for row in WANTED.rows} == {"Missing"}
    assert {page.rows[name] for name in TEMPLATES} == {"There"}
    assert not page.is_shown("remove")

    await it.press("set-up")
    assert page.states == ["looking", "nothing", "setting_up", "complete"]
    assert set(page.rows.values()) == {"There"}
    assert page.text("notice") == f"Done: {len(WANTED.rows)} created, 0 updated, 0 removed, 0 as they were."
    assert page.is_shown("remove")
    assert not page.is_shown("progress")
    assert count(tables) == len(WANTED.rows)
    assert sum(line.startswith("cotab: create ") for line in page.logged) == len(WANTED.rows)


async def test_setting_up_again_writes_nothing() -> None:
    tables = org()
    await set_up(tables, WANTED)
    it = await opened(tables)
    assert it.page.state == "complete"
    assert it.page.text("set-up") == "Set up again"
    tables.requests.clear()
    page = await it.press("set-up")
    assert {request.split()[0] for request in tables.requests} == {"GET"}
    assert page.text("notice").endswith(f"{len(WANTED.rows)} as they were.")


async def test_what_is_missing_or_differs_is_named_and_put_right() -> None:
    tables = org()
    await set_up(tables, WANTED)
    gone, *_ = tables.rows[LOCALES.entity_set]
    del tables.rows[LOCALES.entity_set][gone]
    first, second = tables.rows[ACTIONS.entity_set].values()
    first.update(msdyn_icon="/webresources/other.svg")
    second.update(msdyn_order=77)
    it = await opened(tables)
    assert it.page.state == "partly"
    assert sorted(it.page.rows.values()).count("Missing") == 1
    assert it.page.rows[str(first["msdyn_name"])] == "Differs: msdyn_icon"
    assert it.page.rows[str(second["msdyn_name"])] == "There, with changes of your own that stay: msdyn_order"
    page = await it.press("set-up")
    assert page.state == "complete"
    assert second["msdyn_order"] == 77
    assert page.text("notice").startswith("Done: 1 created, 1 updated, 0 removed")


async def test_removing_is_asked_about_and_can_be_declined() -> None:
    tables = org()
    await set_up(tables, WANTED)
    it = await opened(tables)
    page = await it.press("remove")
    assert page.is_shown("confirm")
    assert page.focused == "confirm"
    assert page.text("confirm-title") == "Remove Contoso from this organisation?"
    assert not page.is_shown("widgets")
    assert not page.is_shown("set-up")
    await it.press("keep")
    assert not page.is_shown("confirm")
    assert page.focused == "remove"
    assert count(tables) == len(WANTED.rows)

    await it.press("remove", "remove-now")
    assert page.state == "nothing"
    assert count(tables) == 0
    assert page.text("notice").startswith(f"Done: {len(WANTED.rows)} removed.")
    assert f"“{WANTED.solution}”" in page.text("notice")
    assert "removing" in page.states


@pytest.mark.parametrize(("button", "left"), [("remove-now", "Contoso Assist_cobrowse"), ("remove-and-reset", None)])
async def test_chat_widgets_that_point_to_the_provider_are_named_and_reset_if_wanted(
    button: str, left: str | None
) -> None:
    tables = org()
    await set_up(tables, WANTED)
    capability = WANTED.of_table(CAPABILITIES)[0].name
    columns = {"msdyn_cobrowseprovider": capability, "msdyn_enablecobrowse": True}
    tables.put("msdyn_livechatconfigs", WIDGET, msdyn_name="Web shop", **columns)
    it = await opened(tables)
    page = await it.press("remove")
    assert page.text("widgets-title").startswith("These chat widgets still use it")
    assert page.text(f"widget-{WIDGET}-name") == "Web shop"
    await it.press(button)
    assert page.state == "nothing"
    assert count(tables) == 0
    widget = tables.rows["msdyn_livechatconfigs"][WIDGET]
    assert widget["msdyn_cobrowseprovider"] == (left and capability)
    assert widget["msdyn_enablecobrowse"] is bool(left)


async def test_who_may_not_read_chat_widgets_is_told_so_and_can_still_remove() -> None:
    tables = org()
    await set_up(tables, WANTED)
    tables.answers["msdyn_livechatconfigs"] = refusal(403, "prvReadmsdyn_livechatconfig")
    it = await opened(tables)
    page = await it.press("remove")
    assert page.text("widgets-title").startswith("You may not read the chat widgets")
    await it.press("remove-now")
    assert page.state == "nothing"


async def test_a_provider_that_others_use_stays_and_is_said_to() -> None:
    tables = org()
    await set_up(tables, WANTED)
    tables.put(CAPABILITIES.entity_set, ALIEN, msdyn_name="Theirs", _msdyn_provider_value=str(WANTED.provider.id))
    it = await opened(tables)
    assert it.page.rows["Theirs"] == "Of someone else, stays"
    page = await it.press("remove", "remove-now")
    assert page.state == "partly"
    assert page.text("error-code") == "PROVIDER_IN_USE"
    assert "“Theirs”" in page.text("error-detail")
    assert count(tables) == 2


async def test_missing_privileges_are_named_before_anything_is_pressed() -> None:
    tables = org()
    tables.privileges.remove("prvCreatemsdyn_provider")
    tables.privileges.remove("prvDeletemsdyn_channelcapability")
    page = (await opened(tables)).page
    assert page.text("error-code") == "PRIVILEGES_MISSING"
    assert page.text("error-detail") == "prvCreatemsdyn_provider, prvDeletemsdyn_channelcapability"
    assert page.state == "nothing"


async def test_who_may_not_ask_for_privileges_may_try() -> None:
    tables = org()
    tables.refuse = {1: 403}
    page = (await opened(tables)).page
    assert page.state == "nothing"
    assert not page.is_shown("error")


async def test_app_tab_templates_that_are_missing_are_the_solutions_business() -> None:
    tables = org(templates=TEMPLATES[:1])
    await set_up(tables, WANTED)
    page = (await opened(tables)).page
    assert page.state == "partly"
    assert page.rows[TEMPLATES[1]] == "Missing"
    assert page.text("error-code") == "SOLUTION_INCOMPLETE"


@pytest.mark.parametrize(("missing", "code"), [("WhoAmI", "NOT_IN_AN_ORG"), ("msdyn_providers", "OMNICHANNEL_MISSING")])
async def test_what_is_not_an_org_with_omnichannel_is_said_not_to_be(missing: str, code: str) -> None:
    tables = org()
    tables.answers[missing] = refusal(404, "not found")
    page = (await opened(tables)).page
    assert page.state == "failed"
    assert page.text("error-code") == code
    assert page.is_shown("look-again")
    assert not page.is_shown("set-up")
    assert not page.is_shown("remove")
    assert not page.is_shown("overview")


async def test_a_page_from_a_disk_says_that_it_belongs_into_an_org() -> None:
    page = (await opened(None)).page
    assert (page.state, page.text("error-code")) == ("failed", "NOT_IN_AN_ORG")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (500, "ORG_FAILED"),
        (429, "ORG_BUSY"),
        (400, "REFUSED"),
        (401, "SIGNED_OUT"),
        (403, "ACCESS_DENIED"),
        (0, "CONNECTION_LOST"),
    ],
)
@pytest.mark.parametrize("at", [0, 3])
async def test_a_call_that_fails_for_good_is_explained_and_the_next_press_completes(
    status: int, code: str, at: int
) -> None:
    tables = org()
    it = await opened(tables)
    first = len(tables.requests) + 5 + at  # after what is looked at
    failing = range(first, first + 5)
    if status:
        tables.refuse = dict.fromkeys(failing, status)
    else:
        tables.lose = dict.fromkeys(failing, "before")
    page = await it.press("set-up")
    assert page.text("error-code") == code
    assert "Traceback" not in page.text("error-detail")
    assert page.reported == []
    assert bool(it.waited) is (status in (0, 429, 500))
    tables.refuse, tables.lose = {}, {}
    await it.press("set-up")
    assert page.state == "complete"
    assert not page.is_shown("error")
    assert count(tables) == len(WANTED.rows)


# The buttons to press for a wish, and what must be shown for that.
BUTTONS = {"set up": {"set-up": "set-up"}, "remove": {"remove": "remove", "remove-now": "confirm"}}
CHOSEN_FAULTS = ["before", "after", 429, 500]


async def carried_out(it: Opened, wish: str) -> None:
    """Press what is there to be pressed for it, as an administrator does who sees a failure."""
    if not it.page.is_shown("set-up"):
        await it.press("look-again")
    for button, shown in BUTTONS[wish].items():
        if it.page.is_shown(shown):
            await it.press(button)


@pytest.mark.parametrize("times", [1, 5])  # a request is tried five times
@pytest.mark.parametrize("fault", CHOSEN_FAULTS)
@pytest.mark.parametrize("wish", BUTTONS)
async def test_whichever_call_fails_the_result_is_the_same_in_the_end(wish: str, fault: str | int, times: int) -> None:
    async def prepared() -> tuple[Tables, Opened, int]:
        tables = org()
        if wish == "remove":
            await set_up(tables, WANTED)
        return tables, await opened(tables), len(tables.requests)

    tables, it, first = await prepared()
    await carried_out(it, wish)
    expected, last = tables.rows, len(tables.requests)
    for number in range(first, last):
        tables, it, _ = await prepared()
        failing: dict[int, Any] = dict.fromkeys(range(number, number + times), fault)
        tables.lose, tables.refuse = (failing, {}) if isinstance(fault, str) else ({}, failing)
        await carried_out(it, wish)
        assert it.page.reported == []
        assert it.page.is_shown("error") is (times > 1), tables.requests[number]
        tables.lose, tables.refuse = {}, {}
        if times > 1:
            await carried_out(it, wish)
        assert tables.rows == expected, tables.requests[number]
        assert it.page.state == ("complete" if wish == "set up" else "nothing")


async def test_a_call_that_fails_once_is_tried_again_and_the_waiting_is_shown() -> None:
    tables = org()
    it = await opened(tables)
    shown: list[str] = []
    tables.refuse = {len(tables.requests) + 6: 500}
    watched = it.page.update

    def update(element_id: str, changes: Mapping[str, str | bool | None]) -> None:
        watched(element_id, changes)
        if element_id == "progress-text":
            shown.append(str(changes.get("text")))

    it.page.update = update  # type: ignore[method-assign]
    page = await it.press("set-up")
    assert page.state == "complete"
    assert it.waited == [1.0]
    assert "No answer yet. Trying again in 1 s…" in shown


async def test_an_org_that_stays_silent_afterwards_does_not_hide_what_was_seen() -> None:
    tables = org()
    it = await opened(tables)
    start = len(tables.requests) + 6
    tables.lose = dict.fromkeys(range(start, start + 100), "before")
    page = await it.press("set-up")
    assert page.text("error-code") == "CONNECTION_LOST"
    assert page.state == "nothing"
    assert page.is_shown("set-up")


async def test_a_defect_is_reported_and_shown_without_a_traceback() -> None:
    tables = org()
    tables.answers["WhoAmI"] = ZeroDivisionError("of all things")
    page = (await opened(tables)).page
    assert page.text("error-code") == "UNEXPECTED"
    assert page.text("error-detail") == "ZeroDivisionError: of all things"
    assert len(page.reported) == 1


async def test_a_session_that_has_expired_is_told_from_a_refusal() -> None:
    tables = org()
    tables.answers["WhoAmI"] = WebApiError("WhoAmI", status=401, reason="the answer is a page, not data")
    page = (await opened(tables)).page
    assert page.text("error-code") == "SIGNED_OUT"


async def test_clicks_while_something_is_under_way_do_nothing() -> None:
    tables = org()
    it = await opened(tables)
    it.page.press("set-up")
    it.page.press("set-up")
    it.page.press("look-again")
    await it.settled()
    assert it.page.states == ["looking", "nothing", "setting_up", "complete"]
    assert it.page.elements["set-up"]["aria-disabled"] is None
