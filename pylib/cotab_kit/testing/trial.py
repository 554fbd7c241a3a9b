"""Desktops for tests: an org with a solution in it, made once and copied for each test."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from cotab_kit.desktop.server import Desktop, Running, serve
from cotab_kit.desktop.shop.shop import Shop
from cotab_kit.emulator import LocalOrg
from cotab_kit.errors import DesktopError
from cotab_kit.preview.deployment import Deployment
from cotab_kit.preview.seed import enable, let_reside, seed
from cotab_kit.preview.sidecar import Places
from cotab_kit.preview.surroundings import surroundings
from cotab_kit.project.project import Project
from cotab_kit.serving import Served

HTTP_TIMEOUT = 60.0  # seconds


def install(path: Path, packages: Sequence[Path]) -> None:
    """Make an org in a file, install the packages, choose their provider in every chat widget. Raises DesktopError."""
    with LocalOrg.open(path) as org:
        seed(org)
        with serve(Desktop(org)) as server:
            for package in packages:
                upload(server.url, package.read_bytes())
        enable(org)
        let_reside(org)


def upload(url: str, content: bytes) -> None:
    """Install a solution or a data package, and wait until it is there. Raises DesktopError."""
    headers = {"content-type": "application/zip"}
    client = httpx.Client(base_url=url, trust_env=False, timeout=HTTP_TIMEOUT)
    with client as http, http.stream("GET", "/desktop/events") as events:
        lines = events.iter_lines()
        next(lines)  # the first line: from here on nothing is missed
        job = http.post("/desktop/solutions", content=content, headers=headers).raise_for_status().json()["job"]
        news = (json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: "))
        end = next(each for each in news if each.get("job") == job and each["state"] in ("done", "failed"))
    if end["state"] == "failed":
        raise DesktopError(f"The local org has refused the package: {end['message']}", hint=end.get("hint", ""))


@contextmanager
def trial(made: Path, path: Path, pages: Path, project: Project | None = None) -> Iterator[Running]:
    """Run a desktop with these pages on a copy of an org, a customer's site, and what [preview] of a project names."""
    shutil.copyfile(made, path)
    with LocalOrg.open(path) as org:
        desktop = Desktop(org, pages=pages)
        shop = Shop(desktop)
        with Served(shop.app) as site, serve(desktop) as server:
            desktop.shop = site.url
            with _surrounded(project, desktop, shop, Places(server.url, site.url)):
                yield server


@contextmanager
def _surrounded(project: Project | None, desktop: Desktop, shop: Shop, places: Places) -> Iterator[None]:
    if project is None:
        yield
        return
    with surroundings(project, desktop, shop, places) as whole:
        Deployment(desktop, whole).give_settings(project.manifest)
        yield
