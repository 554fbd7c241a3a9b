"""The adapter contract: `Provider` is what an author implements, `Tab` what it gets, `Reporter` what it reports to."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Protocol, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from cotab._js.interface import JsObject, JsValue, SdkLoader
from cotab._tasks import Tasks
from cotab.agent import Agent
from cotab.context import TabContext
from cotab.controls import Control
from cotab.conversation import Conversation
from cotab.embedded import EmbeddedViewer, OpenedWindow
from cotab.http import Http
from cotab.modes import EscalationMode

__all__ = ["ConnectionQuality", "EndReason", "Invitation", "Provider", "Reporter", "SessionWork", "Tab", "Tool"]

Result = TypeVar("Result")


class EndReason(StrEnum):
    """Who or what ended a session."""

    AGENT = "agent"
    CUSTOMER = "customer"
    PROVIDER = "provider"
    EXPIRED = "expired"
    LOST = "lost"
    CONVERSATION = "conversation"


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


MessageText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class Invitation(BaseModel):
    """How the customer joins: a link, a PIN, or both. `session_id` is what `Provider.resume` gets after a reload.

    Of both, either is enough; with `link_needs_pin` the page behind the link asks for the PIN.
    `text` is what is sent into the conversation, in place of the kit's own text: one for every agent, or by language
    ("de-DE" or "de"). `{pin}` and `{link}` in it are replaced.
    """

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)

    session_id: Annotated[str, Field(min_length=1, max_length=1000)]
    pin: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)] | None = None
    link: Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$", max_length=2000)] | None = None
    link_needs_pin: bool = False
    text: MessageText | dict[str, MessageText] | None = None

    def message(self, language: str) -> str | None:
        """Return the text for an agent of this language, with PIN and link; None if there is none of its own."""
        text = self.text if isinstance(self.text, str) else _in_language(self.text or {}, language)
        return text and text.replace("{pin}", self.pin or "").replace("{link}", self.link or "")

    def completed(self, kept: Invitation | None) -> Invitation:
        """Return it with what was kept of the same session, where the adapter could not say it again."""
        if kept is None or kept.session_id != self.session_id:
            return self
        missing = {
            name: value for name, value in kept if name not in self.model_fields_set or getattr(self, name) is None
        }
        return self.model_copy(update=missing)

    @model_validator(mode="after")
    def _has_a_way_in(self) -> Self:
        if self.pin is None and self.link is None:
            raise ValueError("an invitation needs a pin, a link, or both")
        return self


def _in_language(texts: Mapping[str, str], language: str) -> str | None:
    """Return the text in this language, else in a sister of it, else in English, else the first."""

    def near(tag: str) -> int:
        primary = tag.partition("-")[0].lower()
        return (
            0 if tag.lower() == language.lower()
            else 1 if primary == language.partition("-")[0].lower()
            else 2 if primary == "en"
            else 3
        )  # fmt: skip

    return texts[min(texts, key=near)] if texts else None


class Reporter(Protocol):
    """The reports of what happens in a session.

    Every method may be called at any time, repeatedly and too late: the session knows what still counts.
    """

    def connected(self) -> None:
        """Report that the customer is connected, for the first time or again after a reload."""

    def asking(self) -> None:
        """Report that the customer is being asked whether to take part, such as by your consent dialog."""

    def declined(self) -> None:
        """Report that the customer who was asked has said no, or is gone. The invitation stands."""

    def can_ask(self, *, able: bool = True) -> None:
        """Report whether `Provider.ask_customer` can ask the customer where they are, in place of PIN and link."""

    def reconnecting(self) -> None:
        """Report that the connection is lost and is being restored."""

    def reconnected(self) -> None:
        """Report that the connection is back."""

    def participants(self, names: Sequence[str]) -> None:
        """Report who takes part now, as names to show."""

    def quality(self, quality: ConnectionQuality) -> None:
        """Report how good the connection is now."""

    def ended(self, reason: EndReason = EndReason.CUSTOMER, why: str = "") -> None:
        """Report that the session is over. `why`, in the agent's language, is shown in place of the tab's sentence."""

    def failed(self, error: Exception) -> None:
        """Report that the session is over because of an error; the agent reads it."""


class SessionWork(Protocol):
    """What the session does for a Tab."""

    tasks: Tasks

    async def show_stage(self) -> None:
        """See Tab."""

    async def agent(self) -> Agent:
        """See Tab."""

    def button(self, name: str, label: str, on_press: Callable[[], object]) -> Control:
        """See Tab."""

    def link(self, name: str, label: str, url: str) -> Control:
        """See Tab."""

    def window(self) -> JsObject:
        """Return the window that holds the tab."""

    def backstage(self) -> JsObject | None:
        """See Tab."""


@dataclass(frozen=True)
class Tab:
    """Where an adapter runs, whom it serves, and the ways out.

    `settings` is a validated `Provider.Settings`, `language` the agent's (such as "de-DE"), `sdk` loads the provider's
    JavaScript, `http` calls its service, `report` hears what happens.
    """

    context: TabContext
    mode: EscalationMode
    settings: Any
    language: str
    conversation: Conversation
    sdk: SdkLoader
    http: Http
    report: Reporter
    _session: SessionWork

    def embed(
        self,
        stage: JsObject,
        url: str,
        on_message: Callable[[JsValue], object] | None = None,
        *,
        title: str,
        allow: str = "",
    ) -> EmbeddedViewer:
        """Put a page of the vendor's into the stage. `on_message` gets, as data, what the page posts to the tab.

        `title` is what a screen reader says of it, `allow` what its frame may do ("autoplay; fullscreen"). The frame
        itself is the viewer's `frame`, for an SDK that wants one, and talks to the page in the place of `on_message`.
        """
        return EmbeddedViewer(stage, url, on_message, title=title, allow=allow)

    async def show_stage(self) -> None:
        """Have `attach` called now, in `start` or `resume`, rather than when that has returned.

        For a product whose own page the agent has to see before there is a session, such as to sign in.
        """
        await self._session.show_stage()

    @property
    def backstage(self) -> JsObject | None:
        """An element that outlives the stage, of no size; None where the session ends with its tab.

        For a page of the vendor's that has to go on while the agent looks at another tab: `embed` it here in `detach`.
        """
        return self._session.backstage()

    def open_window(self, url: str, on_message: Callable[[JsValue], object]) -> OpenedWindow:
        """Open a page of the vendor's in a window of its own, while a press of `button` is handled.

        `on_message` gets, as data, what the page posts to its opener. Raises WindowBlockedError.
        """
        return OpenedWindow(self._session.window(), url, on_message)

    def button(self, name: str, label: str, on_press: Callable[[], object]) -> Control:
        """Show a button of the adapter's own beside those of the tab, as long as the session lives.

        What `on_press` raises ends the session. Tests know the button by its name.
        """
        return self._session.button(name, label, on_press)

    def link(self, name: str, label: str, url: str) -> Control:
        """Show a link of the adapter's own, which opens in another window, as long as the session lives."""
        return self._session.link(name, label, url)

    async def agent(self) -> Agent:
        """Return who the agent is. Raises NotAvailableError outside Dynamics."""
        return await self._session.agent()

    def spawn(self, work: Awaitable[Result], *, name: str = "") -> asyncio.Task[Result]:
        """Start work beside everything else. What it raises ends the session, and the session's end cancels it."""
        return self._session.tasks.spawn(work, name=name)

    def poll(self, work: Callable[[], object], seconds: float) -> asyncio.Task[None]:
        """Call a function or coroutine function now, and again `seconds` after it was done, until the session ends."""
        return self._session.tasks.poll(work, seconds)


