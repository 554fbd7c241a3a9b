"""What the unit tests share: the real English texts, and a vendor whose product does as a test wants."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cotab import Invitation, JsObject, Provider, Reporter, Tab, TabContext, Tool
from cotab._tab.runner import ProviderFactory, Runner
from cotab.testing import FakeBrowser

MakeRunner = Callable[[ProviderFactory], Runner]

ROOT = Path(__file__).resolve().parents[2]


class Texts(dict[str, str]):
    """The texts of the page. One that does not exist fails the test, even where the page would show nothing."""

    def get(self, key: str, _default: object = "") -> str:
        return self[key] if key else ""


class Vendor:
    """A provider's product and the factory of its adapters. It notes what the tab asked for, in `calls`.

    `fails` holds what a call raises, `waits` what it waits for first, by the call's name.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.fails: dict[str, Exception] = {}
        self.waits: dict[str, asyncio.Event] = {}
        self.tabs: list[Tab] = []
        self.tools: tuple[Tool, ...] = (Tool.POINTER, Tool.DRAWING)
        self.invitation = Invitation(session_id="s-1", pin="123456", link="https://join.example/s-1")
        self.customer_is_there = False

    def __call__(self, tab: Tab) -> Adapter:
        self.tabs.append(tab)
        return Adapter(tab, self)

    @property
    def report(self) -> Reporter:
        """Where the newest adapter reports to."""
        return self.tabs[-1].report

    def note(self, name: str, *details: object) -> None:
        self.calls.append(" ".join([name, *map(str, details)]))
        if name in self.fails and name not in self.waits:
            raise self.fails[name]

    async def do(self, name: str, *details: object) -> None:
        self.note(name, *details)
        if name in self.waits:
            await self.waits[name].wait()
            if name in self.fails:
                raise self.fails[name]


class Adapter(Provider):
    """Passes everything on to the vendor."""

    def __init__(self, tab: Tab, vendor: Vendor) -> None:
        super().__init__(tab)
        self.vendor = vendor
        self.tools = vendor.tools
        vendor.note("make")

    async def start(self) -> Invitation:
        await self.vendor.do("start")
        return self.vendor.invitation

    async def resume(self, session_id: str) -> Invitation:
        if self.vendor.customer_is_there:
            self.tab.report.connected()
        await self.vendor.do("resume", session_id)
        return self.vendor.invitation

    def attach(self, stage: JsObject) -> None:
        stage.call("replaceChildren", "viewer")

    async def end(self) -> None:
        await self.vendor.do("end")

    def page_hidden(self) -> None:
        self.vendor.note("page_hidden")

    async def select_tool(self, tool: Tool | None) -> None:
        await self.vendor.do("select_tool", tool)


@pytest.fixture(scope="session")
def make_vendor() -> type[Vendor]:
    return Vendor


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


@pytest.fixture
def fake_browser() -> FakeBrowser:
    return FakeBrowser(settings={"region": "eu"})


@pytest.fixture
def make_runner(fake_browser: FakeBrowser) -> MakeRunner:
    return lambda factory: Runner(fake_browser, TabContext(conversation_id="c-1"), factory, on_change=lambda: None)


@pytest.fixture
def runner(vendor: Vendor, make_runner: MakeRunner) -> Runner:
    return make_runner(vendor)


@pytest.fixture(scope="session")
def texts() -> Texts:
    return Texts(json.loads((ROOT / "webresource/page/strings/en-US.json").read_text("utf-8")))
