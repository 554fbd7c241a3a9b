"""The adapter contract: `Provider` is what an author implements, `Tab` what it gets, `Reporter` what it reports to."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from cotab._js.interface import JsObject, JsValue, SdkLoader
from cotab.context import TabContext
from cotab.conversation import Conversation
from cotab.embedded import EmbeddedViewer
from cotab.modes import EscalationMode

__all__ = ["ConnectionQuality", "EndReason", "Invitation", "Provider", "Reporter", "Tab", "Tool"]


class EndReason(StrEnum):
    """Who or what ended a session."""

    AGENT = "agent"
    CUSTOMER = "customer"
    PROVIDER = "provider"
    EXPIRED = "expired"


class ConnectionQuality(StrEnum):
    """How good the connection is, as far as the agent needs to know."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


class Tool(StrEnum):
    """A tool for the customer's page or screen. One tool is active at a time, or none."""

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


class Reporter(Protocol):
    """The reports of what happens in a session.

    Every method may be called at any time, repeatedly and too late: the session knows what still counts.
    """

    def connected(self) -> None:
        """Report that the customer is connected, for the first time or again after a reload."""

    def reconnecting(self) -> None:
        """Report that the connection is lost and is being restored."""

    def reconnected(self) -> None:
        """Report that the connection is back."""

    def participants(self, names: Sequence[str]) -> None:
        """Report who takes part now, as names to show."""

    def quality(self, quality: ConnectionQuality) -> None:
        """Report how good the connection is now."""

    def ended(self, reason: EndReason = EndReason.CUSTOMER) -> None:
        """Report that the session is over."""

    def failed(self, error: Exception) -> None:
        """Report that the session is over because of an error; the agent reads it."""


@dataclass(frozen=True)
class Tab:
    """Where an adapter runs, whom it serves, and the ways out.

    `settings` is a validated `Provider.Settings`, `language` the agent's (such as "de-DE"), `sdk` loads the provider's
    JavaScript, `stage` is the element in which its viewer may put itself, `report` hears what happens.
    """

    context: TabContext
    mode: EscalationMode
    settings: Any
    language: str
    conversation: Conversation
    sdk: SdkLoader
    stage: JsObject
    report: Reporter

    def embed(
        self, url: str, on_message: Callable[[JsValue], object], *, title: str, allow: str = ""
    ) -> EmbeddedViewer:
        """Put a page of the vendor's into the stage. `on_message` gets, as data, what the page posts to the tab.

        `title` is what a screen reader says of it, `allow` what its frame may do ("autoplay; fullscreen").
        """
        return EmbeddedViewer(self.stage, url, on_message, title=title, allow=allow)


class AnySettings(BaseModel):
    """Settings as they are, each an attribute."""

    model_config = ConfigDict(extra="allow", frozen=True)


class Provider(ABC):
    """The adapter of one session. Subclass it; `start`, `resume` and `end` are required, the rest is optional.

    Any exception raised here ends the session and is shown to the agent; a ProviderError says it best.
    """

    # What `[page.settings]` may hold: replace it by a model to have it typed, and checked in the build and in the page.
    Settings: ClassVar[type[BaseModel]] = AnySettings

    tools: Sequence[Tool] = ()
    settings: Any  # in a subclass with settings of its own: `settings: Settings`

    def __init__(self, tab: Tab) -> None:
        self.tab = tab
        self.settings = tab.settings

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

    async def select_tool(self, tool: Tool | None) -> None:  # noqa: B027 - optional
        """Let the agent work with one of `tools`, or with none."""

    def page_hidden(self) -> None:  # noqa: B027 - optional
        """Make one synchronous call, such as a beacon, while the page goes away. The session goes on."""
