"""Runs of the org client against a local org: small releases, what was told, and calls that fail."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx

from cotab_kit.deploy.client import Environment, connect
from cotab_kit.deploy.install import install
from cotab_kit.deploy.journal import Journal
from cotab_kit.deploy.push import push
from cotab_kit.deploy.release import Release
from cotab_kit.deploy.uninstall import uninstall
from cotab_kit.deploy.verify import Verdict, verify
from cotab_kit.emulator import Faults, LocalOrg
from cotab_kit.manifest.model import Manifest
from kit.test_manifest import valid

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    from cotab_kit.emulator.org import Snapshot
    from cotab_setup.provisioning import WebApi

URL = "http://127.0.0.1:8080"
MADE_UP = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
VARIABLE = "contoso_assist_settings"
TABLES = ("msdyn_provider", "msdyn_conversationaction", "msdyn_conversationactionlocale", "msdyn_channelcapability")


def manifest(**parts: Any) -> Manifest:  # noqa: ANN401 - any part of the manifest
    return Manifest.model_validate(valid() | parts)


def release(version: str = "", *, managed: bool = True, **parts: Any) -> Release:  # noqa: ANN401 - any part of the manifest
    """A release with small files. Modes are given by their names, everything else by the name of its table."""
    modes = {name: parts.pop(name) for name in ("cobrowse", "screenshare") if name in parts}
    document = valid() | parts | ({"modes": modes} if modes else {})
    if version:
        document["solution"] = {**document["solution"], "version": version}
    made = Manifest.model_validate(document)
    files = {"boot.js": b"1;", "configuration.html": b"<!DOCTYPE html>"}
    files |= {f"{mode}.html": f"<!DOCTYPE html>{mode}".encode() for mode in made.modes}
    return Release(made, {f"{made.folder}/{name}": content for name, content in files.items()}, managed)


async def at_once(_seconds: float) -> None:
    """Do not wait: a job of the local org goes on with every request."""


class Run:
    """A local org, the way to it, and what its commands have told."""

    def __init__(self) -> None:
        self.local = LocalOrg.open()
        self.network = Faults(self.local.app)
        self.told: list[str] = []
        self.sleep = at_once
        self.layer: Callable[[WebApi], WebApi] = lambda api: api

    def copy(self) -> Run:
        """The same org once more."""
        run = Run()
        self.local.store.sql.backup(run.local.store.sql)
        return run

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Environment]:
        async with connect(URL, transport=httpx.ASGITransport(self.network), sleep=self.sleep) as org:
            yield replace(org, api=self.layer(org.api))

    @contextmanager
    def over(self, layer: Callable[[WebApi], WebApi]) -> Iterator[None]:
        """Put something between the commands and the org."""
        self.layer = layer
        try:
            yield
        finally:
            self.layer = lambda api: api

    async def install(self, chosen: Release, *, dry_run: bool = False, **options: Any) -> Verdict:  # noqa: ANN401 - the command's
        async with self.connected() as org:
            return _made(await install(org, chosen, Journal(self.told.append, dry_run), **options), dry_run=dry_run)

    async def uninstall(self, chosen: Release, *, dry_run: bool = False, **options: Any) -> Verdict:  # noqa: ANN401 - the command's
        async with self.connected() as org:
            return _made(await uninstall(org, chosen, Journal(self.told.append, dry_run), **options), dry_run=dry_run)

    async def request(self, method: str, path: str, **body: Any) -> Any:  # noqa: ANN401 - JSON
        async with self.connected() as org:
            reply = await org.api.request(method, path, body=body or None)
        assert reply.status < 300, reply.body
        return reply.body

    def snapshot(self, *, history: bool = False) -> Snapshot:
        return self.local.snapshot(history=history)

    def content(self) -> dict[str, list[str]]:
        """What can be compared with another org: the same without the GUIDs that an org makes up."""
        rows = {name: [json.dumps(row, sort_keys=True) for row in rows] for name, rows in self.snapshot().items()}
        return {name: sorted(MADE_UP.sub("made up", text) for text in texts) for name, texts in rows.items()}

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """The rows of the four tables."""
        snapshot = self.local.snapshot()
        return {name: snapshot[name] for name in TABLES}

    async def verify(self, chosen: Release) -> Verdict:
        async with self.connected() as org:
            return await verify(org.api, chosen)

    async def push(self, chosen: Release, contents: Mapping[str, bytes]) -> None:
        async with self.connected() as org:
            await push(org.api, chosen, contents, Journal(self.told.append))

    async def hold_upgrade(self, chosen: Release) -> None:
        """An upgrade that has been imported beside the solution, and not been put in its place."""
        body = {"OverwriteUnmanagedCustomizations": False, "PublishWorkflows": True, "HoldingSolution": True}
        await self.request("POST", "ImportSolution", **body, CustomizationFile=b64encode(chosen.zip).decode())

    async def set_settings(self, value: str) -> None:
        """An administrator sets the provider's settings for the org."""
        bind = {
            "EnvironmentVariableDefinitionId@odata.bind": f"/environmentvariabledefinitions(schemaname='{VARIABLE}')"
        }
        await self.request("POST", "environmentvariablevalues", schemaname=VARIABLE, value=value, **bind)

    async def begin_import(self, chosen: Release) -> None:
        """Another import that is under way for some time."""
        self.local.seed_settings(steps=20)
        body = {"OverwriteUnmanagedCustomizations": False, "PublishWorkflows": True}
        content = b64encode(chosen.zip).decode()
        await self.request("POST", "ImportSolutionAsync", **body, CustomizationFile=content)
        self.local.seed_settings(steps=2)

    async def served(self, name: str) -> bytes:
        """A web resource as a browser gets it."""
        transport = httpx.ASGITransport(self.local.app)
        async with httpx.AsyncClient(transport=transport, base_url=URL, follow_redirects=True) as http:
            return (await http.get(f"/WebResources/{name}")).content


def own_publisher(run: Run, name: str = "contoso") -> None:
    """A publisher that somebody else made, with our prefix."""
    names: dict[str, Any] = {"uniquename": name, "customizationprefix": "contoso", "friendlyname": "Contoso Ltd"}
    run.local.seed("publisher", customizationoptionvalueprefix=36446, **names)


def own_file(run: Run, name: str) -> None:
    """A file of somebody else's in our folder."""
    content = b64encode(b"0;").decode()
    run.local.seed("webresource", name=f"contoso_/assist/{name}", webresourcetype=3, content=content)


def _made(verdict: Verdict | None, *, dry_run: bool) -> Verdict:
    assert (verdict is None) == dry_run
    return verdict or Verdict(())
