"""Install uploaded solutions and data packages, uninstall solutions, report what is left.

The kit's client does it over the Web API, as against any org.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from uuid import uuid4

import httpx
from pydantic import JsonValue

from cotab._waiting import spawn
from cotab_kit.deploy.client import Environment, connect
from cotab_kit.deploy.jobs import import_solution, job_done
from cotab_kit.deploy.journal import Journal
from cotab_kit.desktop import inventory
from cotab_kit.desktop.data_package import is_data_package, read_data_package
from cotab_kit.desktop.data_rows import write_package
from cotab_kit.desktop.feed import Feed
from cotab_kit.desktop.inventory import CHOICES, Thing
from cotab_kit.desktop.requests import RequestRefusedError
from cotab_kit.emulator import LocalOrg
from cotab_kit.emulator.archive import read_archive
from cotab_kit.emulator.dependencies import refuse_uninstall
from cotab_kit.emulator.errors import RefusedError
from cotab_kit.emulator.package import read_package, version_numbers
from cotab_kit.emulator.schema import Row
from cotab_kit.emulator.uninstall import blocking_uninstall
from cotab_kit.errors import KitError
from cotab_setup.provisioning import WebApiError
from cotab_setup.web_api import ABSENT, call

ADDRESS = "http://127.0.0.1"
FAILURES = (KitError, WebApiError, RefusedError)
PUBLISHER = "publisher"


async def at_once(_seconds: float) -> None:
    """Wait for no time, as the local org goes on with every request."""
    await asyncio.sleep(0)


@asynccontextmanager
async def connected(org: LocalOrg) -> AsyncIterator[Environment]:
    """Connect the kit's client to the local org."""
    async with connect(ADDRESS, transport=httpx.ASGITransport(org.app), sleep=at_once) as client:
        yield client


