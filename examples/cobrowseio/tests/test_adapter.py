"""The adapter on the host: no browser, Cobrowse.io's Agent SDK played by Python."""

import asyncio
from unittest.mock import AsyncMock

from main import CobrowseSession

from cotab import HttpAnswer, JsError
from cotab.testing import FakeObject, FakeTab, until

SETTINGS = {"backend": "https://backend.test", "api": "https://cobrowse.test"}


class World:
    """A tab with a session in which the test plays Cobrowse.io and the customer."""

    def __init__(self) -> None:
        self.session = FakeObject(
            id="s-1",
            code="123456",
            state="pending",
            agents=[{"name": "Robin"}],
            full_device="off",
            remote_control="off",
            subscribe=AsyncMock(),
            fetch=AsyncMock(),
            end=AsyncMock(),
        )
        self.context = FakeObject(
            setTool=AsyncMock(), setRemoteControl=AsyncMock(), setFullDevice=AsyncMock(), destroy=lambda: None
        )
        self.notify = AsyncMock()
        phone = FakeObject(
            id="d-1", device={"device": "Pixel", "app_name": "Shop"}, connectable=True, notify=self.notify
        )
        self.sessions = FakeObject(
            create=AsyncMock(return_value=self.session), get=AsyncMock(return_value=self.session)
        )
        self.api = FakeObject(
            sessions=self.sessions,
            devices=FakeObject(list=AsyncMock(return_value=[phone])),
            attachContext=AsyncMock(return_value=self.context),
            disconnect=lambda: None,
        )
        self.answer: object = {"token": "t-1"}
        sdk = {"cobrowse-agent-sdk": FakeObject(default=lambda _token, _options: self.api)}
        self.tab = FakeTab(CobrowseSession, sdk=sdk, settings=SETTINGS, backend=lambda _request: self.answer)

    def become(self, **members: object) -> None:
        """Let the session change."""
        self.session.members.update(members)
        self.session.emit("updated", self.session)


def test_a_customer_with_the_code_accepts_and_leaves() -> None:
    """Omnichannel hears of both, once; between them the customer was asked."""

    async def scenario() -> None:
        world = World()
        tab = world.tab
        await tab.open(conversationId="c-1")
        assert (tab.state, tab.browser.text("pin")) == ("inviting", "123456")
        world.become(state="authorizing")
        assert tab.state == "inviting"
        world.become(state="active")
        await until(lambda: tab.state == "connected")
        assert tab.browser.viewer.url.startswith("https://cobrowse.test/session/s-1?")
        assert "t-1" not in tab.browser.viewer.url
        world.become(state="ended", ended_reason="device_ended")
        await until(lambda: tab.state == "ended")
        assert tab.events == ["CobrowseConnectedEvent", "CobrowseEndedEvent"]

    asyncio.run(scenario())


def test_the_agent_ends_for_everyone() -> None:
    """The session, and the SDK's connection."""

    async def scenario() -> None:
        world = World()
        await world.tab.open(conversationId="c-1")
        world.become(state="active")
        await until(lambda: world.tab.state == "connected")
        world.tab.browser.click("end-session")
        await until(lambda: world.session.members["end"].await_count)
        assert world.tab.events == ["CobrowseConnectedEvent", "CobrowseEndedEvent"]

    asyncio.run(scenario())


def test_a_refreshed_tab_finds_the_session_and_one_that_is_over_is_not_resumed() -> None:
    """After a reload the agent is where the agent was, or is offered a new session."""

    async def scenario() -> None:
        world = World()
        await world.tab.open(conversationId="c-1")
        world.session.members["state"] = "active"
        await world.tab.open(conversationId="c-1")
        world.sessions.members["get"].assert_awaited_with("s-1")
        assert world.tab.state == "connected"
        world.session.members["state"] = "ended"
        await world.tab.open(conversationId="c-1")
        assert world.tab.browser.text("error-code") == "SESSION_UNKNOWN"

    asyncio.run(scenario())


def test_a_session_that_cobrowse_does_not_know_is_not_resumed() -> None:
    """Its API answers with an error of its own."""

    async def scenario() -> None:
        world = World()
        await world.tab.open(conversationId="c-1")
        world.sessions.members["get"] = AsyncMock(side_effect=JsError("not found", name="APIError"))
        await world.tab.open(conversationId="c-1")
        assert world.tab.browser.text("error-code") == "SESSION_UNKNOWN"

    asyncio.run(scenario())


