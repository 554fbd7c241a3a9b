"""A tab with the adapter of Tandem, whose viewer the test plays."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from cotab import EscalationMode
from cotab.testing import FakeTab, until


def load_adapter() -> ModuleType:
    """The default project's main.py, under a name that no other project's has."""
    spec = spec_from_file_location("tandem_adapter", Path(__file__).parents[2] / "webresource" / "main.py")
    assert spec
    assert spec.loader
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tandem = load_adapter()

RELAY = "https://relay.test"
CONVERSATION = "c-1"
INVITED = {"session": "s-1", "pin": "123456", "link": "https://shop.test/#tandem=t"}


class Agent:
    """A tab with the adapter, and its viewer."""

    conversation = CONVERSATION

    def __init__(self, texts: dict[str, str] | None = None, *, outlives: bool = False, **settings: object) -> None:
        settings = {"relay": RELAY, **settings}
        mode = EscalationMode.SCREEN_SHARE
        self.tab = FakeTab(tandem.Tandem, settings=settings, mode=mode, texts=texts, outlives=outlives)

    def send(self, kind: str, **members: object) -> None:
        self.tab.browser.viewer.send({"tandem": 1, "type": kind, **members})

    def told(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.tab.browser.viewer.posted if message["type"] == kind]

    def has_pressed(self, button: str, *, pressed: bool) -> bool:
        return self.tab.browser.elements[button]["aria-pressed"] == str(pressed).lower()

    async def open(self, *answers: tuple[str, dict[str, object]]) -> None:
        """Open the tab; its viewer is there, and says `answers`."""
        await self._opening(self.tab.open(conversationId=self.conversation), answers)

    async def _opening(self, opening: Awaitable[None], answers: tuple[tuple[str, dict[str, object]], ...]) -> None:
        before = self.tab.browser
        task = asyncio.ensure_future(opening)
        await until(lambda: self.tab.browser is not before and self.tab.browser.viewers)
        self.send("ready")
        await until(lambda: self.told("open"))
        for kind, members in answers or (("invitation", dict(INVITED)),):
            self.send(kind, **members)
        await task

    async def connected(self) -> None:
        await self.open()
        self.send("connected", participants=["Customer"])
