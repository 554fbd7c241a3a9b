"""The customer's site: its pages, the provider's script on each, and the chat of a conversation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest

from cotab_kit.desktop.shop.shop import PAGES, Shop
from cotab_kit.serving import Served
from kit.desktop.site import ADDRESS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cotab_kit.desktop.server import Desktop


@pytest.fixture
def shop(desktop: Desktop) -> Shop:
    return Shop(desktop)


@pytest.fixture
async def customer(shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(shop.app), base_url=ADDRESS) as client:
        yield client


async def test_the_script_of_the_provider_stands_on_every_page_and_the_policy_allows_it(
    shop: Shop, customer: httpx.AsyncClient
) -> None:
    shop.embed("http://127.0.0.1:7/customer.js", {"data-allow": '"main" & <aside>'}, "http://127.0.0.1:8")
    for path in [*PAGES, "/products/orchard"]:
        page = await customer.get(path)
        assert page.status_code == 200, path
        written = 'src="http://127.0.0.1:7/customer.js" data-allow="&#34;main&#34; &amp; &lt;aside&gt;"></script>'
        assert f"<script {written}" in page.text
        policy = page.headers["content-security-policy"]
        assert "default-src 'self' http://127.0.0.1:7 http://127.0.0.1:8;" in policy
        assert "ws://127.0.0.1:8" in policy
        assert "unsafe" not in policy


async def test_without_a_provider_the_shop_trusts_only_itself(customer: httpx.AsyncClient) -> None:
    page = await customer.get("/")
    assert page.text.count("<script") == 1
    assert page.headers["content-security-policy"].startswith("default-src 'self'; connect-src 'self';")
    assert (await customer.get("/products/nothing")).status_code == 404
    assert (await customer.get("/", headers={"host": "evil.example"})).status_code == 400
    assert (await customer.get("/static/base.html")).status_code == 404


async def test_packages_of_the_preview_are_modules_of_the_site_itself(shop: Shop, customer: httpx.AsyncClient) -> None:
    shop.packages = {"npm/sdk.js": b"export {};"}
    script = await customer.get("/npm/sdk.js")
    assert (script.content, script.headers["content-type"]) == (b"export {};", "text/javascript; charset=utf-8")
    assert (await customer.get("/npm/other.js")).status_code == 404


async def test_an_order_is_thanked_for_and_not_read(customer: httpx.AsyncClient) -> None:
    answer = await customer.post("/cart", data={"card": "4111"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/thanks"


async def test_the_customer_begins_a_conversation_and_says_something(
    desktop: Desktop, customer: httpx.AsyncClient
) -> None:
    made = (await customer.post("/chat", json={"customer": "Alex"})).json()
    said = await customer.post(f"/chat/{made['id']}/messages", json={"text": "Hello"})
    assert said.status_code == 201
    (message,) = desktop.chat.get(made["id"]).messages
    assert (message.sender, message.text) == ("customer", "Hello")
    assert (await customer.get("/chat")).json()[0]["messages"][0]["text"] == "Hello"
    refused = await customer.post(f"/chat/{made['id']}/messages", json={"text": "x", "from": "agent"})
    assert refused.status_code == 400
    assert (await customer.post("/chat", content="{}", headers={"content-type": "text/plain"})).status_code == 415


def test_the_chat_hears_what_was_and_what_is_said_in_its_conversation_alone(
    desktop: Desktop, shop: Shop, widget: str
) -> None:
    ours, other = (desktop.chat.open(widget, name).id for name in ("Alex", "Priya"))
    desktop.chat.post(ours, "agent", "before")
    with Served(shop.app) as server, httpx.Client(base_url=server.url, trust_env=False) as http:
        with http.stream("GET", f"/chat/{ours}/events") as stream:
            lines = (line for line in stream.iter_lines() if line.startswith("data: "))
            heard = [next(lines)]
            desktop.chat.post(other, "agent", "not for Alex")
            desktop.chat.post(ours, "agent", "now")
            desktop.chat.close(ours)
            heard += [next(lines), next(lines)]
        desktop.feed.close()
    events = [json.loads(line.removeprefix("data: ")) for line in heard]
    assert [event["message"]["text"] for event in events[:2]] == ["before", "now"]
    assert events[2]["conversation"]["state"] == "closed"


async def test_the_policy_of_the_shop_is_a_switch(
    desktop: Desktop, shop: Shop, customer: httpx.AsyncClient, http: httpx.AsyncClient
) -> None:
    shop.embed("http://127.0.0.1:7/customer.js", {}, "")

    async def policy(name: str) -> str:
        answer = await http.put("/desktop/settings", json={"shop_policy": name})
        assert answer.json()["shop_policy"] == desktop.shop_policy
        return str((await customer.get("/")).headers.get("content-security-policy", ""))

    strict = await policy("strict")
    assert await policy("trusted") == f"{strict}; require-trusted-types-for 'script'"
    assert await policy("none") == ""
    assert (await http.put("/desktop/settings", json={"shop_policy": "open"})).status_code == 400
    assert desktop.shop_policy == "none"
