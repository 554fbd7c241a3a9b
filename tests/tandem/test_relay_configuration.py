"""How a relay is set up: options, variables, what is refused at the start, and whose word about addresses counts."""

from __future__ import annotations

from http import HTTPStatus

import httpx
import pytest
from starlette.applications import Starlette
from starlette.types import Message

from relays import SHOP
from tandem.__main__ import main
from tandem.app import create_app
from tandem.config import configure, configure_from, origin_of
from tandem.errors import ConfigError


def test_an_option_beats_its_variable_and_may_be_given_several_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANDEM_CUSTOMER_ORIGINS", "https://a.test https://b.test")
    monkeypatch.setenv("TANDEM_AGENT_ORIGINS", "https://c.test")
    monkeypatch.setenv("TANDEM_GRACE_SECONDS", "5")
    options = ["--agent-origin", "https://d.test", "--agent-origin", "https://e.test:443", "--port", "1"]
    config = configure_from([*options, "--ice-servers", '[{"urls": "turn:t.test"}]', "--proxy", "10.0.0.0/8"])
    assert config.customer_origins == ("https://a.test", "https://b.test")
    assert config.agent_origins == ("https://d.test", "https://e.test")
    assert (config.port, config.grace_seconds, config.proxies) == (1, 5, ("10.0.0.0/8",))
    assert config.ice_servers == ({"urls": "turn:t.test"},)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--nope"], "unrecognized arguments: --nope"),
        (["--port", "x"], "port: Input should be a valid integer"),
        (["--ice-servers", "turn:t.test"], "ice_servers"),
        (["--host", "0.0.0.0"], "tandem: without an issuer anybody could be an agent"),  # noqa: S104 - refused
    ],
)
def test_whatever_is_wrong_is_one_sentence(
    options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(options)
    assert end.value.code == 2
    written = capsys.readouterr().err
    assert sentence in written
    assert written.count("\n") == 1


def test_a_variable_that_is_no_json_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANDEM_ICE_SERVERS", "turn:t.test")
    with pytest.raises(ConfigError, match="ice_servers"):
        configure_from([])


def test_help_names_every_option_and_its_variable(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    for option in ("host", "port", "origin", "bus", "agent-origin", "customer-origin", "site", "issuer", "client-id"):
        assert f"--{option} " in text
    for option in ("proxy", "assets", "secret", "ice-servers", "pin-seconds"):
        assert f"--{option} " in text
    assert "[env: TANDEM_AGENT_ORIGINS]" in text


@pytest.mark.parametrize(
    ("peer", "forwarded", "same"),
    [
        ("9.9.9.9", "1.2.3.4", ("9.9.9.9", "")),
        ("10.0.0.1", "1.2.3.4", ("1.2.3.4", "")),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2", ("1.2.3.4", "")),
        ("10.0.0.1", "1.2.3.4:5678", ("1.2.3.4", "")),
        ("10.0.0.1", "junk", ("10.0.0.2", "junk")),
        ("10.0.0.1", "", ("10.0.0.1", "")),
        ("2001:db8::1", "", ("2001:db8::2", "")),
    ],
)
async def test_an_address_is_believed_from_declared_proxies_alone(
    peer: str, forwarded: str, same: tuple[str, str]
) -> None:
    app = create_app(configure(customer_origins=SHOP, proxies="10.0.0.0/8", tries_per_address=1))
    assert await _guess(app, peer, forwarded) == HTTPStatus.NOT_FOUND
    assert await _guess(app, *same) == HTTPStatus.TOO_MANY_REQUESTS
    assert await _guess(app, "8.8.8.8", "1.2.3.4") == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("path", ["/tandem.js", "/viewer", "/viewer/viewer.js", "/nowhere"])
async def test_a_query_that_is_no_text_breaks_no_address(path: str) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"\x80", "headers": []}
    await create_app(configure(customer_origins=SHOP))(scope, _nothing, send)
    assert sent[0]["status"] < HTTPStatus.INTERNAL_SERVER_ERROR


async def _nothing() -> Message:
    return {"type": "http.request"}


async def _guess(app: Starlette, peer: str, forwarded: str) -> int:
    headers = {"origin": SHOP, **({"x-forwarded-for": forwarded} if forwarded else {})}
    transport = httpx.ASGITransport(app, client=(peer, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        return (await http.post("/api/join", json={"pin": "000000"}, headers=headers)).status_code


@pytest.mark.parametrize(
    "text",
    ["", "shop.test", "https://*.test", "https://a.test/b", "javascript:1", "https://a;b", "https://bücher.test"],
)
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an origin"):
        origin_of(text)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"host": "0.0.0.0"}, "anybody could be an agent"),  # noqa: S104 - refused
        ({"origin": "https://relay.test"}, "anybody could be an agent"),
        ({"issuer": "https://issuer.test"}, "client id"),
        ({"issuer": "https://issuer.test", "client_id": "1"}, "--origin"),
        ({"secret": "short"}, "secret"),
        ({"proxies": "everybody"}, "proxies"),
        ({"customer_origins": "shop"}, "not an origin"),
    ],
)
def test_a_relay_that_would_be_unsafe_does_not_start(settings: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        configure(**settings)
