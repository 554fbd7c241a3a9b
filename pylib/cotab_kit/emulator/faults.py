"""Faults on the way to an org: the n-th call fails in one of the ways that networks and services fail.

    faults = Faults(org.app)                                   lets everything through and counts
    faults = Faults(org.app, Fault.CUT_AFTER, at=3)            the third call acts, and its answer is lost
    httpx.AsyncClient(transport=httpx.ASGITransport(faults), base_url="https://org.example")

`faults.calls` lists what was asked. A cut connection is httpx's own exception, which httpx.ASGITransport hands on;
behind a real server it becomes that server's 500.
"""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus

import httpx
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

FOREVER = 2**31


class Fault(StrEnum):
    """A way to fail."""

    CUT_BEFORE = "the connection is cut before the server acts"
    CUT_AFTER = "the connection is cut after the server has acted"
    THROTTLED = "429 with Retry-After"
    BROKEN = "500"
    UNAVAILABLE = "503"


_ANSWERS = {
    Fault.THROTTLED: (
        HTTPStatus.TOO_MANY_REQUESTS,
        "0x80072322",
        "Number of requests exceeded the limit of 6000 over time window of 300 seconds.",
    ),
    Fault.BROKEN: (HTTPStatus.INTERNAL_SERVER_ERROR, "0x80040216", "An unexpected error occurred."),
    Fault.UNAVAILABLE: (HTTPStatus.SERVICE_UNAVAILABLE, "0x0", "The service is unavailable."),
}


class Faults:
    """An ASGI application before another one. Calls are counted from 1; `times` of them fail, from `at` on."""

    def __init__(
        self, app: ASGIApp, fault: Fault | None = None, *, at: int = 1, times: int = 1, retry_after: int = 1
    ) -> None:
        self._app = app
        self.fault, self.at, self.times, self.retry_after = fault, at, times, retry_after
        self.calls: list[str] = []

    @property
    def struck(self) -> bool:
        """Whether the fault has happened."""
        return self.fault is not None and len(self.calls) >= self.at

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on, or let it fail."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self.calls.append(f"{scope['method']} {scope['path']}")
        if self.fault is None or not self.at <= len(self.calls) < self.at + self.times:
            await self._app(scope, receive, send)
        elif self.fault is Fault.CUT_BEFORE:
            raise httpx.ConnectError(f"cut by intention: {self.calls[-1]}")
        elif self.fault is Fault.CUT_AFTER:
            await self._app(scope, receive, _nowhere)
            raise httpx.RemoteProtocolError(f"cut by intention: {self.calls[-1]}")
        else:
            await self._refusal(self.fault)(scope, receive, send)

    def _refusal(self, fault: Fault) -> JSONResponse:
        status, code, message = _ANSWERS[fault]
        headers = {"Retry-After": str(self.retry_after)} if fault is Fault.THROTTLED else {}
        return JSONResponse({"error": {"code": code, "message": message}}, status, headers)


async def _nowhere(_message: object) -> None:
    """Drop a message of an answer that nobody gets."""