class AnySettings(BaseModel):
    """Settings as they are, each an attribute."""

    model_config = ConfigDict(extra="allow", frozen=True)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> JsValue:
            """Name those that there are, where one is asked for that is not."""
            try:
                return super().__getattr__(name)
            except AttributeError as error:
                if name.startswith(("_", "model_")):
                    raise
                known = ", ".join(self.model_extra or ()) or "none"
                missing = f"[page.settings] of provider.toml has no {name}; it has {known}"
                raise AttributeError(missing, name=name, obj=self) from error


class _OfInit:
    """An attribute that `__init__` sets. Tells an adapter that has not called it what it lacks by that."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, adapter: object, owner: type) -> Self:
        if adapter is None:
            return self
        missing = f"{owner.__name__!r} object has no attribute {self._name!r}"
        remedy = "its __init__ must begin with super().__init__(tab)"
        raise AttributeError(f"{missing}: {remedy}", name=self._name, obj=adapter)


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

    if not TYPE_CHECKING:
        tab = _OfInit()
        settings = _OfInit()

    @abstractmethod
    async def start(self) -> Invitation:
        """Make a new session and say how the customer joins it."""

    @abstractmethod
    async def resume(self, session_id: str) -> Invitation | None:
        """Take up a session after the page was reloaded, or raise SessionUnknownError.

        Report `connected` again if the customer is still there. What the invitation leaves out is as it was; so is
        all of it with None.
        """

    @abstractmethod
    async def end(self) -> None:
        """End the session for everyone. Omnichannel has been told already."""

    def attach(self, stage: JsObject) -> Awaitable[None] | None:  # noqa: B027 - optional
        """Put what the agent looks at into the stage (a function or coroutine function).

        Called when `start` or `resume` has returned, and again with a new stage whenever the tab is made anew around
        the same session: whatever draws, measures or animates is made here. Subscriptions of the stage's end with it.
        """

    def detach(self) -> None:  # noqa: B027 - optional
        """Let go of what `attach` made: the stage is about to be taken away. Nothing can be awaited."""

    async def ask_customer(self) -> None:  # noqa: B027 - optional
        """Ask the customer, where `can_ask` was reported. What becomes of it you report: `asking`, `declined`..."""

    async def select_tool(self, tool: Tool | None) -> None:  # noqa: B027 - optional
        """Let the agent work with one of `tools`, or with none."""

    def page_hidden(self) -> None:  # noqa: B027 - optional
        """Make one synchronous call, such as a beacon, while the page goes away. The session goes on."""
