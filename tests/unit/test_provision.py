"""Setting up and removing rows: what is there afterwards, whatever was there before and wherever a run was cut off."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotab_kit.manifest.model import Manifest
from cotab_kit.solution.provisioning import provisioning
from cotab_setup.provisioning import (
    Action,
    LostConnectionError,
    Provisioning,
    Reply,
    Retrying,
    State,
    Step,
    WebApiError,
    missing_privileges,
    present,
    remove,
    reset_widgets,
    set_up,
    widgets,
)
from cotab_setup.provisioning.rows import ACTIONS, CAPABILITIES, LOCALES, PROVIDERS
from fake_configuration_page import Tables
from fake_tables import FakeTables
from kit.test_manifest import valid

GIVEN = "c0b10000-0000-4000-8000-000000000001"
ALIEN = "a11e4000-0000-4000-8000-000000000000"
TWO_LANGUAGES = {"en-US": {"label": "Look", "slash_command": "/look"}, "de-DE": {"label": "Schau"}}


def version(**modes: Any) -> Provisioning:  # noqa: ANN401 - any part of the manifest
    return provisioning(Manifest.model_validate(valid() | {"modes": modes}))


BOTH = version(cobrowse={"languages": TWO_LANGUAGES}, screenshare={})
ONE = version(cobrowse={"languages": TWO_LANGUAGES})
OTHER = version(screenshare={}, cobrowse={"languages": {"en-US": {"label": "Watch", "slash_command": "/watch"}}})
RENAMED = version(
    cobrowse={"guid": GIVEN, "template": "contoso_own", "name": "Own"},
)
VERSIONS = [BOTH, ONE, OTHER, RENAMED]


async def made_of(wanted: Provisioning) -> FakeTables:
    org = FakeTables()
    await set_up(org, wanted)
    return org


def ids(org: FakeTables) -> set[str]:
    return {guid for rows in org.rows.values() for guid in rows}


async def test_setting_up_makes_every_row_with_its_values() -> None:
    org = await made_of(BOTH)
    assert ids(org) == {str(row.id) for row in BOTH.rows}
    (action, _) = org.rows[ACTIONS.entity_set].values()
    assert action["msdyn_name"] == "Contoso Assist co-browse"
    assert (action["msdyn_order"], action["statecode"]) == (0, 0)
    capability = next(iter(org.rows[CAPABILITIES.entity_set].values()))
    assert capability["_msdyn_provider_value"] == str(BOTH.provider.id)


async def test_what_is_set_up_is_complete_and_not_written_again() -> None:
    org = await made_of(BOTH)
    assert (await present(org, BOTH)).state is State.COMPLETE
    org.requests.clear()
    steps = await set_up(org, BOTH)
    assert {step.action for step in steps} == {Action.KEEP}
    assert {request.split()[0] for request in org.requests} == {"GET"}


async def test_removing_leaves_nothing_and_takes_those_first_that_point_to_others() -> None:
    org = await made_of(BOTH)
    steps = await remove(org, BOTH)
    assert ids(org) == set()
    sets = list(dict.fromkeys(step.path.partition("(")[0] for step in steps))
    assert sets == [table.entity_set for table in (CAPABILITIES, LOCALES, ACTIONS, PROVIDERS)]
    assert (await present(org, BOTH)).state is State.NOTHING


async def test_a_dry_run_tells_the_same_and_writes_nothing() -> None:
    org, told = FakeTables(), list[Step]()
    planned = await set_up(org, BOTH, dry_run=True, report=told.append)
    assert told == planned
    assert ids(org) == set()
    assert planned == await set_up(org, BOTH)


@pytest.mark.parametrize("before", VERSIONS)
@pytest.mark.parametrize("after", VERSIONS)
async def test_another_version_leaves_exactly_its_own_rows(before: Provisioning, after: Provisioning) -> None:
    org = await made_of(before)
    await set_up(org, after, also=["own"])  # no later version knows a GUID that the manifest gave
    assert ids(org) == {str(row.id) for row in after.rows}
    assert org.rows == (await made_of(after)).rows


async def test_a_row_with_a_guid_that_an_earlier_manifest_gave_is_named_and_left() -> None:
    org = await made_of(RENAMED)
    await set_up(org, ONE)
    assert ids(org) == {GIVEN, *(str(row.id) for row in ONE.rows)}
    assert [row.title for row in (await present(org, ONE)).similar] == ["Conversation Action “Own”"]
    await set_up(org, ONE, also=[GIVEN])
    assert org.rows == (await made_of(ONE)).rows


def put_action(org: FakeTables, **values: Any) -> str:  # noqa: ANN401 - a column's value
    """An administrator's own action with a text."""
    org.put(ACTIONS.entity_set, ALIEN, msdyn_name="My Own", msdyn_order=1, **values)
    org.put(LOCALES.entity_set, ALIEN, msdyn_name="My Text", _msdyn_conversationactionkey_value=ALIEN)
    return ALIEN


