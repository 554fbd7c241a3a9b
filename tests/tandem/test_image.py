"""The relay's image: what goes into it suffices to run the relay; where Docker is at hand, it is built and run."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from cotab_kit.build.tandem import RELAYS_BILL, build_relay
from cotab_kit.layout import Workspace, kit_files, source_root
from cotab_kit.progress import Steps
from cotab_kit.tools.node import ensure_node
from tandem.config import Config

ROOT = source_root() or Path()
DEPLOY = ROOT / "deploy" / "tandem"
DOCKERFILE, COMPOSE = DEPLOY / "Dockerfile", DEPLOY / "compose.yaml"
LISTENING = 60.0
SETTINGS = {
    "TANDEM_ORIGIN": "https://relay.example",
    "TANDEM_SECRET": "a secret of more than thirty-two characters",
    "TANDEM_AGENT_ORIGINS": "https://contoso.crm.dynamics.com",
    "TANDEM_CUSTOMER_ORIGINS": "https://www.example.com",
    "TANDEM_ISSUER": "https://issuer.example",
    "TANDEM_CLIENT_ID": "relay",
    "TANDEM_PROXIES": "172.16.0.0/12",
}


@pytest.fixture(scope="module")
def built(pytestconfig: pytest.Config) -> None:
    """What the image takes from the checkout's dist folder."""
    workspace, steps = Workspace(pytestconfig.rootpath), Steps.for_this_terminal()
    node = ensure_node(workspace, kit_files(), steps, dev=True)
    build_relay(node, kit_files(), workspace, workspace.dist, steps)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def copied() -> dict[str, str]:
    """What the image has of the checkout, and where below its folder."""
    lines = [line.split()[1:] for line in DOCKERFILE.read_text("utf-8").splitlines() if line.startswith("COPY ")]
    return {source: Path(source).name if target == "./" else target for source, target in lines}


def serves(url: str) -> None:
    """Wait until a relay answers there, and look at what it serves."""
    end = time.monotonic() + LISTENING
    with httpx.Client(base_url=url, trust_env=False) as http:
        while True:
            try:
                assert http.get("/health").status_code == 200
                break
            except httpx.TransportError:
                assert time.monotonic() < end, f"nothing answers at {url}"
                time.sleep(0.1)
        assert "Permission is hereby granted" in http.get("/tandem-app.js").text
        viewer = http.get("/viewer")
        assert "frame-ancestors https://contoso.crm.dynamics.com" in viewer.headers["content-security-policy"]


@pytest.mark.usefixtures("built")
def test_what_the_image_takes_suffices_to_run_the_relay(tmp_path: Path) -> None:
    for source, target in copied().items():
        place, given = tmp_path / target, ROOT / source
        place.parent.mkdir(parents=True, exist_ok=True)
        if given.is_dir():
            shutil.copytree(given, place, ignore=shutil.ignore_patterns("web", "__pycache__"))
        else:
            shutil.copyfile(given, place)
    match = re.search(r"^ENTRYPOINT (\[.*\])$", DOCKERFILE.read_text("utf-8"), re.MULTILINE)
    assert match
    _python, *command = json.loads(match[1].replace("/app/", f"{tmp_path.as_posix()}/"))
    environment = {**os.environ, **SETTINGS, "PYTHONPATH": str(tmp_path / "pylib"), "PYTHONSAFEPATH": "1"}
    port = free_port()
    local = [sys.executable, *command, "--host", "127.0.0.1", "--port", str(port)]
    relay = subprocess.Popen(local, env=environment, cwd=tmp_path)
    try:
        serves(f"http://127.0.0.1:{port}")
    finally:
        relay.terminate()
        relay.wait()


@pytest.mark.usefixtures("built")
def test_the_bill_in_the_image_names_its_python_and_its_scripts() -> None:
    assert f"dist/{RELAYS_BILL}" in copied()
    bill = json.loads((ROOT / "dist" / RELAYS_BILL).read_text("utf-8"))
    named = {component["purl"].partition("@")[0] for component in bill["components"]}
    assert {"pkg:pypi/starlette", "pkg:pypi/uvicorn", "pkg:pypi/nats-py"} <= named
    assert any(each.startswith("pkg:npm/%40rrweb/") for each in named)
    assert "pkg:pypi/httpx2-jsfetch" not in named


def test_the_compose_file_sets_what_the_relay_knows() -> None:
    names = set(re.findall(r"^ +(TANDEM_\w+):", COMPOSE.read_text("utf-8"), re.MULTILINE))
    assert {name.removeprefix("TANDEM_").lower() for name in names} <= set(Config.model_fields)
    assert set(SETTINGS) <= names


def docker(*arguments: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["docker", *arguments],  # noqa: S607 - whichever there is
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
        cwd=ROOT,
        env={**os.environ, **SETTINGS},
    )


def missing() -> str:
    """Why Docker cannot be used here, or nothing."""
    if not shutil.which("docker"):
        return "there is no docker"
    asked = docker("compose", "version"), docker("info", "--format", "{{.ServerVersion}}")
    return next((each.stderr.strip().splitlines()[-1] for each in asked if each.returncode), "")


@contextmanager
def composed() -> Iterator[None]:
    arguments = ("compose", "-f", str(COMPOSE), "-p", "cotab-test")
    try:
        up = docker(*arguments, "up", "--build", "--detach", seconds=900)
        assert up.returncode == 0, up.stderr
        yield
    finally:
        docker(*arguments, "down", "--volumes", "--rmi", "local", seconds=120)


@pytest.mark.full
@pytest.mark.usefixtures("built")
def test_the_image_is_built_and_two_relays_run() -> None:
    if reason := missing():
        pytest.skip(f"Docker is not at hand: {reason}")
    with composed():
        for port in (8401, 8402):
            serves(f"http://127.0.0.1:{port}")
        inside = ("compose", "-f", str(COMPOSE), "-p", "cotab-test", "exec", "-T", "relay-1")
        assert docker(*inside, "id", "-un").stdout.strip() == "nobody"
        assert docker(*inside, "test", "-r", f"dist/{RELAYS_BILL}").returncode == 0
