"""The adapter on the host: no browser, the SDK played by Python."""

import asyncio
from unittest.mock import AsyncMock

from main import Minimal

from cotab.testing import FakeObject, FakeTab


def session() -> FakeObject:
    """Make a session as the SDK would; an AsyncMock is a method that returns a promise."""
    return FakeObject(
        id="s-1", pin="123456", link="https://join.example/s-1", show=lambda _stage: None, end=AsyncMock()
    )


def test_the_customer_joins_and_leaves() -> None:
    """Omnichannel hears of both, once."""

    async def scenario() -> None:
        made = session()
        tab = FakeTab(Minimal, sdk={"FakeSdk": FakeObject(createSession=AsyncMock(return_value=made))})
        await tab.open(conversationId="c-1")
        assert tab.state == "inviting"
        assert tab.browser.text("pin") == "123456"
        made.emit("joined", {"name": "Casey"})
        made.emit("left")
        assert tab.state == "ended"
        assert tab.events == ["CobrowseConnectedEvent", "CobrowseEndedEvent"]

    asyncio.run(scenario())


def test_a_session_the_provider_has_forgotten_is_not_resumed() -> None:
    """After a reload the agent is offered a new one."""

    async def scenario() -> None:
        forgetful = FakeObject(
            createSession=AsyncMock(return_value=session()), findSession=AsyncMock(return_value=None)
        )
        tab = FakeTab(Minimal, sdk={"FakeSdk": forgetful})
        await tab.open(conversationId="c-1")
        await tab.open(conversationId="c-1")
        assert tab.browser.text("error-code") == "SESSION_UNKNOWN"
        assert tab.browser.shown("start-again")

    asyncio.run(scenario())
