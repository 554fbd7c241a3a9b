"""The provider's own service in the preview: from Python or as a program, with its origin; failures in plain words."""

from __future__ import annotations

import mimetypes
import sys
from typing import TYPE_CHECKING

import httpx
import pytest
from websockets.sync.client import connect

from cotab_kit.errors import DesktopError
from cotab_kit.manifest.model import Preview
from cotab_kit.preview.sidecar import Places, _found, is_of_service, sidecar

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import JsonValue

PLACES = Places(desktop="http://127.0.0.1:1", shop="http://127.0.0.1:2")
SERVICE = """
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute

def factory(preview):
    async def where(_request):
        return PlainTextResponse(f"{preview.desktop} {preview.shop}")

    async def echo(socket):
        await socket.accept()
        await socket.send_text(await socket.receive_text())
        await socket.close()

    return Starlette(routes=[Route("/", where), WebSocketRoute("/echo", echo)])
"""
FILES = """
from pathlib import Path
from starlette.staticfiles import StaticFiles

def factory(preview):
    return StaticFiles(directory=Path(__file__).parent)
"""
PROGRAM = """
import os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(os.environ["COTAB_SHOP"].encode())

    def log_message(self, *_):
        pass

HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""


@pytest.fixture
def module(request: pytest.FixtureRequest) -> str:
    """A name that no other test has imported."""
    return f"backend_{abs(hash(request.node.nodeid))}"


def answer(url: str) -> str:
    return httpx.get(url, trust_env=False).text


def test_a_factory_gets_the_origins_and_its_application_has_websockets(tmp_path: Path, module: str) -> None:
    (tmp_path / f"{module}.py").write_text(SERVICE)
    with sidecar(Preview(server=f"{module}:factory"), tmp_path, PLACES) as url:
        assert answer(url) == "http://127.0.0.1:1 http://127.0.0.1:2"
        with connect(f"{url.replace('http', 'ws')}/echo", proxy=None) as socket:
            socket.send("hello")
            assert socket.recv() == "hello"
    assert str(tmp_path) not in sys.path
    with pytest.raises(httpx.ConnectError):
        answer(url)


def test_a_factory_s_files_have_types_that_browsers_take(tmp_path: Path, module: str) -> None:
    (tmp_path / f"{module}.py").write_text(FILES)
    (tmp_path / "page.js").write_text("0")
    mimetypes.add_type("text/plain", ".js")  # as a program may have written it into Windows' registry
    with sidecar(Preview(server=f"{module}:factory"), tmp_path, PLACES) as url:
        kind = httpx.get(f"{url}/page.js", trust_env=False).headers["content-type"]
    assert kind.startswith("text/javascript")


@pytest.mark.parametrize("python", [("python",), ("py", "-3.14")])
def test_a_program_gets_port_and_origins_and_ends_with_the_preview(tmp_path: Path, python: tuple[str, ...]) -> None:
    (tmp_path / "service.py").write_text(PROGRAM)
    with sidecar(Preview(command=(*python, "service.py", "{port}")), tmp_path, PLACES) as url:
        assert answer(url) == PLACES.shop
    with pytest.raises(httpx.ConnectError):
        answer(url)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("def factory(preview):\n    raise KeyError('region')\n", r"\.py:2: KeyError: 'region'"),
        ("import nowhere_to_be_found\n", r"\.py:1: ModuleNotFoundError"),
        ("def other(preview): ...\n", "AttributeError"),
    ],
)
def test_what_the_service_does_wrong_is_told_with_its_line(
    tmp_path: Path, module: str, content: str, said: str
) -> None:
    (tmp_path / f"{module}.py").write_text(content)
    with pytest.raises(DesktopError, match=said), sidecar(Preview(server=f"{module}:factory"), tmp_path, PLACES):
        pass


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("python", "-c", "raise SystemExit(3)", "{port}"), "ended with code 3"),
        (("no-such-program-anywhere", "{port}"), "cannot be started: no-such-program-anywhere"),
    ],
)
def test_a_program_that_does_not_come_up_is_told(tmp_path: Path, command: tuple[str, ...], said: str) -> None:
    with pytest.raises(DesktopError, match=said), sidecar(Preview(command=command), tmp_path, PLACES):
        pass


def test_no_service_is_fine(tmp_path: Path) -> None:
    with sidecar(Preview(), tmp_path, PLACES) as url:
        assert not url


def test_origins_are_filled_in_wherever_they_stand() -> None:
    places = Places("http://d", "http://s", "http://p")
    given: dict[str, JsonValue] = {
        "relay": "{server}/a",
        "sites": ["{shop}", 3],
        "more": {"agent": "{desktop}", "kept": "{other}"},
    }
    assert places.fill(given) == {
        "relay": "http://p/a",
        "sites": ["http://s", 3],
        "more": {"agent": "http://d", "kept": "{other}"},
    }


def test_a_program_is_found_as_a_shell_finds_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    npm, vite = r"C:\Program Files\nodejs\npm.CMD", r"C:\project\node_modules\.bin\vite.CMD"
    monkeypatch.setattr("shutil.which", {"npm": npm, tmp_path / "node_modules/.bin/vite": vite}.get)
    assert _found("npm", tmp_path) == npm
    assert _found("node_modules/.bin/vite", tmp_path) == vite
    assert {_found(name, tmp_path) for name in ("python", "python3", "py")} == {sys.executable}
    assert [_found(name, tmp_path) for name in ("./serve", "absent")] == ["./serve", "absent"]


def test_a_program_consists_of_the_files_that_its_command_names_and_of_what_lies_beside_them(tmp_path: Path) -> None:
    for name in ("service.py", "main.py", "backend/index.js", "backend/inner/routes.js"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", "utf-8")
    alone = Preview(command=("python", "service.py", "{port}"))
    folder = Preview(command=("node", "backend/index.js", "{port}"))
    assert is_of_service(alone, tmp_path, tmp_path / "service.py")
    assert not is_of_service(alone, tmp_path, tmp_path / "main.py")
    assert is_of_service(folder, tmp_path, tmp_path / "backend" / "inner" / "routes.js")
    assert not is_of_service(folder, tmp_path, tmp_path / "main.py")
    assert not is_of_service(Preview(), tmp_path, tmp_path / "main.py")
