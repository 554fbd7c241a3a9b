"""The adapter: embeds the viewer of a relay (`python -m tandem`), and drives it by messages.

The agent signs in inside the viewer, which keeps what a refreshed tab resumes with; this page holds no secret.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from cotab import (
    ConnectionQuality,
    CotabError,
    EmbeddedViewer,
    EndReason,
    Invitation,
    JsObject,
    Provider,
    ProviderError,
    SessionUnknownError,
    Tab,
    Tool,
    ViewerSilentError,
)

__all__ = ["Tandem"]

READY_TIMEOUT_SECONDS = 15.0
END_TIMEOUT_SECONDS = 5.0
CHAT = "tandem"  # what the customer script calls its token among what a chat brings along
TOKEN = re.compile(r"\d{1,10}(?:-\d{1,10}){3}", re.ASCII)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
DEFAULT_PORTS = {"https": 443, "http": 80}
REASONS = {
    "agent": EndReason.AGENT,
    "customer": EndReason.CUSTOMER,
    "expired": EndReason.EXPIRED,
    "lost": EndReason.LOST,
}
SET_IT = 'Set it to the origin of your relay, such as relay = "https://relay.contoso.com"'


def _origin(address: str) -> str:
    """Return the origin that an address consists of. Raises ValueError."""
    address = address.strip().rstrip("/").lower()
    parts = urlsplit(address)
    if address != f"{parts.scheme}://{parts.netloc}" or not parts.hostname or parts.username is not None:
        raise ValueError(f"{address!r} is not an origin. {SET_IT}")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError(f"{address!r}: only https is safe. {SET_IT}")
    return address.removesuffix(f":{parts.port}") if parts.port == DEFAULT_PORTS[parts.scheme] else address


class _Message(BaseModel):
    """A message of the viewer."""

    model_config = ConfigDict(extra="ignore", strict=True)

    tandem: Literal[1]
    type: str
    session: str = ""
    pin: str | None = None
    link: str | None = None
    participants: list[str] = Field(default_factory=list)
    quality: str = ""
    reason: str = ""
    able: bool = False
    why: str | None = None
    code: str = Field(default="", max_length=60)
    message: str = Field(default="", max_length=1000)


class Tandem(Provider):
    """One session, seen from the agent's side."""

    class Settings(BaseModel):
        """The origin of the relay, and the page that invitation links lead to."""

        model_config = ConfigDict(frozen=True)

        relay: Annotated[str, AfterValidator(_origin)]
        site: str = ""

    settings: Settings
    tools: Sequence[Tool] = (Tool.POINTER, Tool.DRAWING, Tool.CONTROL)

    def __init__(self, tab: Tab) -> None:
        super().__init__(tab)
        self._viewer: EmbeddedViewer | None = None
        self._session: str | None = None
        self._invitation: asyncio.Future[Invitation | None] | None = None
        self._ended = asyncio.Event()
        self._agent: asyncio.Task[dict[str, str] | None] | None = None

    async def start(self) -> Invitation:
        """Make a session; this takes as long as the agent takes to sign in."""
        self._agent = self.tab.spawn(self._who(), name="agent")
        invitation = await self._open()
        if invitation is None:
            raise ProviderError("The relay made a session with neither a PIN nor a link.")
        self.tab.spawn(self._find_chat(), name="chat")
        return invitation

    async def resume(self, session_id: str) -> Invitation | None:
        """Take the session up again; the viewer has kept what it needs."""
        self._session = session_id
        invitation = await self._open()
        self.tab.spawn(self._find_chat(seconds=0), name="chat")
        return invitation

    def attach(self, stage: JsObject) -> None:
        """Show the viewer; one that is loaded for a session that goes on takes it up again."""
        self._show(stage)

    def detach(self) -> None:
        """Let go of the viewer; where the session outlives its tab, another one keeps the agent's place meanwhile."""
        backstage = self.tab.backstage
        if backstage is not None and not self._ended.is_set():
            self._show(backstage)
        else:
            self._viewer = None

    async def ask_customer(self) -> None:
        """Have the customer of the chat asked, on the page they are on; the viewer says what becomes of it."""
        self._post("ask")

    async def select_tool(self, tool: Tool | None) -> None:
        """Select a tool of the viewer. For remote control the viewer asks the customer first."""
        self._post("tool", tool=tool)

    async def end(self) -> None:
        """End the session, and wait until the viewer has told the relay."""
        if self._ended.is_set():
            return
        self._post("end")
        try:
            await asyncio.wait_for(self._ended.wait(), END_TIMEOUT_SECONDS)
        except TimeoutError as error:
            raise ProviderError("The viewer did not confirm the end; the relay ends the session by itself.") from error

    async def _open(self) -> Invitation | None:
        relay = self.settings.relay
        if relay.endswith(".example"):
            raise ProviderError(f"The setting relay is still the placeholder {relay!r}. {SET_IT}.")
        self._invitation = asyncio.get_running_loop().create_future()
        self._invitation.add_done_callback(_retrieve_exception)
        await self.tab.show_stage()
        if self._viewer is None:
            raise ProviderError("The tab has no room for the viewer.")
        try:
            await self._viewer.spoken(READY_TIMEOUT_SECONDS)
        except ViewerSilentError as error:
            hint = "" if error.code == "VIEWER_UNREACHABLE" else ". Does it list this org with --agent-origin?"
            raise ViewerSilentError(f"The relay does not show its viewer: {error}{hint}", code=error.code) from error
        return await self._invitation

    async def _who(self) -> dict[str, str] | None:
        """Return who the agent is, for the relay to compare with who has signed in there."""
        try:
            agent = await self.tab.agent()
        except CotabError:  # customers read the name of the sign-in
            return None
        return {"name": agent.name, "email": agent.email or "", "entra_id": agent.entra_id or ""}

    async def _find_chat(self, *, seconds: float = 5.0) -> None:
        """Let the viewer look whether the customer can be asked, if the chat has brought a token along."""
        try:
            brought = await self.tab.conversation.context(CHAT, seconds=seconds)
        except CotabError:  # PIN and link do as well
            return
        if token := TOKEN.search(brought.get(CHAT, "")):
            self._post("chat", token=token[0])

    def _show(self, stage: JsObject) -> None:
        """Load a viewer in place of the one that is there, which nobody is to hear any more."""
        if self._viewer is not None:
            self._viewer.close()
        url, allow = f"{self.settings.relay}/viewer", "autoplay; fullscreen; clipboard-write"
        self._viewer = self.tab.embed(stage, url, self._on_message, title="Tandem", allow=allow)

    def _post(self, kind: str, **members: object) -> None:
        if self._viewer is not None:
            self._viewer.post({"tandem": 1, "type": kind, **members})

    # What the viewer says. Its states come again when it is loaded again, and the session knows what still counts.

    def _on_message(self, data: object) -> None:
        try:
            message = _Message.model_validate(data)
        except ValidationError:  # not of this protocol, or of a later one
            return
        if not self._ended.is_set():
            self._apply(message)

    def _apply(self, message: _Message) -> None:
        report = self.tab.report
        match message.type:
            case "ready":
                self._on_ready()
            case "invitation":
                self._on_invitation(message)
            case "unknown":
                self._not_opened(SessionUnknownError(f"The relay does not know session {self._session} any more."))
            case "askable" | "asking" | "declined":
                self._apply_asking(message)
            case "connected":
                report.connected()
                report.participants(message.participants)
            case "reconnecting":
                report.reconnecting()
            case "reconnected":
                report.reconnected()
            case "quality" if message.quality in list(ConnectionQuality):
                report.quality(ConnectionQuality(message.quality))
            case "ended" | "failed":
                self._on_ended(message)

    def _apply_asking(self, message: _Message) -> None:
        """Report whether the customer of the chat can be asked, or is being asked."""
        report = self.tab.report
        if message.type == "askable":
            report.can_ask(able=message.able)
        elif message.type == "asking":
            report.asking()
        else:
            report.declined()

    def _on_ready(self) -> None:
        """Open a session in a viewer that is loaded for the first time, or again: then it resumes the one it had."""
        if self._agent is None or self._agent.done() or self._session is not None:
            self._post_open()
        else:
            self._agent.add_done_callback(lambda _: self._post_open())

    def _post_open(self) -> None:
        known = self._agent is not None and self._agent.done() and not self._agent.cancelled()
        self._post(
            "open",
            mode=self.tab.mode,
            conversation=self.tab.context.conversation_id,
            session=self._session,
            site=self.settings.site or None,
            agent=self._agent.result() if self._agent and known else None,
            language=self.tab.language,
        )

    def _on_invitation(self, message: _Message) -> None:
        used = not message.pin and not message.link  # both are good once; the tab still shows what they were
        try:
            invitation = None if used else Invitation(session_id=message.session, pin=message.pin, link=message.link)
        except ValidationError as error:
            self._not_opened(error)
            return
        self._session = message.session
        if self._invitation is not None and not self._invitation.done():
            self._invitation.set_result(invitation)

    def _on_ended(self, message: _Message) -> None:
        """Note the end; a session that goes on in another tab is not to be ended from here either."""
        self._ended.set()
        if message.type == "failed":
            error = ProviderError(message.message or "The viewer has failed.", code=_code(message.code))
            self._failed(error)
        elif message.reason == "replaced":
            elsewhere = "The session goes on in another tab that was opened for it."
            self._failed(ProviderError(elsewhere, code="TANDEM_ELSEWHERE"))
        elif not self._not_opened(SessionUnknownError("The session is over.")):
            self.tab.report.ended(REASONS.get(message.reason, EndReason.PROVIDER), message.why or "")

    def _failed(self, error: ProviderError) -> None:
        if not self._not_opened(error):
            self.tab.report.failed(error)

    def _not_opened(self, error: Exception) -> bool:
        """Fail `start` or `resume` with this error, if it still waits for an invitation; return whether it did."""
        if self._invitation is None or self._invitation.done():
            return False
        self._invitation.set_exception(error)
        return True


def _code(text: str) -> str:
    """Make a code for the agent's support from the viewer's."""
    word = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in text.upper())
    return f"TANDEM_{word or 'FAILED'}"


def _retrieve_exception(invitation: asyncio.Future[Invitation | None]) -> None:
    """Retrieve a failure that nobody waits for any more, of which asyncio would complain."""
    if not invitation.cancelled():
        invitation.exception()