def test_a_known_visitor_is_asked_on_a_device() -> None:
    """Nobody has to type a code then."""

    async def scenario() -> None:
        world = World()
        await world.tab.open(conversationId="c-1", visitor="casey")
        assert world.tab.browser.text("own-device-1") == "Ask on Pixel, Shop"
        world.tab.browser.click("own-device-1")
        await until(lambda: world.notify.await_count)
        world.notify.assert_awaited_with({"session": world.session})
        world.become(state="active")
        await until(lambda: not world.tab.browser.shown("own-device-1"))

    asyncio.run(scenario())


def test_control_is_selected_once_the_customer_allows_it() -> None:
    """Consent to look is no consent to act."""

    async def scenario() -> None:
        world = World()
        await world.tab.open(conversationId="c-1")
        world.become(state="active")
        await until(lambda: world.tab.state == "connected")
        world.tab.browser.click("tool-control")
        await until(lambda: world.context.members["setRemoteControl"].await_count)
        world.become(remote_control="requested")
        world.context.members["setTool"].assert_not_awaited()
        world.become(remote_control="on")
        await until(lambda: world.context.members["setTool"].await_count)
        world.context.members["setTool"].assert_awaited_with("control")

    asyncio.run(scenario())


def test_the_state_of_the_whole_device_is_shown_and_can_be_asked_for() -> None:
    """The customer decides."""

    async def scenario() -> None:
        world = World()
        await world.tab.open(conversationId="c-1")
        world.become(state="active")
        await until(lambda: world.tab.state == "connected")
        wished, button = world.context.members["setFullDevice"], "own-whole-device"
        world.tab.browser.click(button)
        await until(lambda: wished.await_count)
        wished.assert_awaited_with("requested")
        world.become(full_device="requested")
        await until(lambda: world.tab.browser.text(button) == "Whole device: the customer is being asked")
        world.become(full_device="on")
        await until(lambda: world.tab.browser.text(button) == "Leave the whole device")
        world.tab.browser.click(button)
        await until(lambda: wished.await_count == 2)  # noqa: PLR2004 - there and back
        wished.assert_awaited_with("off")

    asyncio.run(scenario())


def test_an_expired_token_is_renewed() -> None:
    """The SDK says so with an error, and connects again by itself."""

    async def scenario() -> None:
        world = World()
        await world.tab.open(conversationId="c-1")
        world.answer = {"token": "t-2"}
        world.api.emit("error", FakeObject(name="TokenExpiredError"))
        await until(lambda: world.api.get("token") == "t-2")
        assert world.tab.state == "inviting"

    asyncio.run(scenario())


def test_a_question_that_fails_ends_nothing_and_renews_a_token_that_has_expired() -> None:
    """A network may be gone for a moment, and a token lasts an hour."""

    async def scenario() -> None:
        world = World()
        await world.tab.open(conversationId="c-1")
        world.answer = {"token": "t-2"}
        fetch = world.session.members["fetch"]
        for name in ("NetworkError", "TokenExpiredError"):
            fetch.reset_mock()
            fetch.side_effect = JsError("no", name=name)
            world.api.emit("socket:open")
            await until(lambda: fetch.await_count)
        await until(lambda: world.api.get("token") == "t-2")
        assert world.tab.state == "inviting"

    asyncio.run(scenario())


def test_a_backend_that_refuses_is_said() -> None:
    """With its status and its words."""

    async def scenario() -> None:
        world = World()
        world.answer = HttpAnswer(401, "who are you?")
        await world.tab.open(conversationId="c-1")
        assert world.tab.browser.text("error-code") == "HTTP_FAILED"
        assert "status 401: who are you?" in world.tab.browser.text("error-detail")

    asyncio.run(scenario())


def test_what_changed_while_the_tab_was_in_the_background_is_asked_for() -> None:
    """The SDK is not connected then."""

    async def scenario() -> None:
        world = World()
        await world.tab.open(conversationId="c-1")
        world.api.emit("socket:open")
        await until(lambda: world.session.members["fetch"].await_count)

    asyncio.run(scenario())
