"""The adapter on the host: no browser, livekit-client played by Python."""

import asyncio
from collections.abc import Callable
from typing import Any
from unittest.mock import AsyncMock

from main import LiveKitRoom

from cotab import HttpAnswer
from cotab.testing import FakeObject, FakeTab, until

PLACE = {"room": "r-1", "url": "wss://livekit.test", "token": "t", "link": "https://backend.test/join#r-1.key"}


class World:
    """A tab with a room in which the test plays everybody else."""

    def __init__(self, answer: object = PLACE) -> None:
        self.answer = answer
        self.there: list[FakeObject] = []
        self.room = FakeObject(
            connect=AsyncMock(),
            disconnect=AsyncMock(),
            remoteParticipants=FakeObject(forEach=self._for_each),
        )
        self.tab = FakeTab(
            LiveKitRoom,
            mode="screenshare",
            sdk={"livekit-client": FakeObject(Room=lambda _options: self.room)},
            settings={"backend": "https://backend.test/"},
            backend=lambda _request: self.answer,
        )

    def _for_each(self, found: Callable[..., Any]) -> None:
        for participant in self.there:
            found(participant, participant.get("sid"), None)

    def share(self, participant: FakeObject, sid: str = "TR_1", source: str = "screen_share") -> FakeObject:
        """Let somebody share something; the element that shows it."""
        video = FakeObject()
        track = FakeObject(attach=lambda: video, detach=lambda: None)
        self.room.emit("trackSubscribed", track, FakeObject(source=source, trackSid=sid), participant)
        return video

    @property
    def asked(self) -> list[tuple[str, str, object]]:
        """What the backend was asked since the tab was opened."""
        return [(request.method, request.url, request.json) for request in self.tab.browser.requests]

    @property
    def shown(self) -> tuple[object, ...]:
        """What is on the stage."""
        return self.tab.browser.content.get("stage", ())


def somebody(identity: str, name: str = "") -> FakeObject:
    """Make a participant."""
    return FakeObject(identity=identity, name=name)


def test_the_customer_shares_the_screen_and_the_agent_ends() -> None:
    """Omnichannel hears of both, once, and the room is closed for everyone."""

    async def scenario() -> None:
        world = World()
        tab = world.tab
        await tab.open(conversationId="c-1")
        assert tab.state == "inviting"
        assert tab.browser.text("link") == PLACE["link"]
        assert world.asked == [("POST", "https://backend.test/rooms", {"conversation": "c-1"})]
        casey = somebody("customer-1", "Casey")
        world.room.emit("participantConnected", casey)
        assert tab.state == "inviting"
        video = world.share(casey)
        assert (tab.state, world.shown, video.get("title")) == ("connected", (video,), "Casey")
        tab.browser.click("end-session")
        await until(lambda: world.asked[1:] == [("DELETE", "https://backend.test/rooms/r-1", None)])
        assert tab.events == ["ScreenShareConnectedEvent", "ScreenShareEndedEvent"]

    asyncio.run(scenario())


def test_every_screen_is_shown_and_nothing_else() -> None:
    """Two customers share, one turns the camera on, one stops sharing."""

    async def scenario() -> None:
        world = World()
        await world.tab.open(conversationId="c-1")
        casey, kim = somebody("customer-1", "Casey"), somebody("customer-2")
        first, second = world.share(casey, "TR_1"), world.share(kim, "TR_2")
        world.share(kim, "TR_3", "camera")
        assert world.shown == (first, second)
        gone = FakeObject(detach=lambda: None)
        world.room.emit("trackUnsubscribed", gone, FakeObject(source="screen_share", trackSid="TR_1"), casey)
        assert world.shown == (second,)
        assert world.tab.state == "connected"

    asyncio.run(scenario())


def test_a_refreshed_tab_joins_the_room_again_and_finds_who_is_there() -> None:
    """Nobody has to share anew."""

    async def scenario() -> None:
        world = World()
        await world.tab.open(conversationId="c-1")
        world.there = [somebody("customer-1", "Casey"), somebody("agent-2", "Robin")]
        await world.tab.open(conversationId="c-1")
        assert world.asked == [("POST", "https://backend.test/rooms/r-1/agents", None)]
        world.share(world.there[0])
        assert world.tab.state == "connected"
        assert world.tab.browser.text("participants")

    asyncio.run(scenario())


def test_a_room_that_is_gone_is_not_resumed() -> None:
    """After a reload the agent is offered a new one."""

    async def scenario() -> None:
        world = World()
        await world.tab.open(conversationId="c-1")
        world.answer = HttpAnswer(404)
        await world.tab.open(conversationId="c-1")
        assert world.tab.browser.text("error-code") == "SESSION_UNKNOWN"

    asyncio.run(scenario())


def test_a_customer_who_reloads_the_page_is_waited_for() -> None:
    """The agent reads that the connection is restored, and the session goes on."""

    async def scenario() -> None:
        world = World()
        await world.tab.open(conversationId="c-1")
        casey = somebody("customer-1", "Casey")
        world.room.emit("participantConnected", casey)
        world.share(casey)
        world.room.emit("participantDisconnected", casey)
        assert world.tab.state == "reconnecting"
        world.room.emit("participantConnected", somebody("customer-9", "Casey"))
        assert world.tab.state == "connected"

    asyncio.run(scenario())


def test_the_worst_connection_is_reported() -> None:
    """The agent's own, or a customer's."""

    async def scenario() -> None:
        world = World()
        await world.tab.open(conversationId="c-1")
        casey, agent = somebody("customer-1"), somebody("agent-1")
        world.share(casey)
        world.room.emit("connectionQualityChanged", "excellent", agent)
        assert world.tab.browser.text("quality") == "quality.good"
        world.room.emit("connectionQualityChanged", "lost", casey)
        assert world.tab.browser.text("quality") == "quality.poor"

    asyncio.run(scenario())


def test_a_room_that_somebody_closes_is_an_end_and_a_second_tab_is_told() -> None:
    """The numbers are LiveKit's reasons."""

    async def scenario() -> None:
        for reason, state in ((5, "ended"), (3, "ended"), (2, "failed"), (1, "connected")):
            world = World()
            await world.tab.open(conversationId="c-1")
            world.share(somebody("customer-1"))
            world.room.emit("disconnected", reason)
            assert world.tab.state == state

    asyncio.run(scenario())


def test_a_backend_that_refuses_is_said() -> None:
    """With its status and its words."""

    async def scenario() -> None:
        world = World(HttpAnswer(500, "no server"))
        await world.tab.open(conversationId="c-1")
        assert world.tab.browser.text("error-code") == "HTTP_FAILED"
        assert "status 500: no server" in world.tab.browser.text("error-detail")

    asyncio.run(scenario())