@pytest.mark.parametrize(
    "values",
    [
        {"msdyn_icon": "/webresources/contoso_/assist/icons/cobrowse.svg"},
        {"msdyn_icon": None, "msdyn_eventparameter": "contoso_assist_cobrowse"},
        {"msdyn_icon": None, "msdyn_eventparameter": "contoso_assist_screenshare"},
    ],
)
async def test_an_administrators_own_action_with_our_icon_or_tab_stays(values: dict[str, Any]) -> None:
    org = FakeTables()
    put_action(org, **values)
    before = copy.deepcopy(org.rows)
    for work in (set_up, remove):
        await work(org, BOTH)
        found = await present(org, BOTH)
        assert [row.title for row in found.similar] == [
            "Conversation Action “My Own”",
            "Conversation Action Locale “My Text”",
        ]
    assert org.rows == before
    await remove(org, BOTH, also=["my own"])
    assert org.rows == before  # its text would hang in the air
    await remove(org, BOTH, also=["my own", "my text"])
    assert ids(org) == set()


async def test_what_somebody_has_added_to_an_action_of_ours_keeps_it() -> None:
    org = await made_of(BOTH)
    action, other = (str(row.id) for row in BOTH.of_table(ACTIONS))
    org.put(LOCALES.entity_set, ALIEN, msdyn_name="Français", _msdyn_conversationactionkey_value=action)
    video = ALIEN.replace("a", "b")
    org.put(CAPABILITIES.entity_set, video, _msdyn_conversationaction_value=other, _msdyn_provider_value=ALIEN)
    theirs = [org.rows[LOCALES.entity_set][ALIEN], org.rows[CAPABILITIES.entity_set][video]]
    before = copy.deepcopy(theirs)
    left = [step.path for step in await remove(org, BOTH) if step.action is Action.LEAVE]
    assert left == [row.path for row in BOTH.of_table(ACTIONS)]
    assert ids(org) == {ALIEN, video, action, other}
    assert theirs == before
    await set_up(org, BOTH)
    assert (await present(org, BOTH)).state is State.COMPLETE


async def test_an_administrators_order_and_status_are_kept_until_they_are_reset() -> None:
    org = await made_of(ONE)
    (action,) = org.rows[ACTIONS.entity_set].values()
    action.update(msdyn_order=77, statecode=1, statuscode=2)
    assert (await present(org, ONE)).state is State.COMPLETE
    await set_up(org, OTHER)
    assert (action["msdyn_order"], action["statecode"]) == (77, 1)
    await set_up(org, OTHER, reset=True)
    changed = org.rows[ACTIONS.entity_set][action["msdyn_conversationactionid"]]
    assert (changed["msdyn_order"], changed["statecode"], changed["statuscode"]) == (0, 0, 1)


async def test_a_changed_text_is_told_and_put_right() -> None:
    org = await made_of(ONE)
    locale = next(iter(org.rows[LOCALES.entity_set].values()))
    locale["msdyn_label"] = "Peek"
    found = await present(org, ONE)
    assert found.state is State.OTHER_VALUES
    assert [row.differences for row in found.rows if row.differences] == [{"msdyn_label": ("Schau", "Peek")}]
    await set_up(org, ONE)
    assert org.rows == (await made_of(ONE)).rows


async def test_texts_whose_action_was_deleted_by_hand_are_found_by_their_ids() -> None:
    org = await made_of(BOTH)
    for action in list(org.rows[ACTIONS.entity_set]):
        await org.request("DELETE", f"{ACTIONS.entity_set}({action})")
    assert (await present(org, ONE)).state is State.PARTLY
    await remove(org, ONE)
    assert ids(org) == set()


async def test_rows_of_others_stay_as_they_are() -> None:
    org = await made_of(BOTH)
    org.put(PROVIDERS.entity_set, ALIEN, msdyn_name="Other")
    org.put(ACTIONS.entity_set, ALIEN, msdyn_name="Other", msdyn_icon="/webresources/other_/x.svg", msdyn_order=1)
    org.put(LOCALES.entity_set, ALIEN, msdyn_name="Other", _msdyn_conversationactionkey_value=None)
    org.put(CAPABILITIES.entity_set, ALIEN, _msdyn_provider_value=ALIEN, _msdyn_conversationaction_value=ALIEN)
    await set_up(org, ONE)
    await remove(org, ONE)
    assert ids(org) == {ALIEN}


async def test_a_provider_that_others_use_is_left_and_the_reason_is_told() -> None:
    org = await made_of(BOTH)
    org.put(
        CAPABILITIES.entity_set,
        ALIEN,
        msdyn_name="Video",
        _msdyn_provider_value=str(BOTH.provider.id),
        _msdyn_conversationaction_value=None,
    )
    steps = await remove(org, BOTH)
    assert ids(org) == {ALIEN, str(BOTH.provider.id)}
    assert (steps[-1].action, steps[-1].reason) == (
        Action.LEAVE,
        "used by Channel Capability “Video”, which this solution did not bring",
    )


