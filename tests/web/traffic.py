"""What leaves a customer's browser and reaches an agent's: every request, every frame put together and inflated."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from playwright.sync_api import Page, Request, WebSocket

from customers import Inbox

SECRET = re.compile(r"SEKRET-\d{4}")
DATA = re.compile(r"base64,([A-Za-z0-9+/=]+)")


@dataclass
class Traffic:
    """The recorder of one relay's traffic in both directions."""

    relay: str
    inboxes: list[Inbox] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    size: int = 0
    """Bytes of all frames, as they went over the wire."""

    def record(self, page: Page, *, sends: bool) -> None:
        """Note what a page sends to the relay, or else what it gets from there."""
        page.on("websocket", lambda socket: self._socket(socket, "framesent" if sends else "framereceived"))
        if sends:
            page.on("request", self._request)

    def _socket(self, socket: WebSocket, direction: str) -> None:
        inbox = Inbox()
        self.inboxes.append(inbox)

        def note(frame: str | bytes) -> None:
            self.size += len(frame)
            inbox.add(frame)

        socket.on(direction, note)  # type: ignore[call-overload] # Playwright has one signature for each name

    def _request(self, request: Request) -> None:
        if request.url.startswith(self.relay):
            self.requests.append(f"{request.url} {request.post_data or ''}")

    @property
    def text(self) -> str:
        """All of it, also as it reads without escapes of addresses and without base64."""
        pictures = (picture.decode("latin-1") for inbox in self.inboxes for picture in inbox.pictures)
        text = "\n".join([*(inbox.text for inbox in self.inboxes), *self.requests, *pictures])
        return readings(text)


def readings(text: str) -> str:
    """A text, and what it says once addresses and pictures in it are decoded."""
    decoded = (base64.b64decode(each + "=" * (-len(each) % 4)).decode("latin-1") for each in DATA.findall(text))
    return "\n".join([text, unquote(text), *decoded])


def leaks(text: str, more: list[str]) -> set[str]:
    """The planted secrets that a text holds, and those of `more`."""
    return set(SECRET.findall(text)) | {each for each in more if each in text}
