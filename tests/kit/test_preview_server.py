"""The preview's server, over real HTTP: it must answer as Dataverse does, not merely hand out files."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import pytest

from cotab_kit.errors import PreviewError
from cotab_kit.preview.server import Preview, serve
from cotab_kit.preview.webapi import ApiFailure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONVERSATION = "11111111-2222-4333-8444-555555555555"
BIND = "objectid_msdyn_ocliveworkitem@odata.bind"
NOTE = {"subject": "Co-browse", "notetext": "12 minutes", BIND: f"/msdyn_ocliveworkitems({CONVERSATION})"}
VERSION = "%7B639012345678901234%7D"
DEFAULT = (
    "script-src * 'unsafe-inline' 'unsafe-eval'; worker-src 'self' blob:; style-src * 'unsafe-inline'; font-src * data:"
)
STRICT = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; "
    "connect-src 'self' blob: data: wss:; frame-src 'self' blob:"
)
WASM = STRICT.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    project = tmp_path_factory.mktemp("project")
    folder = project / "dist" / "webresources" / "abc_" / "demo"
    folder.mkdir(parents=True)
    for name in (
        "page.html",
        "boot.js",
        "style.css",
        "carrier.xml",
        "icon.svg",
        "icon.png",
        "runtime.wasm",
        "a-b.js",
    ):
        (folder / name).write_text(f"content of {name}")
    (project / "dist" / "build.json").write_text('{"name": "demo", "pages": {}, "files": []}')
    (project / "secret.html").write_text("secret")
    with serve(project / "dist") as preview:
        yield preview


@pytest.fixture
def preview(running: Preview) -> Preview:
    running.org.reset()
    return running


def ask(
    preview: Preview,
    path: str,
    method: str = "GET",
    body: object = None,
    headers: dict[str, str] | None = None,
) -> Answer:
    connection = HTTPConnection(urlsplit(preview.url).netloc, timeout=10)
    connection.request(method, path, None if body is None else json.dumps(body), headers or {})
    response = connection.getresponse()
    answer = Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
    connection.close()
    return answer


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("page.html", "text/html"),
        ("boot.js", "text/jscript"),
        ("style.css", "text/css"),
        ("carrier.xml", "text/xml"),
        ("icon.svg", "image/svg+xml"),
        ("icon.png", "image/png"),
    ],
)
@pytest.mark.parametrize("base", ["/WebResources", f"/{VERSION}/WebResources"])
def test_a_web_resource_comes_with_the_type_of_its_kind(
    preview: Preview, base: str, name: str, content_type: str
) -> None:
    answer = ask(preview, f"{base}/abc_/demo/{name}")
    assert (answer.status, answer.headers["content-type"]) == (200, content_type)
    assert answer.body == f"content of {name}".encode()


def test_there_is_no_web_resource_type_for_wasm(preview: Preview) -> None:
    assert ask(preview, "/WebResources/abc_/demo/runtime.wasm").status == 404


def test_a_name_with_a_hyphen_is_no_name(preview: Preview) -> None:
    assert ask(preview, "/WebResources/abc_/demo/a-b.js").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "abc_/../../../secret.html",
        "abc_/demo/../../../../secret.html",
        "abc_/%2e%2e/%2e%2e/%2e%2e/secret.html",
        "abc_/..%2f..%2f..%2fsecret.html",
        "abc_/..%5c..%5c..%5csecret.html",
        "../../secret.html",
        "%2fetc%2fpasswd",
        "abc_//demo/page.html",
        "abc_/demo/page.html%00",
        "abc_/demo",
        "",
    ],
)
@pytest.mark.parametrize("base", ["/WebResources", f"/{VERSION}/WebResources"])
def test_nothing_outside_the_folder_is_served(preview: Preview, base: str, path: str) -> None:
    answer = ask(preview, f"{base}/{path}")
    assert answer.status == 404


def test_an_address_with_a_token_may_be_cached_for_long(preview: Preview) -> None:
    assert (
        ask(preview, f"/{VERSION}/WebResources/abc_/demo/boot.js").headers["cache-control"]
        == "public, max-age=31536000"
    )


def test_an_address_without_a_token_is_asked_about_again(preview: Preview) -> None:
    first = ask(preview, "/WebResources/abc_/demo/boot.js")
    again = ask(preview, "/WebResources/abc_/demo/boot.js", headers={"If-None-Match": first.headers["etag"]})
    assert first.headers["cache-control"] == again.headers["cache-control"] == "no-cache"
    assert (again.status, again.body) == (304, b"")


def test_the_token_changes_with_the_content(preview: Preview) -> None:
    before = json.loads(ask(preview, "/preview/org.json").body)["token"]
    assert json.loads(ask(preview, "/preview/org.json").body)["token"] == before
    (preview.dist / "webresources" / "abc_" / "demo" / "later.js").write_text("something else")
    assert json.loads(ask(preview, "/preview/org.json").body)["token"] != before


@pytest.mark.parametrize(
    ("version", "policy"),
    [
        (VERSION, DEFAULT),
        ("%7B639-none%7D", None),
        ("%7B639-strict%7D", STRICT),
        ("%7B639-strict-wasm%7D", WASM),
    ],
)
def test_the_token_names_the_policy(preview: Preview, version: str, policy: str | None) -> None:
    answer = ask(preview, f"/{version}/WebResources/abc_/demo/page.html")
    assert answer.headers.get("content-security-policy") == policy


def test_an_administrator_can_add_a_frame_source_to_the_strict_policy(preview: Preview) -> None:
    with serve(preview.dist, policy="strict", frame_sources=["https://viewer.example"]) as strict:
        answer = ask(strict, f"/{VERSION}/WebResources/abc_/demo/page.html")
    assert answer.headers["content-security-policy"].endswith("frame-src 'self' blob: https://viewer.example")


@pytest.mark.parametrize("token", ["%7B639-lax%7D", "639", "%7Bx%7D"])
def test_anything_else_is_no_token(preview: Preview, token: str) -> None:
    assert ask(preview, f"/{token}/WebResources/abc_/demo/page.html").status == 404


def test_the_build_report_is_served_as_it_is(preview: Preview) -> None:
    assert ask(preview, "/preview/build.json").body == (preview.dist / "build.json").read_bytes()


def test_before_the_first_build_there_is_a_window_without_pages(tmp_path: Path) -> None:
    with serve(tmp_path / "dist") as unbuilt:
        assert json.loads(ask(unbuilt, "/preview/build.json").body)["pages"] == {}
        assert ask(unbuilt, "/").status == 200
        assert ask(unbuilt, "/preview/org.json").status == 200
        assert ask(unbuilt, "/WebResources/abc_/demo/page.html").status == 404


@pytest.mark.parametrize("name", ["top.js", "recorder.js", "dynamics.js", "embed.js", "top.css", "embed.css"])
def test_the_window_itself_comes_with_ordinary_types(preview: Preview, name: str) -> None:
    expected = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}[name.rpartition(".")[2]]
    assert ask(preview, f"/preview/static/{name}").headers["content-type"] == expected


def test_a_note_is_kept_and_answered_as_dataverse_does(preview: Preview) -> None:
    answer = ask(preview, "/api/data/v9.2/annotations", "POST", NOTE)
    [note] = json.loads(ask(preview, "/preview/notes").body)
    assert (answer.status, answer.body, answer.headers["odata-version"]) == (204, b"", "4.0")
    assert answer.headers["odata-entityid"] == f"{preview.url}/api/data/v9.2/annotations({note.pop('annotationid')})"
    assert note == NOTE


@pytest.mark.parametrize(
    "note",
    [
        [],
        {**NOTE, "text": "no such column"},
        {**NOTE, BIND: "/msdyn_ocliveworkitems(conversation-1)"},
        {**NOTE, BIND: f"/msdyn_ocliveworkitem({CONVERSATION})"},
        {"objectid_contact": CONVERSATION},
    ],
)
def test_a_note_that_dataverse_would_refuse_is_refused(preview: Preview, note: object) -> None:
    answer = ask(preview, "/api/data/v9.2/annotations", "POST", note)
    error = json.loads(answer.body)["error"]
    assert (answer.status, error["code"]) == (400, "0x80048d19")
    assert "InnerException" in error["message"]
    assert preview.org.notes == []


def test_the_web_api_fails_when_a_test_says_so(preview: Preview) -> None:
    preview.org.failure = ApiFailure(status=403, code="0x80040220", message="No privilege")
    answer = ask(preview, "/api/data/v9.2/annotations", "POST", NOTE)
    assert answer.status == 403
    assert json.loads(answer.body) == {"error": {"code": "0x80040220", "message": "No privilege"}}
    preview.org.reset()
    assert ask(preview, "/api/data/v9.2/annotations", "POST", NOTE).status == 204


def test_the_web_api_fails_when_the_window_says_so(preview: Preview) -> None:
    assert ask(preview, "/preview/failure", "PUT", {"status": 500}).status == 204
    assert ask(preview, "/api/data/v9.2/annotations", "POST", NOTE).status == 500
    assert ask(preview, "/preview/failure", "PUT", {"statuss": 500}).status == 400
    assert ask(preview, "/preview/failure", "PUT").status == 400
    connection = HTTPConnection(urlsplit(preview.url).netloc)
    connection.request("PUT", "/preview/failure", "null")
    assert connection.getresponse().status == 204
    connection.close()
    assert ask(preview, "/api/data/v9.2/annotations", "POST", NOTE).status == 204


def test_only_this_machine_can_reach_it(preview: Preview) -> None:
    assert preview.url.startswith("http://127.0.0.1:")


def test_a_port_in_use_is_explained(preview: Preview, tmp_path: Path) -> None:
    port = int(preview.url.rpartition(":")[2])
    with pytest.raises(PreviewError, match=f"cannot listen on 127.0.0.1:{port}"):
        serve(tmp_path, port=port)


def test_closing_twice_is_harmless(tmp_path: Path) -> None:
    preview = serve(tmp_path)
    preview.close()
    preview.close()
    with pytest.raises(ConnectionError):
        ask(preview, "/")
