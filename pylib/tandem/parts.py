"""The parts of a WebSocket connection, which end together."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from starlette.websockets import WebSocketDisconnect


async def first_of(*parts: Coroutine[Any, Any, None]) -> None:
    """Run the parts until one is over, then end the others. Raises what that one did, unless the client went away."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for task, result in zip(tasks, results, strict=True):
        if task in done and isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect):
            raise result
