"""Connection to an org: one httpx client, a token for each request, tries again where the trouble may pass.

Plain http, and no token, is for the local org alone: an address of this machine.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from cotab_kit.deploy.patience import Patience, Sleep
from cotab_kit.deploy.sign_in import AzureTokens, SignIn, Tokens
from cotab_kit.errors import OrgError
from cotab_setup.inspection.resources import SHOWN, Resources
from cotab_setup.provisioning import LostConnectionError, Reply, Retrying, WebApi
from cotab_setup.web_api import BASE, HEADERS, Values

# A solution of several megabytes goes up in one request, and Dataverse takes its time to answer.
TIMEOUT = httpx.Timeout(120.0, connect=30.0)


# Also of Dataverse itself these may pass: a token has ended, a role is not known everywhere yet.
REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)

# A host's name: labels of letters, digits, hyphens (RFC 1123); other letters have been encoded.
HOST = re.compile(r"([a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.?", re.IGNORECASE)
END_OF_NAME = re.compile(r"\.(?=:|$)")  # the dot of the root, which is in no token's audience
LAST_PORT = 65_535
NETWORK_VARIABLES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")

# A clock that is further away than this does not know when a token ends.
CLOCK_MINUTES = 5


@dataclass(frozen=True)
class Environment:
    """An org that can be talked to. `patience` is how its commands wait."""

    url: str
    api: WebApi
    patience: Patience
    resources: Resources


class HttpWebApi:
    """WebApi over httpx. Follows no redirection: a token goes nowhere but to the org."""

    def __init__(self, http: httpx.AsyncClient, tokens: Tokens | None, patience: Patience) -> None:
        self._http = http
        self._tokens = tokens
        self._patience = patience
        self._renewed = False

    async def request(
        self, method: str, path: str, *, body: Values | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """See WebApi. A token that the org refuses is replaced, once until it takes one again."""
        sent = {**HEADERS, **(headers or {})}
        if self._tokens is None:
            return await self._send(method, path, body, sent)
        token = await self._tokens.token()
        reply = await self._send(method, path, body, {**sent, "Authorization": f"Bearer {token}"})
        if reply.status == HTTPStatus.UNAUTHORIZED and not self._renewed:
            self._renewed = True
            self._compare_clocks(reply.headers.get("date", ""))
            token = await self._tokens.renewed(token)
            reply = await self._send(method, path, body, {**sent, "Authorization": f"Bearer {token}"})
        self._renewed = self._renewed and reply.status == HTTPStatus.UNAUTHORIZED
        return reply

    async def headers_of(self, name: str) -> Mapping[str, str] | None:
        """See Resources. An org may deliver web resources to browsers alone."""
        token = await self._tokens.token() if self._tokens else ""
        sent = {"Authorization": f"Bearer {token}"} if token else {}
        asking = self._http.get(f"/WebResources/{name}", headers=sent, follow_redirects=False)
        try:
            answer = await self._patience.answer(asking, f"GET the web resource {name}")
        except (httpx.RequestError, TimeoutError):
            return None
        return {each: answer.headers[each] for each in SHOWN if each in answer.headers} if answer.is_success else None

    async def _send(self, method: str, path: str, body: Values | None, headers: Mapping[str, str]) -> Reply:
        request = self._http.request(method, f"{BASE}{path}", json=body, headers=headers, follow_redirects=False)
        try:
            answer = await self._patience.answer(request, f"{method} {path.partition('?')[0]}")
        except httpx.RequestError as error:
            raise LostConnectionError(f"{method} {path}", reason=str(error) or type(error).__name__) from error
        except TimeoutError as error:
            raise LostConnectionError(f"{method} {path}", reason="no answer for ten minutes") from error
        names = {name.lower(): value for name, value in answer.headers.items()}
        if "retry-after" in names:
            names["retry-after"] = in_seconds(names["retry-after"])
        return Reply.of(answer.status_code, names, answer.content)

    def _compare_clocks(self, date: str) -> None:
        minutes = minutes_behind(date)
        if abs(minutes) >= CLOCK_MINUTES:
            which = "behind" if minutes > 0 else "ahead of"
            text = f"The clock of this machine is {abs(minutes):.0f} minutes {which} that of the org; set it right"
            self._patience.emit(text)


def minutes_behind(date: str) -> float:
    """Return by how much this machine's clock is behind the time that a server gives; 0 where it gives none."""
    try:
        return (parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds() / 60
    except (TypeError, ValueError, OverflowError):
        return 0.0


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
    remote = HOST.fullmatch(parts.raw_host.decode()) is not None and parts.scheme == "https"
    allowed = remote or (local and parts.scheme in ("http", "https"))
    if not allowed or parts.userinfo or (parts.port or 1) > LAST_PORT:
        raise OrgError(
            f"{given!r} is not the address of an org",
            hint="Write it as https://NAME.crm.dynamics.com; plain http is for the local org on this machine.",
        )
    return f"{parts.scheme}://{END_OF_NAME.sub('', parts.netloc.decode())}"


def _http(url: str, transport: httpx.AsyncBaseTransport | None, *, local: bool) -> httpx.AsyncClient:
    """Return a client for the org, with this machine's proxy and certificates; no proxy stands before this machine.

    Raises OrgError where what the environment says of them is of no use.
    """
    try:
        return httpx.AsyncClient(base_url=url, timeout=TIMEOUT, transport=transport, trust_env=not local)
    except (httpx.InvalidURL, ValueError, ImportError, OSError) as error:
        raise OrgError(
            f"The network settings of this machine are of no use: {error}",
            hint=f"Set these environment variables right, or unset them: {', '.join(NETWORK_VARIABLES)}.",
        ) from error


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
    patience = Patience(sleep, emit)

    async def patient(seconds: float) -> None:
        await patience.wait(seconds, lambda left: f"The org is busy or does not answer; trying again in {left:.0f} s")

    url = org_url(given)
    local = url.startswith("http:")
    tokens = None if local else AzureTokens(url, way)
    async with _http(url, transport, local=local) as http:
        plain = HttpWebApi(http, tokens, patience)
        yield Environment(url, Retrying(plain, sleep=patient, also=REFUSED), patience, plain)
