"""What the `tab` fixture is served by, over real HTTP: an org with the solution in it, and the bare window's files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from cotab_kit.errors import DesktopError
from cotab_kit.testing import ServedBuild
from small_build import small_build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONVERSATION = "11111111-2222-4333-8444-555555555555"
NOTES = "/api/data/v9.2/annotations"
NOTE = {"subject": "Co-browse", "objectid_msdyn_ocliveworkitem@odata.bind": f"/msdyn_ocliveworkitems({CONVERSATION})"}
PAGE = "contoso_/assist/cobrowse.html"
ANCESTORS = "frame-ancestors 'self' https://*.powerapps.com"
DEFAULT = (
    "script-src * 'unsafe-inline' 'unsafe-eval'; worker-src 'self' blob:; style-src * 'unsafe-inline'; "
    f"font-src * data:; {ANCESTORS}"
)
STRICT = (
    "default-src 'self'; script-src 'self' blob: data:; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
    "font-src 'self' data:; img-src 'self' blob: data:; connect-src 'self' blob: data: wss:; base-uri 'none'; "
    f"form-action 'self'; {ANCESTORS}; frame-src 'self' blob:"
)
WASM = STRICT.replace("script-src 'self' blob: data:", "script-src 'self' blob: data: 'wasm-unsafe-eval'")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedBuild]:
    dist = small_build(
        tmp_path_factory.mktemp("dist"),
        "<!DOCTYPE html>",
        "1;",
        page={"adapter": "main:Adapter", "settings": {"region": "eu"}},
    )
    with ServedBuild(dist) as server:
        yield server


@pytest.fixture
def server(running: ServedBuild) -> ServedBuild:
    running.reset()
    return running


@pytest.fixture
def http(server: ServedBuild) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        yield client


@pytest.mark.parametrize(
    ("csp", "policy"), [("none", None), ("default", DEFAULT), ("strict", STRICT), ("strict-wasm", WASM)]
)
def test_the_address_names_the_policy(server: ServedBuild, http: httpx.Client, csp: str, policy: str | None) -> None:
    answer = http.get(server.address(PAGE, "data=%7B%7D", csp))
    assert (answer.status_code, answer.text) == (200, "<!DOCTYPE html>")
    assert answer.headers.get("content-security-policy") == policy


@pytest.mark.parametrize("token", ["%7B639-lax%7D", "639", "%7Bx%7D"])
def test_anything_else_is_no_token(http: httpx.Client, token: str) -> None:
    assert http.get(f"/{token}/WebResources/{PAGE}").status_code == 404


@pytest.mark.parametrize(
    "path", ["../server.py", "%2e%2e/server.py", "..%2fserver.py", "..%5cserver.py", "%2fetc%2fpasswd", "", "window"]
)
def test_nothing_but_the_pages_is_served(http: httpx.Client, path: str) -> None:
    assert http.get(f"/desktop/static/{path}").status_code == 404


@pytest.mark.parametrize("path", ["/window", "/desktop/static/window.js", "/desktop/static/agent.css"])
def test_the_window_comes_with_ordinary_types_and_is_asked_about_again(http: httpx.Client, path: str) -> None:
    kind = {"js": "text/javascript", "css": "text/css"}.get(path.rpartition(".")[2], "text/html")
    answer = http.get(path)
    assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    again = http.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == (304 if "." in path else 200)


def test_a_note_needs_a_conversation_that_there_is(server: ServedBuild, http: httpx.Client) -> None:
    assert http.post(NOTES, json=NOTE).status_code == 404
    for conversation in (CONVERSATION, CONVERSATION, "no guid"):
        server.begin_conversation(conversation)
    assert http.post(NOTES, json=NOTE).status_code == 204
    (note,) = server.org.rows("annotation")
    assert (note["subject"], note["objectid"]) == ("Co-browse", CONVERSATION)


def test_a_reset_undoes_everything(server: ServedBuild, http: httpx.Client) -> None:
    before, token = server.org.snapshot(history=True), server.desktop.token
    server.begin_conversation(CONVERSATION)
    http.post(NOTES, json=NOTE).raise_for_status()
    server.set_org_settings('{"region": "us"}')
    server.refuse_notes()
    http.post("/api/data/v9.2/PublishAllXml", json={}).raise_for_status()
    assert http.post(NOTES, json=NOTE).status_code == 403
    assert server.org.snapshot(history=True) != before
    server.reset()
    assert server.org.snapshot(history=True) == before
    assert server.desktop.token == token
    server.begin_conversation(CONVERSATION)
    assert http.post(NOTES, json=NOTE).status_code == 204


def test_refused_notes_can_be_taken_again(server: ServedBuild, http: httpx.Client) -> None:
    server.begin_conversation(CONVERSATION)
    server.refuse_notes()
    assert "prvCreateNote" in http.post(NOTES, json=NOTE).json()["error"]["message"]
    server.refuse_notes(refuse=False)
    assert http.post(NOTES, json=NOTE).status_code == 204


def test_a_build_without_a_solution_is_said_to_have_none(tmp_path: Path) -> None:
    with pytest.raises(DesktopError, match="holds no managed solution"):
        ServedBuild(tmp_path)


def test_a_solution_that_cannot_be_installed_leaves_nothing_running(tmp_path: Path) -> None:
    (tmp_path / "x_managed.zip").write_bytes(b"no zip")
    with pytest.raises(DesktopError):
        ServedBuild(tmp_path)


def test_who_has_no_settings_is_told_and_only_this_machine_is_served_until_it_is_closed(
    tmp_path: Path,
) -> None:
    server = ServedBuild(small_build(tmp_path, "", ""))
    assert server.url.startswith("http://127.0.0.1:")
    with pytest.raises(AssertionError, match=r"no \[page.settings\] in its provider\.toml"):
        server.set_org_settings("{}")
    server.close()
    server.close()
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url, trust_env=False)
