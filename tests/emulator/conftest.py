"""An org in memory, and a client for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from cotab_kit.emulator import LocalOrg
from emulator.client import BASE, Client


@pytest.fixture
def org() -> Iterator[LocalOrg]:
    with LocalOrg.open() as org:
        yield org


@pytest.fixture
async def client(org: LocalOrg) -> AsyncIterator[Client]:
    async with Client(transport=httpx.ASGITransport(org.app), base_url=BASE) as client:
        yield client
