"""The backend: who gets into which room, and what may be done there. Its LiveKit server is that of the preview."""

import base64
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from backend.preview import KEY, SECRET, livekit
from backend.service import Config, create_app

from cotab_kit.serving import Served

JOB = {"conversation": "c-1"}


@pytest.fixture(scope="module")
def backend() -> Iterator[str]:
    """Run a backend, and return its address."""
    with livekit() as (url, key, secret), Served(create_app(Config(url, key, secret, ()), Path())) as server:
        yield server.url


def asked(method: str, url: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
    """Ask the backend; the status, if it refuses."""
    data = json.dumps(body).encode() if body is not None else None
    request = Request(url, data, {"content-type": "application/json"}, method=method)  # noqa: S310 - of this machine
    try:
        with urlopen(request) as answer:  # noqa: S310 - as above
            return json.loads(answer.read() or "null")
    except HTTPError as error:
        return error.code


def claims(token: str) -> dict[str, Any]:
    """Read what a token allows."""
    payload = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return found


@contextmanager
def room(backend: str) -> Iterator[dict[str, str]]:
    """Open a room, and close it in the end."""
    place = asked("POST", f"{backend}/rooms", JOB)
    yield place
    asked("DELETE", f"{backend}/rooms/{place['room']}")


def test_everybody_in_a_conversation_gets_the_same_room_and_an_identity_of_their_own(backend: str) -> None:
    """A supervisor looks on, and no tab sends another one away."""
    with room(backend) as place:
        again = asked("POST", f"{backend}/rooms", JOB)
        other = asked("POST", f"{backend}/rooms", {"conversation": "c-2"})
        assert (again["room"] == place["room"], other["room"] == place["room"]) == (True, False)
        assert claims(again["token"])["sub"] != claims(place["token"])["sub"]


def test_an_agent_looks_and_a_customer_shares_a_screen_and_nothing_else(backend: str) -> None:
    """What a token does not allow, the LiveKit server refuses."""
    with room(backend) as place:
        agent = claims(place["token"])["video"]
        assert (agent["room"], agent["roomJoin"], agent["canPublish"]) == (place["room"], True, False)
        key = place["link"].rpartition(".")[2]
        answer = asked("POST", f"{backend}/rooms/{place['room']}/customers", {"key": key, "name": "Casey"})
        customer = claims(answer["token"])
        assert customer["sub"].startswith("customer-")
        assert customer["video"]["canPublishSources"] == ["screen_share"]
        assert customer["video"]["canSubscribe"] is False


def test_without_the_key_of_the_link_nobody_gets_in(backend: str) -> None:
    """Nor with the key of another room."""
    with room(backend) as place:
        other = asked("POST", f"{backend}/rooms", {"conversation": "c-2"})["link"].rpartition(".")[2]
        for key in ("", "x", other):
            assert asked("POST", f"{backend}/rooms/{place['room']}/customers", {"key": key}) == 403  # noqa: PLR2004


def test_a_room_that_was_closed_is_gone_for_everyone(backend: str) -> None:
    """An agent who comes back is offered a new one."""
    with room(backend) as place:
        agents, key = f"{backend}/rooms/{place['room']}/agents", place["link"].rpartition(".")[2]
        assert asked("POST", agents)["room"] == place["room"]
        asked("POST", f"{backend}/rooms/{place['room']}/customers", {"key": key, "leave": True})
        assert asked("POST", agents) == 404  # noqa: PLR2004


# As much of a LiveKit server as is needed to be found, to begin late, and to end.
SERVER = """
import sys, time
from http.server import HTTPServer, SimpleHTTPRequestHandler
time.sleep(0.3)
HTTPServer(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])), SimpleHTTPRequestHandler).serve_forever()
"""


def write_server(folder: Path, source: str) -> None:
    """Make a program of Python source; the path of Python may have blanks, which no `#!` line takes."""
    script, program = folder / "server.py", folder / "livekit-server"
    script.write_text(source, "utf-8")
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n', "utf-8")
    program.chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="a script is no program there")
def test_a_livekit_server_on_the_path_is_used_once_it_is_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And one that an address names goes before it."""
    write_server(tmp_path, SERVER)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("COTAB_LIVEKIT_URL", raising=False)
    with livekit() as (url, key, secret):
        assert (key, secret) == (KEY, SECRET)
        assert urlopen(url.replace("ws", "http", 1)).status == 200  # noqa: PLR2004, S310 - of this machine
    monkeypatch.setenv("COTAB_LIVEKIT_URL", "wss://livekit.test")
    monkeypatch.setenv("LIVEKIT_API_KEY", "k")
    monkeypatch.setenv("LIVEKIT_API_SECRET", "s")
    with livekit() as found:
        assert found == ("wss://livekit.test", "k", "s")


@pytest.mark.skipif(os.name == "nt", reason="a script is no program there")
def test_a_livekit_server_that_ends_at_once_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its code."""
    write_server(tmp_path, "raise SystemExit(3)")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("COTAB_LIVEKIT_URL", raising=False)
    with pytest.raises(RuntimeError, match="code 3"), livekit():
        raise AssertionError("it was taken for a server")
