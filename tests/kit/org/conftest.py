"""An org in memory, a client for it, and solutions to import."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from cotab_kit.desktop.org import Org

BASE = "https://org.example/api/data/v9.2/"


class Client(httpx.AsyncClient):
    """Speaks to an org as clients do."""

    async def import_solution(self, content: bytes, action: str = "ImportSolution", **more: Any) -> httpx.Response:
        """Import a zip; what is not said has Dataverse's usual value."""
        body = {
            "OverwriteUnmanagedCustomizations": False,
            "PublishWorkflows": True,
            "CustomizationFile": base64.b64encode(content).decode(),
            "ImportJobId": str(uuid4()),
        }
        return await self.post(action, json=body | more)

    async def uninstall(self, name: str) -> dict[str, Any]:
        """Uninstall a solution and wait for the end; the job as it ended."""
        started = await self.post("UninstallSolutionAsync", json={"SolutionUniqueName": name})
        assert started.status_code == 200, started.text
        return await self.ended(started.json()["AsyncOperationId"])

    async def ended(self, job: str) -> dict[str, Any]:
        """A job when it is done."""
        for _ in range(20):
            row: dict[str, Any] = (await self.get(f"asyncoperations({job})")).json()
            if row["statecode"] == 3:
                return row
        raise AssertionError("the job does not come to its end")

    async def values(self, path: str) -> list[dict[str, Any]]:
        """The rows that a query finds."""
        answer = await self.get(path)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["value"]
        return found


@pytest.fixture
def org() -> Iterator[Org]:
    with Org.open() as org:
        yield org


@pytest.fixture
async def client(org: Org) -> AsyncIterator[Client]:
    async with Client(transport=httpx.ASGITransport(org.app), base_url=BASE) as client:
        yield client
