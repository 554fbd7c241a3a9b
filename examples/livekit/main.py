"""The agent's side of screen sharing with LiveKit: every screen that is shared in a room, side by side.

The room and the tokens come from a backend (backend/service.py); this page holds no secret. Whoever opens the tab in
the same conversation, such as a supervisor, looks on in the same room.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from cotab import (
    ConnectionQuality,
    EndReason,
    HttpError,
    Invitation,
    JsObject,
    Provider,
    ProviderError,
    SessionUnknownError,
    Tab,
)

__all__ = ["LiveKitRoom"]

SCREEN = "screen_share"
CUSTOMER = "customer-"  # begins the identities that the backend gives to customers

# How long the room is kept for a customer who reloads the page.
GRACE_SECONDS = 30.0

QUALITIES = {"excellent": ConnectionQuality.GOOD, "good": ConnectionQuality.FAIR, "poor": ConnectionQuality.POOR}

# Members of LiveKit's DisconnectReason.
OUR_OWN, ELSEWHERE, ROOM_DELETED = 1, 2, 5


class LiveKitRoom(Provider):
    """A room, seen by an agent."""

    class Settings(BaseModel):
        """The address of the backend."""

        backend: str

    settings: Settings

    def __init__(self, tab: Tab) -> None:
        super().__init__(tab)
        self._room: JsObject | None = None
        self._name = ""
        self._people: dict[str, str] = {}
        self._stage: JsObject | None = None
        self._screens: dict[str, tuple[JsObject, str]] = {}
        self._videos: dict[str, JsObject] = {}
        self._qualities: dict[str, ConnectionQuality] = {}
        self._waiting: asyncio.TimerHandle | None = None

    async def start(self) -> Invitation:
        """Open the conversation's room, and join it."""
        return await self._join(await self._ask("POST", "/rooms", {"conversation": self.tab.context.conversation_id}))

    async def resume(self, session_id: str) -> Invitation:
        """Join the room again, if it is still there."""
        try:
            place = await self._ask("POST", f"/rooms/{session_id}/agents")
        except HttpError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise
            raise SessionUnknownError(f"the backend knows no room {session_id}") from error
        return await self._join(place)

    def attach(self, stage: JsObject) -> None:
        """Show the screens that are shared, side by side."""
        stage.set("style", "display: flex; flex-wrap: wrap; gap: 8px; overflow: auto")
        self._stage = stage
        self._show()

    def detach(self) -> None:
        """Let the tracks go on without the videos that showed them."""
        for track, _title in self._screens.values():
            track.call("detach")
        self._stage, self._videos = None, {}

    async def end(self) -> None:
        """Close the room for everyone."""
        await self._ask("DELETE", f"/rooms/{self._name}")
        if self._room is not None:
            await self._room.call("disconnect")

    async def _join(self, place: dict[str, str]) -> Invitation:
        livekit = await self.tab.sdk.load_package("livekit-client")
        self._name = place["room"]
        self._room = room = livekit.get("Room").new({"adaptiveStream": True, "dynacast": True})
        room.subscribe("participantConnected", self._on_arrived)
        room.subscribe("participantDisconnected", self._on_left)
        room.subscribe("trackSubscribed", self._on_track)
        room.subscribe("trackUnsubscribed", self._on_track_gone)
        room.subscribe("connectionQualityChanged", self._on_quality)
        room.subscribe("reconnecting", self.tab.report.reconnecting)
        room.subscribe("reconnected", self.tab.report.reconnected)
        room.subscribe("disconnected", self._on_disconnected)
        await room.call("connect", place["url"], place["token"])
        room.get("remoteParticipants").call("forEach", self._on_arrived)  # who was there before
        return Invitation(session_id=place["room"], link=place["link"])

    async def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Ask the backend. Raises HttpError."""
        answer = await self.tab.http.request(method, f"{self.settings.backend.rstrip('/')}{path}", json=body)
        return answer.json or {}

    # What happens in the room

    def _on_arrived(self, participant: JsObject, *_others: object) -> None:
        identity: str = participant.get("identity")
        self._people[identity] = participant.get("name") or identity
        self.tab.report.participants(list(self._people.values()))
        if identity.startswith(CUSTOMER) and self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
            self.tab.report.reconnected()

    def _on_left(self, participant: JsObject) -> None:
        """Wait for a while when the last customer has left: most often a page was reloaded."""
        self._people.pop(participant.get("identity"), None)
        self._qualities.pop(participant.get("identity"), None)
        self.tab.report.participants(list(self._people.values()))
        if not any(identity.startswith(CUSTOMER) for identity in self._people):
            self.tab.report.reconnecting()
            self._waiting = asyncio.get_running_loop().call_later(GRACE_SECONDS, self.tab.report.ended)

    def _on_track(self, track: JsObject, publication: JsObject, participant: JsObject) -> None:
        if publication.get("source") != SCREEN:
            return
        self._screens[publication.get("trackSid")] = track, participant.get("name") or participant.get("identity")
        self._show()
        self.tab.report.connected()

    def _on_track_gone(self, track: JsObject, publication: JsObject, _participant: JsObject) -> None:
        track.call("detach")
        self._screens.pop(publication.get("trackSid"), None)
        self._videos.pop(publication.get("trackSid"), None)
        self._show()

    def _show(self) -> None:
        if self._stage is None:
            return
        for name, (track, title) in self._screens.items():
            if name not in self._videos:
                self._videos[name] = _video(track, title)
        self._stage.call("replaceChildren", *self._videos.values())

    def _on_quality(self, quality: str, participant: JsObject) -> None:
        """Report the worst connection of all."""
        identity: str = participant.get("identity")
        self._qualities[identity] = QUALITIES.get(quality, ConnectionQuality.POOR)
        order = list(QUALITIES.values())
        self.tab.report.quality(max(self._qualities.values(), key=order.index))

    def _on_disconnected(self, reason: int | None = None) -> None:
        if reason == ELSEWHERE:
            self.tab.report.failed(ProviderError("the room was joined in your name in another tab"))
        elif reason != OUR_OWN:
            self.tab.report.ended(EndReason.CUSTOMER if reason == ROOM_DELETED else EndReason.PROVIDER)


def _video(track: JsObject, title: str) -> JsObject:
    video: JsObject = track.call("attach")
    video.set("title", title)
    video.set("style", "min-width: 0; flex: 1 1 24rem; max-height: 100%; object-fit: contain")
    return video
