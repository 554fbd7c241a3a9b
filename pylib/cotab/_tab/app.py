"""The tab as a whole: context, adapter, session and view, wired here and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from importlib import import_module

from pydantic import ValidationError

from cotab._js.elements import Elements
from cotab._js.interface import Browser
from cotab._limits import explanation
from cotab._tab.runner import ProviderFactory, Runner
from cotab._tab.session import State
from cotab._tab.view import Screen, describe, ending
from cotab._tasks import watch_tasks
from cotab._waiting import spawn
from cotab.context import TabContext
from cotab.errors import AdapterError, ContextError, CotabError, ToolRefusedError
from cotab.provider import EndReason, Invitation, Tool

__all__ = ["App", "load_adapter"]

# A button's work: does it, and returns the key of the text that says how it went.
Action = Callable[[Runner], Awaitable[str]]


def load_adapter(name: str) -> ProviderFactory:
    """Import `module:Class` and return the class. Raises AdapterError, with the author's own error as its cause."""
    module_name, _, class_name = name.partition(":")
    try:
        factory: ProviderFactory = getattr(import_module(module_name), class_name)
    except Exception as error:
        reason = explanation(error) or f"{type(error).__name__}: {error}"
        raise AdapterError(f"{name} cannot be loaded: {reason}") from error
    return factory


