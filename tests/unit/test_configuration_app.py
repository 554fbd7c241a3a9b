"""The configuration page: what an administrator sees and can do, with the real texts, over tables in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import unquote

import pytest

from cotab._js.elements import Changes
from cotab_setup.provisioning import WebApiError, set_up
from cotab_setup.provisioning.rows import ACTIONS, CAPABILITIES, LOCALES, PROVIDERS
from fake_configuration_page import ALIEN, TEMPLATES, WANTED, WIDGET, count, opened, org
from fake_tables import refusal


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


async def test_how_the_org_behaves_is_shown_and_can_be_saved_as_it_is_shown() -> None:
    it = await opened(org())
    page = await it.press("inspect")
    shown = json.loads(page.text("findings-text"))
    assert shown["not_asked"]["policy"] == "the signed-in user may not read it, or it is not there"
    _, _, saved = page.elements["save-findings"]["href"].partition(",")
    assert json.loads(unquote(saved)) == shown
    assert (page.focused, page.state) == ("findings", "nothing")


async def test_removing_is_asked_about_and_can_be_declined() -> None:
    tables = org()
    await set_up(tables, WANTED)
    it = await opened(tables)
    page = await it.press("remove")
    assert page.is_shown("confirm")
    assert page.focused == "confirm"
    assert page.text("confirm-title") == "Remove Contoso from this organization?"
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


async def test_what_an_administrator_has_set_for_the_org_is_removed_too() -> None:
    tables = org()
    await set_up(tables, WANTED)
    for guid, name in ((WIDGET, WANTED.variable), (ALIEN, "fabrikam_assist_settings")):
        tables.put("environmentvariablevalues", guid, schemaname=name, value="{}")
    it = await opened(tables)
    page = await it.press("remove", "remove-now")
    assert page.text("notice").startswith(f"Done: {len(WANTED.rows) + 1} removed.")
    assert list(tables.rows["environmentvariablevalues"]) == [ALIEN]


@pytest.mark.parametrize("listed", [True, False])
async def test_a_value_belongs_to_the_variable_it_points_at_and_that_to_the_solution_that_lists_it(
    *, listed: bool
) -> None:
    tables, ours, theirs = org(), ALIEN, WIDGET
    await set_up(tables, WANTED)
    for guid, name in ((ours, WANTED.variable), (theirs, "fabrikam_assist_settings")):
        tables.put("environmentvariabledefinitions", guid, schemaname=name)
    names = {"solutionid/uniquename": WANTED.solution if listed else "theirs"}
    tables.put("solutioncomponents", ours, objectid=ours, **names)
    lookup = "_environmentvariabledefinitionid_value"
    tables.put("environmentvariablevalues", ours, **{lookup: ours})  # its own name is an optional column
    tables.put("environmentvariablevalues", theirs, schemaname=WANTED.variable, **{lookup: theirs})
    it = await opened(tables)
    await it.press("remove", "remove-now")
    assert list(tables.rows["environmentvariablevalues"]) == ([theirs] if listed else [ours, theirs])


async def test_what_an_administrator_has_set_can_be_removed_when_nothing_else_is_left() -> None:
    tables = org()
    it = await opened(tables)
    assert not it.page.is_shown("remove")
    tables.put("environmentvariablevalues", WIDGET, schemaname=WANTED.variable, value="{}")
    await it.press("look-again")
    page = await it.press("remove", "remove-now")
    assert page.text("notice").startswith("Done: 1 removed.")
    assert not page.is_shown("remove")


async def test_a_row_of_the_same_name_is_used_told_once_and_left() -> None:
    tables = org()
    tables.put(PROVIDERS.entity_set, ALIEN, msdyn_name=WANTED.provider.name)
    before = dict(tables.rows[PROVIDERS.entity_set][ALIEN])
    it = await opened(tables)
    page = await it.press("set-up")
    assert page.state == "complete"
    assert page.rows[WANTED.provider.name] == "Of someone else, used as it is"
    assert {row["_msdyn_provider_value"] for row in tables.rows[CAPABILITIES.entity_set].values()} == {ALIEN}
    await it.press("remove", "remove-now")
    assert page.state == "nothing"
    assert tables.rows[PROVIDERS.entity_set] == {ALIEN: before}
    assert count(tables) == 1


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


async def test_a_call_that_fails_once_is_tried_again_and_the_waiting_is_shown() -> None:
    tables = org()
    it = await opened(tables)
    shown: list[str] = []
    tables.refuse = {len(tables.requests) + 6: 500}
    watched = it.page.update

    def update(changes: Mapping[str, Changes]) -> None:
        watched(changes)
        if "progress-text" in changes:
            shown.append(str(changes["progress-text"].get("text")))

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
