"""One session with one adapter that behaves: opening, reporting, ending, page_hidden, tools."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pytest

from cotab import ConnectionQuality, EndReason, Invitation, ProviderTimeoutError, Tool
from cotab._tab.runner import Runner
from cotab._tab.session import State
from cotab.testing import FakeBrowser, until

if TYPE_CHECKING:
    from unit.conftest import MakeRunner, Vendor

KEY = "cotab:tests_/test:cobrowse:c-1"
CONNECTED, ENDED = "CobrowseConnectedEvent", "CobrowseEndedEvent"
AWAY = Invitation(session_id="s-0", pin="000000").model_dump_json()
KEPT = Invitation(
    session_id="s-0", pin="000000", link="https://join.example/s-0", text="Code {pin}", link_needs_pin=True
)


def code_of(runner: Runner) -> str | None:
    return getattr(runner.session.error, "code", None)


# Opening


async def test_the_adapter_gets_all_it_may_use(vendor: Vendor, runner: Runner) -> None:
    await runner.open()
    tab = vendor.tabs[0]
    assert tab.context.conversation_id == tab.conversation.id == "c-1"
    assert (tab.mode, tab.language, tab.settings.region) == ("cobrowse", "en-US", "eu")


async def test_a_new_session_invites_and_is_kept(vendor: Vendor, runner: Runner, fake_browser: FakeBrowser) -> None:
    await runner.open()
    assert vendor.calls == ["make", "start"]
    assert runner.session.state is State.INVITING
    assert Invitation.model_validate_json(fake_browser.storage[KEY]) == vendor.invitation
    assert fake_browser.events == []


async def test_a_kept_session_is_resumed(vendor: Vendor, runner: Runner, fake_browser: FakeBrowser) -> None:
    fake_browser.storage[KEY] = AWAY
    await runner.open()
    assert vendor.calls == ["make", "resume s-0"]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (None, KEPT),
        (Invitation(session_id="s-0", pin="000000"), KEPT),
        (Invitation(session_id="s-0", link=KEPT.link), KEPT),
        (Invitation(session_id="s-0", pin="1"), KEPT.model_copy(update={"pin": "1"})),
        (Invitation(session_id="s-9", pin="1"), Invitation(session_id="s-9", pin="1")),
    ],
)
async def test_a_resumed_sessions_invitation_is_what_it_was(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser, said: Invitation | None, shown: Invitation
) -> None:
    fake_browser.storage[KEY] = KEPT.model_dump_json()
    vendor.invitation = cast("Invitation", said)
    await runner.open()
    assert runner.session.invitation == shown
    assert Invitation.model_validate_json(fake_browser.storage[KEY]) == shown


async def test_a_new_session_needs_an_invitation(vendor: Vendor, runner: Runner) -> None:
    vendor.invitation = cast("Invitation", None)
    await runner.open()
    assert "start() must return an Invitation, not NoneType" in str(runner.session.error)


async def test_connected_may_be_reported_before_the_invitation_is_there(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser
) -> None:
    fake_browser.storage[KEY] = AWAY
    vendor.customer_is_there = True
    await runner.open()
    assert runner.session.state is State.CONNECTED
    assert runner.session.invitation == vendor.invitation
    assert fake_browser.events == [CONNECTED]


@pytest.mark.parametrize("garbage", ["", "null", "[]", "{", '{"session_id": ""}', '{"session_id": "s-0"}', "\ud800"])
async def test_garbage_in_storage_is_ignored(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser, garbage: str
) -> None:
    fake_browser.storage[KEY] = garbage
    await runner.open()
    assert vendor.calls == ["make", "start"]


async def test_providers_do_not_share_what_is_kept(
    vendor: Vendor, make_runner: MakeRunner, fake_browser: FakeBrowser
) -> None:
    await make_runner(vendor).open()
    fake_browser.page = fake_browser.page.model_copy(update={"folder": "other_/product"})
    await make_runner(vendor).open()
    assert vendor.calls == ["make", "start", "make", "start"]
    assert len(fake_browser.storage) == 2


async def test_nothing_is_kept_any_more_when_the_end_is_announced(
    runner: Runner, fake_browser: FakeBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Omnichannel may close the tab while it hears of it."""
    await runner.open()
    runner.report.connected()
    kept: list[dict[str, str]] = []
    monkeypatch.setattr(fake_browser, "dispatch", lambda _event: kept.append(dict(fake_browser.storage)))
    runner.end()
    assert kept == [{}]


