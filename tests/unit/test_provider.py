"""The adapter contract: what an invitation may be, and the minimal example from beginning to end."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from unittest.mock import AsyncMock

import pytest
from pydantic import ValidationError

from cotab import Invitation, Provider, SdkNotLoadedError, Tab, Tool
from cotab.testing import FakeObject, FakeTab, until

ROOT = Path(__file__).resolve().parents[2]
MINIMAL = ROOT / "examples" / "minimal" / "main.py"
CONNECTED, ENDED = "ScreenShareConnectedEvent", "ScreenShareEndedEvent"


# Invitations


@pytest.mark.parametrize("link", ["https://join.example/s-1?a=1#b", "http://localhost:8000/", "https://例え.jp/é"])
def test_a_link_is_an_address_of_the_web(link: str) -> None:
    assert Invitation(session_id="s-1", link=link).link == link


@pytest.mark.parametrize(
    "link",
    [
        "",
        "join.example",
        "//join.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        " https://join.example",
        "https://join.example/a b",
        'https://join.example/"onclick="x',
        "https://join.example/<script>",
        "https://join.example\n",
        "https://",
        "https://join.example/" + "x" * 2000,
    ],
)
def test_anything_else_is_no_link(link: str) -> None:
    with pytest.raises(ValidationError):
        Invitation(session_id="s-1", link=link)


def test_a_pin_is_trimmed() -> None:
    assert Invitation(session_id="s-1", pin=" 123 456 ").pin == "123 456"


@pytest.mark.parametrize("pin", ["", "  ", "1" * 41])
def test_a_pin_is_neither_empty_nor_endless(pin: str) -> None:
    with pytest.raises(ValidationError):
        Invitation(session_id="s-1", pin=pin)


def test_an_invitation_needs_a_pin_or_a_link() -> None:
    with pytest.raises(ValidationError, match="a pin, a link, or both"):
        Invitation(session_id="s-1")


@pytest.mark.parametrize("session_id", ["", "s" * 1001])
def test_an_invitation_names_its_session(session_id: str) -> None:
    with pytest.raises(ValidationError):
        Invitation(session_id=session_id, pin="1")


@pytest.mark.parametrize("session_id", ["s-1", " s ", "🙂", '{"a": "\\u0000"}'])
def test_an_invitation_survives_being_kept(session_id: str) -> None:
    invitation = Invitation(session_id=session_id, pin="1", link="https://join.example")
    assert Invitation.model_validate_json(invitation.model_dump_json()) == invitation


def test_an_invitation_does_not_change() -> None:
    with pytest.raises(ValidationError):
        Invitation(session_id="s-1", pin="1").pin = "2"


# The least an adapter can be


class Least(Provider):
    def __init__(self, tab: Tab) -> None:
        self.tab = tab

    async def start(self) -> Invitation:
        return Invitation(session_id="s-1", pin="1")

    async def resume(self, session_id: str) -> Invitation:
        return Invitation(session_id=session_id, pin="1")

    async def end(self) -> None:
        pass


async def test_page_hidden_and_tools_are_optional() -> None:
    tab = FakeTab(Least)
    await tab.open(conversationId="c-1")
    tab.browser.click("tool-pointer")
    tab.browser.hide()
    await until(lambda: tab.browser.elements["tool-pointer"]["aria-disabled"] is None)
    assert tab.browser.errors == []
    assert not tab.browser.shown("tool-pointer")


class WithoutAnEnd(Provider):
    def __init__(self, tab: Tab) -> None:
        self.tab = tab

    async def start(self) -> Invitation:
        return Invitation(session_id="s-1", pin="1")

    async def resume(self, session_id: str) -> Invitation:
        return Invitation(session_id=session_id, pin="1")


async def test_a_method_that_is_missing_is_named_to_the_agent_and_in_the_log() -> None:
    tab = FakeTab(WithoutAnEnd)
    await tab.open(conversationId="c-1")
    assert tab.browser.text("error-code") == "ADAPTER_NOT_LOADED"
    assert re.search(r"WithoutAnEnd .*abstract method '?end'?$", tab.browser.text("error-detail"))
    assert "abstract method" in str(tab.browser.errors[0])


# The minimal example


@pytest.fixture
def minimal() -> Iterator[ModuleType]:
    spec = spec_from_file_location("minimal_main", MINIMAL)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["minimal_main"] = module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules["minimal_main"]


class Vendor:
    """The vendor's SDK, in Python."""

    def __init__(self) -> None:
        self.calls: list[object] = []
        self.session = FakeObject(
            id="s-1",
            pin="123456",
            link="https://join.example/s-1",
            show=lambda stage: self.calls.append(stage),  # noqa: PLW0108 - the list is not bound yet
            setTool=self.set_tool,
            end=self.end,
        )
        self.sdk = FakeObject(createSession=self.create, findSession=self.find)

    async def create(self, topic: dict[str, str]) -> FakeObject:
        self.calls.append(topic)
        return self.session

    async def find(self, session_id: str) -> FakeObject | None:
        return self.session if session_id == "s-1" else None

    async def set_tool(self, tool: Tool | None) -> None:
        self.calls.append(tool)

    async def end(self) -> None:
        self.calls.append("end")


