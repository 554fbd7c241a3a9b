"""The adapter on the host: no browser, the relay's viewer played by Python."""

import asyncio

from main import Tandem

from cotab.testing import FakeTab, until

RELAY = "https://relay.test"
INVITATION = {"session": "s-1", "pin": "123456", "link": "https://shop.test/#tandem=t"}


def opened(tab: FakeTab) -> "asyncio.Task[None]":
    """Open the tab; it waits for its viewer."""
    return asyncio.ensure_future(tab.open(conversationId="c-1"))


def send(tab: FakeTab, kind: str, **members: object) -> None:
    """Let the viewer send a message."""
    tab.browser.viewer.send({"tandem": 1, "type": kind, **members})


def test_the_customer_joins_and_leaves() -> None:
    """Omnichannel hears of both, once."""

    async def scenario() -> None:
        tab = FakeTab(Tandem, settings={"relay": RELAY})
        opening = opened(tab)
        await until(lambda: tab.browser.viewers)
        assert tab.browser.viewer.url == f"{RELAY}/viewer"
        send(tab, "ready")
        send(tab, "invitation", **INVITATION)
        await opening
        assert tab.state == "inviting"
        assert tab.browser.text("pin") == "123456"
        send(tab, "connected", participants=["Casey"])
        send(tab, "ended", reason="customer")
        assert tab.state == "ended"
        assert tab.events == ["CobrowseConnectedEvent", "CobrowseEndedEvent"]

    asyncio.run(scenario())


def test_a_relay_that_is_not_set_is_asked_for() -> None:
    """The agent's support reads which setting is missing."""

    async def scenario() -> None:
        tab = FakeTab(Tandem, settings={"relay": ""})
        await tab.open(conversationId="c-1")
        assert tab.state == "failed"
        assert "'' is not an origin. Set it to the origin of your relay" in tab.browser.text("error-detail")

    asyncio.run(scenario())
