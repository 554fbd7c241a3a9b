"""The page as the tab sees it: a window of JavaScript objects becomes a Browser, and no failure of it gets through."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from unittest.mock import AsyncMock

import pytest

from cotab import ConversationError, NotAvailableError
from cotab._js.elements import Changes
from cotab._js.page import PageBrowser
from cotab.testing import FakeBrowser, FakeObject, FakeScope

SETTINGS = {
    "mode": "cobrowse",
    "adapter": "main:Adapter",
    "provider": "Contoso",
    "folder": "contoso_/assist",
    "settings": {},
    "settings_variable": "",
    "provider_timeout_seconds": 30,
    "boot": "pyscript",
}


def refuse(*_: object) -> None:
    raise PermissionError("refused")


class Window(FakeObject):
    """The page's global object, inside Dynamics."""

    def __init__(self) -> None:
        self.said: list[tuple[object, ...]] = []
        self.stored: dict[str, str] = {}
        self.answer = FakeObject(ok=True, status=204, text=AsyncMock(return_value=""))
        self.requests: list[tuple[str, dict[str, Any]]] = []
        shell = FakeObject(language="de-DE", topReachable=True, failed=False, query="?data=1")
        shell.set("json", {"page": json.dumps(SETTINGS), "texts": '{"privacy": "Privacy"}'}.__getitem__)
        for name in ("dispatch", "onPageHidden", "print", "ready", "fail", "update"):
            shell.set(name, self.saying(name))
        shell.set("inTop", self.in_top)
        shell.set("conversation", AsyncMock(return_value="c-9"))
        shell.set("orgSettings", AsyncMock(return_value='{"region": "us"}'))
        shell.set("copy", AsyncMock(side_effect=lambda text: text == "copy me"))
        context = FakeObject(getClientUrl=lambda: "https://org.example")
        super().__init__(
            cotab=shell,
            sessionStorage=FakeObject(
                getItem=self.stored.get,
                setItem=self.stored.__setitem__,
                removeItem=lambda key: self.stored.pop(key, None),
            ),
            top=FakeObject(
                Microsoft={"Omnichannel": FakeObject(version=1)},
                Xrm={"Utility": FakeObject(getGlobalContext=lambda: context)},
            ),
            fetch=self.fetch,
        )

    def in_top(self, *names: str) -> object:
        found = self.get("top") if self.get("cotab").get("topReachable") else None
        for name in names:
            found = None if found is None else found.get(name)
        return found

    def saying(self, name: str) -> Callable[..., None]:
        return lambda *values: self.said.append((name, *values))

    async def fetch(self, url: str, request: dict[str, Any]) -> FakeObject:
        self.requests.append((url, request))
        return self.answer


@pytest.fixture
def window() -> Window:
    return Window()


def page_of(window: Window) -> PageBrowser:
    return PageBrowser(window, lambda on_error: FakeScope(FakeBrowser(), on_error))


@pytest.fixture
def page(window: Window) -> PageBrowser:
    return page_of(window)


def test_the_page_brings_its_settings_texts_and_language(page: PageBrowser) -> None:
    assert (page.page.mode, page.page.adapter, page.page.provider) == ("cobrowse", "main:Adapter", "Contoso")
    assert (page.texts, page.language, page.query()) == ({"privacy": "Privacy"}, "de-DE", "?data=1")
    assert (page.top_reachable, page.failed) == (True, False)


async def test_the_shell_is_asked_for_what_only_it_can_do(page: PageBrowser, window: Window) -> None:
    def handler() -> None: ...

    page.dispatch("CobrowseConnectedEvent")
    page.on_page_hidden(handler)
    page.ready()
    page.fail("UNEXPECTED", "odd")
    assert window.said == [
        ("dispatch", "CobrowseConnectedEvent"),
        ("onPageHidden", handler),
        ("ready",),
        ("fail", "UNEXPECTED", "odd"),
    ]
    assert await page.focused_conversation() == "c-9"
    assert await page.org_settings() == '{"region": "us"}'
    assert await page.copy("copy me")
    assert not await page.copy("something else")


