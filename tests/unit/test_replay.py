"""What a session with an SDK was like is in the log, and can be replayed against an adapter on the host."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from unittest.mock import AsyncMock

import pytest

from cotab import EndReason, HttpError, Invitation, JsObject, Provider, SessionUnknownError, Tool
from cotab._tab.recorder import HIDDEN, MAX_TEXT, shown
from cotab.testing import FakeObject, FakeTab, HttpRequest, until
from cotab.testing.replay import Replay, entries_of

if TYPE_CHECKING:
    from collections.abc import Sequence

PIN = "123456"


class Recorded(Provider):
    """An adapter of an SDK with events, promises, functions among options, and errors."""

    tools: Sequence[Tool] = (Tool.POINTER,)
    session: JsObject

    async def start(self) -> Invitation:
        sdk = await self.tab.sdk.load("assets/sdk.js", "Sdk")
        client = sdk.get("Client").new({"token": "t-1", "onError": self.tab.report.failed})
        return self.watch(await client.call("create", {"topic": "help"}))

    async def resume(self, session_id: str) -> Invitation:
        sdk = await self.tab.sdk.load("assets/sdk.js", "Sdk")
        found = await sdk.get("Client").new({}).call("find", session_id)
        if found is None:
            raise SessionUnknownError(session_id)
        return self.watch(found)

    def watch(self, session: JsObject) -> Invitation:
        self.session = session
        session.subscribe("joined", self.joined)
        session.subscribe("left", lambda: self.tab.report.ended(EndReason.CUSTOMER))
        return Invitation(session_id=session.get("id"), pin=session.get("pin"))

    def attach(self, stage: JsObject) -> None:
        self.session.call("show", stage)

    def joined(self, customer: JsObject | dict[str, str]) -> None:
        self.tab.report.connected()
        self.tab.report.participants([str(customer["name"] if isinstance(customer, dict) else customer.get("name"))])

    async def select_tool(self, tool: Tool | None) -> None:
        await self.session.call("setTool", tool)

    async def end(self) -> None:
        await self.session.call("end")


class Changed(Recorded):
    """The same after an edit that goes wrong."""

    def joined(self, customer: Any) -> None:  # noqa: ANN401 - JSON
        self.tab.report.participants([customer["nickname"]])


class Bundled(Recorded):
    """The same with an SDK from npm, and a module of its own beside it."""

    async def start(self) -> Invitation:
        await self.tab.sdk.load_module("assets/more.js")
        sdk = await self.tab.sdk.load_package("contoso-sdk")
        return self.watch(await sdk.call("create"))


class Served(Provider):
    """An adapter that asks a service, again and again, and has a button of its own."""

    async def start(self) -> Invitation:
        made = await self.ask("POST", {"topic": "help", "token": "t-1"})
        self.tab.poll(self.look, seconds=0.001)
        self.tab.button("leave", "Leave", self.leave)
        return Invitation(session_id=made["id"], pin=PIN)

    async def resume(self, session_id: str) -> Invitation:
        raise NotImplementedError

    async def look(self) -> None:
        if (await self.ask("GET"))["joined"]:
            self.tab.report.connected()

    async def leave(self) -> None:
        try:
            await self.ask("DELETE")
        except HttpError as error:
            self.tab.report.failed(error)

    async def ask(self, method: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        return (await self.tab.http.request(method, "https://api.example/s?key=k-1", json=body)).json

    async def end(self) -> None:
        self.tab.report.participants([])


class Quiet(Recorded):
    """The same without a subscription."""

    def watch(self, session: JsObject) -> Invitation:
        return Invitation(session_id=session.get("id"), pin=session.get("pin"))


async def log_of_a_session() -> str:
    """What an agent copies after a session in which everything happens."""
    options: dict[str, Any] = {}
    session = FakeObject(id="s-1", pin=PIN, show=lambda _stage: None, end=AsyncMock(), setTool=AsyncMock())
    client = FakeObject(create=AsyncMock(return_value=session), find=AsyncMock(return_value=session))

    def make(given: dict[str, Any]) -> FakeObject:
        options.update(given)
        return client

    tab = FakeTab(Recorded, sdk={"Sdk": FakeObject(Client=make)}, settings={"region": "eu", "apiKey": "k-1"})
    await tab.open(conversationId="c-1", campaign="spring")
    session.emit("joined", {"name": "Casey"})
    tab.browser.click("tool-pointer")
    await until(lambda: session.members["setTool"].await_count)
    session.emit("left")
    await until(lambda: session.members["end"].await_count)
    assert tab.browser.errors == []
    noise = ["2026-11-30T10:00:00.000Z log hello", "2026-11-30T10:00:00.000Z warn sdk {not an entry}"]
    return "\n".join(["cotab 1.0, Test", *noise, *(f"2026-11-30T10:00:00.000Z {line}" for line in tab.browser.noted)])


async def test_the_same_adapter_goes_the_same_way() -> None:
    log = await log_of_a_session()
    replay = Replay(entries_of(log), Recorded)
    await replay.run()
    assert replay.differences == []
    assert replay.state == "ended"
    assert replay.browser.events == ["CobrowseConnectedEvent", "CobrowseEndedEvent"]
    assert "the agent pressed tool-pointer" in replay.told
    assert replay.told[-1] == "the session is ended"
    assert replay.browser.page.settings["region"] == "eu"


async def test_every_way_of_loading_an_sdk_is_in_the_log() -> None:
    session = FakeObject(id="s-1", pin=PIN, show=lambda _stage: None)
    sdk = {"contoso-sdk": FakeObject(create=AsyncMock(return_value=session)), "assets/more.js": FakeObject()}
    tab = FakeTab(Bundled, sdk=sdk)
    await tab.open(conversationId="c-1")
    log = "\n".join(["cotab 1.0, Test", *(f"2026-11-30T10:00:00.000Z {line}" for line in tab.browser.noted)])
    replay = Replay(entries_of(log), Bundled)
    await replay.run()
    assert replay.differences == []
    assert replay.browser.errors == []
    assert replay.state == "inviting"


async def test_calls_of_a_service_polls_and_buttons_of_ones_own_are_in_the_log() -> None:
    answers = iter([{"id": "s-1", "token": "t-2"}, {"joined": False}, {"joined": False}, {"joined": True}])

    async def service(request: HttpRequest) -> object:
        if request.method == "DELETE":
            raise HttpError("DELETE https://api.example/s: the service is gone")
        return next(answers, {"joined": True})

    tab = FakeTab(Served, backend=service)
    await tab.open(conversationId="c-1")
    await until(lambda: tab.state == "connected")
    tab.browser.click("own-leave")
    await until(lambda: tab.state == "failed")
    log = "\n".join(["cotab 1.0, Test", *(f"2026-11-30T10:00:00.000Z {line}" for line in tab.browser.noted)])
    assert not [secret for secret in ("t-1", "t-2", "k-1") if secret in log]
    fetched = [entry["fetch"].split()[0] for entry in entries_of(log) if "fetch" in entry]
    assert fetched == ["POST", "GET", "GET", "DELETE"]  # what brings the same again is left out
    replay = Replay(entries_of(log), Served)
    await replay.run()
    assert replay.differences == []
    assert replay.told == [
        *("the session is inviting", "the session is connected"),
        *("the agent pressed own-leave", "the session is failed"),
    ]
    assert "the service is gone" in replay.browser.text("error-detail")


async def test_a_service_that_is_asked_something_else_than_then_is_named() -> None:
    log = 'sdk {"open": "cobrowse", "data": {"conversationId": "c-1"}, "settings": {}, "resumed": null}'
    replay = Replay(entries_of(log + '\nsdk {"state": "inviting"}'), Served)
    await replay.run()
    assert "the adapter did fetch POST https://api.example/s, which it did not then" in replay.differences


async def test_an_adapter_that_fails_now_says_how() -> None:
    replay = Replay(entries_of(await log_of_a_session()), Changed)
    await replay.run()
    assert any("the session was not connected: it is failed" in text for text in replay.differences)
    assert isinstance(replay.browser.errors[0], KeyError)


async def test_what_an_adapter_does_not_do_any_more_is_named() -> None:
    replay = Replay(entries_of(await log_of_a_session()), Quiet)
    await replay.run()
    assert replay.differences[0].startswith("the adapter did not on joined")


async def test_a_function_among_options_is_called_again() -> None:
    log = (await log_of_a_session()).splitlines()
    number = next(entry["given"][0]["onError"]["$fn"] for entry in entries_of("\n".join(log)) if "new" in entry)
    at = next(at for at, line in enumerate(log) if '"called"' in line)
    failing = "\n".join([*log[:at], f'sdk {{"called": {number}, "given": ["the relay is gone"]}}'])
    replay = Replay(entries_of(failing), Recorded)
    await replay.run()
    assert replay.state == "failed"
    assert replay.browser.text("error-detail") == "the relay is gone"


async def test_secrets_do_not_go_into_the_log() -> None:
    log = await log_of_a_session()
    assert PIN not in log
    assert "t-1" not in log
    assert "k-1" not in log
    assert HIDDEN in log


def test_what_is_long_or_no_data_is_cut() -> None:
    assert shown("x" * 10_000) == "x" * MAX_TEXT
    assert shown(object()) == "<object>"
    assert shown({"authorization": "a", "deep": {"password": ["b"]}}) == {
        "authorization": HIDDEN,
        "deep": {"password": [HIDDEN]},
    }
    assert shown("Bearer abc") == HIDDEN
    circle: list[Any] = []
    circle.append(circle)
    assert json.dumps(shown(circle))


def test_a_log_without_a_session_says_where_to_get_one() -> None:
    with pytest.raises(ValueError, match="at the foot of the tab"):
        entries_of("2026 log hello")
