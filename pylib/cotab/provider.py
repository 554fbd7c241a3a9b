"""The adapter contract: `Provider` is what an author implements, `SessionSink` what it reports to, `Tab` what it gets.

One adapter instance serves one session. runner.py makes it, calls it and listens to it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from cotab._js.interface import JsObject, JsValue, SdkLoader
from cotab.context import TabContext
from cotab.conversation import Conversation
from cotab.embedded import EmbeddedViewer
from cotab.modes import EscalationMode

__all__ = ["EndReason", "Invitation", "Provider", "Quality", "SessionSink", "Tab", "Tool"]


class EndReason(StrEnum):
    """Who or what ended a session."""

    AGENT = "agent"
    CUSTOMER = "customer"
    PROVIDER = "provider"
    EXPIRED = "expired"


class Quality(StrEnum):
    """How good the connection is, as far as the agent needs to know."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


class Tool(StrEnum):
    """What an agent can do on the customer's page or screen. One tool is active at a time, or none."""

    POINTER = "pointer"
    DRAWING = "drawing"
    CONTROL = "control"


class Invitation(BaseModel):
    """How the customer joins: a link, a PIN, or both. `session_id` is what `Provider.resume` gets after a reload."""

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)

    session_id: Annotated[str, Field(min_length=1, max_length=1000)]
    pin: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)] | None = None
    link: Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$", max_length=2000)] | None = None

    @model_validator(mode="after")
    def _has_a_way_in(self) -> Self:
        if self.pin is None and self.link is None:
            raise ValueError("an invitation needs a pin, a link, or both")
        return self


class SessionSink(Protocol):
    """Where an adapter reports what happens. Every method may be called at any time, repeatedly and too late."""

    def connected(self) -> None:
        """The customer has joined."""

    def interrupted(self) -> None:
        """The connection is lost and being restored."""

    def resumed(self) -> None:
        """The connection is back."""

    def participants(self, names: Sequence[str]) -> None:
        """Who takes part now, as names to show."""

    def quality(self, quality: Quality) -> None:
        """How good the connection is now."""

    def ended(self, reason: EndReason = EndReason.CUSTOMER) -> None:
        """The session is over."""

    def failed(self, error: Exception) -> None:
        """The session is over because of an error."""


@dataclass(frozen=True)
class Tab:
    """What an adapter gets: where it runs, whom it serves, and the ways out.

    `settings` are the author's own from provider.toml, `language` is the agent's (such as "de-DE"), `sdk` loads the
    provider's JavaScript, `stage` is the element in which its viewer may put itself, `sink` hears what happens.
    """

    context: TabContext
    mode: EscalationMode
    settings: Mapping[str, Any]
    language: str
    conversation: Conversation
    sdk: SdkLoader
    stage: JsObject
    sink: SessionSink

    def embed(
        self, url: str, on_message: Callable[[JsValue], object], *, title: str, allow: str = ""
    ) -> EmbeddedViewer:
        """Put a page of the vendor's into the stage. `on_message` gets, as data, what the page posts to the tab.

        `title` is what a screen reader says of it, `allow` what its frame may do ("autoplay; fullscreen").
        """
        return EmbeddedViewer(self.stage, url, on_message, title=title, allow=allow)


class Provider(Protocol):
    """The adapter. Subclass it; `start`, `resume` and `end` are required, the rest is optional.

    Any exception raised here ends the session and is shown to the agent; a ProviderError says it best.
    """

    tools: Sequence[Tool] = ()

    @abstractmethod
    def __init__(self, tab: Tab) -> None:
        """Keep what is needed from `tab`; do nothing else yet."""

    @abstractmethod
    async def start(self) -> Invitation:
        """Make a new session and say how the customer joins it."""

    @abstractmethod
    async def resume(self, session_id: str) -> Invitation:
        """Take up a session after the page was reloaded, or raise SessionUnknownError.

        Report `connected` again if the customer is still there.
        """

    @abstractmethod
    async def end(self) -> None:
        """End the session for everyone. Omnichannel has been told already."""

    # In a Protocol, type checkers take an empty body for an abstract method; these two are not.

    def leaving(self) -> None:
        """The page goes away: time for one synchronous call, such as a beacon. The session goes on."""
        return

    async def use(self, tool: Tool | None) -> None:  # noqa: ARG002 - for those who override it
        """The agent chose one of `tools`, or none."""
        return
