"""The adapter on the host: no browser, the service played by Python."""

import asyncio

import main
import pytest
from main import Linked

from cotab import HttpAnswer
from cotab.testing import FakeTab, HttpRequest, until

SETTINGS = {"service": "https://api.contoso.example"}
SESSION = {"id": "s-1", "customer": "https://join.example/s-1", "agent": "https://agent.example/s-1"}


class Service:
    """A service with one session."""

    def __init__(self) -> None:
        self.state: str | None = "waiting"
        self.asked: list[str] = []

    def answer(self, request: HttpRequest) -> HttpAnswer | dict[str, str]:
        """Answer as the vendor's service does."""
        self.asked.append(f"{request.method} {request.url.removeprefix(SETTINGS['service'])}")
        return HttpAnswer(404) if self.state is None else {**SESSION, "state": self.state}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask the service without a pause."""
    monkeypatch.setattr(main, "PERIOD_SECONDS", 0.0)


def tab_with(service: Service) -> FakeTab:
    """Make a tab that asks this service."""
    return FakeTab(Linked, settings=SETTINGS, backend=service.answer)


def test_the_customer_joins_and_leaves() -> None:
    """Omnichannel hears of both, once."""

    async def scenario() -> None:
        service = Service()
        tab = tab_with(service)
        await tab.open(conversationId="c-1")
        assert tab.state == "inviting"
        assert tab.browser.text("link") == SESSION["customer"]
        assert tab.browser.elements["own-session"]["href"] == SESSION["agent"]
        service.state = "joined"
        await until(lambda: tab.state == "connected")
        service.state = "left"
        await until(lambda: "POST /sessions/s-1/end" in service.asked)
        assert tab.events == ["CobrowseConnectedEvent", "CobrowseEndedEvent"]

    asyncio.run(scenario())


def test_a_session_the_service_has_forgotten_is_not_resumed() -> None:
    """After a reload the agent is offered a new one."""

    async def scenario() -> None:
        service = Service()
        tab = tab_with(service)
        await tab.open(conversationId="c-1")
        service.state = None
        await tab.open(conversationId="c-1")
        assert tab.browser.text("error-code") == "SESSION_UNKNOWN"

    asyncio.run(scenario())
