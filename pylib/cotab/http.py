"""Calls to the vendor's service: JSON there and back, a time limit, what the service says about trying again.

A call ends with the session. The page makes it by fetch(), the stand-in for host tests by a function of the test's.
"""

from __future__ import annotations

import asyncio
import json as json_text
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from pydantic import BaseModel

from cotab._waiting import TimeLimitError, in_time, retrieve_exception
from cotab.errors import HttpError, ProviderTimeoutError

__all__ = ["Fetcher", "Http", "HttpAnswer", "HttpRequest"]

TIMEOUT_SECONDS = 30.0

# What says "not now": the call has not been done, whatever its method.
RETRIED = (429, 503)
RETRIES = 3
HTTP_DATE = "%a, %d %b %Y %H:%M:%S GMT"
FAILED = 400
SHOWN = 500  # so much of what a service writes about an error is in the message


@dataclass(frozen=True)
class HttpRequest:
    """A call as it goes out. `credentials` are those of fetch()."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    credentials: str = "same-origin"

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever it is
        """The body, read as JSON."""
        return None if self.body is None else json_text.loads(self.body)


@dataclass(frozen=True)
class HttpAnswer:
    """What a service has answered. The names of `headers` are in lower case; `url` is where redirects have led to."""

    status: int = 200
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    url: str = field(default="", compare=False)

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever the service says
        """The answer, read as JSON; None if it is empty. Raises HttpError if it is something else."""
        try:
            return json_text.loads(self.text) if self.text.strip() else None
        except ValueError as error:
            kind, place = self.headers.get("content-type", "").partition(";")[0], self.url.partition("?")[0]
            answer = f"the answer of {place or 'the service'}{kind and f', {kind},'} is not JSON"
            remedy = "see whether that is the service's address, and whether it knows who asks"
            raise HttpError(f"{answer}; {remedy}: {self.text[:SHOWN]}", status=self.status, answer=self) from error


class Fetcher(Protocol):
    """Whoever makes a call."""

    async def fetch(self, request: HttpRequest) -> HttpAnswer:
        """Make one call. Raises HttpError if there is no answer."""


class Http:
    """The calls of one session."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._calls: set[asyncio.Task[HttpAnswer]] = set()
        self._over = False

    async def get(self, url: str, **options: Any) -> HttpAnswer:  # noqa: ANN401 - those of `request`
        """Read something; see `request`."""
        return await self.request("GET", url, **options)

    async def post(self, url: str, **options: Any) -> HttpAnswer:  # noqa: ANN401 - those of `request`
        """Send something; see `request`."""
        return await self.request("POST", url, **options)

    async def request(  # noqa: PLR0913 - what a call may need
        self,
        method: str,
        url: str,
        *,
        json: Any = None,  # noqa: ANN401 - whatever the service takes
        headers: Mapping[str, str] | None = None,
        timeout: float = TIMEOUT_SECONDS,  # noqa: ASYNC109 - with the sentence that belongs to it
        retries: int = RETRIES,
        credentials: str = "same-origin",
    ) -> HttpAnswer:
        """Make a call and return its answer. `json` is data or a pydantic model.

        A service that says 429 or 503 is asked again, up to `retries` times, after the seconds it names in Retry-After.
        All of it takes `timeout` seconds at most. Raises HttpError for any status from 400 on and where there is no
        answer, ProviderTimeoutError, and asyncio.CancelledError when the session ends meanwhile.
        """
        if self._over:
            raise HttpError(f"{method} {url}: the session is over")
        sent = dict(headers or {})
        body = None
        if json is not None:
            body = json.model_dump_json() if isinstance(json, BaseModel) else json_text.dumps(json)
            sent = {"content-type": "application/json", **sent}
        request = HttpRequest(method, url, {"accept": "application/json", **sent}, body, credentials)
        call = asyncio.get_running_loop().create_task(self._answered(request, retries, timeout))
        call.add_done_callback(retrieve_exception)
        self._calls.add(call)
        try:
            return await call
        finally:
            call.cancel()
            self._calls.discard(call)

    def abort(self) -> None:
        """Abort what is under way, and refuse what comes."""
        self._over = True
        for call in list(self._calls):
            call.cancel()

    async def _answered(self, request: HttpRequest, retries: int, seconds: float) -> HttpAnswer:
        try:
            answer = await in_time(self._attempts(request, retries, seconds), seconds)
        except TimeLimitError as error:
            raise ProviderTimeoutError(
                f"{request.method} {request.url}: no answer within {seconds:g} seconds"
            ) from error
        answer = answer if answer.url else replace(answer, url=request.url)
        if answer.status >= FAILED:
            raise HttpError(
                f"{request.method} {request.url}: status {answer.status}: {answer.text[:SHOWN]}",
                status=answer.status,
                answer=answer,
            )
        return answer

    async def _attempts(self, request: HttpRequest, retries: int, seconds: float) -> HttpAnswer:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        for attempt in range(retries + 1):
            answer = await self._fetcher.fetch(request)
            pause = _pause(answer, attempt)
            if answer.status not in RETRIED or attempt == retries or loop.time() + pause >= end:
                return answer
            await asyncio.sleep(pause)
        raise AssertionError("the last attempt returns")


def _pause(answer: HttpAnswer, attempt: int) -> float:
    """Return after how many seconds to try again: what the service says, else 1, 2, 4..."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = datetime.strptime(text, HTTP_DATE).replace(tzinfo=UTC)
    except ValueError:
        return float(2**attempt)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