class App:
    """One page of the tab, from its opening to its closing."""

    def __init__(self, browser: Browser, factory: ProviderFactory | None = None) -> None:
        self._browser = browser
        self._factory = factory
        self._elements = Elements(browser)
        self._context: TabContext | None = None
        self._guess: TabContext | None = None
        self._runner: Runner | None = None
        self._previous: Runner | None = None
        self._problem: CotabError | None = None
        self._notice = self._reason = ""
        self._busy: set[str] = set()
        self._written: State | None = None
        self._connected_at: datetime | None = None
        self._ended_at: datetime | None = None
        self._noted = False
        self._unfolded = False
        self._visits = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, *, alone: bool = True) -> None:
        """Bring the tab up; return once the session has been opened, or cannot be.

        `alone`: every task of this interpreter is the tab's, so that all of them are watched.
        """
        self._listen()
        if alone:
            watch_tasks(self.owner_of_errors, self._browser.report)
        try:
            self._factory = self._factory or load_adapter(self._browser.page.adapter)
            await self._locate()
        except ContextError as error:
            self._problem = error
        except AdapterError as error:
            self._problem = error
            self._browser.report(error.__cause__ or error)
        if not self._browser.ready():
            return
        self._render()
        if self._context is not None:
            await self._new_runner().open()

    async def _locate(self) -> None:
        """Find the conversation: named by `data`, or guessed and left for the agent to confirm."""
        try:
            self._context = TabContext.from_query(self._browser.query())
        except ContextError as error:
            focused = await self._browser.focused_conversation() if error.code == "DATA_MISSING" else None
            if focused is None:
                raise
            try:
                self._guess = TabContext(conversation_id=focused)
            except ValidationError:
                raise error from None

    def _new_runner(self) -> Runner:
        if self._context is None or self._factory is None:
            raise AssertionError("a session needs a conversation and an adapter")
        last_try = self._runner is not None and self._runner.session.state is State.FAILED
        runner = Runner(self._browser, self._context, self._factory, lambda: self._changed(runner), last_try=last_try)
        self._runner, self._notice, self._reason = runner, "", ""
        self._connected_at = self._ended_at = self._written = None
        self._noted = self._unfolded = False
        self._busy.clear()
        self._render()
        return runner

    def owner_of_errors(self) -> Callable[[BaseException], None]:
        """Return who gets what a task that is made now raises, if nobody awaits it."""
        return self._browser.report if self._runner is None else self._runner.report.failed

    def _changed(self, runner: Runner) -> None:
        if runner is not self._runner:
            return
        if runner.session.state is not self._written:
            if self._written is State.ASKING and runner.session.state is State.INVITING:
                self._notice, self._reason = "notice.declined", ""
            self._written = runner.session.state
            runner.recorder.write(state=self._written)
        if runner.session.state is State.CONNECTED and self._connected_at is None:
            self._connected_at, self._notice, self._reason = self._browser.now(), "", ""
        if runner.session.has_ended and self._ended_at is None:
            self._ended_at, self._notice, self._reason = self._browser.now(), "", ""
        self._render()

    # What the agent does

    def _listen(self) -> None:
        self._browser.on_page_hidden(self._page_hidden)
        self._on_click("use-conversation", self._confirm)
        self._on_click("show-invitation", self._fold)
        self._on_click("end-session", self._end)
        self._on_click("start-again", self._start_again)
        self._on_click("send-invitation", partial(self._act, "send-invitation", self._send))
        self._on_click("ask-customer", partial(self._act, "ask-customer", self._ask))
        self._on_click("invite-otherwise", self._invite_otherwise)
        self._on_click("attach-note", partial(self._act, "attach-note", self._attach_note))
        self._on_click("copy-pin", partial(self._act, "copy-pin", partial(self._copy, "pin")))
        self._on_click("copy-link", partial(self._act, "copy-link", partial(self._copy, "link")))
        for tool in Tool:
            self._on_click(f"tool-{tool}", partial(self._act, "tool", partial(self._select, tool)))

    def _on_click(self, button: str, handler: Callable[[], None]) -> None:
        """Have a button do something, and write its presses down."""

        def clicked() -> None:
            if self._runner is not None:
                self._runner.recorder.write(click=button)
            handler()

        self._browser.on_click(button, clicked)

    def _page_hidden(self) -> None:
        for runner in self._runners:
            runner.page_hidden()

    def remake(self) -> None:
        """Let the session that is at work have a new stage, in place of one that is gone."""
        if self._runner is not None and self._runner.session.live:
            self._runner.detach()
            spawn(self._runner.attach(), self._tasks)

    # What a resident does, in which the session outlives its tab

    def attach(self) -> None:
        """Show the session in a tab that has come back."""
        self._visits += 1
        if self._runner is not None and self._runner.opened and self._runner.session.live:
            spawn(self._attach(self._runner, self._visits), self._tasks)

    def detach(self) -> bool:
        """Let go of the tab that shows the session; return whether that goes on without one."""
        self._visits += 1
        if self._runner is None or not self._runner.opened:
            return False
        self._runner.detach()
        return True

    async def _attach(self, runner: Runner, visit: int) -> None:
        """Attach it without a tool: what the agent worked with has gone with the tab."""
        if runner.tool is not None:
            await self._acting("tool", partial(self._select, runner.tool), runner)
        if visit == self._visits:
            await runner.attach()

    async def close(self, reason: EndReason) -> None:
        """End the session, because its tab or conversation was closed, and wait until everything has let go of it."""
        for runner in self._runners:
            if not runner.opened:
                runner.abandon()
        if self._runner is not None:
            self._runner.end(reason)
        for runner in self._runners:
            await runner.disposed.wait()

    def abandon(self) -> None:
        """Let go of everything, as a page does that is gone; the session can be resumed elsewhere."""
        for runner in self._runners:
            runner.abandon()

    @property
    def _runners(self) -> list[Runner]:
        return [runner for runner in (self._previous, self._runner) if runner is not None]

    def _confirm(self) -> None:
        if self._context is None and self._guess is not None:
            self._context = self._guess
            spawn(self._new_runner().open(), self._tasks)

    def _fold(self) -> None:
        self._unfolded = not self._unfolded
        self._render()

    def _end(self) -> None:
        if self._runner is not None:
            self._runner.end()

    def _start_again(self) -> None:
        if self._runner is not None and self._runner.session.has_ended:
            self._previous = self._runner
            spawn(self._follow(self._previous, self._new_runner()), self._tasks)

    async def _follow(self, previous: Runner, runner: Runner) -> None:
        """Open a session when the one before it has let go: the SDK and the stage serve one at a time."""
        await previous.disposed.wait()
        await runner.open()

    async def _select(self, tool: Tool, runner: Runner) -> str:
        await runner.select_tool(None if runner.tool is tool else tool)
        return ""

    async def _send(self, runner: Runner) -> str:
        if runner.session.invitation is None:
            return ""
        await runner.conversation.send(self._message(runner.session.invitation))
        return "notice.sent"

    async def _ask(self, runner: Runner) -> str:
        await runner.ask_customer()
        return ""

    def _invite_otherwise(self) -> None:
        if self._runner is not None:
            self._runner.report.can_ask(able=False)

    async def _attach_note(self, runner: Runner) -> str:
        texts, page = self._browser.texts, self._browser.page
        text = texts["note.text"]
        for name, value in {
            "provider": page.provider,
            "start": _moment(self._connected_at),
            "end": _moment(self._ended_at),
            "how": ending(self._screen(), texts),
        }.items():
            text = text.replace(f"{{{name}}}", value)
        await runner.conversation.attach_note(texts[f"title.{page.mode}"], text)
        if runner is self._runner:
            self._noted = True
        return "notice.noted"

    async def _copy(self, what: str, runner: Runner) -> str:
        text = getattr(runner.session.invitation, what, None)
        copied = text is not None and await self._browser.copy(text)
        return "notice.copied" if copied else "notice.not_copied"

    def _act(self, button: str, action: Action) -> None:
        """Run a button's action once, however often it is pressed, and say how it went."""
        if self._runner is not None and button not in self._busy:
            self._busy.add(button)
            self._notice = self._reason = ""
            self._render()
            spawn(self._acting(button, action, self._runner), self._tasks)

    async def _acting(self, button: str, action: Action, runner: Runner) -> None:
        notice = reason = ""
        try:
            notice = await action(runner)
        except CotabError as error:
            notice = f"notice.{error.code}"
            reason = error.reason if isinstance(error, ToolRefusedError) else ""
            self._browser.report(error)
        finally:
            if runner is self._runner:  # otherwise another session is shown by now
                self._notice, self._reason = notice, reason
                self._busy.discard(button)
                self._render()

    def _message(self, invitation: Invitation) -> str:
        own = invitation.message(self._browser.language)
        if own is not None:
            return own
        kind = "pin" if invitation.link is None else "both" if invitation.pin and invitation.link_needs_pin else "link"
        text = self._browser.texts[f"message.{kind}"]
        return text.replace("{pin}", invitation.pin or "").replace("{link}", invitation.link or "")

    # What the agent sees

    def _render(self) -> None:
        self._elements.show(describe(self._screen(), self._browser.texts))

    def _screen(self) -> Screen:
        runner = self._runner
        if runner is None:
            state = "failed" if self._problem else "confirm" if self._guess else State.STARTING
            return Screen(state=state, error=self._problem, hint=self._hint())
        error = runner.session.error
        return Screen(
            state=runner.session.state,
            session=runner.session,
            tools=runner.tools,
            tool=runner.tool,
            error=error if isinstance(error, CotabError) else None,
            notice=self._notice,
            reason=self._reason,
            hint=self._hint(),
            can_send=runner.conversation.can_send,
            can_note=runner.conversation.can_note and self._connected_at is not None and not self._noted,
            busy=frozenset(self._busy),
            provider=self._browser.page.provider,
            unfolded=self._unfolded,
        )

    def _hint(self) -> str:
        if not self._browser.top_reachable:
            return "hint.top_unreachable"
        return "" if self._browser.omnichannel() is not None else "hint.omnichannel_missing"


def _moment(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M") if moment is not None else "-"