def test_an_exception_is_reported_with_its_causes(page: PageBrowser, window: Window) -> None:
    error = ValueError("the effect")
    error.__cause__ = KeyError("the cause")
    page.report(error)
    [(_, level, text)] = window.said
    assert level == "error"
    assert "the cause" in str(text)
    assert "ValueError: the effect" in str(text)


def test_a_warning_is_said_once(page: PageBrowser, window: Window) -> None:
    for text in ("one", "two", "one"):
        page.warn(text)
    assert window.said == [("print", "warn", "one"), ("print", "warn", "two")]


def test_values_are_kept_and_dropped(page: PageBrowser, window: Window) -> None:
    assert page.read("key") is None
    page.write("key", "value")
    assert page.read("key") == "value"
    page.write("key", None)
    assert window.stored == {}


def test_refused_storage_keeps_nothing_and_harms_nothing(page: PageBrowser, window: Window) -> None:
    window.set("sessionStorage", FakeObject(getItem=refuse, setItem=refuse, removeItem=refuse))
    page.write("key", "value")
    page.write("key", None)
    assert page.read("key") is None


def test_storage_that_is_not_there_keeps_nothing_and_harms_nothing(page: PageBrowser, window: Window) -> None:
    window.set("sessionStorage", None)
    page.write("key", "value")
    page.write("key", None)
    assert page.read("key") is None


def test_what_elements_are_to_show_goes_to_the_shell_at_once(page: PageBrowser, window: Window) -> None:
    changes: dict[str, Changes] = {"link": {"text": "<b>", "href": None}, "state": {"hidden": True}}
    page.update(changes)
    page.update({})
    [(name, text)] = window.said
    assert (name, json.loads(str(text))) == ("update", changes)


def test_omnichannel_is_found_on_the_top_window(page: PageBrowser, window: Window) -> None:
    found = page.omnichannel()
    assert found is not None
    assert found.get("version") == 1
    window.get("top").set("Microsoft", {})
    assert page.omnichannel() is None
    window.get("top").set("Microsoft", {"Omnichannel": {"version": "data only"}})
    assert page.omnichannel() is None


async def test_a_top_window_of_another_site_is_not_touched(window: Window) -> None:
    window.get("cotab").members["topReachable"] = False
    window.set("top", None)
    page = page_of(window)
    assert (page.omnichannel(), page.web_api_base()) == (None, None)
    with pytest.raises(NotAvailableError):
        await page.web_api("POST", "annotations", {})


async def test_the_web_api_is_called_at_the_organizations_address(page: PageBrowser, window: Window) -> None:
    await page.web_api("POST", "annotations", {"subject": "é"})
    [(url, request)] = window.requests
    assert url == "https://org.example/api/data/v9.2/annotations"
    assert request["method"] == "POST"
    assert json.loads(request["body"]) == {"subject": "é"}


async def test_a_refusal_of_the_web_api_says_what_the_server_said(page: PageBrowser, window: Window) -> None:
    refusal = "prvCreateNote is missing" + "x" * 1000
    window.answer = FakeObject(ok=False, status=403, text=AsyncMock(return_value=refusal))
    with pytest.raises(ConversationError, match="POST annotations: status 403: prvCreateNote is missing") as refused:
        await page.web_api("POST", "annotations", {})
    assert len(str(refused.value)) < 600


async def test_a_web_api_out_of_reach_is_a_failure_of_the_conversation(page: PageBrowser, window: Window) -> None:
    window.set("fetch", refuse)
    with pytest.raises(ConversationError, match="refused"):
        await page.web_api("POST", "annotations", {})


@pytest.mark.parametrize("xrm", [None, {}, {"Utility": None}, {"Utility": {}}, {"Utility": FakeObject()}])
def test_a_strange_xrm_means_no_web_api(page: PageBrowser, window: Window, xrm: object) -> None:
    window.get("top").set("Xrm", xrm)
    assert page.web_api_base() is None


def test_the_time_has_a_zone(page: PageBrowser) -> None:
    assert page.now().tzinfo is not None
