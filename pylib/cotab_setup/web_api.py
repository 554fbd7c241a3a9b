"""Dataverse's Web API as the set-up sees it: one request at a time, answered by whatever carries it.

In the browser the configuration page carries it, on the host cotab_kit/deploy/client.py. Both wrap what they have in
`Retrying`; everything above works with `call` and `rows_of`, which know paging and Dataverse's form of errors.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import quote
from uuid import UUID

from cotab._js.page import API_PATH as BASE
from cotab.errors import CotabError
from cotab_setup.replies import OK, Reply, gateway_reason

__all__ = [
    "ABSENT",
    "BASE",
    "HEADERS",
    "LostConnectionError",
    "Reply",
    "Retrying",
    "Values",
    "WebApi",
    "WebApiError",
    "any_of",
    "call",
    "literal",
    "object_of",
    "query",
    "rows_of",
]

HEADERS = {
    "Accept": "application/json",
    "Content-Type": "application/json; charset=utf-8",
    "OData-MaxVersion": "4.0",
    "OData-Version": "4.0",
}

# What a row's columns hold, by their names.
Values = Mapping[str, Any]

# Seconds before each further attempt. Dataverse names its own time when it throttles; its window is five minutes.
PAUSES = (1.0, 2.0, 5.0, 10.0)
BRIEFLY = 2  # further attempts, where the trouble is more likely to last
MAX_PAUSE = 300.0
ABSENT = (HTTPStatus.NOT_FOUND,)  # accepted where what is asked for need not be there
PASSING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
MAX_REASON = 4000  # characters of a reason


class WebApi(Protocol):
    """Whatever carries a request to an org."""

    async def request(
        self, method: str, path: str, *, body: Values | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send a request and return the answer, whatever its status. `path` is relative to BASE and encoded.

        HEADERS are sent along. Raises LostConnectionError where there is no answer, whether or not the org has
        received the request.
        """
        ...


class WebApiError(CotabError):
    """The org refused something, or did not answer.

    `status` is that of HTTP (0: no answer), `error_code` and `reason` are what Dataverse says, `doing` is what was
    being done. `gateway` is true where not Dataverse but something on the way to it has answered.
    """

    code = "WEB_API_FAILED"

    def __init__(
        self, doing: str, *, status: int = 0, error_code: str = "", reason: str = "", gateway: bool = False
    ) -> None:
        whose = "gateway" if gateway else "Dataverse"
        known = " ".join(part for part in (f"{whose}: {status}" if status else "", error_code) if part)
        super().__init__(f"{doing}: {reason or 'no answer'}{f' ({known})' if known else ''}")
        self.status, self.error_code, self.reason, self.doing = status, error_code, reason, doing
        self.gateway = gateway


class LostConnectionError(WebApiError):
    """The connection was lost, or never came about; the org may have done what it was asked to."""


