"""Connection to an org: one httpx client, a token for each request, tries again where the trouble may pass.

Plain http, and no token, is for the local org alone: an address of this machine.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from cotab_kit.deploy.sign_in import AzureTokens, SignIn, Tokens
from cotab_kit.errors import OrgError
from cotab_setup.provisioning import LostConnectionError, Reply, Retrying, WebApi
from cotab_setup.web_api import BASE, HEADERS, Values, parsed

Sleep = Callable[[float], Awaitable[object]]

# A solution of several megabytes goes up in one request, and Dataverse takes its time to answer.
TIMEOUT = httpx.Timeout(120.0, connect=30.0)


@dataclass(frozen=True)
class Environment:
    """An org that can be talked to. `sleep` is how its commands wait."""

    url: str
    api: WebApi
    sleep: Sleep = asyncio.sleep


class HttpWebApi:
    """WebApi over httpx."""

    def __init__(self, http: httpx.AsyncClient, tokens: Tokens | None) -> None:
        self._http = http
        self._tokens = tokens

    async def request(
        self, method: str, path: str, *, body: Values | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """See WebApi."""
        sent = {**HEADERS, **(headers or {})}
        if self._tokens:
            sent["Authorization"] = f"Bearer {await self._tokens.token()}"
        try:
            answer = await self._http.request(method, f"{BASE}{path}", json=body, headers=sent)
        except httpx.RequestError as error:
            raise LostConnectionError(f"{method} {path}", reason=str(error) or type(error).__name__) from error
        names = {name.lower(): value for name, value in answer.headers.items()}
        if "retry-after" in names:
            names["retry-after"] = in_seconds(names["retry-after"])
        return Reply(answer.status_code, names, parsed(answer.content))


def in_seconds(retry_after: str) -> str:
    """Return the header in seconds. Dataverse gives these, a proxy before it may give the time of day (RFC 9110)."""
    try:
        at = parsedate_to_datetime(retry_after)
        return str((at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError):
        return retry_after


def org_url(given: str) -> str:
    """Normalize the address of an org. Raises OrgError for what is none."""
    address = given.strip() if "://" in given else f"https://{given.strip()}"
    try:
        parts = httpx.URL(address)
    except httpx.InvalidURL:
        parts = httpx.URL()
    local = is_loopback(parts.host)
    allowed = ("." in parts.host and parts.scheme == "https") or (local and parts.scheme in ("http", "https"))
    if not allowed or parts.userinfo:
        raise OrgError(
            f"{given!r} is not the address of an org",
            hint="Write it as https://NAME.crm.dynamics.com; plain http is for the local org on this machine.",
        )
    return f"{parts.scheme}://{parts.netloc.decode()}"


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _ignore(_text: str) -> None:
    """Drop a line that nobody wants to read."""


@asynccontextmanager
async def connect(
    given: str,
    way: SignIn = SignIn.BROWSER,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    sleep: Sleep = asyncio.sleep,
    emit: Callable[[str], None] = _ignore,
) -> AsyncIterator[Environment]:
    """Connect to an org for as long as the block runs. `transport` replaces the network in tests. Raises OrgError.

    `emit` takes a line for people whenever the org keeps them waiting.
    """

    async def patient(seconds: float) -> None:
        emit(f"The org is busy or does not answer; trying again in {seconds:.0f} s")
        await sleep(seconds)

    url = org_url(given)
    local = url.startswith("http:")
    tokens = None if local else AzureTokens(url, way)
    # No proxy stands before this machine.
    async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT, transport=transport, trust_env=not local) as http:
        yield Environment(url, Retrying(HttpWebApi(http, tokens), sleep=patient), sleep)
