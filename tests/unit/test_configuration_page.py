"""The configuration page's document and the Web API of its own origin, over a window of JavaScript objects."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import AsyncMock

import pytest

from cotab.testing import FakeObject
from cotab_setup.configuration_page.page import ConfigurationPage, FetchWebApi, org_path
from cotab_setup.provisioning import LostConnectionError, WebApiError

ROW = {
    "entity_set": "msdyn_providers",
    "id": "c0b10000-0000-4000-8000-000000000001",
    "name": "Contoso",
    "body": {"msdyn_name": "Contoso"},
}
PROVISIONING = {
    "solution": "assist",
    "version": "1.0.0.0",
    "publisher": "contoso",
    "prefix": "contoso",
    "folder": "contoso_/assist",
    "icons": "/webresources/contoso_/assist/",
    "templates": [],
    "variable": "contoso_assist_settings",
    "behavior": {
        "name": "contoso_assist_behavior",
        "id": "c0b10000-0000-4000-8000-000000000002",
        "value_id": "c0b10000-0000-4000-8000-000000000003",
    },
    "rows": [ROW],
}
SETTINGS = {
    "mode": "configuration",
    "provider": "Contoso",
    "provisioning": PROVISIONING,
    "templates": ["contoso_a"],
    "has_trial": True,
}


class Element(FakeObject):
    """An element that keeps its children."""

    def __init__(self, tag: str = "ul") -> None:
        self.children: list[Element] = []
        super().__init__(tag=tag, append=self.children.append, replaceChildren=self.replace, focus=lambda: None)

    def replace(self, *children: Element) -> None:
        self.children[:] = children


class Window(FakeObject):
    """The page's global object, in an org."""

    def __init__(self, status: int = 200, text: str = "", **headers: str) -> None:
        self.list = Element()
        self.said: list[tuple[str, str]] = []
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.answer = FakeObject(
            ok=status < 400, status=status, text=AsyncMock(return_value=text), headers=FakeObject(get=headers.get)
        )
        super().__init__(
            cotab=FakeObject(
                language="en-US",
                json={"page": json.dumps(SETTINGS), "texts": "{}"}.__getitem__,
                print=lambda level, line: self.said.append((level, line)),
            ),
            document=FakeObject(getElementById=lambda _id: self.list, createElement=Element),
            location=FakeObject(
                protocol="https:", pathname="/%7B639%7D/WebResources/contoso_/assist/configuration.html"
            ),
            AbortSignal=FakeObject(timeout=lambda milliseconds: f"after {milliseconds}"),
            fetch=self.fetch,
        )

    async def fetch(self, url: str, options: dict[str, Any]) -> FakeObject:
        self.requests.append((url, options))
        return self.answer


def test_the_page_brings_what_the_build_knows() -> None:
    info = ConfigurationPage(Window()).info
    assert (info.provider, info.templates) == ("Contoso", ("contoso_a",))
    assert info.provisioning.provider.name == "Contoso"


def test_a_list_is_made_of_elements_with_ids_that_its_parts_are_found_by() -> None:
    window = Window()
    page = ConfigurationPage(window)
    page.fill("rows", ["row-1", "row-2"], ["mark", "name"])
    assert [(item.get("tag"), item.get("id")) for item in window.list.children] == [("li", "row-1"), ("li", "row-2")]
    parts = window.list.children[1].children
    assert [(part.get("id"), part.get("className")) for part in parts] == [
        ("row-2-mark", "mark"),
        ("row-2-name", "name"),
    ]
    page.fill("rows", [], ["mark"])
    assert window.list.children == []


def test_lines_go_into_the_log() -> None:
    window = Window()
    ConfigurationPage(window).log("cotab: create")
    assert window.said == [("log", "cotab: create")]


@pytest.mark.parametrize(
    ("pathname", "path"),
    [
        ("/WebResources/contoso_/assist/configuration.html", ""),
        ("/%7B639%7D/WebResources/contoso_/assist/configuration.html", ""),
        ("/{639-strict}/webresources/contoso_/assist/configuration.html", ""),
        ("/contoso/%7b639%7d/WebResources/contoso_/assist/configuration.html", "/contoso"),
        ("/contoso/WebResources/contoso_/assist/WebResources/x.html", "/contoso"),
        ("/configuration.html", ""),
    ],
)
def test_the_org_is_what_the_address_says(pathname: str, path: str) -> None:
    assert org_path(pathname) == path


async def test_a_request_goes_to_the_pages_own_org_with_the_session_of_who_is_signed_in() -> None:
    window = Window(429, '{"error": {"code": "0x80072322", "message": "é"}}', **{"retry-after": "7"})
    api = ConfigurationPage(window).api()
    assert api is not None
    reply = await api.request("PATCH", "msdyn_providers(1)", body={"msdyn_name": "é"}, headers={"If-Match": "*"})
    [(url, options)] = window.requests
    assert url == "/api/data/v9.2/msdyn_providers(1)"
    assert (options["method"], json.loads(options["body"])) == ("PATCH", {"msdyn_name": "é"})
    assert (options["credentials"], options["cache"], options["signal"]) == ("same-origin", "no-store", "after 130000")
    assert options["headers"]["If-Match"] == "*"
    assert options["headers"]["OData-Version"] == "4.0"
    assert (reply.status, reply.headers) == (429, {"retry-after": "7"})
    assert reply.body["error"]["message"] == "é"


async def test_an_answer_without_content_is_an_answer() -> None:
    window = Window(204)
    reply = await FetchWebApi(window, "/api/data/v9.2/").request("DELETE", "msdyn_providers(1)")
    assert (reply.status, reply.headers, reply.body) == (204, {}, None)
    assert window.requests[0][1]["body"] is None


async def test_a_page_to_sign_in_is_no_answer() -> None:
    with pytest.raises(WebApiError, match="a page, not data") as refused:
        await FetchWebApi(Window(200, "<html>Sign in</html>"), "/").request("GET", "WhoAmI")
    assert refused.value.status == 401


async def test_a_connection_that_breaks_is_said_to_have_been_lost() -> None:
    def broken(*_: object) -> None:
        raise ConnectionError("Failed to fetch")

    window = Window()
    window.set("fetch", broken)
    with pytest.raises(LostConnectionError, match="Failed to fetch"):
        await FetchWebApi(window, "/").request("GET", "WhoAmI")


async def test_a_web_resource_is_asked_for_its_headers_alone() -> None:
    window = Window()
    window.answer = FakeObject(ok=True, headers=FakeObject(get={"content-type": "text/html"}.get))
    found = await ConfigurationPage(window).resources().headers_of("contoso_/assist/boot.js")
    assert found == {"content-type": "text/html"}
    ((url, options),) = window.requests
    assert (url, options["method"]) == ("/WebResources/contoso_/assist/boot.js", "HEAD")
    assert await ConfigurationPage(Window(404)).resources().headers_of("contoso_/gone.js") is None


def test_a_page_from_a_disk_has_no_org() -> None:
    window = Window()
    window.set("location", FakeObject(protocol="file:", pathname="/C:/configuration.html"))
    assert ConfigurationPage(window).api() is None
