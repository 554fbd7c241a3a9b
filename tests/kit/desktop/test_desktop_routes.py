"""The routes of the desktop, as its pages use them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from cotab_kit.desktop.server import Desktop, serve
from cotab_kit.emulator import LocalOrg
from cotab_kit.errors import DesktopError
from kit.deploy.runs import release
from kit.desktop.site import ADDRESS, TAB, told, upload

if TYPE_CHECKING:
    from cotab_kit.desktop.feed import Event

NOBODY = "11111111-2222-4333-8444-555555555555"


async def opened(http: httpx.AsyncClient, widget: str) -> Any:  # noqa: ANN401 - JSON
    answer = await http.post("/desktop/conversations", json={"widget": widget, "customer": "Alex"})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_about_tells_what_a_page_has_to_know(http: httpx.AsyncClient, desktop: Desktop) -> None:
    desktop.shop, desktop.provider = "http://127.0.0.1:1", "Contoso Assist"
    about = (await http.get("/desktop/about")).json()
    assert about["token"].isdecimal()
    assert about["policies"] == ["none", "default", "strict", "strict-wasm"]
    assert about["policy"] == "default"
    assert about["shop"] == "http://127.0.0.1:1"
    assert about["provider"] == "Contoso Assist"
    assert about["build"] == {"state": "ok", "message": ""}


async def test_a_conversation_is_a_row_of_the_org_and_has_messages(
    http: httpx.AsyncClient, desktop: Desktop, widget: str
) -> None:
    events = told(desktop)
    conversation = await opened(http, widget)
    path = f"/desktop/conversations/{conversation['id']}"
    row = (await http.get(f"/api/data/v9.2/msdyn_ocliveworkitems({conversation['id']})")).json()
    assert row["subject"] == "Alex"
    said = await http.post(f"{path}/messages", json={"from": "agent", "text": "Hello"})
    assert said.status_code == 201
    (known,) = (await http.get("/desktop/conversations")).json()
    assert [(message["from"], message["text"]) for message in known["messages"]] == [("agent", "Hello")]
    closed = await http.post(f"{path}/close", json={})
    assert closed.json()["state"] == "closed"
    assert (await http.post(f"{path}/messages", json={"from": "agent", "text": "?"})).status_code == 409
    assert [event["type"] for event in events] == ["conversation", "message", "conversation"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("conversations", {"widget": NOBODY, "customer": "Alex"}, 404),
        ("conversations", {"widget": "' or 1=1", "customer": "Alex"}, 404),
        ("conversations", {"widget": NOBODY, "customer": ""}, 400),
        ("conversations", [], 400),
        (f"conversations/{NOBODY}/messages", {"from": "agent", "text": "Hello"}, 404),
        (f"conversations/{NOBODY}/messages", {"from": "nobody", "text": "Hello"}, 400),
        (f"conversations/{NOBODY}/messages", {"from": "agent", "text": "x" * 10_001}, 400),
    ],
)
async def test_what_cannot_be_is_refused_with_a_reason(
    http: httpx.AsyncClient, path: str, body: object, status: int
) -> None:
    answer = await http.post(f"/desktop/{path}", json=body)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


async def test_a_page_of_another_origin_can_send_nothing(http: httpx.AsyncClient, widget: str) -> None:
    body = f'{{"widget": "{widget}", "customer": "Mallory"}}'
    sent = await http.post("/desktop/conversations", content=body, headers={"content-type": "text/plain"})
    assert sent.status_code == 415
    assert (await http.get("/desktop/about", headers={"host": "evil.example"})).status_code == 400


async def test_settings_change_the_org(http: httpx.AsyncClient, desktop: Desktop) -> None:
    changed = await http.put("/desktop/settings", json={"max_upload": 10_000_000, "policy": "strict"})
    assert changed.json() == {
        "max_upload": 10_000_000,
        "policy": "strict",
        "shop_policy": "strict",
        "shop_chat": "widget",
        "context_rows": "elastic",
    }
    assert desktop.org.rows("organization")[0]["maxuploadfilesize"] == 10_000_000
    assert (await http.put("/desktop/settings", json={"policy": "lax"})).status_code == 400
    assert (await http.put("/desktop/settings", json={"max_upload": "much"})).status_code == 400


async def test_the_token_names_the_policy_and_the_latency(desktop: Desktop) -> None:
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    desktop = Desktop(desktop.org, sleep=wait, frame_sources=("https://relay.example",))
    transport = httpx.ASGITransport(desktop.app)
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as http:
        assert (await upload(http, desktop, release().zip))["state"] == "done"
        strict = await http.get(f"/%7B{desktop.token}-strict-wasm-250ms%7D{TAB}")
        assert strict.status_code == 200
        policy = strict.headers["content-security-policy"]
        assert "'wasm-unsafe-eval'" in policy
        assert "https://relay.example" in policy
        assert waited == [0.25]
        assert "content-security-policy" not in (await http.get(f"/%7B{desktop.token}-none%7D{TAB}")).headers
        plain = (await http.get(f"/%7B{desktop.token}%7D{TAB}")).headers["content-security-policy"]
        assert plain == (await http.get(TAB)).headers["content-security-policy"]
        assert (await http.get(f"/%7B{desktop.token}-made-up%7D{TAB}")).status_code == 404


async def test_calls_of_a_tab_are_known_by_their_referer(http: httpx.AsyncClient, desktop: Desktop) -> None:
    events = told(desktop)
    await http.get("/api/data/v9.2/contacts", headers={"referer": f"{ADDRESS}/admin"})
    tab = {"referer": f"{ADDRESS}/%7B1-strict%7D{TAB}?data=1"}
    await http.get("/api/data/v9.2/contacts?$top=1", headers=tab)
    await http.get("/api/data/v9.2/nothing", headers=tab)
    calls = (await http.get("/desktop/calls?since=0")).json()
    assert [(call["method"], call["path"], call["status"]) for call in calls] == [
        ("GET", "/api/data/v9.2/contacts?$top=1", 200),
        ("GET", "/api/data/v9.2/nothing", 404),
    ]
    assert len((await http.get("/desktop/calls?since=1")).json()) == 1
    for wrong in ("x", "-1", "9" * 5000):
        assert (await http.get(f"/desktop/calls?since={wrong}")).status_code == 400
    assert [event["type"] for event in events] == ["call", "call"]


@pytest.mark.parametrize("table", ["msdyn_ocliveworkitem", "account", "contact", "incident"])
async def test_a_note_is_told(http: httpx.AsyncClient, desktop: Desktop, widget: str, table: str) -> None:
    await opened(http, widget)
    (row, *_) = desktop.org.rows(table)
    key = row["activityid" if table == "msdyn_ocliveworkitem" else f"{table}id"]
    events = told(desktop)
    note = {"subject": "Session", "notetext": "Three minutes", f"objectid_{table}@odata.bind": f"/{table}s({key})"}
    assert (await http.post("/api/data/v9.2/annotations", json=note)).status_code == 204
    (event,) = events
    assert isinstance(event["note"], dict)
    assert event["note"]["text"] == "Three minutes"
    assert event["note"]["record"] == key


async def test_everybody_who_listens_is_told_and_a_closed_feed_ends(desktop: Desktop) -> None:
    stream = desktop.feed.stream()
    await anext(stream)
    waiting = anext(stream)
    heard: list[Event | str] = []

    async def hear() -> None:
        heard.append(await waiting)

    import asyncio  # noqa: PLC0415

    task = asyncio.create_task(hear())
    await asyncio.sleep(0)
    desktop.set_build("failed", "main.py: line 3")
    await task
    assert '"state": "failed"' in str(heard[0])
    desktop.feed.close()
    assert [text async for text in stream] == []


def test_a_desktop_is_served_and_a_port_in_use_is_said() -> None:
    with LocalOrg.open() as org, serve(Desktop(org)) as server:
        assert httpx.get(f"{server.url}/desktop/about", trust_env=False).status_code == 200
        with pytest.raises(DesktopError, match="cannot listen on port"):
            serve(Desktop(org), port=int(server.url.rpartition(":")[2]))


def test_closing_a_server_ends_its_streams() -> None:
    with LocalOrg.open() as org:
        server = serve(Desktop(org))
        with httpx.stream("GET", f"{server.url}/desktop/events", trust_env=False) as stream:
            lines = stream.iter_lines()
            assert next(lines) == ": still here"
            server.close()
            assert [line for line in lines if line] == []