class Retrying:
    """A WebApi that tries again where the org is busy, has an error of its own or does not answer.

    It does so for every method: what is not idempotent is made so by those who ask for it. Answers that are not
    Dataverse's, and statuses in `also`, are given less time. `sleep` raises TimeoutError where no time is left.
    """

    def __init__(
        self,
        api: WebApi,
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        also: Collection[int] = (),
    ) -> None:
        self._api = api
        self._sleep = sleep
        self._also = also

    async def request(
        self, method: str, path: str, *, body: Values | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """See WebApi. What the last attempt brings is the answer."""
        for number, pause in enumerate(PAUSES):
            try:
                reply = await self._api.request(method, path, body=body, headers=headers)
            except LostConnectionError:
                if not await self._waited(pause):
                    raise
                continue
            if number >= self._further_attempts(method, reply):
                return reply
            if not await self._waited(max(pause, _retry_after(reply))):
                return reply
        return await self._api.request(method, path, body=body, headers=headers)

    async def _waited(self, seconds: float) -> bool:
        try:
            await self._sleep(seconds)
        except TimeoutError:
            return False
        return True

    def _further_attempts(self, method: str, reply: Reply) -> int:
        if reply.succeeds(method) or reply.status == HTTPStatus.NOT_IMPLEMENTED:
            return 0
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR or reply.status in PASSING:
            return len(PAUSES)
        return BRIEFLY if reply.error is None or reply.status in self._also else 0


def _retry_after(reply: Reply) -> float:
    """Return the seconds that Dataverse asks to wait."""
    try:
        return min(max(float(reply.headers.get("retry-after", "0")), 0.0), MAX_PAUSE)
    except ValueError:
        return 0.0


async def call(  # noqa: PLR0913 - a request has so many parts
    api: WebApi,
    method: str,
    path: str,
    doing: str,
    *,
    body: Values | None = None,
    headers: Mapping[str, str] | None = None,
    accepted: Collection[int] = (),
) -> Reply:
    """Send a request that must succeed; statuses in `accepted` are no failure if Dataverse gives them.

    Raises WebApiError.
    """
    try:
        reply = await api.request(method, path, body=body, headers=headers)
    except LostConnectionError as error:
        raise LostConnectionError(doing, reason=error.reason or "the connection was lost") from error
    if reply.succeeds(method) or (reply.status in accepted and reply.error is not None):
        return reply
    raise _refusal(reply, doing)


def _refusal(reply: Reply, doing: str) -> WebApiError:
    """Return an error in Dataverse's own words, or in ours for what has come in their place."""
    error = reply.error
    if error is None:
        return WebApiError(doing, status=reply.status, reason=gateway_reason(reply), gateway=True)
    reason = str(error.get("message") or "the org refused it")[:MAX_REASON]
    return WebApiError(doing, status=reply.status, error_code=str(error.get("code") or ""), reason=reason)


def object_of(reply: Reply, doing: str, *members: str) -> dict[str, Any]:
    """Return the JSON object of an answer, which has these members. Raises WebApiError for anything else."""
    if isinstance(reply.body, dict) and all(reply.body.get(name) is not None for name in members):
        return reply.body
    raise WebApiError(doing, status=reply.status, reason=NOT_DATAVERSE)


async def rows_of(
    api: WebApi, path: str, doing: str, *, guid: str = "", accepted: Collection[int] = ()
) -> list[dict[str, Any]]:
    """Read all rows of a query, page by page; none where the status is one of `accepted`. Raises WebApiError.

    `guid` is a column that is needed: what is no GUID there cannot be put into an address.
    """
    rows: list[dict[str, Any]] = []
    seen: set[str] = set()
    while path:
        reply = await call(api, "GET", path, doing, accepted=accepted)
        if reply.status not in OK:
            return rows
        body = object_of(reply, doing, "value")
        if not isinstance(body["value"], list) or not all(_is_row(row, guid) for row in body["value"]):
            raise WebApiError(doing, status=reply.status, reason=NOT_DATAVERSE)
        rows += body["value"]
        seen.add(path)
        path = _next_page(body, doing)
        if path in seen:
            raise WebApiError(doing, status=reply.status, reason="the pages of the answer go round in a circle")
    return rows


NOT_DATAVERSE = "the answer is not what Dataverse answers"


def _is_row(row: object, guid: str) -> bool:
    """Return whether this can be a row: lookups are GUIDs or empty, whatever the table."""
    if not isinstance(row, dict):
        return False
    lookups = [value for name, value in row.items() if name[:1] == "_" and name.endswith("_value")]
    return all(value is None or _is_guid(value) for value in lookups) and (not guid or _is_guid(row.get(guid)))


def _is_guid(value: object) -> bool:
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False


def _next_page(body: Values, doing: str) -> str:
    """Return the path of the next page: what follows the base, so that no answer can send the request elsewhere."""
    address = str(body.get("@odata.nextLink") or "")
    path = address.partition(BASE)[2]
    if address and not path:
        raise WebApiError(doing, reason=f"the next page has an address that is not understood: {address[:200]}")
    return path


def query(entity_set: str, *, select: Iterable[str] = (), where: str = "") -> str:
    """Return the path that asks for rows of an entity set."""
    options = {"$select": ",".join(select), "$filter": where}
    parts = [f"{name}={quote(text, safe=_PLAIN)}" for name, text in options.items() if text]
    return f"{entity_set}?{'&'.join(parts)}" if parts else entity_set


_PLAIN = "(),'$-_.:"


def any_of(conditions: Iterable[str]) -> str:
    """Join conditions into one that holds if any of them does."""
    return " or ".join(conditions)


def literal(text: str) -> str:
    """Quote a text as a filter or a key has it."""
    return "'" + text.replace("'", "''") + "'"
