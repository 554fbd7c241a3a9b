"""The WebSocket endpoints: who may connect, the hello that must come first, and how a connection is refused.

Heartbeats are WebSocket pings of the server (`SERVER`), every 20 s.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from tandem.clock import within
from tandem.connection import Connection
from tandem.errors import BusError, RefusedError
from tandem.frames import MAX_CHUNK, read_text
from tandem.logs import note
from tandem.relay import Relay
from tandem.session import NORMAL, Role, State
from tandem.visitor_connection import VisitorConnection

PROTOCOL = "tandem.1"
VERSION = 1
TRY_AGAIN = 1013
SERVER: dict[str, Any] = {
    "ws": "websockets-sansio",
    "ws_max_size": MAX_CHUNK,
    "ws_ping_interval": 20.0,
    "ws_ping_timeout": 20.0,
    "ws_per_message_deflate": True,
    "proxy_headers": False,  # it would believe everybody on this machine; the application has its own list
}


def routes(relay: Relay) -> list[WebSocketRoute]:
    """List the endpoints of both sides."""

    async def agent(socket: WebSocket) -> None:
        await _serve(relay, socket, Role.AGENT)

    async def customer(socket: WebSocket) -> None:
        await _serve(relay, socket, Role.CUSTOMER)

    async def visitor(socket: WebSocket) -> None:
        await _serve(relay, socket, None)

    return [
        WebSocketRoute("/ws/agent", agent),
        WebSocketRoute("/ws/customer", customer),
        WebSocketRoute("/ws/visitor", visitor),
    ]


async def _serve(relay: Relay, socket: WebSocket, role: Role | None) -> None:
    """Serve a side of a session; None is a page with a chat, which belongs to none yet."""
    try:
        origin = _check(relay, socket, role)
    except RefusedError as error:
        relay.metrics.refused.labels(error.code).inc()
        await socket.close()  # before it is accepted: HTTP 403
        return
    await socket.accept(PROTOCOL)
    try:
        try:
            run = await _admitted(relay, socket, role, origin)
        except RefusedError as error:
            await _refuse(relay, socket, error)
            return
        await run()
    except WebSocketDisconnect:
        return
    except BusError:
        note("bus unavailable", role=role or "visitor")
        with suppress(RuntimeError, WebSocketDisconnect):  # it may be closed already
            await socket.close(TRY_AGAIN)


async def _admitted(relay: Relay, socket: WebSocket, role: Role | None, origin: str) -> Callable[[], Awaitable[None]]:
    """Return what serves a connection that has shown what it needs. Raises RefusedError."""
    shown = await _hello(relay, socket)
    if role is None:
        return VisitorConnection(socket, await _visitor(relay, socket, shown, origin), relay).run
    return partial(_join, relay, socket, role, origin, relay.claims(shown, role, origin))


async def _visitor(relay: Relay, socket: WebSocket, shown: object, origin: str) -> str:
    """Return the key of a page with a chat, by the token that it has made or by the ticket it got for that."""
    shown = shown if isinstance(shown, str) else ""
    if "." in shown:
        return await relay.visitors.back(shown, origin)
    return await relay.visitors.register(shown, origin, socket.client.host if socket.client else "")


def _check(relay: Relay, socket: WebSocket, role: Role | None) -> str:
    """Return the origin of the page that connects. Raises RefusedError."""
    origin = relay.require_own(socket) if role is Role.AGENT else relay.require_customer(socket)
    if PROTOCOL not in socket.scope["subprotocols"]:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "protocol", f"The sub-protocol must be {PROTOCOL}.")
    return origin


async def _hello(relay: Relay, socket: WebSocket) -> object:
    """Return the ticket in the first message."""
    try:
        first = await within(relay.clock, relay.config.hello_seconds, socket.receive())
    except TimeoutError as error:
        raise RefusedError(HTTPStatus.REQUEST_TIMEOUT, "hello_timeout", "No hello came in time.") from error
    if first["type"] == "websocket.disconnect":
        raise WebSocketDisconnect
    message = read_text(first.get("text") or "")
    if message is None or message["t"] != "hello" or message.get("v") != VERSION:
        raise RefusedError(
            HTTPStatus.BAD_REQUEST, "bad_hello", "The first message must be a hello of protocol version 1."
        )
    return message.get("ticket")


async def _join(relay: Relay, socket: WebSocket, role: Role, origin: str, claims: dict[str, Any]) -> None:
    await relay.sessions.restore(claims)
    session = await relay.sessions.find(claims["sid"])
    if session is None or session.state is State.ENDED:
        reason = session.reason if session else "lost"
        await socket.send_json({"t": "ended", "reason": reason})
        await socket.close(NORMAL)
        return
    connection = Connection(
        socket,
        role,
        origin,
        session,
        sessions=relay.sessions,
        bus=relay.bus,
        clock=relay.clock,
        config=relay.config,
        metrics=relay.metrics,
        assets=relay.assets,
    )
    await connection.run()


async def _refuse(relay: Relay, socket: WebSocket, error: RefusedError) -> None:
    relay.metrics.refused.labels(error.code).inc()
    await socket.send_json({"t": "error", "code": error.code, "message": str(error)})
    await socket.close(4000 + error.status)
