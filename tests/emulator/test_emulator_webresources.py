"""Web resources of the local org: served under two addresses, changed, published, protected by a policy."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import httpx
import pytest

from cotab_kit.emulator import LocalOrg
from cotab_kit.emulator.webresources import policies, renew_token
from cotab_kit.serving import Served
from emulator.client import SITE, package

if TYPE_CHECKING:
    from emulator.client import Client

NAME = "contoso_/tools/a.js"
PLAIN = f"{SITE}WebResources/{NAME}"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.fixture
async def resource(client: Client) -> str:
    """The address of a web resource's row; its publisher comes with a solution that has none itself."""
    await client.install(package("tools", managed=False, resources={}, modes={"cobrowse": {}}))
    body = {"name": NAME, "webresourcetype": 3, "content": encoded("one")}
    made = await client.post("webresourceset", json=body)
    assert made.status_code == 204, made.text
    return made.headers["OData-EntityId"]


def publish_xml(address: str) -> dict[str, str]:
    guid = address[-37:-1]
    inner = f"<webresources><webresource>{{{guid}}}</webresource></webresources>"
    return {"ParameterXml": f"<importexportxml>{inner}</importexportxml>"}


async def test_what_is_written_is_seen_once_it_is_published(org: LocalOrg, client: Client, resource: str) -> None:
    assert (await client.get(PLAIN)).status_code == 404
    assert (await client.post("PublishXml", json=publish_xml(resource))).status_code == 204
    assert (await client.get(PLAIN)).text == "one"
    before = org.token
    await client.patch(resource, json={"content": encoded("two")})
    assert (await client.get(PLAIN)).text == "one"
    assert (await client.get(resource)).json()["content"] == encoded("one")
    assert org.token == before
    await client.post("PublishAllXml", json={})
    assert (await client.get(PLAIN)).text == "two"
    assert org.token != before


async def test_no_token_is_ever_used_twice_in_whatever_run() -> None:
    tokens = []
    for _ in range(3):
        with LocalOrg.open() as org:
            for _ in range(3):
                renew_token(org.store)
                tokens.append(org.token)
    assert len(set(tokens)) == len(tokens)
    assert tokens == sorted(tokens)
    assert re.fullmatch(r"\{63\d{16}\}", tokens[0])  # as orgs have them


async def test_a_managed_solution_is_published_by_its_import_and_an_unmanaged_one_is_not(client: Client) -> None:
    page = f"{SITE}WebResources/contoso_/assist/cobrowse.html"
    await client.install(package(managed=False))
    assert (await client.get(page)).status_code == 404
    await client.post("PublishAllXml", json={})
    assert (await client.get(page)).status_code == 200
    await client.install(package("other"))
    assert (await client.get(f"{SITE}WebResources/contoso_/other/cobrowse.html")).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ParameterXml": "<importexportxml>"},
        {"ParameterXml": "<nonsense/>"},
        {"ParameterXml": '<!DOCTYPE x [<!ENTITY a "b">]><importexportxml>&a;</importexportxml>'},
        publish_xml(f"({'x' * 36})"),
        publish_xml("(00000000-0000-0000-0000-000000000001)"),
    ],
)
async def test_what_cannot_be_published_is_refused(client: Client, body: dict[str, str]) -> None:
    assert (await client.error("POST", "PublishXml", body))[0] in (400, 404)


