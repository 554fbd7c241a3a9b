"""The stand-ins for host tests: what they tell an author whose test goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cotab import JsError
from cotab._tasks import Tasks
from cotab.testing import FakeBrowser, FakeObject, FakeScope, FakeTab

if TYPE_CHECKING:
    from unit.conftest import Vendor


async def test_what_makes_a_session_fail_stands_on_stderr_with_its_traceback(
    vendor: Vendor, capsys: pytest.CaptureFixture[str]
) -> None:
    vendor.fails["start"] = RuntimeError("no capacity")
    tab = FakeTab(vendor)
    await tab.open(conversationId="c-1")
    assert tab.state == "failed"
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "in start" in said
    assert "RuntimeError: no capacity" in said


async def test_a_session_without_trouble_says_nothing(vendor: Vendor, capsys: pytest.CaptureFixture[str]) -> None:
    tab = FakeTab(vendor)
    await tab.open(conversationId="c-1")
    vendor.report.connected()
    tab.browser.hide()
    assert capsys.readouterr() == ("", "")


async def test_an_element_that_does_not_exist_is_named_beside_those_that_do(vendor: Vendor) -> None:
    tab = FakeTab(vendor)
    await tab.open(conversationId="c-1")
    for ask in (tab.browser.text, tab.browser.shown):
        with pytest.raises(LookupError, match=r'no element that changes is called "end_session"; there are: .*, pin,'):
            ask("end_session")
    with pytest.raises(LookupError, match=r'no button is called "end_session"; there are: .*end-session, '):
        tab.browser.click("end_session")


def test_before_the_tab_is_open_nothing_is_shown_and_nothing_can_be_pressed(vendor: Vendor) -> None:
    browser = FakeTab(vendor).browser
    assert (browser.text("error-code"), browser.shown("error")) == ("", False)
    with pytest.raises(LookupError, match='no button is called "end-session"; there are: none yet'):
        browser.click("end-session")


async def test_a_fake_throws_what_a_test_says() -> None:
    refusal = JsError("full", name="QuotaError", thrown={"code": "NO_SEAT"})

    async def refuse() -> None:
        raise refusal

    with pytest.raises(JsError) as raised:
        await FakeObject(ask=refuse).call("ask")
    assert raised.value is refusal


async def test_an_error_of_a_fake_is_an_object_as_in_the_page() -> None:
    def refuse() -> None:
        raise RuntimeError("busy")

    with pytest.raises(JsError) as refused:
        FakeObject(refuse=refuse).call("refuse")
    assert (refused.value.thrown.get("name"), refused.value.thrown.get("message")) == ("RuntimeError", "busy")


def test_who_subscribes_after_the_session_hears_nothing() -> None:
    scope = FakeScope(FakeBrowser(), Tasks(print))
    heard: list[object] = []
    sdk = FakeObject()
    sdk.scope = scope
    scope.dispose()
    sdk.subscribe("joined", heard.append)
    sdk.emit("joined", 1)
    assert heard == []


def test_an_event_that_is_called_almost_as_one_that_is_listened_to_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    heard: list[str] = []
    session = FakeObject()
    session.subscribe("joned", lambda: heard.append("joned"))
    session.subscribe("joined late", lambda: heard.append("joined late"))
    session.emit("joined")
    session.emit("joined late")
    session.emit("quality")
    said = 'cotab: nobody has subscribed to "joined", but to "joned": is one misspelled?\n'
    assert (capsys.readouterr().err, heard) == (said, ["joined late"])


def test_a_member_written_as_an_attribute_is_refused_with_a_hint() -> None:
    sdk = FakeObject(Client=1)
    with pytest.raises(AttributeError, match="use get"):
        sdk.Client()
    with pytest.raises(AttributeError):
        sdk.Client = 2  # type: ignore[attr-defined] # this is the mistake