async def test_answers_in_pages_are_read_to_the_end() -> None:
    org = await made_of(BOTH)
    org.page = 1
    assert (await present(org, BOTH)).state is State.COMPLETE


@given(
    before=st.sampled_from([None, *VERSIONS]),
    after=st.sampled_from(VERSIONS),
    number=st.integers(0, 30),
    fault=st.sampled_from(["before", "after", "refuse"]),
    removing=st.booleans(),
)
async def test_a_run_that_was_cut_off_is_completed_by_the_next(
    before: Provisioning | None, after: Provisioning, number: int, fault: str, *, removing: bool
) -> None:
    org = await made_of(before) if before else FakeTables()
    org.requests.clear()
    if fault == "refuse":
        org.refuse[number] = 500
    else:
        org.lose[number] = fault
    run = remove if removing else set_up
    try:
        await run(org, after)
    except WebApiError:
        org.refuse.clear()
        org.lose.clear()
        await run(org, after)
    if before is RENAMED and after is not RENAMED:
        del org.rows[ACTIONS.entity_set][GIVEN]
    assert org.rows == (FakeTables() if removing else await made_of(after)).rows


@given(st.lists(st.sampled_from([429, 500, 503, "before", "after"]), max_size=4))
async def test_passing_trouble_is_waited_for(faults: list[int | str]) -> None:
    org, waited = FakeTables(), list[float]()
    for number, fault in enumerate(faults):
        if isinstance(fault, int):
            org.refuse[number] = fault
        else:
            org.lose[number] = fault

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    await set_up(Retrying(org, sleep=sleep), ONE)
    assert org.rows == (await made_of(ONE)).rows
    assert len(waited) == len(faults)


async def test_trouble_that_does_not_pass_is_an_error_that_says_what_was_being_done() -> None:
    org = FakeTables(lose=dict.fromkeys(range(100), "before"))

    async def sleep(_seconds: float) -> None:
        pass

    with pytest.raises(LostConnectionError, match="Reading rows of Provider: cut"):
        await present(Retrying(org, sleep=sleep), ONE)
    assert len(org.requests) == 5
    with pytest.raises(
        WebApiError, match=r"Reading rows of Provider: not now \(Dataverse: 403 0x80040000\)"
    ) as refused:
        await present(FakeTables(refuse={0: 403}), ONE)
    assert (refused.value.status, refused.value.error_code, refused.value.reason) == (403, "0x80040000", "not now")


@pytest.mark.parametrize(
    "text",
    [
        str(ONE.provider.id),
        f"{{{ONE.provider.id}}}".upper(),
        "contoso assist",
        str(BOTH.of_table(CAPABILITIES)[1].id),
        "Contoso Assist_cobrowse",
    ],
)
async def test_widgets_that_name_the_provider_are_found_and_reset(text: str) -> None:
    org = FakeTables()
    org.put("msdyn_livechatconfigs", ALIEN, msdyn_name="Shop", msdyn_cobrowseprovider=text, msdyn_enablecobrowse=True)
    org.put("msdyn_livechatconfigs", ALIEN.replace("a", "b"), msdyn_cobrowseprovider="x")
    before = copy.deepcopy(org.rows)
    (widget,) = await widgets(org, ONE)
    assert (widget.name, widget.columns) == ("Shop", ("msdyn_cobrowseprovider",))
    await reset_widgets(org, [widget])
    before["msdyn_livechatconfigs"][ALIEN].update(msdyn_cobrowseprovider=None, msdyn_enablecobrowse=False)
    assert org.rows == before
    assert await widgets(org, ONE) == []


async def test_an_org_without_chat_has_no_widgets() -> None:
    org = FakeTables()
    del org.rows["msdyn_livechatconfigs"]
    assert await widgets(org, ONE) == []


async def test_an_org_whose_chat_is_older_than_co_browse_has_none_either() -> None:
    def refused(code: str) -> Reply:
        return Reply(400, {}, {"error": {"code": code, "message": "Could not find a property"}})

    assert await widgets(Tables(answers={"msdyn_livechatconfigs": refused("0x80060888")}), ONE) == []
    with pytest.raises(WebApiError, match="Reading the chat widgets"):
        await widgets(Tables(answers={"msdyn_livechatconfigs": refused("0x80040203")}), ONE)


async def test_missing_privileges_are_named() -> None:
    org = FakeTables()
    assert await missing_privileges(org) == []
    org.privileges = ["prvReadAccount"]
    every = await missing_privileges(org)
    assert every[:5] == [f"prv{right}msdyn_provider" for right in ("Create", "Read", "Write", "Delete", "AppendTo")]
    org.privileges = [name.upper() for name in every if name != "prvDeletemsdyn_channelcapability"]
    assert await missing_privileges(org) == ["prvDeletemsdyn_channelcapability"]


def test_what_the_page_gets_is_what_the_kit_has() -> None:
    assert Provisioning.model_validate_json(BOTH.model_dump_json()) == BOTH
