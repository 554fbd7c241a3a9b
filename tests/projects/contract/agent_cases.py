"""Cases of the contract: the agent's side."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from contract_case import VIEWER, Case, holds, same
from contract_driver import Driver

from cotab import Invitation, OpenedWindow, ProviderError


class TheCustomerIsAsked(Case):
    async def opened(self) -> None:
        for event in ("asking", "declined", "connected"):
            self.session.subscribe(event, getattr(self.tab.report, event))

    @staticmethod
    def run(tab: Driver) -> None:
        for event, state, text in (
            ("", "inviting", "Waiting for the customer"),
            ("declined", "inviting", "Waiting for the customer"),
            ("asking", "asking", "The customer is being asked…"),
            ("declined", "inviting", "Waiting for the customer"),
            ("asking", "asking", "The customer is being asked…"),
            ("connected", "connected", "Connected"),
            ("asking", "connected", "Connected"),
        ):
            if event:
                tab.happen(event)
            tab.expect(state)
            assert tab.text("state") == text
            assert tab.shown("invitation") is (state != "connected")
        tab.press("show-invitation")
        assert tab.shown("invitation")
        assert tab.events == ["CobrowseConnectedEvent"]


class ButtonsAndLinksOfItsOwn(Case):
    async def opened(self) -> None:
        self.presses = 0
        self.done = asyncio.Event()
        self.console = self.tab.button("console", "Open console", self.pressed)
        self.tab.link("help", "Help", "https://contoso.example/help")
        self.session.subscribe("done", self.done.set)

    async def pressed(self) -> None:
        self.presses += 1
        self.console.show(f"Pressed {self.presses}")
        await self.done.wait()
        self.console.hide()

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        assert (tab.text("own-console"), tab.text("own-help")) == ("Open console", "Help")
        assert tab.attribute("own-help", "href") == "https://contoso.example/help"
        assert tab.attribute("own-help", "rel") == "noopener noreferrer"
        tab.press("own-console")
        tab.wait_for(lambda: tab.text("own-console") == "Pressed 1")
        assert tab.attribute("own-console", "aria-disabled") == "true"
        tab.press("own-console")
        tab.happen("done")
        tab.wait_for(lambda: not tab.shown("own-console"))
        assert tab.text("own-console") == "Pressed 1"
        tab.press("end-session")
        tab.expect("ended")
        tab.wait_for(lambda: not tab.there("own-help"))


class AButtonFails(Case):
    errors = ("pressed in vain",)

    async def opened(self) -> None:
        self.tab.button("console", "Open console", self.pressed)

    async def pressed(self) -> None:
        raise ProviderError("pressed in vain")

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.press("own-console")
        tab.expect("failed")
        assert tab.text("error-detail") == "pressed in vain"


class AWindowIsOpened(Case):
    window: OpenedWindow

    async def opened(self) -> None:
        self.tab.button("sign-in", "Sign in", self.sign_in)

    def sign_in(self) -> None:
        self.window = self.tab.open_window(VIEWER, self.heard)

    def heard(self, message: dict[str, Any]) -> None:
        same(message, {"token": "t-1"})
        holds(not self.window.closed)
        self.window.close()
        self.tab.report.connected()

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.press("own-sign-in")
        tab.window_says({"token": "t-1"})
        tab.expect("connected")


class TheCustomerIsAskedInPlaceOfAnInvitation(Case):
    async def opened(self) -> None:
        for event in ("can_ask", "declined", "connected"):
            self.session.subscribe(event, getattr(self.tab.report, event))

    async def ask_customer(self) -> None:
        self.tab.report.asking()

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        holds(tab.shown("pin-row") and not tab.shown("ask-customer"))
        tab.happen("can_ask")
        tab.wait_for(lambda: tab.shown("ask-customer"))
        holds(not tab.shown("pin-row"))
        tab.press("ask-customer")
        tab.expect("asking")
        tab.wait_for(lambda: tab.attribute("ask-customer", "aria-disabled") == "true")
        tab.happen("declined")
        tab.wait_for(lambda: tab.text("notice") == "The customer did not agree, or has left.")
        tab.press("invite-otherwise")
        tab.wait_for(lambda: tab.shown("pin-row"))
        holds(not tab.shown("ask-customer"))
        tab.happen("connected")
        tab.expect("connected")


class TheChatHasBroughtSomething(Case):
    brought: ClassVar[dict[str, str]] = {"topic": "Delivery", "tandem": "1-2-3-4"}

    async def opened(self) -> None:
        conversation = self.tab.conversation
        same(await conversation.context(), self.brought)
        same(await conversation.context("topic"), self.brought)
        same(await conversation.context("missing", seconds=0), self.brought)

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")


class AChatThatHasBroughtNothing(Case):
    async def opened(self) -> None:
        same(await self.tab.conversation.context(seconds=0), {})

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")


class AnInvitationInItsOwnWords(Case):
    async def start(self) -> Invitation:
        text = {"fr": "Code {pin}", "en": "Visit {link}, code {pin}"}
        return Invitation(session_id="s-1", pin="42", link="https://join.example/s", text=text)

    async def end(self) -> None:
        pass

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
        tab.press("send-invitation")
        tab.wait_for(lambda: tab.messages == ["Visit https://join.example/s, code 42"])


class TheAgentIsKnown(Case):
    async def opened(self) -> None:
        agent = await self.tab.agent()
        same((agent.name, agent.roles), ("Local agent", ("Omnichannel agent",)))
        same((bool(agent.id), "{" in agent.id), (True, False))
        same((agent.email or "").partition("@")[2], "org.example")

    @staticmethod
    def run(tab: Driver) -> None:
        tab.expect("inviting")
