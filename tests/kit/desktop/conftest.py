"""A desktop in memory, without a server, and a client for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from cotab_kit.desktop.server import Desktop
from cotab_kit.emulator import LocalOrg
from cotab_kit.preview.seed import seed
from kit.desktop.site import ADDRESS


@pytest.fixture
def desktop() -> Iterator[Desktop]:
    with LocalOrg.open() as org:
        seed(org)
        yield Desktop(org)


@pytest.fixture
async def http(desktop: Desktop) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(desktop.app), base_url=ADDRESS) as client:
        yield client


@pytest.fixture
def widget(desktop: Desktop) -> str:
    (found,) = desktop.org.rows("msdyn_livechatconfig")
    return str(found["msdyn_livechatconfigid"])