class Solutions:
    """Installations and uninstallations, one after the other."""

    def __init__(self, org: LocalOrg, feed: Feed) -> None:
        self._org, self._feed = org, feed
        self._one_at_a_time = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._known: dict[str, list[Thing]] = {}

    def upload(self, content: bytes) -> str:
        """Begin to install a zip. Returns the job's id, which the events `installed` name."""
        job = str(uuid4())
        spawn(self._install(job, content), self._tasks)
        return job

    async def finish(self) -> None:
        """Let what has begun come to its end."""
        await asyncio.gather(*self._tasks)

    async def _install(self, job: str, content: bytes) -> None:
        try:
            async with self._one_at_a_time:
                self._feed.publish("installed", job=job, state="running", message="Reading the file")
                message = await self._put_in(job, content)
            self._feed.publish("installed", job=job, state="done", message=message)
        except FAILURES as error:
            hint = getattr(error, "hint", "")
            self._feed.publish("installed", job=job, state="failed", message=str(error), hint=hint)

    async def _put_in(self, job: str, content: bytes) -> str:
        files = await asyncio.to_thread(read_archive, content)
        async with connected(self._org) as client:
            if is_data_package(files):
                outcome = await write_package(client.api, read_data_package(files))
                inventory.remember(self._org, outcome.made)
                return str(outcome)
            return await self._import(client, job, content)

    async def _import(self, client: Environment, job: str, content: bytes) -> str:
        package = await asyncio.to_thread(read_package, content)
        there = self._row(package.unique_name)
        newer = there is not None and version_numbers(str(there["version"])) < version_numbers(package.version)

        def emit(text: str) -> None:
            self._feed.publish("installed", job=job, state="running", message=text.strip())

        publishers = {row["publisherid"] for row in self._org.rows(PUBLISHER)}
        await import_solution(client, content, upgrade=package.managed and newer, journal=Journal(emit))
        now = {row["publisherid"] for row in self._org.rows(PUBLISHER)}
        inventory.remember(self._org, map(str, now - publishers))
        return f"{package.title} {package.version} is installed"

    async def uninstall(self, name: str) -> dict[str, JsonValue]:
        """Uninstall a solution with its provider's rows. Returns what is left. Raises RequestRefusedError, KitError."""
        async with self._one_at_a_time:
            solution = self._found(name)
            if solution["ismanaged"]:  # before anything is deleted
                refuse_uninstall(self._org.store, blocking_uninstall(self._org.store, str(solution["solutionid"])))
            carried, owned = self._belongings(solution)
            self._known[_fold(name)] = [*carried, *owned]
            async with connected(self._org) as client:
                await self._remove_rows(client, owned)
                await self._remove_solution(client, solution, carried)
        self._feed.publish("installed", job=str(uuid4()), state="done", message=f"{name} is uninstalled")
        return self.residue(name)

    def contents(self, name: str) -> dict[str, JsonValue]:
        """List what a solution carries, its provider's rows, what has no table here. Raises RequestRefusedError."""
        solution = self._found(name)
        carried, owned = self._belongings(solution)
        unknown = self._org.unknown_components(str(solution["uniquename"]))
        return {
            "carried": [_described(thing) for thing in carried],
            "owned": [_described(thing) for thing in owned],
            "unknown": [{"kind": kind, "name": title} for kind, title in unknown],
        }

    def residue(self, name: str) -> dict[str, JsonValue]:
        """List what of a solution is in the org. Raises RequestRefusedError for one that was never there."""
        solution = self._row(name)
        if solution is not None:
            known = [thing for part in self._belongings(solution) for thing in part]
        elif _fold(name) in self._known:
            known = self._known[_fold(name)]
        else:
            raise RequestRefusedError(f"There is and was no solution {name[:100]!r} here.", status=HTTPStatus.NOT_FOUND)
        items: list[JsonValue] = [
            {"title": thing.title, "path": thing.path} for thing in known if inventory.there(self._org, thing)
        ]
        return {"solution": name, "installed": solution is not None, "nothing": not items, "items": items}

    def _row(self, name: str) -> Row | None:
        found = [row for row in self._org.rows("solution") if _fold(row["uniquename"]) == _fold(name)]
        return found[0] if found and found[0]["isvisible"] else None

    def _found(self, name: str) -> Row:
        solution = self._row(name)
        if solution is None:
            raise RequestRefusedError(f"There is no solution {name[:100]!r}.", status=HTTPStatus.NOT_FOUND)
        return solution

    def _belongings(self, solution: Row) -> tuple[list[Thing], list[Thing]]:
        """List what the solution carries, and what belongs to it beside that."""
        carried = inventory.components(self._org, str(solution["solutionid"]))
        (publisher,) = self._org.rows(PUBLISHER, publisherid=solution["publisherid"])
        folder = f"{publisher['customizationprefix']}_/{solution['uniquename']}"
        owned = [*inventory.values(self._org, carried), *inventory.rows(self._org, folder, carried)]
        return carried, owned

    async def _remove_rows(self, client: Environment, owned: list[Thing]) -> None:
        for widget, column in list(inventory.choices(self._org, owned)):
            body = {column: None, CHOICES[column]: False}
            await call(client.api, "PATCH", widget.path, f"Changing {widget.title}", body=body)
        await _delete(client, owned)

    async def _remove_solution(self, client: Environment, solution: Row, carried: list[Thing]) -> None:
        name = str(solution["uniquename"])
        if solution["ismanaged"]:

            async def done() -> bool:
                return self._row(name) is None

            body = {"SolutionUniqueName": name}
            await job_done(client, "UninstallSolutionAsync", body, "Uninstalling the solution", done)
        else:  # it is only a list: what no other solution holds goes by itself
            key = solution["solutionid"]
            shared = {row["objectid"] for row in self._org.rows("solutioncomponent") if row["solutionid"] != key}
            await call(client.api, "DELETE", f"solutions({key})", "Deleting the solution", accepted=ABSENT)
            await _delete(client, [thing for thing in reversed(carried) if thing.key not in shared])
        (publisher,) = self._org.rows(PUBLISHER, publisherid=solution["publisherid"])
        others = self._org.rows("solution", publisherid=solution["publisherid"])
        if not others and inventory.has_made(self._org, publisher):
            path = f"publishers({publisher['publisherid']})"
            await call(client.api, "DELETE", path, "Deleting the publisher", accepted=ABSENT)


async def _delete(client: Environment, things: list[Thing]) -> None:
    for thing in things:
        await call(client.api, "DELETE", thing.path, f"Deleting {thing.title}", accepted=ABSENT)


def _described(thing: Thing) -> JsonValue:
    return {"kind": thing.kind, "name": thing.name or thing.key}


def _fold(text: object) -> str:
    return str(text or "").casefold()
