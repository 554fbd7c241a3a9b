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
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOREVER = 2**31


class Fault(StrEnum):
    """A way to fail: of the network, of Dataverse, or of a gateway before it."""

    CUT_BEFORE = "the connection is cut before the server acts"
    CUT_AFTER = "the connection is cut after the server has acted"
    THROTTLED = "429 with Retry-After"
    BROKEN = "500"
    UNAVAILABLE = "503"
    BAD_GATEWAY = "502 with a page"
    EMPTY_BEFORE = "200 with nothing, and the server has not acted"
    EMPTY_AFTER = "200 with nothing, and the server has acted"
    NULL_BEFORE = "200 with null, and the server has not acted"
    NULL_AFTER = "200 with null, and the server has acted"
    PAGE_BEFORE = "200 with a page, and the server has not acted"
    PAGE_AFTER = "200 with a page, and the server has acted"
    HALF_AFTER = "200 with the first half of the answer, and the server has acted"
    MOVED = "301 to another host"
    FOUND = "302 to a page to sign in"
    SEE_OTHER = "303 to another host"
    TEMPORARY_REDIRECT = "307 to another host"
    PERMANENT_REDIRECT = "308 to another host"
    UNAUTHORIZED = "401"
    FORBIDDEN = "403"
    FORBIDDEN_PAGE = "403 with a page"
    NOT_FOUND_PAGE = "404 with a page"
    TIMED_OUT = "408"


_REFUSALS = {
    Fault.THROTTLED: (
        HTTPStatus.TOO_MANY_REQUESTS,
        "0x80072322",
        "Number of requests exceeded the limit of 6000 over time window of 300 seconds.",
    ),
    Fault.BROKEN: (HTTPStatus.INTERNAL_SERVER_ERROR, "0x80040216", "An unexpected error occurred."),
    Fault.UNAVAILABLE: (HTTPStatus.SERVICE_UNAVAILABLE, "0x0", "The service is unavailable."),
    Fault.FORBIDDEN: (HTTPStatus.FORBIDDEN, "0x80040220", "SecLib::AccessCheckEx failed."),
}
_REDIRECTIONS = {
    Fault.MOVED: HTTPStatus.MOVED_PERMANENTLY,
    Fault.FOUND: HTTPStatus.FOUND,
    Fault.SEE_OTHER: HTTPStatus.SEE_OTHER,
    Fault.TEMPORARY_REDIRECT: HTTPStatus.TEMPORARY_REDIRECT,
    Fault.PERMANENT_REDIRECT: HTTPStatus.PERMANENT_REDIRECT,
}
_PAGE = "<!DOCTYPE html><html><head><title>Gateway</title></head><body>Try again later.</body></html>"
_PAGES = {
    Fault.BAD_GATEWAY: (HTTPStatus.BAD_GATEWAY, _PAGE),
    Fault.EMPTY_BEFORE: (HTTPStatus.OK, ""),
    Fault.EMPTY_AFTER: (HTTPStatus.OK, ""),
    Fault.NULL_BEFORE: (HTTPStatus.OK, "null"),
    Fault.NULL_AFTER: (HTTPStatus.OK, "null"),
    Fault.PAGE_BEFORE: (HTTPStatus.OK, _PAGE),
    Fault.PAGE_AFTER: (HTTPStatus.OK, _PAGE),
    Fault.UNAUTHORIZED: (HTTPStatus.UNAUTHORIZED, ""),
    Fault.FORBIDDEN_PAGE: (HTTPStatus.FORBIDDEN, _PAGE),
    Fault.NOT_FOUND_PAGE: (HTTPStatus.NOT_FOUND, _PAGE),
    Fault.TIMED_OUT: (HTTPStatus.REQUEST_TIMEOUT, ""),
}
# After these the server has acted, and its answer is lost.
ACTED = {Fault.CUT_AFTER, Fault.EMPTY_AFTER, Fault.NULL_AFTER, Fault.PAGE_AFTER, Fault.HALF_AFTER}
ELSEWHERE = "https://sign-in.example/authorize?state=secret"


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
        else:
            await self._fail(self.fault, scope, receive, send)

    async def _fail(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        lost = _Lost()
        if fault in ACTED:
            await self._app(scope, receive, lost.take)
        if fault is Fault.CUT_BEFORE:
            raise httpx.ConnectError(f"cut by intention: {self.calls[-1]}")
        if fault is Fault.CUT_AFTER:
            raise httpx.RemoteProtocolError(f"cut by intention: {self.calls[-1]}")
        await self._answer(fault, lost.body)(scope, receive, send)

    def _answer(self, fault: Fault, body: bytes) -> Response:
        if fault is Fault.HALF_AFTER:
            return Response(body[: len(body) // 2], media_type="application/json")
        if fault in _REDIRECTIONS:
            return Response(status_code=_REDIRECTIONS[fault], headers={"Location": ELSEWHERE})
        if fault in _PAGES:
            status, text = _PAGES[fault]
            return Response(text, status, media_type="text/html")
        status, code, message = _REFUSALS[fault]
        headers = {"Retry-After": str(self.retry_after)} if fault is Fault.THROTTLED else {}
        return JSONResponse({"error": {"code": code, "message": message}}, status, headers)


class _Lost:
    """An answer that nobody gets."""

    def __init__(self) -> None:
        self.body = b""

    async def take(self, message: Message) -> None:
        """Take a part of it."""
        self.body += message.get("body", b"")
