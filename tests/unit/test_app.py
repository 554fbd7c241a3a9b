"""The tab as a whole: from its address to what the agent sees, and what pressing each button does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotab import AdapterError, SessionUnknownError, Tool
from cotab._tab.app import App, load_adapter
from cotab.testing import FakeBrowser, FakeTab, until

if TYPE_CHECKING:
    from pathlib import Path

    from unit.conftest import Texts, Vendor

CONNECTED, ENDED = "CobrowseConnectedEvent", "CobrowseEndedEvent"


@pytest.fixture
def tab(vendor: Vendor, texts: Texts) -> FakeTab:
    return FakeTab(vendor, texts=texts)


# Coming up


async def test_the_tab_comes_up_and_invites(tab: FakeTab) -> None:
    await tab.open(conversationId="c-1")
    assert tab.browser.is_ready
    assert tab.state == "inviting"
    assert (tab.browser.text("pin"), tab.browser.text("link")) == ("123456", "https://join.example/s-1")
    assert tab.browser.elements["link"]["href"] == "https://join.example/s-1"
    assert tab.events == []


async def test_the_boot_screen_gives_way_before_the_provider_answers(tab: FakeTab, vendor: Vendor) -> None:
    vendor.waits["start"] = asyncio.Event()
    opening = asyncio.ensure_future(tab.open(conversationId="c-1"))
    await until(lambda: "start" in vendor.calls)
    assert tab.browser.is_ready
    assert tab.state == "starting"
    vendor.waits["start"].set()
    await opening


@pytest.mark.parametrize("query", ["", "?data=", "?data={}", "?data=[]", "?data=x", "?data=" + "x" * 40_000])
async def test_a_tab_without_a_conversation_says_so_and_does_nothing(tab: FakeTab, vendor: Vendor, query: str) -> None:
    await tab.open(query)
    tab.browser.hide()
    assert tab.state == "failed"
    assert tab.browser.is_ready
    assert tab.browser.text("error-code").startswith("DATA_")
    assert (vendor.calls, tab.events, tab.browser.errors, tab.browser.storage) == ([], [], [], {})
    assert not tab.browser.shown("start-again")


async def test_without_data_the_agent_confirms_before_anything_happens(vendor: Vendor, texts: Texts) -> None:
    tab = FakeTab(vendor, texts=texts, focused="c-2")
    await tab.open("?userlcid=1033")
    assert tab.state == "confirm"
    assert tab.browser.shown("confirm")
    for button in ("send-invitation", "end-session", "start-again", "attach-note", "copy-pin", "tool-pointer"):
        tab.browser.click(button)
    assert (vendor.calls, tab.events, tab.browser.messages, tab.browser.storage) == ([], [], [], {})
    tab.browser.click("use-conversation")
    tab.browser.click("use-conversation")
    await until(lambda: tab.state == "inviting")
    assert vendor.calls == ["make", "start"]
    assert vendor.tabs[0].context.conversation_id == "c-2"
    assert not tab.browser.shown("confirm")


@pytest.mark.parametrize("focused", [None, "", "two words"])
async def test_without_a_usable_guess_the_agent_reads_what_is_missing(
    vendor: Vendor, texts: Texts, focused: str | None
) -> None:
    tab = FakeTab(vendor, texts=texts, focused=focused)
    await tab.open("")
    assert (tab.state, tab.browser.text("error-code")) == ("failed", "DATA_MISSING")


async def test_unusable_data_is_not_replaced_by_a_guess(vendor: Vendor, texts: Texts) -> None:
    tab = FakeTab(vendor, texts=texts, focused="c-2")
    await tab.open("?data={}")
    assert tab.browser.text("error-code") == "DATA_NO_CONVERSATION"
    assert not tab.browser.shown("confirm")


@pytest.mark.parametrize(
    ("source", "adapter"),
    [
        (None, "no_such_module:Adapter"),
        ("class Other: pass", "broken_adapter:Adapter"),
        ("def", "broken_adapter:Adapter"),
        ("import no_such_package", "broken_adapter:Adapter"),
        ("1 / 0", "broken_adapter:Adapter"),
        ("class Adapter: pass", "broken_adapter"),
        ("class Adapter: pass", ""),
    ],
)
async def test_an_adapter_that_cannot_be_loaded_is_told_to_the_agent_and_logged_with_its_cause(
    source: str | None, adapter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    if source is not None:
        (tmp_path / "broken_adapter.py").write_text(source, encoding="utf-8")
    browser = FakeBrowser(query='?data={"conversationId":"c-1"}')
    browser.page = browser.page.model_copy(update={"adapter": adapter})
    await App(browser).run()
    assert browser.text("error-code") == "ADAPTER_NOT_LOADED"
    assert not any(isinstance(error, AdapterError) for error in browser.errors)
    assert len(browser.errors) == 1
    assert browser.is_ready


def test_an_adapter_is_found_by_its_name() -> None:
    found: object = load_adapter("cotab.testing:FakeTab")
    assert found is FakeTab


# A session's life


async def test_the_customer_joins_and_the_agent_ends(tab: FakeTab, vendor: Vendor) -> None:
    await tab.open(conversationId="c-1")
    vendor.report.connected()
    vendor.report.participants(["Casey", "Robin"])
    assert tab.state == "connected"
    assert tab.browser.text("participants") == "Taking part: Casey, Robin"
    tab.browser.click("end-session")
    tab.browser.click("end-session")
    assert tab.state == "ended"
    await until(lambda: tab.browser.scopes[0].disposed)
    vendor.report.ended()
    tab.browser.hide()
    assert tab.events == [CONNECTED, ENDED]
    assert vendor.calls == ["make", "start", "end"]


async def test_a_reload_resumes_and_connected_goes_out_again(tab: FakeTab, vendor: Vendor) -> None:
    await tab.open(conversationId="c-1")
    vendor.report.connected()
    before = tab.browser
    vendor.customer_is_there = True
    await tab.open(conversationId="c-1")
    assert before.events == [CONNECTED, ENDED]
    assert tab.events == [CONNECTED]
    assert vendor.calls == ["make", "start", "page_hidden", "make", "resume s-1"]
    assert tab.state == "connected"


async def test_another_conversation_has_a_session_of_its_own(tab: FakeTab, vendor: Vendor) -> None:
    await tab.open(conversationId="c-1")
    await tab.open(conversationId="c-2")
    assert vendor.calls == ["make", "start", "page_hidden", "make", "start"]


async def test_a_session_the_provider_has_forgotten_is_dropped_and_a_new_one_offered(
    tab: FakeTab, vendor: Vendor, texts: Texts
) -> None:
    await tab.open(conversationId="c-1")
    vendor.fails["resume"] = SessionUnknownError("s-1")
    await tab.open(conversationId="c-1")
    assert tab.state == "failed"
    assert tab.browser.text("error-code") == "SESSION_UNKNOWN"
    assert tab.browser.text("start-again") == texts["button.start_again"]
    tab.browser.click("start-again")
    tab.browser.click("start-again")
    await until(lambda: tab.state == "inviting")
    assert vendor.calls[-2:] == ["make", "start"]
    assert not tab.browser.shown("error")


async def test_after_a_failure_it_can_be_tried_again(tab: FakeTab, vendor: Vendor, texts: Texts) -> None:
    vendor.fails["start"] = RuntimeError("no capacity")
    await tab.open(conversationId="c-1")
    assert tab.browser.text("error-detail").startswith("RuntimeError: no capacity (")
    assert tab.browser.text("start-again") == texts["button.try_again"]
    del vendor.fails["start"]
    tab.browser.click("start-again")
    await until(lambda: tab.state == "inviting")


async def test_a_session_that_cannot_be_resumed_is_given_up_after_a_second_try(
    tab: FakeTab, vendor: Vendor, texts: Texts
) -> None:
    await tab.open(conversationId="c-1")
    vendor.fails["resume"] = RuntimeError("cannot be read")
    await tab.open(conversationId="c-1")
    assert tab.browser.text("start-again") == texts["button.try_again"]
    tab.browser.click("start-again")
    await until(lambda: tab.state == "failed")
    assert tab.browser.text("start-again") == texts["button.start_again"]
    tab.browser.click("start-again")
    await until(lambda: tab.state == "inviting")
    assert [call for call in vendor.calls if call != "make"] == [
        "start",
        "page_hidden",
        "resume s-1",
        "resume s-1",
        "start",
    ]


async def test_nothing_is_shown_or_started_after_the_boot_screen_has_given_up(vendor: Vendor) -> None:
    browser = FakeBrowser(query='?data={"conversationId":"c-1"}')
    browser.has_failed = True
    await App(browser, vendor).run()
    assert (vendor.calls, browser.elements) == ([], {})


async def test_a_new_session_waits_until_the_one_before_has_let_go(tab: FakeTab, vendor: Vendor) -> None:
    vendor.waits["end"] = asyncio.Event()
    await tab.open(conversationId="c-1")
    tab.browser.click("end-session")
    tab.browser.click("start-again")
    await until(lambda: "end" in vendor.calls)
    assert (tab.state, vendor.calls) == ("starting", ["make", "start", "end"])
    vendor.waits["end"].set()
    await until(lambda: tab.state == "inviting")
    assert vendor.calls == ["make", "start", "end", "make", "start"]
    assert tab.browser.content["stage"] == ("viewer",)


async def test_a_tab_that_goes_while_the_last_session_is_ending_tells_its_adapter_and_starts_nothing(
    tab: FakeTab, vendor: Vendor
) -> None:
    vendor.waits["end"] = asyncio.Event()
    await tab.open(conversationId="c-1")
    tab.browser.click("end-session")
    await until(lambda: "end" in vendor.calls)
    tab.browser.click("start-again")
    tab.browser.hide()
    assert vendor.calls == ["make", "start", "end", "page_hidden"]
    vendor.waits["end"].set()
    await until(lambda: tab.browser.scopes[1].disposed)
    assert vendor.calls == ["make", "start", "end", "page_hidden"]


async def test_a_new_session_can_be_ended_while_it_waits(tab: FakeTab, vendor: Vendor) -> None:
    vendor.waits["end"] = asyncio.Event()
    await tab.open(conversationId="c-1")
    for button in ("end-session", "start-again", "end-session", "start-again"):
        tab.browser.click(button)
    vendor.waits["end"].set()
    await until(lambda: tab.state == "inviting")
    assert vendor.calls == ["make", "start", "end", "make", "start"]


async def test_a_session_that_is_over_no_longer_changes_the_page(tab: FakeTab, vendor: Vendor) -> None:
    await tab.open(conversationId="c-1")
    earlier = vendor.report
    tab.browser.click("end-session")
    tab.browser.click("start-again")
    await until(lambda: tab.state == "inviting")
    earlier.connected()
    earlier.failed(RuntimeError("too late"))
    assert tab.state == "inviting"
    assert tab.events == []


async def test_closing_the_tab_at_any_time_is_harmless(tab: FakeTab, vendor: Vendor) -> None:
    tab.browser.hide()
    await tab.open(conversationId="c-1")
    tab.browser.hide()
    tab.browser.hide()
    assert vendor.calls == ["make", "start", "page_hidden"]


BUTTONS = [
    *("use-conversation", "end-session", "start-again", "send-invitation", "attach-note", "copy-pin", "copy-link"),
    *(f"tool-{tool}" for tool in Tool),
]


@given(st.lists(st.sampled_from([*BUTTONS, "connected", "reconnecting", "reconnected", "ended", "pause"]), max_size=25))
def test_whatever_is_pressed_in_whatever_order_events_come_in_pairs(
    make_vendor: type[Vendor], steps: list[str]
) -> None:
    async def scenario() -> None:
        vendor = make_vendor()
        tab = FakeTab(vendor)
        await tab.open(conversationId="c-1")
        for step in steps:
            if step == "pause":
                await asyncio.sleep(0)
            elif step in BUTTONS:
                tab.browser.click(step)
            else:
                getattr(vendor.report, step)()
        tab.browser.hide()
        assert tab.events == [CONNECTED, ENDED] * (len(tab.events) // 2)
        assert tab.browser.errors == []

    asyncio.run(scenario())
