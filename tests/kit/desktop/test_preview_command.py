"""The preview as a whole, without a browser and with a stand-in for the build: what comes up, what an edit does, what
ends it.
"""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from cotab_kit.cli.app import main
from cotab_kit.desktop.server import Running
from cotab_kit.errors import BuildError, DesktopError
from cotab_kit.preview import preview as command
from cotab_kit.preview import watch
from cotab_kit.preview.preview import preview
from cotab_kit.project.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cotab_kit.desktop.feed import Event
    from cotab_kit.progress import Steps

MANIFEST = """
[publisher]
prefix = "contoso"
privacy_url = "https://contoso.example/privacy"
[solution]
unique_name = "assist"
version = "1.0.0.0"
[provider]
name = "Assist"
[page]
adapter = "main:Assist"
[page.settings]
relay = ""
[modes.cobrowse]
[preview]
server = "preview_backend.service:factory"
script = "/customer.js"
script_attributes = {data-site = "{shop}"}
settings = {relay = "{server}/agent"}
frame_sources = ["{server}"]
"""
SERVICE = "def factory(preview):\n    return None\n"
PAGE = "contoso_/assist/cobrowse.html"


def resources(project: Project) -> dict[str, bytes]:
    """What the stand-in for the build makes of a project."""
    text = (project.root / "main.py").read_text("utf-8")
    if "broken" in text:
        raise BuildError("main.py:1: invalid syntax", hint="Correct the file.")
    folder = project.manifest.folder
    names = [f"{mode}.html" for mode in project.manifest.modes]
    return {f"{folder}/{name}": text.encode() for name in (*names, "configuration.html", "boot.js")}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose build is quick."""
    root = tmp_path / "tests" / "a provider"  # whose name says nothing of what is in it
    (root / "preview_backend").mkdir(parents=True)
    (root / "provider.toml").write_text(MANIFEST, "utf-8")
    (root / "main.py").write_text("class Assist: ...", "utf-8")
    (root / "preview_backend" / "service.py").write_text(SERVICE, "utf-8")
    (tmp_path / "index.html").write_text("<!DOCTYPE html>the desktop", "utf-8")

    def build(project: Project, _steps: Steps) -> None:
        for name, content in resources(project).items():
            path = project.dist / "webresources" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    monkeypatch.setattr(command, "build", build)
    monkeypatch.setattr(command, "pages", lambda *_: tmp_path)
    monkeypatch.setattr(watch, "draft", lambda project, _steps: resources(project))
    return Project.at(root)


@contextmanager
def builds(http: httpx.Client) -> Iterator[Callable[[], Event]]:
    """How the builds from here on end, one after the other."""
    with http.stream("GET", "/desktop/events") as stream:
        lines = stream.iter_lines()
        next(lines)
        news = (json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: "))
        ends = (event for event in news if event["type"] == "build" and event["state"] != "building")
        yield lambda: next(ends)


def save(path: Path, text: str) -> None:
    """Put a whole new file in place of another, as editors do."""
    aside = path.parents[1] / path.name
    aside.write_text(text, "utf-8")
    aside.replace(path)


def rows(http: httpx.Client, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = http.get(f"/api/data/v9.2/{path}").raise_for_status().json()["value"]
    return found


def served(http: httpx.Client) -> str:
    return http.get(f"/WebResources/{PAGE}", follow_redirects=True).raise_for_status().text


def test_the_built_solution_is_there_with_all_that_the_provider_needs(project: Project, steps: Steps) -> None:
    with preview(project, steps) as server, httpx.Client(base_url=server.url, trust_env=False) as http:
        about = http.get("/desktop/about").json()
        assert about["provider"] == "Assist"
        assert http.get("/").text.endswith("the desktop")
        assert served(http) == "class Assist: ..."
        (widget,) = rows(http, "msdyn_livechatconfigs")
        (provider,) = rows(http, "msdyn_providers")
        assert widget["msdyn_cobrowseprovider"] == provider["msdyn_providerid"]
        assert widget["msdyn_enablecobrowse"] is True
        (value,) = rows(http, "environmentvariablevalues")
        service = json.loads(value["value"])["relay"].removesuffix("/agent")
        strict = http.get(f"/%7B{about['token']}-strict%7D/WebResources/{PAGE}").headers["content-security-policy"]
        assert strict.endswith(f" {service}")
        shop = httpx.get(about["shop"], trust_env=False).text
        assert f'<script src="{service}/customer.js" data-site="{about["shop"]}"></script>' in shop
    for url in (server.url, about["shop"], service):
        with pytest.raises(httpx.ConnectError):
            httpx.get(url, trust_env=False)


def test_an_edit_is_followed_and_what_is_wrong_with_it_is_told(project: Project, steps: Steps, said: Any) -> None:  # noqa: ANN401 - StringIO
    code, manifest = project.root / "main.py", project.root / "provider.toml"
    with preview(project, steps) as server, httpx.Client(base_url=server.url, trust_env=False) as http:
        token = http.get("/desktop/about").json()["token"]
        with builds(http) as next_build:
            save(code, "class Assist: new")
            end = next_build()
            assert end["state"] == "ok", end
            assert end["token"] != token
            assert served(http) == "class Assist: new"

            save(code, "broken")
            assert next_build()["message"] == "main.py:1: invalid syntax\nCorrect the file."
            assert "Error: main.py:1: invalid syntax" in said.getvalue()
            assert http.get("/desktop/about").json()["build"]["state"] == "failed"
            assert served(http) == "class Assist: new"

            save(code, "class Assist: better")
            assert next_build()["state"] == "ok"
            save(manifest, MANIFEST.replace('name = "Assist"', 'name = "Helper"'))
            assert next_build()["message"] == "Helper 1.0.0.0 is installed"
            assert [row["msdyn_name"] for row in rows(http, "msdyn_providers")] == ["Helper"]
            assert served(http) == "class Assist: better"

            save(manifest, "[publisher")
            assert "is not TOML" in str(next_build()["message"])


@pytest.mark.full
def test_a_change_of_the_service_or_of_preview_asks_for_another_start(
    project: Project,
    steps: Steps,
    said: Any,  # noqa: ANN401 - StringIO
) -> None:
    with preview(project, steps) as server, httpx.Client(base_url=server.url, trust_env=False) as http:
        with builds(http) as next_build:
            save(project.root / "main.py", "class Assist: new")
            assert "restart" not in next_build()
            save(project.root / "preview_backend" / "service.py", SERVICE + "\n")
            asked = "The service runs on as it was. Start the preview again to have the change."
            assert next_build()["restart"] == asked
            assert asked in said.getvalue()
            save(project.root / "provider.toml", MANIFEST.replace('["{server}"]', '["{shop}"]'))
            assert str(next_build()["restart"]).startswith("[preview] of provider.toml has changed")
        assert "restart" in http.get("/desktop/about").json()["build"]


def test_a_file_whose_name_begins_as_a_folder_that_is_passed_over_is_followed(project: Project, steps: Steps) -> None:
    with (
        preview(project, steps) as server,
        httpx.Client(base_url=server.url, trust_env=False) as http,
        builds(http) as next_build,
    ):
        save(project.root / "distances.py", "MILE = 1609")
        assert next_build()["state"] == "ok"


def test_a_preview_that_cannot_follow_edits_says_so_and_goes_on(
    project: Project,
    steps: Steps,
    said: Any,  # noqa: ANN401 - StringIO
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def watched(*_: object, **_options: object) -> None:
        raise OSError(28, "OS file watch limit reached")

    monkeypatch.setattr("watchfiles.watch", watched)
    with preview(project, steps):
        pass
    assert "cannot be followed: [Errno 28] OS file watch limit reached. Start the preview again" in said.getvalue()


def test_a_port_in_use_is_told_before_anything_is_built(
    project: Project, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "build", lambda *_: pytest.fail("it was built"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(DesktopError, match=f"cannot listen on port {port}"), preview(project, steps, port=port):
            pass


@pytest.fixture
def in_the_foreground() -> Iterator[None]:
    """Heed Ctrl-C, which a shell lets those ignore that it starts in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("in_the_foreground")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_says_where_everything_is_and_ends_when_told_to(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: signal.Signals
) -> None:
    monkeypatch.setattr(Running, "wait", lambda _: signal.raise_signal(number))
    monkeypatch.setattr(sys, "argv", ["cotab", "preview", "--no-open", "--project", str(project.root)])
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 0
    answer = capsys.readouterr()
    addresses = [line.split()[-1] for line in answer.out.splitlines()[:3]]
    assert all(address.startswith("http://127.0.0.1:") for address in addresses)
    assert "The preview has ended" in answer.err
    assert signal.getsignal(signal.SIGTERM) == before
    with pytest.raises(httpx.ConnectError):
        httpx.get(addresses[0], trust_env=False)


@pytest.mark.full
def test_what_ends_the_command_is_tested_in_the_background_of_a_shell_too() -> None:
    name = test_the_command_says_where_everything_is_and_ends_when_told_to.__name__
    command = [sys.executable, "-m", "pytest", f"{__file__}::{name}"]
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a child inherits it
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    finally:
        signal.signal(signal.SIGINT, before)
    assert run.returncode == 0, run.stdout
    assert "2 passed" in run.stdout
