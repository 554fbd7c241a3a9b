"""One session with one adapter that does not behave: it raises, never answers, or breaks the contract."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import pytest
from pydantic import ValidationError

from cotab import (
    ConnectionQuality,
    EndReason,
    HttpError,
    Invitation,
    JsError,
    Provider,
    ProviderError,
    Tab,
    TabContext,
    Tool,
    ToolRefusedError,
)
from cotab._tab.runner import ProviderFactory, Runner
from cotab._tab.session import State
from cotab.testing import FakeBrowser, FakeObject, until
from unit.broken_adapters import (
    Awaited,
    Eager,
    Forgetful,
    Incomplete,
    Listening,
    Mistaken,
    Silent,
    Stubborn,
    Synchronous,
    Tooled,
    Unrelated,
    broken,
    broken_later,
)

if TYPE_CHECKING:
    from unit.conftest import MakeRunner, Vendor

KEY = "cotab:tests_/test:cobrowse:c-1"
CONNECTED, ENDED = "CobrowseConnectedEvent", "CobrowseEndedEvent"
AWAY = Invitation(session_id="s-0", pin="000000").model_dump_json()


def code_of(runner: Runner) -> str | None:
    return getattr(runner.session.error, "code", None)


# Failing


async def test_a_failing_start_is_shown_and_logged_and_nothing_is_dispatched(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser
) -> None:
    vendor.fails["start"] = error = RuntimeError("no capacity")
    await runner.open()
    assert runner.session.state is State.FAILED
    assert code_of(runner) == "PROVIDER_FAILED"
    assert re.fullmatch(r"RuntimeError: no capacity \(.*conftest\.py:\d+\)", str(runner.session.error))
    assert runner.session.error is not None
    assert runner.session.error.__cause__ is error
    assert fake_browser.errors == [error]
    assert fake_browser.events == []
    assert vendor.calls == ["make", "start"]


async def test_a_failing_start_leaves_nothing_on_the_stage(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser
) -> None:
    vendor.fails["start"] = RuntimeError("no capacity")
    await runner.open()
    assert fake_browser.content["stage"] == ()
    assert fake_browser.scopes[0].disposed
    assert runner.disposed.is_set()


async def test_an_error_of_the_tree_is_shown_as_it_is(vendor: Vendor, runner: Runner) -> None:
    vendor.fails["start"] = error = JsError("calling createSession(): denied", name="NotAllowedError")
    await runner.open()
    assert runner.session.error is error


async def test_a_resume_that_fails_may_be_tried_again(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser
) -> None:
    fake_browser.storage[KEY] = AWAY
    vendor.fails["resume"] = RuntimeError("offline")
    vendor.customer_is_there = True
    await runner.open()
    assert runner.session.state is State.FAILED
    assert fake_browser.storage[KEY] == AWAY
    assert fake_browser.events == [CONNECTED, ENDED]


@pytest.mark.parametrize(("call", "kept"), [("start", None), ("resume", AWAY)])
async def test_a_provider_that_never_answers_is_given_up(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser, call: str, kept: str | None
) -> None:
    fake_browser.write(KEY, kept)
    fake_browser.page = fake_browser.page.model_copy(update={"provider_timeout_seconds": 0.01})
    vendor.waits[call] = asyncio.Event()
    await runner.open()
    assert code_of(runner) == "PROVIDER_TIMEOUT"
    assert "0.01 seconds" in str(runner.session.error)
    assert runner.disposed.is_set()


@pytest.mark.parametrize("call", ["start", "end"])
async def test_an_adapter_that_waits_for_a_cancelled_task_has_failed_like_any_other(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser, call: str
) -> None:
    vendor.fails[call] = cast("Exception", asyncio.CancelledError())
    await runner.open()
    runner.end()
    await until(runner.disposed.is_set)
    assert [type(error).__name__ for error in fake_browser.errors] == [
        "CancelledError" if call == "end" else "ProviderError"
    ]


async def test_an_adapter_that_does_not_let_itself_be_cancelled_is_given_up_in_time(
    fake_browser: FakeBrowser, make_runner: MakeRunner
) -> None:
    released = asyncio.Event()
    fake_browser.page = fake_browser.page.model_copy(update={"provider_timeout_seconds": 0.01})
    runner = make_runner(lambda tab: Stubborn(tab, released.wait))
    await runner.open()
    assert code_of(runner) == "PROVIDER_TIMEOUT"
    released.set()


async def test_a_page_that_cannot_be_painted_does_not_keep_the_provider_from_ending(
    vendor: Vendor, fake_browser: FakeBrowser
) -> None:
    runner = Runner(fake_browser, TabContext(conversation_id="c-1"), vendor, on_change=lambda: None)
    await runner.open()
    runner._on_change = broken
    with pytest.raises(RuntimeError):
        runner.end()
    await until(runner.disposed.is_set)
    assert vendor.calls[-1] == "end"


async def test_a_session_ended_while_it_is_being_resumed_is_ended_even_if_resuming_fails(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser
) -> None:
    fake_browser.storage[KEY] = AWAY
    vendor.waits["resume"], vendor.fails["resume"] = asyncio.Event(), RuntimeError("offline")
    opening = asyncio.ensure_future(runner.open())
    await until(lambda: "resume s-0" in vendor.calls)
    runner.end()
    vendor.waits["resume"].set()
    await opening
    assert vendor.calls == ["make", "resume s-0", "end"]
    assert fake_browser.storage == {}


async def test_a_session_that_was_ended_is_not_resumed_again(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser
) -> None:
    fake_browser.storage[KEY] = AWAY
    vendor.waits["resume"] = asyncio.Event()
    opening = asyncio.ensure_future(runner.open())
    await until(lambda: "resume s-0" in vendor.calls)
    vendor.report.failed(RuntimeError("the viewer is gone"))
    vendor.waits["resume"].set()
    await opening
    assert vendor.calls[-1] == "end"
    assert fake_browser.storage == {}


async def test_methods_that_cannot_be_awaited_are_named(make_runner: MakeRunner, fake_browser: FakeBrowser) -> None:
    runner = make_runner(lambda tab: Synchronous(tab, broken))
    await runner.open()
    with pytest.raises(ToolRefusedError, match=r"select_tool\(\) must be a coroutine function"):
        await runner.select_tool(Tool.POINTER)
    runner.end()
    await until(runner.disposed.is_set)
    assert [str(error) for error in fake_browser.errors] == ["end() must be a coroutine function (async def)"]


async def test_a_tool_that_fails_after_the_end_is_only_logged(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser
) -> None:
    vendor.waits["select_tool"], vendor.fails["select_tool"] = asyncio.Event(), RuntimeError("too late")
    await runner.open()
    using = asyncio.ensure_future(runner.select_tool(Tool.POINTER))
    await until(lambda: "select_tool pointer" in vendor.calls)
    runner.end()
    vendor.waits["select_tool"].set()
    await using
    assert vendor.fails["select_tool"] in fake_browser.errors


async def test_words_of_the_sdk_that_are_unknown_end_nothing_and_hold_nothing_up(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser
) -> None:
    await runner.open()
    vendor.report.connected()
    vendor.report.participants(cast("list[str]", "Casey"))
    vendor.report.quality(cast("ConnectionQuality", "excellent"))
    assert (runner.session.state, runner.session.participants) == (State.CONNECTED, ("Casey",))
    vendor.report.ended(cast("EndReason", "timeout"))
    assert (runner.session.state, runner.session.end_reason) == (State.ENDED, EndReason.PROVIDER)
    assert len(fake_browser.errors) == 2


async def test_a_timeout_of_the_adapters_own_keeps_its_words(vendor: Vendor, runner: Runner) -> None:
    vendor.fails["start"] = TimeoutError("relay handshake: no answer in 5 s")
    await runner.open()
    assert code_of(runner) == "PROVIDER_FAILED"
    assert "relay handshake" in str(runner.session.error)


async def test_a_page_hidden_that_would_have_to_be_awaited_is_refused(make_runner: MakeRunner) -> None:
    runner = make_runner(lambda tab: Awaited(tab, broken))
    await runner.open()
    assert code_of(runner) == "ADAPTER_NOT_LOADED"
    assert "page_hidden() must be a plain function" in str(runner.session.error)


async def test_what_is_wrong_with_an_invitation_is_said_in_a_line(vendor: Vendor, runner: Runner) -> None:
    vendor.fails["start"] = cast("Exception", invalid_invitation())
    await runner.open()
    told = "Invitation is not valid: pin: String should have at most 40 characters ("
    assert str(runner.session.error).startswith(told)


async def test_a_stage_that_is_gone_holds_nothing_up(
    runner: Runner, fake_browser: FakeBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await runner.open()
    monkeypatch.setattr(fake_browser, "element", lambda _id: FakeObject())
    runner.end()
    await until(runner.disposed.is_set)
    assert [type(error) for error in fake_browser.errors] == [JsError]


@pytest.mark.parametrize("error", [RuntimeError("refused"), asyncio.CancelledError("refused")])
async def test_a_tool_that_is_refused_stays_off_and_the_session_goes_on(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser, error: BaseException
) -> None:
    vendor.fails["select_tool"] = cast("Exception", error)
    await runner.open()
    vendor.report.connected()
    with pytest.raises(ToolRefusedError, match=r"pointer could not be selected: .*refused"):
        await runner.select_tool(Tool.POINTER)
    assert fake_browser.events == [CONNECTED]
    assert runner.session.state is State.CONNECTED
    assert runner.tool is None


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ProviderError("the customer has said no"), "the customer has said no"),
        (HttpError("POST https://x.example: status 502: <html>", status=502), ""),
        (RuntimeError("a defect"), ""),
    ],
)
async def test_why_a_tool_is_refused_is_said_in_the_providers_words_alone(
    vendor: Vendor, runner: Runner, error: Exception, said: str
) -> None:
    vendor.fails["select_tool"] = error
    await runner.open()
    vendor.report.connected()
    with pytest.raises(ToolRefusedError) as refused:
        await runner.select_tool(Tool.POINTER)
    assert refused.value.reason == said


async def test_a_reported_failure_ends_the_session(vendor: Vendor, runner: Runner, fake_browser: FakeBrowser) -> None:
    await runner.open()
    vendor.report.connected()
    vendor.report.failed(RuntimeError("the line is dead"))
    assert fake_browser.events == [CONNECTED, ENDED]
    await until(runner.disposed.is_set)
    assert vendor.calls[-1] == "end"


@pytest.mark.parametrize("error", ["denied", {"code": 17}, None, FakeObject(message="denied")])
async def test_a_failure_may_be_reported_with_anything_an_sdk_passes(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser, error: object
) -> None:
    await runner.open()
    vendor.report.failed(cast("Exception", error))
    assert code_of(runner) == "PROVIDER_FAILED"
    assert str(error) in str(runner.session.error)
    assert [type(logged).__name__ for logged in fake_browser.errors] == ["ProviderError"]
    await until(runner.disposed.is_set)


async def test_a_failure_reported_while_starting_waits_for_the_start(
    vendor: Vendor, runner: Runner, fake_browser: FakeBrowser
) -> None:
    vendor.waits["start"] = asyncio.Event()
    opening = asyncio.ensure_future(runner.open())
    await until(lambda: "start" in vendor.calls)
    vendor.report.failed(RuntimeError("the line is dead"))
    assert runner.session.state is State.FAILED
    assert not fake_browser.scopes[0].disposed
    vendor.waits["start"].set()
    await opening
    assert vendor.calls == ["make", "start", "end"]
    assert fake_browser.scopes[0].disposed


@pytest.mark.parametrize("handler", [broken, broken_later, lambda _argument: None])
async def test_an_exception_in_a_callback_ends_the_session(
    make_runner: MakeRunner, fake_browser: FakeBrowser, handler: Callable[..., object]
) -> None:
    fake_browser.sdk["Sdk"] = sdk = FakeObject()
    runner = make_runner(lambda tab: Listening(tab, handler))
    await runner.open()
    runner.report.connected()
    sdk.emit("event")
    await until(runner.disposed.is_set)
    assert runner.session.state is State.FAILED
    assert fake_browser.events == [CONNECTED, ENDED]
    sdk.emit("event")
    assert len(fake_browser.errors) == 1


def invalid_invitation() -> ValidationError | None:
    try:
        Invitation(session_id="s", pin="1" * 41)
    except ValidationError as error:
        return error
    return None


def unsettled(tab: Tab) -> Provider:
    raise KeyError(tab.settings.region)


async def test_a_property_that_fails_is_told_by_what_it_asked_for(make_runner: MakeRunner) -> None:
    runner = make_runner(Mistaken)
    await runner.open()
    assert "'Tab' object has no attribute 'rooms'" in str(runner.session.error)


async def test_an_adapter_that_does_not_begin_as_a_provider_is_told_how(make_runner: MakeRunner) -> None:
    runner = make_runner(Forgetful)
    await runner.open()
    told = "'Forgetful' object has no attribute 'tab': its __init__ must begin with super().__init__(tab) ("
    assert told in str(runner.session.error)


@pytest.mark.parametrize(
    ("factory", "words"),
    [
        (Incomplete, "abstract"),
        (lambda tab: Silent(tab, broken), "return an Invitation, not NoneType"),
        (lambda tab: Eager(tab, broken), "async def"),
        (lambda tab: Tooled(tab, broken), "hammer"),
        (Unrelated, "tools"),
        (unsettled, "KeyError: 'eu'"),
        (lambda: None, "argument"),
        (17, "not callable"),
    ],
)
async def test_an_adapter_that_breaks_the_contract_is_told_so(
    make_runner: MakeRunner, fake_browser: FakeBrowser, factory: object, words: str
) -> None:
    runner = make_runner(cast("ProviderFactory", factory))
    await runner.open()
    assert code_of(runner) == "ADAPTER_NOT_LOADED"
    assert words in str(runner.session.error)
    assert fake_browser.events == []
