"""Signing in with an OpenID Connect issuer that the tests play, and the pages of the relay."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc.jwk import RSAKey

from issuers import ISSUER, Issuer
from relays import DESKTOP, SECRET, SHOP, FakeClock
from tandem.app import create_app
from tandem.config import configure
from tandem.preview import factory

RELAY = "https://relay.test"
CLAIM = "what only the viewer knows"
VIEWER = hashlib.sha256(CLAIM.encode()).hexdigest()
OPENED_BY_THE_VIEWER = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def issuer(clock: FakeClock) -> Issuer:
    return Issuer(clock)


@pytest.fixture
async def relay(issuer: Issuer) -> AsyncIterator[httpx2.AsyncClient]:
    config = configure(
        origin=RELAY, issuer=ISSUER, client_id="me", secret=SECRET, agent_origins=(DESKTOP,), customer_origins=(SHOP,)
    )
    app = create_app(config, clock=issuer.clock, transport=httpx2.ASGITransport(issuer.app))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=RELAY) as client:
        yield client


async def go(relay: httpx2.AsyncClient, issuer: Issuer, **changed: str) -> httpx2.Response:
    """Go to the issuer and come back."""
    away = await relay.get("/sign-in", params={"for": VIEWER}, headers=OPENED_BY_THE_VIEWER)
    issuer.asked = {name: values[0] for name, values in parse_qs(urlsplit(away.headers["location"]).query).items()}
    return await relay.get("/sign-in/callback", params={"code": "good", "state": issuer.asked["state"], **changed})


async def claimed(relay: httpx2.AsyncClient, claim: str = CLAIM, origin: str = RELAY) -> httpx2.Response:
    """What the viewer is told that has this claim."""
    return await relay.post("/sign-in/claim", headers={"authorization": f"Bearer {claim}", "origin": origin})


async def test_an_agent_signs_in_and_creates_a_session(relay: httpx2.AsyncClient, issuer: Issuer) -> None:
    assert (await claimed(relay)).status_code == 204
    page = await go(relay, issuer)
    assert "You are signed in" in page.text
    assert issuer.asked["code_challenge_method"] == "S256"
    answer = (await claimed(relay)).json()
    assert answer["name"] == "Ada </script>"
    headers = {"authorization": f"Bearer {answer['token']}"}
    created = await relay.post("/api/sessions", json={"mode": "screenshare", "conversation": "1"}, headers=headers)
    assert created.status_code == 201


async def test_who_signed_in_is_told_once_to_the_viewer_that_asked(relay: httpx2.AsyncClient, issuer: Issuer) -> None:
    await go(relay, issuer)
    assert (await claimed(relay, VIEWER)).status_code == 204
    assert (await claimed(relay, "")).status_code == 204
    assert (await claimed(relay, origin=DESKTOP)).status_code == 403
    assert (await claimed(relay)).status_code == 200
    assert (await claimed(relay)).status_code == 204


async def test_who_signed_in_is_forgotten_when_nobody_asks(
    relay: httpx2.AsyncClient, issuer: Issuer, clock: FakeClock
) -> None:
    await go(relay, issuer)
    clock.advance(61)
    assert (await claimed(relay)).status_code == 204


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", None])
async def test_a_window_that_the_viewer_did_not_open_signs_nobody_in(
    relay: httpx2.AsyncClient, site: str | None
) -> None:
    headers = {"sec-fetch-site": site} if site else {}
    answer = await relay.get("/sign-in", params={"for": VIEWER}, headers=headers)
    assert answer.status_code == 403
    assert "Sign in from the agent" in answer.text


@pytest.mark.parametrize("viewer", ["", "x", VIEWER.upper(), f"{VIEWER}0"])
async def test_a_window_that_names_no_viewer_signs_nobody_in(relay: httpx2.AsyncClient, viewer: str) -> None:
    answer = await relay.get("/sign-in", params={"for": viewer}, headers=OPENED_BY_THE_VIEWER)
    assert answer.status_code == 403


async def test_what_the_issuer_says_against_it_is_told_on_a_page(relay: httpx2.AsyncClient, issuer: Issuer) -> None:
    page = await go(relay, issuer, code="bad")
    assert page.headers["content-type"].startswith("text/html")
    assert "start again" in page.text


async def test_a_sign_in_with_another_state_is_refused(relay: httpx2.AsyncClient, issuer: Issuer) -> None:
    assert (await go(relay, issuer, state="another")).status_code == 401
    assert (await go(relay, issuer, state="é")).status_code == 401


async def test_a_wrong_code_is_refused(relay: httpx2.AsyncClient, issuer: Issuer) -> None:
    assert (await go(relay, issuer, code="bad")).status_code == 401


NAMELESS: dict[str, object] = {"name": "", "preferred_username": "Ada@Contoso.example", "oid": "0A-1"}
IN_DYNAMICS = {"name": "Ada Lovelace", "email": "other@contoso.example", "entra_id": ""}


@pytest.mark.parametrize(
    ("claims", "said", "shown"),
    [
        ({}, IN_DYNAMICS, "Ada </script>"),  # the issuer gives a name
        ({}, None, "Ada </script>"),
        (NAMELESS, None, "Ada@Contoso.example"),
        (NAMELESS, IN_DYNAMICS, "Ada@Contoso.example"),  # of somebody else
        (NAMELESS, IN_DYNAMICS | {"email": "ada@contoso.example"}, "Ada Lovelace"),
        (NAMELESS, IN_DYNAMICS | {"entra_id": "0a-1"}, "Ada Lovelace"),
        ({"name": ""}, IN_DYNAMICS, "Agent"),  # the issuer knows nobody by that
        (NAMELESS, {"name": "", "email": "ada@contoso.example"}, "Ada@Contoso.example"),
    ],
)
async def test_customers_read_a_name_that_the_sign_in_agrees_to(
    relay: httpx2.AsyncClient, issuer: Issuer, claims: dict[str, object], said: dict[str, str] | None, shown: str
) -> None:
    issuer.claims = claims
    await go(relay, issuer)
    headers = {"authorization": f"Bearer {(await claimed(relay)).json()['token']}"}
    wanted = {"mode": "cobrowse", "conversation": "1", "agent": said}
    created = (await relay.post("/api/sessions", json=wanted, headers=headers)).json()
    joined = await relay.post("/api/join", json={"pin": created["pin"]}, headers={"origin": SHOP})
    assert joined.json()["agent"] == shown


@pytest.mark.parametrize("claims", [{"nonce": "x"}, {"aud": "x"}, {"iss": "https://x.test"}, {"exp": 1}])
async def test_an_id_token_for_something_else_is_refused(
    relay: httpx2.AsyncClient, issuer: Issuer, claims: dict[str, object]
) -> None:
    issuer.claims = claims
    assert (await go(relay, issuer)).status_code == 401


async def test_an_id_token_signed_by_somebody_else_is_refused(relay: httpx2.AsyncClient, issuer: Issuer) -> None:
    issuer.signs_with = RSAKey.generate_key(2048, {"kid": "1"})
    assert (await go(relay, issuer)).status_code == 401


async def test_without_the_cookie_of_the_start_nobody_is_signed_in(relay: httpx2.AsyncClient) -> None:
    assert (await relay.get("/sign-in/callback", params={"code": "good", "state": ""})).status_code == 401


async def test_there_is_no_local_sign_in_beside_an_issuer(relay: httpx2.AsyncClient) -> None:
    assert (await relay.post("/api/sign-in", headers={"origin": RELAY})).status_code == 404


async def test_the_preview_signs_in_its_own_viewer_alone() -> None:
    app = factory(SimpleNamespace(desktop=DESKTOP, shop=SHOP))
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:5") as client:
        assert (await client.post("/api/sign-in", headers={"origin": "http://127.0.0.1:5"})).status_code == 200
        assert (await client.post("/api/sign-in", headers={"origin": SHOP})).status_code == 403
        rebound = {"origin": "http://evil.test", "host": "evil.test"}
        assert (await client.post("/api/sign-in", headers=rebound)).status_code == 403
        assert (await client.post("/api/sign-in", headers=rebound | {"host": "["})).status_code == 403


async def test_the_viewer_is_told_who_may_embed_it_and_so_is_the_browser(tmp_path: Path) -> None:
    (tmp_path / "viewer.html").write_text('<html><head><meta name="tandem" content="{}"></head></html>', "utf-8")
    (tmp_path / "tandem.js").write_text("1", "utf-8")
    app = create_app(configure(agent_origins=(DESKTOP,), customer_origins=(SHOP,), assets=tmp_path))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1:5") as client:
        page = await client.get("/viewer")
        policy = page.headers["content-security-policy"]
        assert f"frame-ancestors {DESKTOP}" in policy
        assert f"img-src 'self' https: {SHOP} data: blob:;" in policy
        assert page.text.count("<meta") == 1
        assert DESKTOP in page.text
        script = await client.get("/tandem.js")
        assert script.headers["access-control-allow-origin"] == "*"
        again = await client.get("/tandem.js", headers={"if-none-match": script.headers["etag"]})
        assert again.status_code == 304
        for wrong in ("/viewer/missing.js", "/viewer/..%2Fsecret.js", "/viewer/viewer.html"):
            assert (await client.get(wrong)).status_code == 404