@pytest.fixture
def sdk() -> Vendor:
    return Vendor()


@pytest.fixture
def tab(minimal: ModuleType, sdk: Vendor) -> FakeTab:
    return FakeTab(minimal.Minimal, sdk={"FakeSdk": sdk.sdk}, mode="screenshare")


def test_the_example_stays_short() -> None:
    assert len(MINIMAL.read_text("utf-8").splitlines()) < 60


async def test_the_example_runs_a_session_from_beginning_to_end(tab: FakeTab, sdk: Vendor) -> None:
    await tab.open(conversationId="c-1")
    assert tab.browser.loaded == [("assets/fake_sdk.js", None)]
    assert sdk.calls[0] == {"mode": "screenshare", "conversation": "c-1"}
    assert isinstance(sdk.calls[1], FakeObject)
    assert (tab.state, tab.browser.text("pin")) == ("inviting", "123456")
    states = []
    events: dict[str, list[object]] = {"joined": [{"name": "Casey"}], "lost": [], "restored": [], "quality": ["poor"]}
    for event, arguments in {**events, "left": []}.items():
        sdk.session.emit(event, *arguments)
        states.append(tab.state)
    assert states == ["connected", "reconnecting", "connected", "connected", "ended"]
    assert tab.events == [CONNECTED, ENDED]
    await until(lambda: "end" in sdk.calls)


async def test_the_example_chooses_tools(tab: FakeTab, sdk: Vendor) -> None:
    await tab.open(conversationId="c-1")
    sdk.session.emit("joined", {"name": "Casey"})
    tab.browser.click("tool-control")
    await until(lambda: sdk.calls[-1] == Tool.CONTROL)
    assert not tab.browser.shown("tool-drawing")


async def test_the_example_resumes_after_a_reload(tab: FakeTab, sdk: Vendor) -> None:
    await tab.open(conversationId="c-1")
    sdk.session.emit("joined", {"name": "Casey"})
    await tab.open(conversationId="c-1")
    assert tab.state == "inviting"
    sdk.session.emit("joined", {"name": "Casey"})
    assert tab.events == [CONNECTED]


async def test_the_example_offers_a_new_session_where_the_old_one_is_forgotten(tab: FakeTab, sdk: Vendor) -> None:
    await tab.open(conversationId="c-1")
    sdk.session.set("id", "s-2")
    sdk.sdk.set("findSession", AsyncMock(return_value=None))
    await tab.open(conversationId="c-1")
    assert tab.browser.text("error-code") == "SESSION_UNKNOWN"
    tab.browser.click("start-again")
    await until(lambda: tab.state == "inviting")


async def test_the_example_shows_what_its_sdk_fails_with(tab: FakeTab, sdk: Vendor) -> None:
    def deny(_topic: object) -> None:
        raise RuntimeError("denied")

    sdk.sdk.set("createSession", deny)
    await tab.open(conversationId="c-1")
    assert tab.browser.text("error-code") == "SDK_FAILED"
    assert "denied" in tab.browser.text("error-detail")


async def test_the_example_says_that_its_sdk_is_missing(minimal: ModuleType) -> None:
    tab = FakeTab(minimal.Minimal)
    await tab.open(conversationId="c-1")
    assert tab.browser.text("error-code") == SdkNotLoadedError.code