# Reporting


async def test_what_the_adapter_reports_arrives(vendor: Vendor, runner: Runner, fake_browser: FakeBrowser) -> None:
    await runner.open()
    vendor.report.connected()
    vendor.report.participants(["Casey", "Robin"])
    vendor.report.quality(ConnectionQuality.FAIR)
    vendor.report.reconnecting()
    states = [runner.session.state]
    vendor.report.reconnected()
    assert [*states, runner.session.state] == [State.RECONNECTING, State.CONNECTED]
    assert runner.session.participants == ("Casey", "Robin")
    assert runner.session.quality is ConnectionQuality.FAIR
    assert fake_browser.events == [CONNECTED]


async def test_plain_words_of_an_sdk_are_understood(vendor: Vendor, runner: Runner) -> None:
    await runner.open()
    vendor.report.quality(cast("ConnectionQuality", "poor"))
    vendor.report.participants(cast("Any", [17]))
    assert (runner.session.quality, runner.session.participants) == (ConnectionQuality.POOR, ("17",))
    vendor.report.ended(cast("EndReason", "expired"))
    assert runner.session.end_reason is EndReason.EXPIRED
    await until(runner.disposed.is_set)


# Ending


@pytest.mark.parametrize("reason", [EndReason.CUSTOMER, EndReason.PROVIDER, EndReason.EXPIRED])
async def test_the_provider_may_end_it(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser, reason: EndReason
) -> None:
    await runner.open()
    vendor.report.connected()
    vendor.report.ended(reason)
    assert fake_browser.events == [CONNECTED, ENDED]
    assert KEY not in fake_browser.storage
    await until(runner.disposed.is_set)
    assert vendor.calls == ["make", "start", "end"]


async def test_the_agents_end_is_reported_at_once_and_only_once(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser
) -> None:
    await runner.open()
    vendor.report.connected()
    runner.end()
    assert fake_browser.events == [CONNECTED, ENDED]
    assert vendor.calls == ["make", "start"]
    runner.end()
    vendor.report.ended()
    vendor.report.connected()
    vendor.report.failed(RuntimeError("too late"))
    await until(runner.disposed.is_set)
    assert fake_browser.events == [CONNECTED, ENDED]
    assert vendor.calls == ["make", "start", "end"]
    assert runner.session.end_reason is EndReason.AGENT
    assert fake_browser.errors == []


async def test_an_end_without_a_customer_is_no_event(vendor: Vendor, runner: Runner, fake_browser: FakeBrowser) -> None:
    await runner.open()
    runner.end()
    await until(runner.disposed.is_set)
    assert fake_browser.events == []
    assert vendor.calls[-1] == "end"


async def test_what_is_over_lets_go_of_the_stage_and_of_the_sdk(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser
) -> None:
    await runner.open()
    stages = [fake_browser.content["stage"]]
    vendor.report.ended()
    await until(runner.disposed.is_set)
    assert [*stages, fake_browser.content["stage"]] == [("viewer",), ()]
    assert fake_browser.scopes[0].disposed


async def test_ending_while_starting_ends_what_was_started_once_it_is_there(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser
) -> None:
    vendor.waits["start"] = asyncio.Event()
    opening = asyncio.ensure_future(runner.open())
    await until(lambda: "start" in vendor.calls)
    runner.end()
    runner.end()
    vendor.report.connected()
    assert vendor.calls == ["make", "start"]
    vendor.waits["start"].set()
    await opening
    assert runner.disposed.is_set()
    assert vendor.calls == ["make", "start", "end"]
    assert fake_browser.events == []
    assert fake_browser.storage == {}
    assert runner.session.state is State.ENDED


async def test_a_start_that_fails_after_the_end_is_logged_and_leaves_nothing_behind(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser
) -> None:
    vendor.waits["start"] = asyncio.Event()
    vendor.fails["start"] = error = RuntimeError("no capacity")
    opening = asyncio.ensure_future(runner.open())
    await until(lambda: "start" in vendor.calls)
    runner.end()
    vendor.waits["start"].set()
    await opening
    assert runner.session.state is State.ENDED
    assert fake_browser.errors == [error]
    assert fake_browser.scopes[0].disposed
    assert fake_browser.content["stage"] == ()


