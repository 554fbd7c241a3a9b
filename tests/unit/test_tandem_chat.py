"""One click from the chat, in the adapter of Tandem."""

from __future__ import annotations

import pytest

from cotab.testing import FakeTab, until
from unit.tandem_agent import RELAY, Agent, tandem

TOKEN = "1-22-333-4294967295"  # noqa: S105 - no secret


class Chatting(Agent):
    """An agent in a conversation whose chat has brought a token along."""

    conversation = "11111111-2222-3333-4444-555555555555"  # of the org, which alone has what a chat brings

    def __init__(self, brought: str = TOKEN) -> None:
        super().__init__()
        self.tab = FakeTab(
            tandem.Tandem,
            settings={"relay": RELAY},
            context={"topic": "Delivery", "tandem": brought},
        )

    async def found(self) -> None:
        """The tab is open, and the customer can be asked."""
        await self.open()
        await until(lambda: self.told("chat"))
        self.send("askable", able=True)


@pytest.mark.parametrize("brought", [TOKEN, f'{{"value":"{TOKEN}","isDisplayable":false}}'])
async def test_a_customer_of_a_chat_is_asked_with_one_click(brought: str) -> None:
    agent = Chatting(brought)
    await agent.found()
    browser = agent.tab.browser
    assert agent.told("chat") == [{"tandem": 1, "type": "chat", "token": TOKEN}]
    assert browser.shown("ask-customer")
    assert [browser.shown(name) for name in ("pin-row", "link-row", "send-invitation")] == [False] * 3
    browser.click("ask-customer")
    await until(lambda: agent.told("ask"))
    agent.send("asking")
    assert agent.tab.state == "asking"
    assert browser.elements["ask-customer"]["aria-disabled"] == "true"
    browser.click("ask-customer")
    agent.send("declined")
    assert agent.tab.state == "inviting"
    assert browser.text("notice") == "notice.declined"
    assert len(agent.told("ask")) == 1
    await until(lambda: browser.elements["ask-customer"]["aria-disabled"] is None)
    browser.click("ask-customer")
    await until(lambda: len(agent.told("ask")) == 2)
    agent.send("asking")
    agent.send("connected", participants=["Customer"])
    assert agent.tab.state == "connected"
    assert not browser.shown("ask-customer")


async def test_pin_and_link_are_there_when_nobody_can_be_asked() -> None:
    agent = Chatting()
    await agent.found()
    browser = agent.tab.browser
    browser.click("invite-otherwise")
    assert [browser.shown(name) for name in ("ask-customer", "pin-row", "link-row")] == [False, True, True]
    agent.send("askable", able=True)
    agent.send("askable", able=False)
    assert [browser.shown(name) for name in ("ask-customer", "pin-row", "link-row")] == [False, True, True]


@pytest.mark.parametrize("brought", ["", "no token", "1-2-3"])
async def test_without_a_token_there_are_pin_and_link(brought: str) -> None:
    agent = Chatting(brought)
    await agent.open()
    assert agent.tab.browser.shown("pin-row")
    assert agent.told("chat") == []


async def test_outside_dynamics_customers_read_the_name_of_the_sign_in() -> None:
    agent = Agent()
    agent.tab = FakeTab(tandem.Tandem, settings={"relay": RELAY}, in_dynamics=False)
    await agent.open()
    assert agent.told("open")[0]["agent"] is None
