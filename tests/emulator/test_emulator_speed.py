"""What makes the local org fast: few statements, however many rows, and nobody who waits while another computes.

How long it takes is measured by `python build.py bench local-org`, not here.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from cotab_kit.emulator import actions, jobs, reading
from cotab_kit.emulator.install import install
from cotab_kit.emulator.package import read_package
from emulator.client import import_body, package

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


def sized(count: int, version: str = "1.0.0.0") -> bytes:
    """A package of so many web resources."""
    files = {f"files/{number}.js": b"1" for number in range(count - 1)}
    return package(version=version, modes={"cobrowse": {}}, resources={"cobrowse.html": b"1", **files})


def test_an_import_takes_as_many_statements_for_many_components_as_for_few(org: LocalOrg) -> None:
    found = []
    for count in (10, 500):
        org.remember()
        content = read_package(sized(count))
        for _ in range(2):  # new ones, and the same once more
            with counted(org) as sql, org.store.transaction():
                install(org.store, content, overwrite=True)
            found.append(sql.statements)
        assert len(org.rows("webresource")) == count
        org.restore()
    assert found[:2] == found[2:]
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


@pytest.mark.parametrize("action", ["ImportSolution", "ImportSolutionAsync"])
async def test_a_package_that_is_read_holds_nobody_up(
    client: Client, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    with held(monkeypatch, jobs, "read_package") as hold:
        importing = asyncio.create_task(client.post(action, json=import_body(sized(2))))
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
