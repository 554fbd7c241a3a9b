"""One session with one adapter: what the state machine is fed, what it asks for, and the bounds of the adapter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import wraps
from inspect import isawaitable, iscoroutinefunction
from typing import Any

from pydantic import BaseModel, ValidationError

from cotab._js.interface import Browser, JsObject
from cotab._limits import need_function
from cotab._tab.recorder import RecordedFetcher, RecordedScope, Recorder
from cotab._tab.reporter import SessionReporter, shown_as
from cotab._tab.session import Dispatch, Effect, Forget, Remember, Session, State
from cotab._tab.settings import settings_of
from cotab._waiting import ADAPTER_ERRORS, TimeLimitError, in_time, spawn
from cotab.agent import Agent, signed_in_agent
from cotab.context import TabContext
from cotab.controls import PREFIX, Control, Controls
from cotab.conversation import Conversation
from cotab.errors import (
    AdapterError,
    CotabError,
    HttpError,
    PolicyBlockedError,
    ProviderError,
    ProviderTimeoutError,
    SdkNotLoadedError,
    ToolRefusedError,
    ViewerSilentError,
)
from cotab.http import Http
from cotab.modes import EscalationMode
from cotab.provider import EndReason, Invitation, Provider, Tab, Tool

__all__ = ["ProviderFactory", "Runner"]

ProviderFactory = Callable[[Tab], Provider]

# Ending must not hang the tab; the provider has its own ways to find out that an agent is gone.
END_TIMEOUT_SECONDS = 10.0

# Errors of the provider that cotab itself raises, in words for the log.
_FOR_THE_LOG = (HttpError, PolicyBlockedError, ProviderTimeoutError, SdkNotLoadedError, ViewerSilentError)


class Runner:
    """A session at work with its adapter; `on_change` is called whenever the view must change.

    `disposed` is set when the session has ended and let go of everything, the stage included.
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
        self.session = Session(EscalationMode(browser.page.mode), last_try)
        self.tool: Tool | None = None
        self.tools: tuple[Tool, ...] = ()
        self.disposed = asyncio.Event()
        self._browser = browser
        self._context = context
        self._factory = factory
        self._on_change = on_change
        self.report = SessionReporter(
            self.session, self._carry_out, browser.report, browser.violations, self._reported_early
        )
        self.recorder = Recorder(browser.note)
        self._scope = RecordedScope(browser.scope(self.report.failed), self.recorder)
        self.tasks = self._scope.tasks
        self._http = Http(RecordedFetcher(browser, self.recorder))
        self._org = Http(browser)  # of the agent and the chat nothing is recorded
        self.conversation = Conversation(browser, context.conversation_id, self._org)
        self._controls = Controls(browser, self.tasks)
        self._stage: RecordedScope | None = None
        self._attaching: asyncio.Future[Any] | None = None
        self._key = f"cotab:{browser.page.folder}:{browser.page.mode}:{context.conversation_id}"
        self._provider: Provider | None = None
        self._opened = False
        self._opening: asyncio.Task[Any] | None = None
        self._hidden = False
        self._reminded = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Resume the session that was kept, or start a new one."""
        if not self.session.live:  # the agent ended it, or the page was hidden, before it began
            self._dispose()
            return
        self._opening = asyncio.current_task()
        try:
            await self._open()
        finally:
            self._opening = None

    async def _open(self) -> None:
        kept = None
        try:
            await self._claim()
            kept = self._kept()
            settings = await settings_of(self._browser, getattr(self._factory, "Settings", Provider.Settings))
            if kept is None and not self.session.live:  # as above; one that was kept is taken up, to be ended
                self._dispose()
                return
            self._write_opening(settings, kept)
            self._provider = self._make_provider(settings)
            invitation = await self._invitation(self._provider, kept)
        except ADAPTER_ERRORS as error:
            await self._not_opened(error, resuming=kept is not None)
            return
        self._opened = True
        self._apply(self.session.invited(invitation))
        if self.session.has_ended:  # the agent ended it meanwhile
            await self._end_at_provider()
        elif self._stage is None:
            await self.attach()

    async def attach(self) -> None:
        """Let the adapter have the stage. What it raises ends the session."""
        try:
            await self.show_stage()
        except ADAPTER_ERRORS as error:
            if not self.disposed.is_set():
                self.report.failed(error)

    def detach(self) -> None:
        """Take the stage away from the adapter, awaiting nothing; it may be attached again."""
        if self._stage is None or self._provider is None:
            return
        stage, self._stage = self._stage, None
        if self._attaching is not None:
            self._attaching.cancel()
        try:
            self._provider.detach()
        except ADAPTER_ERRORS as error:  # the stage is gone either way, but it is logged
            self._browser.report(error)
        stage.dispose()

    @property
    def opened(self) -> bool:
        """Whether there is a session at the provider, or was."""
        return self._opened

    def abandon(self) -> None:
        """Let go of everything, as a page does that is gone; the session can be resumed elsewhere."""
        self.page_hidden()
        if self._opening is not None and not self._opened:
            self._opening.cancel()  # it disposes of what it has
        elif not self.disposed.is_set():
            self._dispose()

    def end(self, reason: EndReason = EndReason.AGENT) -> None:
        """End the session for the agent: Omnichannel hears of it at once, the provider right after."""
        self.report.ended(reason)

    def page_hidden(self) -> None:
        """Let the page go away, awaiting nothing. An adapter still at work on `end` is told as well."""
        if self._hidden:
            return
        self._hidden = True
        self._apply(self.session.page_hidden())
        if self._opened and self._provider is not None and not self.disposed.is_set():
            try:
                self._provider.page_hidden()
            except Exception as error:  # noqa: BLE001 - nothing can be shown any more, but it is logged
                self._browser.report(error)
        self.detach()
        self.tasks.stop()
        self._abort()

    async def select_tool(self, tool: Tool | None) -> None:
        """Choose a tool, or none. Raises ToolRefusedError if the adapter cannot; the tool stays as it was."""
        if not self._opened or self._provider is None or not self.session.live:
            return
        try:
            await self._answer("select_tool()", self._provider.select_tool(tool), self._timeout)
        except ADAPTER_ERRORS as error:
            if not self.session.live:
                self._browser.report(error)
                return
            refused = ToolRefusedError(f"{tool or 'no tool'} could not be selected: {type(error).__name__}: {error}")
            if isinstance(error, ProviderError) and not isinstance(error, _FOR_THE_LOG):
                refused.reason = str(error)
            raise refused from error
        self.tool = tool

    async def ask_customer(self) -> None:
        """Let the adapter ask the customer. What it raises ends the session."""
        if self._provider is None or self.session.state is not State.INVITING:
            return
        try:
            await self._answer("ask_customer()", self._provider.ask_customer(), self._timeout)
        except ADAPTER_ERRORS as error:
            self.report.failed(error)

    def _write_opening(self, settings: BaseModel, kept: Invitation | None) -> None:
        """Write down with what the session begins; what it has in secrets is left out."""
        self.recorder.write(
            open=self.session.mode,
            data={"conversationId": self._context.conversation_id, **self._context.extra},
            settings=settings.model_dump(mode="json"),
            resumed=kept.session_id if kept else None,
        )

    def _make_provider(self, settings: BaseModel) -> Provider:
        tab = Tab(
            context=self._context,
            mode=self.session.mode,
            settings=settings,
            language=self._browser.language,
            conversation=self.conversation,
            sdk=self._scope,
            http=self._http,
            report=self.report,
            _session=self,
        )
        try:
            provider = self._factory(tab)
            self.tools = tuple(Tool(tool) for tool in provider.tools)
        except CotabError:
            raise
        except Exception as error:
            raise AdapterError(f"The adapter cannot be made: {shown_as(error)}") from error
        for method in (provider.page_hidden, provider.detach):
            if iscoroutinefunction(method):
                plain = f"{method.__name__}() must be a plain function (def): a page that goes away waits for nothing"
                raise AdapterError(plain)
        return provider

    # What a Tab offers (SessionWork)

    async def show_stage(self) -> None:
        """See Tab."""
        if self._stage is not None or self._provider is None or self._hidden or self.disposed.is_set():
            return
        stage = self._stage = RecordedScope(self._browser.scope(self.report.failed), self.recorder)
        attaching = self._provider.attach(stage.element("stage"))
        if attaching is not None:
            self._attaching = asyncio.ensure_future(self._answer("attach()", attaching, self._timeout))
            await self._attached(stage, self._attaching)
            if self.disposed.is_set():  # what it has drawn came too late
                self._clear_stage()

    async def _attached(self, stage: RecordedScope, attaching: asyncio.Future[Any]) -> None:
        """Await attach(). Of a stage that was taken away meanwhile it is over, and no failure of the session."""
        try:
            await attaching
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if self._stage is stage or (task is not None and task.cancelling()):
                raise

    async def agent(self) -> Agent:
        """See Tab."""
        return await signed_in_agent(self._browser, self._org)

    def button(self, name: str, label: str, on_press: Callable[[], object]) -> Control:
        """See Tab."""
        need_function(on_press)

        @wraps(on_press)
        def pressed() -> object:
            self.recorder.write(click=f"{PREFIX}{name}")
            return on_press()

        return self._controls.button(name, label, pressed)

    def link(self, name: str, label: str, url: str) -> Control:
        """See Tab."""
        return self._controls.link(name, label, url)

    def window(self) -> JsObject:
        """See SessionWork."""
        window: JsObject = self._scope.window()
        return window

    def backstage(self) -> JsObject | None:
        """See Tab."""
        return self._scope.backstage() if self.session.live else None

    async def _claim(self) -> None:
        if not await self._browser.claim(self._key):
            elsewhere = "Another tab or window has this session, and does not let go of it"
            raise ProviderError(elsewhere, code="SESSION_ELSEWHERE")

    async def _not_opened(self, error: BaseException, *, resuming: bool) -> None:
        """Fail for want of a session. One that the agent ended while it was being resumed is ended for good."""
        if not self.session.has_ended:
            self.report.failed(error)
            self._dispose()  # nothing was opened; what was kept can be resumed once more
            return
        self._browser.report(error)  # too late to be shown
        if resuming:
            await self._end_at_provider()
        else:
            self._dispose()

    async def _invitation(self, provider: Provider, kept: Invitation | None) -> Invitation:
        asked, opening = (
            ("start()", provider.start()) if kept is None else ("resume()", provider.resume(kept.session_id))
        )
        invitation = await self._answer(asked, opening, self._timeout)
        if invitation is None and kept is not None:
            return kept
        if not isinstance(invitation, Invitation):
            raise AdapterError(f"{asked} must return an Invitation, not {type(invitation).__name__}")
        return invitation.completed(kept)

    async def _answer(self, asked: str, work: Any, seconds: float) -> Any:  # noqa: ANN401 - whatever an adapter returns
        """Await what the adapter answers. Raises ProviderTimeoutError, or AdapterError if it cannot be awaited."""
        if not isawaitable(work):
            raise AdapterError(f"{asked} must be a coroutine function (async def)")
        try:
            return await in_time(work, seconds)
        except TimeLimitError as error:
            raise ProviderTimeoutError(f"The provider did not answer within {seconds:g} seconds") from error

    @property
    def _timeout(self) -> float:
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

    def _carry_out(self, effects: Sequence[Effect]) -> None:
        """Carry out the effects of a report; one that ends an opened session ends it at the provider as well."""
        if effects and self.session.has_ended and self._opened:  # otherwise `open` is at it, and ends what it opened
            spawn(self._end_at_provider(), self._tasks)  # whatever becomes of what the agent sees
        self._apply(effects)

    async def _end_at_provider(self) -> None:
        """End the session at the provider; there is nothing to resume then, whatever led here."""
        self._apply([Forget()])
        self.tasks.stop()
        if self._provider is not None:
            try:
                await self._answer("end()", self._provider.end(), END_TIMEOUT_SECONDS)
            except ADAPTER_ERRORS as error:  # the session has ended either way, but it is logged
                self._browser.report(error)
        self._dispose()

    def _dispose(self) -> None:
        self.detach()
        self._clear_stage()
        self._controls.remove()
        self._abort()
        self._scope.dispose()
        self.disposed.set()

    def _abort(self) -> None:
        for calls in (self._http, self._org):
            calls.abort()

    def _clear_stage(self) -> None:
        try:
            self._scope.element("stage").call("replaceChildren")
        except CotabError as error:  # an SDK has taken the stage away
            self._browser.report(error)

    def _reported_early(self) -> None:
        """Look some time later whether a customer of whom something was reported has been reported as connected."""
        if not self._reminded:
            self._reminded = True
            self.tasks.spawn(self._remind(), name="remind")

    async def _remind(self) -> None:
        await asyncio.sleep(self._timeout)
        if self.session.waiting:
            self._browser.warn(
                "cotab: participants or the connection's quality were reported, but for "
                f"{self._timeout:g} seconds not report.connected(): the agent still waits for the customer"
            )
