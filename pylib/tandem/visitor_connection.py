"""The WebSocket of a page with a chat: brings its customer an agent's question, and the agent the answer.

What is to be asked stands on the bus; the connection looks there whenever something has changed, so that a question
follows the customer from page to page and is withdrawn when its session no longer waits, on whichever relay.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import Literal

from starlette.websockets import WebSocket

from tandem.bus import Unsubscribe
from tandem.errors import RefusedError
from tandem.frames import read_text
from tandem.logs import note
from tandem.pace import Pace
from tandem.parts import first_of
from tandem.relay import Relay
from tandem.session import NORMAL, Role, Session, State
from tandem.sessions import STATE, subject
from tandem.visitors import Answer, Visitor, visitor_subject

CHECK_INTERVAL = 5.0

Told = Literal["asking", "declined", "away"]


class VisitorConnection:
    """One page's connection."""

    def __init__(self, socket: WebSocket, key: str, relay: Relay) -> None:
        self.id = secrets.token_hex(8)
        self._socket = socket
        self._key = key
        self._relay = relay
        self._pace = Pace(relay.clock)
        self._changed = asyncio.Event()
        self._asked: str | None = None
        self._shown = False
        self._entering = False
        self._unsubscribe: Unsubscribe | None = None

    async def run(self) -> None:
        """Serve the connection until either end closes it."""
        unsubscribe = await self._relay.bus.subscribe(visitor_subject(self._key), self._on_published, self._wake)
        gauge = self._relay.metrics.connections.labels("visitor")
        gauge.inc()
        try:
            visitor = await self._relay.visitors.change(self._key, lambda each: each.connect(self.id))
            if visitor is not None:
                await self._welcome(visitor)
            await first_of(self._read(), self._show())
        finally:
            gauge.dec()
            await unsubscribe()
            await self._follow(None)
            await self._leave()

    async def _leave(self) -> None:
        visitor = await self._relay.visitors.change(self._key, lambda each: each.disconnect(self.id))
        if visitor and visitor.connection is None and visitor.session:
            await self._tell(visitor.session, "away")

    async def _welcome(self, visitor: Visitor) -> None:
        seconds = max(0, int(visitor.until - self._relay.clock.now()))
        ticket = self._relay.visitors.ticket(self._key, visitor)
        await self._socket.send_json({"t": "welcome", "ticket": ticket, "expires_in": seconds})

    # What is to be asked.

    def _wake(self) -> None:
        self._changed.set()

    def _on_published(self, _raw: bytes) -> None:
        self._shown = False  # the agent of whoever asks again wants to know again
        self._wake()

    def _on_session(self, raw: bytes) -> None:
        if raw[:1] == STATE:
            self._wake()

    async def _show(self) -> None:
        """Show what is to be asked, until there is nothing more to ask."""
        while True:
            self._changed.clear()
            visitor = await self._relay.visitors.find(self._key)
            if visitor is None and not self._entering:
                await self._end()
                return
            if visitor is not None and not self._entering:
                await self._compare(visitor)
            await self._changed_within(visitor.until - self._relay.clock.now() if visitor else CHECK_INTERVAL)

    async def _changed_within(self, seconds: float) -> None:
        sleep = self._relay.clock.sleep(min(CHECK_INTERVAL, max(0.05, seconds)))
        waiting = [asyncio.ensure_future(each) for each in (self._changed.wait(), sleep)]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()

    async def _compare(self, visitor: Visitor) -> None:
        """Show or withdraw a question, where the page has something else."""
        session = await self._relay.sessions.find(visitor.session) if visitor.session else None
        waits = session if session is not None and session.state is State.WAITING else None
        if waits is None and visitor.session is not None:
            await self._relay.visitors.answered(self._key, visitor.session, "withdrawn")
        if self._asked and self._asked != (waits and waits.id):
            await self._follow(None)
            await self._socket.send_json({"t": "withdraw"})
        if waits and (self._asked != waits.id or not self._shown):
            await self._follow(waits)
            await self._socket.send_json({"t": "ask", "agent": waits.name, "mode": waits.mode, "session": waits.id})

    async def _follow(self, session: Session | None) -> None:
        """Hear of what becomes of a session, and no more of the one before."""
        unsubscribe, self._unsubscribe = self._unsubscribe, None  # an answer may come while this waits
        if unsubscribe is not None:
            await unsubscribe()
        self._asked, self._shown = session.id if session else None, session is not None
        if session is not None:
            own = subject(session.id, Role.CUSTOMER)
            self._unsubscribe = await self._relay.bus.subscribe(own, self._on_session, self._wake)

    async def _end(self) -> None:
        await self._socket.send_json({"t": "ended", "reason": "expired"})
        await self._socket.close(NORMAL)

    # What the customer's page says.

    async def _read(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            await self._pace.wait()
            said = read_text(message.get("text") or "")
            if said is not None and await self._apply(said):
                return

    async def _apply(self, said: dict[str, object]) -> bool:
        """Apply what the page says; return whether it was its last word."""
        if said["t"] == "end":
            await self._over()
            return True
        if self._asked is None or said.get("session") != self._asked:
            return False
        if said["t"] == "asking":
            await self._tell(self._asked, "asking")
        elif said["t"] == "answer" and said.get("yes") is True:
            return await self._enter(self._asked)
        elif said["t"] == "answer":
            await self._declined(self._asked, "busy" if said.get("busy") is True else "no")
        return False

    async def _over(self) -> None:
        """Let nobody be asked any more: the chat has ended."""
        visitor = await self._relay.visitors.change(self._key, lambda each: each.end())
        if visitor and self._asked:
            await self._tell(self._asked, "declined", again=False)
        await self._socket.close(NORMAL)

    async def _declined(self, session: str, answer: Answer) -> None:
        visitor = await self._relay.visitors.answered(self._key, session, answer)
        await self._follow(None)
        await self._tell(session, "declined", again=visitor is not None and not visitor.over)
        self._wake()

    async def _enter(self, session: str) -> bool:
        """Let the customer in, who has said yes. Return whether the session still was there."""
        self._entering = True
        visitor = await self._relay.visitors.answered(self._key, session, "yes")
        try:
            joined = await self._relay.sessions.join_asked(session) if visitor else None
        except RefusedError:
            joined = None
        if visitor is None or joined is None:
            self._entering = False
            self._wake()
            return False
        await self._socket.send_json({"t": "joined", **self._relay.admission(joined, visitor.origin)})
        await self._socket.close(NORMAL)
        return True

    async def _tell(self, session: str, state: Told, *, again: bool = True) -> None:
        note("customer asked", session=session, state=state)
        await self._relay.sessions.tell_agent(session, t="asked", state=state, again=again)
