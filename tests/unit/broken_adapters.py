"""Adapters that break the contract, each in its own way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

from cotab import Invitation, Provider, SessionUnknownError, Tab, Tool


class Listening(Provider):
    """An adapter whose callbacks are a test's."""

    def __init__(self, tab: Tab, handler: Callable[..., object]) -> None:
        self.tab = tab
        self.handler = handler

    async def start(self) -> Invitation:
        sdk = await self.tab.sdk.load("assets/sdk.js", "Sdk")
        sdk.subscribe("event", self.handler)
        return Invitation(session_id="s-1", pin="1")

    async def resume(self, session_id: str) -> Invitation:
        raise SessionUnknownError(session_id)

    async def end(self) -> None:
        pass


def broken() -> None:
    raise RuntimeError("a defect")


async def broken_later() -> None:
    broken()


class Incomplete(Provider):
    pass


class Forgetful(Provider):
    def __init__(self, tab: Tab) -> None:
        self.mode = tab.mode

    async def start(self) -> Invitation:
        await self.tab.show_stage()
        raise AssertionError("it has no tab")

    async def resume(self, session_id: str) -> Invitation:
        raise SessionUnknownError(session_id)

    async def end(self) -> None:
        pass


class Mistaken(Forgetful):
    def __init__(self, tab: Tab) -> None:
        Provider.__init__(self, tab)

    @property
    def room(self) -> object:
        return self.tab.rooms  # type: ignore[attr-defined] # this is the mistake

    async def start(self) -> Invitation:
        raise AssertionError(self.room)


class Silent(Listening):
    async def start(self) -> Invitation:
        return cast("Invitation", None)


class Eager(Listening):
    def start(self) -> Invitation:  # type: ignore[override] # this is the mistake
        return Invitation(session_id="s-1", pin="1")


class Tooled(Listening):
    tools = (cast("Tool", "hammer"),)


class Stubborn(Listening):
    async def start(self) -> Invitation:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            await cast("Callable[[], Awaitable[None]]", self.handler)()
        raise RuntimeError("too late to matter")


class Synchronous(Listening):
    async def start(self) -> Invitation:
        return Invitation(session_id="s-1", pin="1")

    def end(self) -> None:  # type: ignore[override] # this is the mistake
        pass

    def select_tool(self, tool: Tool | None) -> None:  # type: ignore[override] # this is the mistake
        pass


class Awaited(Listening):
    async def page_hidden(self) -> None:  # type: ignore[override] # this is the mistake
        pass


class Unrelated:
    def __init__(self, tab: Tab) -> None:
        self.tab = tab