async def test_a_session_ended_before_it_began_is_not_begun(vendor: Vendor, runner: Runner) -> None:
    runner.end()
    await runner.open()
    assert vendor.calls == []
    assert runner.disposed.is_set()


async def test_an_end_that_fails_is_logged_and_the_session_is_over_all_the_same(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser
) -> None:
    vendor.fails["end"] = error = RuntimeError("offline")
    await runner.open()
    runner.end()
    await until(runner.disposed.is_set)
    assert runner.session.state is State.ENDED
    assert fake_browser.errors == [error]
    assert fake_browser.scopes[0].disposed


async def test_an_end_that_never_answers_is_given_up(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cotab._tab.runner.END_TIMEOUT_SECONDS", 0.01)
    vendor.waits["end"] = asyncio.Event()
    await runner.open()
    runner.end()
    await until(runner.disposed.is_set)
    assert [type(error) for error in fake_browser.errors] == [ProviderTimeoutError]


# Leaving


async def test_page_hidden_while_connected_ends_once_and_keeps_the_session(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser
) -> None:
    await runner.open()
    vendor.report.connected()
    kept = fake_browser.storage[KEY]
    runner.page_hidden()
    assert fake_browser.events == [CONNECTED, ENDED]
    assert vendor.calls == ["make", "start", "page_hidden"]
    assert fake_browser.storage[KEY] == kept
    runner.page_hidden()
    runner.end()
    vendor.report.connected()
    vendor.report.ended()
    assert fake_browser.events == [CONNECTED, ENDED]
    assert vendor.calls == ["make", "start", "page_hidden"]
    assert fake_browser.storage[KEY] == kept


async def test_page_hidden_unconnected_is_no_event(vendor: Vendor, runner: Runner, fake_browser: FakeBrowser) -> None:
    await runner.open()
    runner.page_hidden()
    assert fake_browser.events == []
    assert vendor.calls[-1] == "page_hidden"


async def test_page_hidden_after_the_end_is_nothing(vendor: Vendor, runner: Runner, fake_browser: FakeBrowser) -> None:
    await runner.open()
    vendor.report.connected()
    runner.end()
    await until(runner.disposed.is_set)
    runner.page_hidden()
    assert fake_browser.events == [CONNECTED, ENDED]
    assert "page_hidden" not in vendor.calls


async def test_page_hidden_while_starting_asks_nothing_of_the_adapter(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser
) -> None:
    vendor.waits["start"] = asyncio.Event()
    opening = asyncio.ensure_future(runner.open())
    await until(lambda: "start" in vendor.calls)
    runner.page_hidden()
    vendor.waits["start"].set()
    await opening
    assert vendor.calls == ["make", "start"]
    assert fake_browser.storage == {}


async def test_a_page_hidden_that_fails_is_logged_after_the_event(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser
) -> None:
    vendor.fails["page_hidden"] = error = RuntimeError("no beacon")
    await runner.open()
    vendor.report.connected()
    runner.page_hidden()
    assert fake_browser.events == [CONNECTED, ENDED]
    assert fake_browser.errors == [error]


# Tools


async def test_a_tool_is_chosen_and_put_away(vendor: Vendor, runner: Runner) -> None:
    await runner.open()
    await runner.select_tool(Tool.POINTER)
    assert runner.tool is Tool.POINTER
    await runner.select_tool(None)
    assert runner.tool is None
    assert vendor.calls == ["make", "start", "select_tool pointer", "select_tool None"]


async def test_there_are_no_tools_before_the_start_and_after_the_end(vendor: Vendor, runner: Runner) -> None:
    await runner.select_tool(Tool.POINTER)
    await runner.open()
    runner.end()
    await runner.select_tool(Tool.POINTER)
    await until(runner.disposed.is_set)
    assert vendor.calls == ["make", "start", "end"]


async def test_an_adapter_still_ending_hears_that_the_page_goes_away(vendor: Vendor, runner: Runner) -> None:
    vendor.waits["end"] = asyncio.Event()
    await runner.open()
    runner.end()
    await until(lambda: "end" in vendor.calls)
    runner.page_hidden()
    runner.page_hidden()
    assert vendor.calls == ["make", "start", "end", "page_hidden"]
