"""What an administrator has set for an org: which settings the adapter gets, and that no mistake stops a tab."""

from __future__ import annotations

import asyncio
import copy
import json
from typing import TYPE_CHECKING, Any, Literal, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from cotab import Invitation, Provider
from cotab._tab.settings import merged, settings_of
from cotab.testing import FakeBrowser, FakeTab

if TYPE_CHECKING:
    from unit.conftest import MakeRunner, Vendor

OWN = {"region": "eu", "limits": {"minutes": 30, "people": 2}, "ratio": 1, "quiet": False, "hosts": ["a"]}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(list(OWN)) | st.text(), inner),
)


async def settings_in(org_settings: str) -> tuple[dict[str, Any], list[str]]:
    browser = FakeBrowser(settings=OWN, org_settings=org_settings)
    return (await settings_of(browser, Provider.Settings)).model_dump(), browser.warnings


@pytest.mark.parametrize("text", ["", " \n", "{}"])
async def test_where_nothing_is_set_the_authors_settings_count(text: str) -> None:
    assert await settings_in(text) == (OWN, [])


async def test_members_of_the_value_replace_those_of_the_author_as_a_whole_and_others_are_added() -> None:
    given = {"region": "us", "limits": {"minutes": 5}, "ratio": 1.5, "quiet": True, "hosts": [], "beta": None}
    assert await settings_in(json.dumps(given)) == ({**OWN, **given}, [])
    assert OWN["region"] == "eu"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"region": "us"', "Expecting ',' delimiter: line 1 column 16"),
        ("us", "Expecting value"),
        ('["us"]', "it is an array, and must be an object"),
        ("null", "it is null, and must be"),
        ('{"region": 5}', "region is a number, and must be a text"),
        ('{"region": null}', "region is null, and must be a text"),
        ('{"ratio": true}', "ratio is true or false, and must be a number"),
        ('{"limits": "30"}', "limits is a text, and must be an object"),
        ('{"new": NaN}', "not JSON compliant"),
        ('{"new": 1e999}', "not JSON compliant"),
        ('{"region": "\\ud800"}', "surrogates not allowed"),
        ('{"new": ' + "9" * 10_000 + "}", "integer string conversion"),
        ('{"new": ' + "[" * 100_000 + "}", ""),
    ],
)
async def test_a_value_that_is_wrong_is_told_and_none_of_it_counts(text: str, problem: str) -> None:
    settings, [warning] = await settings_in(text)
    assert settings == OWN
    assert warning.startswith("cotab: the solution's own settings count, because the value of tests_test_settings is ")
    assert problem in warning


class Typed(BaseModel):
    region: Literal["eu", "us"]
    seats: int = 5


@pytest.mark.parametrize(
    ("text", "region", "warned"),
    [
        ("", "eu", ""),
        ('{"region": "us"}', "us", ""),
        ('{"region": "mars"}', "eu", "region: Input should be 'eu' or 'us'"),
    ],
)
async def test_settings_are_what_the_provider_takes_or_the_authors_count(text: str, region: str, warned: str) -> None:
    browser = FakeBrowser(settings={"region": "eu"}, org_settings=text)
    settings = await settings_of(browser, Typed)
    assert settings == Typed(region=cast("Any", region))
    assert warned in "".join(browser.warnings)
    assert bool(warned) == bool(browser.warnings)


async def test_a_setting_that_is_not_there_is_told_with_those_that_are() -> None:
    settings = Provider.Settings.model_validate(OWN)
    assert settings.region == "eu"  # type: ignore[attr-defined] # it has whatever it is given
    told = "has no regoin; it has region, limits, ratio, quiet, hosts"
    with pytest.raises(AttributeError, match=told):
        _ = settings.regoin  # type: ignore[attr-defined] # this is the mistake
    assert getattr(settings, "other", None) is None
    assert copy.deepcopy(settings) == settings


async def test_an_authors_settings_that_the_provider_does_not_take_end_the_session_with_what_is_wrong() -> None:
    class Adapter(Provider):
        Settings = Typed

        async def start(self) -> Invitation:
            raise AssertionError("it is not made")

        async def resume(self, session_id: str) -> Invitation:
            raise AssertionError(session_id)

        async def end(self) -> None: ...

    tab = FakeTab(Adapter, settings={"region": "mars"}, org_settings='{"seats": "many"}')
    await tab.open(conversationId="c-1")
    assert tab.browser.text("error-code") == "SETTINGS_INVALID"
    assert "region: Input should be 'eu' or 'us'" in tab.browser.text("error-detail")


@given(JSON)
def test_whatever_json_is_set_each_setting_keeps_its_kind(value: object) -> None:
    try:
        result = merged(OWN, json.dumps(value))
    except ValueError:
        return
    assert result.keys() >= OWN.keys()
    for name, own in OWN.items():
        numbers = (int, float) if type(own) is int else type(own)
        assert isinstance(result[name], numbers), name


@given(st.text())
async def test_whatever_text_is_set_there_are_settings(text: str) -> None:
    settings, warnings = await settings_in(text)
    assert settings.keys() >= OWN.keys()
    assert len(warnings) <= 1


async def test_the_adapter_sees_what_is_set_in_every_session_of_the_tab(vendor: Vendor) -> None:
    tab = FakeTab(vendor, settings={"region": "eu"}, org_settings='{"region": "us"}')
    await tab.open(conversationId="c-1")
    vendor.report.ended()
    tab.browser.click("start-again")
    for _ in range(20):
        await asyncio.sleep(0)
    assert [made.settings.model_dump() for made in vendor.tabs] == [{"region": "us"}] * 2


async def test_a_provider_without_settings_does_not_ask_for_any(vendor: Vendor) -> None:
    tab = FakeTab(vendor, org_settings='{"region": "us"}')
    await tab.open(conversationId="c-1")
    assert vendor.tabs[0].settings.model_dump() == {}


async def test_a_session_that_is_ended_before_the_org_answers_is_never_begun(
    vendor: Vendor, fake_browser: FakeBrowser, make_runner: MakeRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    monkeypatch.setattr(fake_browser, "org_settings", lambda: answer)
    runner = make_runner(vendor)
    opening = asyncio.ensure_future(runner.open())
    await asyncio.sleep(0)
    runner.end()
    answer.set_result("")
    await opening
    assert runner.disposed.is_set()
    assert vendor.calls == []
