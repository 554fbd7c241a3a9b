"""Web API traffic of tabs, recorded; and the notes that they attach.

A tab's call is known by its Referer: the address of a web resource. With a latency in that address it waits.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable
from time import perf_counter

from pydantic import JsonValue
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cotab_kit.desktop.chat import Clock, local_time
from cotab_kit.desktop.feed import Feed
from cotab_kit.desktop.tabs import tab_of
from cotab_kit.emulator import LocalOrg
from cotab_kit.emulator.keys import API

MAX_CALLS = 2000
_NOTE = re.compile(r".*/annotations\(([0-9a-fA-F-]{36})\)")
Sleep = Callable[[float], Awaitable[object]]


class Traffic:
    """An ASGI application in front of another. It records the calls of tabs."""

    def __init__(
        self, app: ASGIApp, org: LocalOrg, feed: Feed, *, clock: Clock = local_time, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._app, self._org, self._feed, self._clock, self._sleep = app, org, feed, clock, sleep
        self._calls: deque[dict[str, JsonValue]] = deque(maxlen=MAX_CALLS)
        self._count = 0

    def since(self, number: int) -> list[dict[str, JsonValue]]:
        """Return the calls after the one of this number, the oldest first."""
        return [call for call in self._calls if isinstance(call["number"], int) and call["number"] > number]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, and record it if a tab has made it."""
        if scope["type"] != "http" or not scope["path"].startswith(f"/{API}"):
            await self._app(scope, receive, send)
            return
        started: list[Message] = []

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
            await send(message)

        tab = tab_of(Headers(scope=scope).get("referer", ""))
        before = perf_counter()
        if tab and tab[1]:
            await self._sleep(tab[1] / 1000)
        await self._app(scope, receive, watched)
        if started and tab:
            self._record(scope, tab[0], int(started[0]["status"]), perf_counter() - before)
        if started and scope["method"] in ("POST", "PATCH"):
            self._publish_note(Headers(raw=started[0]["headers"]).get("odata-entityid", ""))

    def _record(self, scope: Scope, tab: str, status: int, took: float) -> None:
        self._count += 1
        query = scope["query_string"].decode("latin-1")
        call: dict[str, JsonValue] = {
            "number": self._count,
            "tab": tab,
            "method": scope["method"],
            "path": f"{scope['path']}{'?' if query else ''}{query}",
            "status": status,
            "time": self._clock().isoformat(),
            "took": round(took * 1000),
        }
        self._calls.append(call)
        self._feed.publish("call", **call)

    def _publish_note(self, address: str) -> None:
        found = _NOTE.fullmatch(address)
        rows = self._org.rows("annotation", annotationid=found[1].lower()) if found else []
        for row in rows:
            note: dict[str, JsonValue] = {
                "id": row["annotationid"],
                "subject": row["subject"],
                "text": row["notetext"],
                "file": row["filename"],
                "table": row["objecttypecode"],
                "record": row["objectid"],
                "time": self._clock().isoformat(),
            }
            self._feed.publish("note", note=note)
