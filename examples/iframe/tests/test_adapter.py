"""The adapter on the host: no browser, the page in the stage played by the test."""

import asyncio

from main import Framed

from cotab.testing import FakeTab, until

SETTINGS = {"viewer": "https://viewer.contoso.example/agent"}


async def shown(tab: FakeTab) -> asyncio.Task[None]:
    """Open the tab, or reload it, and wait until its page is in the stage; return what goes on then."""
    before = tab.browser
    opening = asyncio.create_task(tab.open(conversationId="c-1"))
    await until(lambda: tab.browser is not before and tab.browser.viewers)
    tab.browser.viewer.send({"type": "ready"})
    return opening


async def opened(tab: FakeTab) -> None:
    """Open the tab with a session."""
    opening = await shown(tab)
    session = tab.browser.viewer.posted[-1]["session"]
    tab.browser.viewer.send({"type": "opened", "session": session or "s-1", "pin": "123456"})
    await opening


def test_the_customer_joins_and_leaves() -> None:
    """Omnichannel hears of both, once."""

    async def scenario() -> None:
        tab = FakeTab(Framed, settings=SETTINGS)
        await opened(tab)
        assert tab.state == "inviting"
        assert tab.browser.text("pin") == "123456"
        tab.browser.viewer.send({"type": "joined", "name": "Casey"})
        tab.browser.viewer.send({"type": "left"})
        assert tab.state == "ended"
        assert tab.events == ["CobrowseConnectedEvent", "CobrowseEndedEvent"]

    asyncio.run(scenario())


def test_a_session_is_taken_up_again_after_a_reload() -> None:
    """The page gets the id that it has given."""

    async def scenario() -> None:
        tab = FakeTab(Framed, settings=SETTINGS)
        await opened(tab)
        await opened(tab)
        assert tab.browser.viewer.posted[0] == {"type": "open", "session": "s-1", "conversation": "c-1"}
        assert tab.state == "inviting"

    asyncio.run(scenario())


def test_a_session_the_page_has_forgotten_is_not_resumed() -> None:
    """After a reload the agent is offered a new one."""

    async def scenario() -> None:
        tab = FakeTab(Framed, settings=SETTINGS)
        await opened(tab)
        opening = await shown(tab)
        tab.browser.viewer.send({"type": "unknown"})
        await opening
        assert tab.browser.text("error-code") == "SESSION_UNKNOWN"

    asyncio.run(scenario())