async def test_the_address_with_the_token_may_be_kept_for_long(org: LocalOrg, client: Client) -> None:
    await client.install(package())
    page = "WebResources/contoso_/assist/cobrowse.html"
    org.seed_settings(policy="script-src 'self'")
    for address, caching in ((f"{SITE}{page}", "no-cache"), (f"{SITE}{org.token}/{page}", "public, max-age=31536000")):
        answer = await client.get(address)
        assert (answer.status_code, answer.text) == (200, "<!DOCTYPE html>")
        assert answer.headers["content-type"] == "text/html"
        assert answer.headers["cache-control"] == caching
        assert answer.headers["content-security-policy"] == "script-src 'self'"
        assert answer.headers["x-content-type-options"] == "nosniff"
    org.seed_settings(policy="")
    assert "content-security-policy" not in (await client.get(f"{SITE}{page}")).headers
    assert (await client.get(f"{SITE}%7B0%7D/{page}")).status_code == 200
    assert (await client.get(f"{SITE}nonsense/{page}")).status_code == 404
    assert (await client.get(f"{SITE}{page}x")).status_code == 404
    opened = f"{SITE}main.aspx?pagetype=webresource&webresourceName=contoso_/assist/cobrowse.html&own=1&data=a%2Bb"
    answer = await client.get(opened, follow_redirects=True)
    assert (answer.text, answer.url.query) == ("<!DOCTYPE html>", b"data=a%2Bb")


def test_policies_are_as_documented() -> None:
    """https://learn.microsoft.com/en-us/power-platform/admin/content-security-policy."""
    ancestors = "frame-ancestors 'self' https://*.powerapps.com"
    found = policies(["https://ours.example"])
    assert found["default"] == (
        "script-src * 'unsafe-inline' 'unsafe-eval'; worker-src 'self' blob:; style-src * 'unsafe-inline'; "
        f"font-src * data:; {ancestors}"
    )
    strict = set(str(found["strict"]).split("; "))
    assert strict >= {
        "script-src 'self' blob: data:",
        "connect-src 'self' blob: data: wss:",
        "worker-src 'self' blob:",
        "frame-src 'self' blob: https://ours.example",
        "base-uri 'none'",
        ancestors,
    }


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("x.html", "text/html"),
        ("x.css", "text/css"),
        ("x.js", "text/jscript"),
        ("x.xml", "text/xml"),
        ("x.svg", "image/svg+xml"),
    ],
)
async def test_the_type_of_a_web_resource_is_its_content_type(client: Client, name: str, kind: str) -> None:
    await client.install(package(resources={"cobrowse.html": b"", name: b"<x/>"}, modes={"cobrowse": {}}))
    answer = await client.get(f"{SITE}WebResources/contoso_/assist/{name}")
    assert answer.headers["content-type"] == kind


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "nothing.js"}, "0x8004f118"),
        ({"name": "unknown_x.js"}, "0x8004f118"),
        ({"name": "contoso_/a b.js"}, "0x8004f117"),
        ({"name": "contoso_//b.js"}, "0x8004f117"),
        ({"name": "contoso_/b.aspx"}, "0x8004f119"),
        ({"name": NAME.upper().replace("CONTOSO", "contoso")}, "0x8004f115"),
        ({"name": "contoso_/b.js", "content": "no base64!"}, "0x80040203"),
        ({"name": "contoso_/b.js", "webresourcetype": 13}, "0x8004431a"),
        ({"name": "contoso_/b.js", "webresourcetype": None}, "0x8004203e"),
        ({"name": f"contoso_/{'x' * 256}"}, "0x80044331"),
    ],
)
async def test_a_web_resource_obeys_the_rules_of_its_table(
    client: Client, resource: str, body: dict[str, object], code: str
) -> None:
    assert resource
    given = {"webresourcetype": 3, "content": encoded("x")} | body
    assert (await client.error("POST", "webresourceset", given))[:2] == (400, code)


async def test_a_size_limit_holds_for_single_files_too(org: LocalOrg, client: Client, resource: str) -> None:
    org.seed_settings(max_upload=20)
    assert (await client.error("PATCH", resource, {"content": encoded("x" * 20)}))[1] == "0x8004f114"


def test_an_org_can_be_served_to_a_browser(org: LocalOrg) -> None:
    with Served(org.app) as served:
        assert served.url.startswith("http://127.0.0.1:")
        answer = httpx.get(f"{served.url}/api/data/v9.2/WhoAmI")
        assert answer.json()["@odata.context"].startswith(served.url)
