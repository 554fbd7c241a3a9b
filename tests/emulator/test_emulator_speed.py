"""What makes the local org fast: few statements, however many rows, and nobody who waits while another computes.

How long it takes is measured by `python build.py bench local-org`, not here.
"""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from cotab_kit.emulator import actions, jobs, reading
from cotab_kit.emulator.install import install
from cotab_kit.emulator.package import read_package
from cotab_kit.emulator.publish import publish_all
from cotab_kit.emulator.uninstall import uninstall
from emulator.client import BASE, import_body, package

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from cotab_kit.emulator import LocalOrg
    from emulator.client import Client

BACK = "msdyn_msdyn_provider_msdyn_channelcapability_Provider"


class Counted:
    """A connection to a database that counts what is asked of it."""

    def __init__(self, sql: sqlite3.Connection) -> None:
        self._sql, self.statements = sql, 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the connection has
        self.statements += name.startswith("execute")
        return getattr(self._sql, name)


@contextmanager
def counted(org: LocalOrg) -> Iterator[Counted]:
    """Count the statements of the org's database."""
    sql = org.store.sql
    counting = Counted(sql)
    org.store.sql = counting  # type: ignore[assignment] # it passes everything on
    yield counting
    org.store.sql = sql


def seed(org: LocalOrg, count: int) -> None:
    """Write providers, each with a capability."""
    with org.store.transaction():
        for number in range(count):
            key = org.seed("msdyn_provider", msdyn_name=f"p{number}")
            bound: dict[str, Any] = {"msdyn_Provider@odata.bind": f"/msdyn_providers({key})"}
            org.seed("msdyn_channelcapability", msdyn_name=f"c{number}", msdyn_escalationchannelmode=192350002, **bound)


@pytest.mark.parametrize(
    "path",
    [
        f"msdyn_channelcapabilities?$expand=msdyn_Provider($expand={BACK})",
        "msdyn_channelcapabilities?$filter=" + " or ".join(f"msdyn_Provider/msdyn_name eq 'P{n}'" for n in range(300)),
        f"msdyn_providers?$expand={BACK}&$filter={BACK}/any(o:o/msdyn_name ne 'x')",
    ],
)
async def test_a_query_takes_as_many_statements_for_many_rows_as_for_few(
    org: LocalOrg, client: Client, path: str
) -> None:
    found: list[tuple[int, int]] = []
    for _ in range(2):
        seed(org, 100)
        with counted(org) as sql:
            rows = len((await client.get(path)).json()["value"])
        found.append((rows, sql.statements))
    assert [rows for rows, _ in found] == [100, 200]
    assert found[0][1] == found[1][1] < 30


def sized(count: int, *, managed: bool = True) -> bytes:
    """A package of so many web resources."""
    files = {f"files/{number}.js": b"1" for number in range(count - 1)}
    return package("many", managed=managed, modes={"cobrowse": {}}, resources={"cobrowse.html": b"1", **files})


@pytest.mark.parametrize("managed", [True, False])
def test_a_package_comes_and_goes_in_as_many_statements_for_many_components_as_for_few(
    org: LocalOrg, *, managed: bool
) -> None:
    found = []
    for count in (10, 500):
        org.remember()
        content = read_package(sized(count, managed=managed))
        steps: list[Callable[[], object]] = [partial(install, org.store, content, overwrite=True)] * 2
        steps += [partial(publish_all, org.store), partial(uninstall, org.store, "many")]
        for step in steps:
            with counted(org) as sql, org.store.transaction():
                step()
            found.append(sql.statements)
        assert len(org.rows("webresource")) == (0 if managed else count)
        org.restore()
    assert found[:4] == found[4:]
    assert max(found) < 100


@contextmanager
def held(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> Iterator[Held]:
    """Let a step of a request wait until it is let go on."""
    step: Callable[..., object] = getattr(module, name)
    hold = Held(asyncio.get_running_loop())

    def wait(*given: object, **named: object) -> object:
        hold.wait()
        return step(*given, **named)

    monkeypatch.setattr(module, name, wait)
    yield hold
    hold.go_on.set()


class Held:
    """A step that waits: `begun` once it has begun, until `go_on`."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop, self.begun, self.go_on = loop, asyncio.Event(), threading.Event()

    def wait(self) -> None:
        """Wait, in the thread of the request."""
        self._loop.call_soon_threadsafe(self.begun.set)
        assert self.go_on.wait(30), "the other request waits for this one"


async def others_are_answered(client: Client) -> None:
    """Others read and write."""
    assert (await client.post("msdyn_providers", json={"msdyn_name": "y"})).status_code == 204
    assert "y" in await client.names("msdyn_providers?$select=msdyn_name")


async def test_a_request_that_computes_holds_nobody_up(
    org: LocalOrg, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed(org, 1)
    with held(monkeypatch, reading, "_many") as hold:
        computing = asyncio.create_task(client.get("msdyn_providers?$select=msdyn_name"))
        await hold.begun.wait()
        monkeypatch.undo()
        await others_are_answered(client)
        assert not computing.done()
        hold.go_on.set()
        assert (await computing).status_code == 200


def in_a_change_set(body: object) -> dict[str, Any]:
    """The import of a package as a part of a batch."""
    inner = f"POST {BASE}ImportSolution HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{json.dumps(body)}\r\n"
    part = f"--c\r\nContent-Type: application/http\r\nContent-ID: 1\r\n\r\n{inner}--c--\r\n"
    content = f"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n{part}--b--\r\n"
    return {"content": content, "headers": {"Content-Type": "multipart/mixed; boundary=b"}}


@pytest.mark.parametrize("action", ["ImportSolution", "ImportSolutionAsync", "StageSolution", "an upload", "$batch"])
async def test_a_package_that_is_read_holds_nobody_up(
    client: Client, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    body = import_body(sized(2))
    sent: dict[str, Any] = {"json": body}
    if action == "StageSolution":
        sent = {"json": {"CustomizationFile": body["CustomizationFile"]}}
    if action == "an upload":
        staged = (await client.post("StageSolution", json={"CustomizationFile": body["CustomizationFile"]})).json()
        upload = staged["StageSolutionResults"]["StageSolutionUploadId"]
        sent = {"json": {**body, "CustomizationFile": None, "SolutionParameters": {"StageSolutionUploadId": upload}}}
        action = "ImportSolutionAsync"
    if action == "$batch":
        sent = in_a_change_set(body)
    with held(monkeypatch, jobs, "read_package") as hold:
        importing = asyncio.create_task(client.post(action, **sent))
        await hold.begun.wait()
        monkeypatch.undo()
        await others_are_answered(client)
        assert not importing.done()
        hold.go_on.set()
        assert (await importing).status_code in (200, 204)


async def test_an_export_that_is_made_holds_nobody_up(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    await client.install(package("own", managed=False))
    with held(monkeypatch, actions, "exported") as hold:
        exporting = asyncio.create_task(client.post("ExportSolution", json={"SolutionName": "own", "Managed": False}))
        await hold.begun.wait()
        monkeypatch.undo()
        await others_are_answered(client)
        hold.go_on.set()
        assert (await exporting).status_code == 200
