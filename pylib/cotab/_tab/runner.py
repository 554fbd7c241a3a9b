"""One session with one adapter: feeds the state machine, carries out its effects, keeps the adapter within bounds.

app.py makes a new runner for every session. The adapter reports to it as its SessionSink.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from inspect import isawaitable, iscoroutinefunction
from typing import Any

from pydantic import ValidationError

from cotab._js.interface import Browser
from cotab._tab.session import Dispatch, Effect, Forget, Remember, Session
from cotab._tab.settings import settings_of
from cotab._waiting import TROUBLE, OutOfTimeError, in_time
from cotab.context import TabContext
from cotab.conversation import Conversation
from cotab.errors import AdapterError, CotabError, ProviderError, ProviderTimeoutError, ToolError
from cotab.provider import EndReason, Invitation, Provider, Quality, Tab, Tool

__all__ = ["ProviderFactory", "Runner"]

ProviderFactory = Callable[[Tab], Provider]

# Ending must not hang the tab; the provider has its own ways to find out that an agent is gone.
END_TIMEOUT_SECONDS = 10.0


class Runner:
    """Runs one session. Implements SessionSink for the adapter; `on_change` is called whenever the view must change.

    `closed` is set when the session is over and has let go of everything, the stage included.
    """

    def __init__(
        self,
        browser: Browser,
        context: TabContext,
        factory: ProviderFactory,
        on_change: Callable[[], None],
        *,
        last_try: bool = False,
    ) -> None:
        self.session = Session(browser.page.mode, last_try)
        self.conversation = Conversation(browser, context.conversation_id)
        self.tool: Tool | None = None
        self.tools: tuple[Tool, ...] = ()
        self.closed = asyncio.Event()
        self._browser = browser
        self._context = context
        self._factory = factory
        self._on_change = on_change
        self._scope = browser.scope(self.failed)
        self._key = f"cotab:{browser.page.folder}:{browser.page.mode}:{context.conversation_id}"
        self._provider: Provider | None = None
        self._opened = False
        self._gone = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Resume the session that was kept, or start a new one."""
        if not self.session.live:  # the agent ended it, or closed the tab, before it began
            self._release()
            return
        kept = self._kept()
        settings = await settings_of(self._browser)
        if kept is None and not self.session.live:  # as above; one that was kept is taken up, to be ended
            self._release()
            return
        try:
            self._provider = self._make_provider(settings)
            invitation = await self._invitation(self._provider, kept)
        except TROUBLE as error:
            await self._not_opened(error, resuming=kept is not None)
            return
        self._opened = True
        self._apply(self.session.invited(invitation))
        if self.session.over:  # the agent ended it meanwhile
            await self._close()

    def end(self) -> None:
        """The agent ends the session: Omnichannel hears of it at once, the provider right after."""
        self.ended(EndReason.AGENT)

    def leave(self) -> None:
        """The page goes away; must not await anything. An adapter still at work on `end` hears of it as well."""
        if self._gone:
            return
        self._gone = True
        self._apply(self.session.left())
        if self._opened and self._provider is not None and not self.closed.is_set():
            try:
                self._provider.leaving()
            except Exception as error:  # noqa: BLE001 - nothing can be shown any more, but it is logged
                self._browser.report(error)

    async def use(self, tool: Tool | None) -> None:
        """The agent chose a tool, or none. Raises ToolError if the adapter cannot; the tool stays as it was."""
        if not self._opened or self._provider is None or not self.session.live:
            return
        try:
            await self._answer("use()", self._provider.use(tool), self._patience)
        except TROUBLE as error:
            if not self.session.live:
                self._browser.report(error)
                return
            raise ToolError(f"{tool or 'no tool'} could not be chosen: {type(error).__name__}: {error}") from error
        self.tool = tool

    # What the adapter reports (SessionSink)

    def connected(self) -> None:
        """See SessionSink."""
        self._apply(self.session.connected())

    def interrupted(self) -> None:
        """See SessionSink."""
        self._apply(self.session.interrupted())

    def resumed(self) -> None:
        """See SessionSink."""
        self._apply(self.session.resumed())

    def participants(self, names: Sequence[str]) -> None:
        """See SessionSink."""
        names = [names] if isinstance(names, str) else names
        self._apply(self.session.observed(participants=[str(name) for name in names]))

    def quality(self, quality: Quality) -> None:
        """See SessionSink."""
        try:
            self._apply(self.session.observed(quality=Quality(quality)))
        except ValueError as error:  # a word of the SDK's that is new to the adapter is no reason to end a session
            self._browser.report(error)

    def ended(self, reason: EndReason = EndReason.CUSTOMER) -> None:
        """See SessionSink."""
        try:
            known = EndReason(reason)
        except ValueError as error:  # over is over, whatever the SDK calls it
            self._browser.report(error)
            known = EndReason.PROVIDER
        self._over(self.session.ended(known))

    def failed(self, error: BaseException) -> None:
        """See SessionSink."""
        if not isinstance(error, Exception):  # an SDK's event may bring anything
            error = ProviderError(str(error) or type(error).__name__)
        shown = error if isinstance(error, CotabError) else ProviderError(_in_words(error))
        if shown is not error:
            shown.__cause__ = error
        if self.session.live:
            self._browser.report(error)
        self._over(self.session.failed(shown))

    def _make_provider(self, settings: Mapping[str, Any]) -> Provider:
        tab = Tab(
            context=self._context,
            mode=self._browser.page.mode,
            settings=settings,
            language=self._browser.language,
            conversation=self.conversation,
            sdk=self._scope,
            stage=self._scope.element("stage"),
            sink=self,
        )
        try:
            provider = self._factory(tab)
            self.tools = tuple(Tool(tool) for tool in provider.tools)
        except CotabError:
            raise
        except Exception as error:
            raise AdapterError(f"The adapter cannot be made: {type(error).__name__}: {error}") from error
        if iscoroutinefunction(provider.leaving):
            raise AdapterError("leaving() must be a plain function (def): a page that goes away waits for nothing")
        return provider

    async def _not_opened(self, error: BaseException, *, resuming: bool) -> None:
        """There is no session to go on with. One that the agent ended while it was being resumed is ended for good."""
        if not self.session.over:
            self.failed(error)
            self._release()  # nothing was opened; what was kept can be resumed once more
            return
        self._browser.report(error)  # too late to be shown
        if resuming:
            await self._close()
        else:
            self._release()

    async def _invitation(self, provider: Provider, kept: Invitation | None) -> Invitation:
        asked, opening = (
            ("start()", provider.start()) if kept is None else ("resume()", provider.resume(kept.session_id))
        )
        invitation = await self._answer(asked, opening, self._patience)
        if not isinstance(invitation, Invitation):
            raise AdapterError(f"{asked} must return an Invitation, not {type(invitation).__name__}")
        return invitation

    async def _answer(self, asked: str, work: Any, seconds: float) -> Any:  # noqa: ANN401 - whatever an adapter returns
        """What the adapter answers. Raises ProviderTimeoutError, or AdapterError if it cannot be awaited."""
        if not isawaitable(work):
            raise AdapterError(f"{asked} must be a coroutine function (async def)")
        try:
            return await in_time(work, seconds)
        except OutOfTimeError as error:
            raise ProviderTimeoutError(f"The provider did not answer within {seconds:g} seconds") from error

    @property
    def _patience(self) -> float:
        return self._browser.page.provider_timeout_seconds

    def _kept(self) -> Invitation | None:
        text = self._browser.read(self._key)
        try:
            return None if text is None else Invitation.model_validate_json(text)
        except ValidationError:  # written by another version: as good as nothing
            return None

    def _apply(self, effects: Sequence[Effect]) -> None:
        for effect in effects:
            match effect:
                case Dispatch(event):
                    self._browser.dispatch(event)
                case Remember(invitation):
                    self._browser.write(self._key, invitation.model_dump_json())
                case Forget():
                    self._browser.write(self._key, None)
                case _:
                    self._on_change()

    def _over(self, effects: Sequence[Effect]) -> None:
        if effects and self._opened:  # otherwise `open` is still under way and closes what it has opened
            self._spawn(self._close())  # whatever becomes of what the agent sees
        self._apply(effects)

    async def _close(self) -> None:
        """End the session at the provider; there is nothing to resume then, whatever led here."""
        self._apply([Forget()])
        if self._provider is not None:
            try:
                await self._answer("end()", self._provider.end(), END_TIMEOUT_SECONDS)
            except TROUBLE as error:  # the session is over either way, but it is logged
                self._browser.report(error)
        self._release()

    def _release(self) -> None:
        try:
            self._scope.element("stage").call("replaceChildren")
        except CotabError as error:  # an SDK has taken the stage away
            self._browser.report(error)
        self._scope.close()
        self.closed.set()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _in_words(error: Exception) -> str:
    """An exception for the agent and the log; pydantic's own text is for developers."""
    if isinstance(error, ValidationError):
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        return f"{error.title} is not valid: {'; '.join(faults)}"
    return f"{type(error).__name__}: {error}"
