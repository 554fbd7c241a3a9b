"""Feed of what happens on the desktop: server-sent events of JSON, each with a `type`, for every page that listens.

Any thread may publish (the server's, the watcher's, a test's).
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator

from pydantic import JsonValue

Event = dict[str, JsonValue]

KEEP_ALIVE = 15.0  # seconds; what stands between may close a connection that says nothing


class Feed:
    """The events. A listener gets what is published after it came."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[asyncio.Queue[Event | None], asyncio.AbstractEventLoop] = {}
        self._closed = False

    def publish(self, kind: str, **facts: JsonValue) -> None:
        """Send an event to everybody who listens now."""
        self._send({"type": kind, **facts})

    def close(self) -> None:
        """End all streams: a server waits for them before it stops."""
        self._closed = True
        self._send(None)

    def _send(self, event: Event | None) -> None:
        with self._lock:
            listeners = list(self._listeners.items())
        for queue, loop in listeners:
            if not loop.is_closed():
                loop.call_soon_threadsafe(queue.put_nowait, event)

    async def listen(self) -> AsyncIterator[Event | None]:
        """Yield None once nothing is missed any more, then the events as they come; None after a while without any."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        with self._lock:
            self._listeners[queue] = asyncio.get_running_loop()
        try:
            yield None
            while not self._closed:
                try:
                    event = await asyncio.wait_for(queue.get(), KEEP_ALIVE)
                except TimeoutError:
                    yield None
                    continue
                if event is None:
                    return
                yield event
        finally:
            with self._lock:
                del self._listeners[queue]

    async def stream(self) -> AsyncIterator[str]:
        """Yield the events as text/event-stream."""
        async for event in self.listen():
            yield f"data: {json.dumps(event, ensure_ascii=False)}\n\n" if event else ": still here\n\n"
