"""One WebSocket of one side, joined to its session: forwards what the other side may get, and nothing else.

Of binary chunks it reads the header alone; of text the type. Nothing is logged, and nothing but assets is kept.
"""

from __future__ import annotations

import asyncio
import json
import secrets

from starlette.websockets import WebSocket

from tandem.assets import DIGEST_BYTES, Assets
from tandem.bus import Bus
from tandem.clock import Clock
from tandem.config import Config
from tandem.frames import ASSET, FROM_AGENT, FROM_CUSTOMER, SHOWING, read_chunk, read_text
from tandem.metrics import Metrics
from tandem.outbox import Close, Outbox
from tandem.pace import Pace
from tandem.parts import first_of
from tandem.session import NORMAL, Role, Session, State
from tandem.sessions import ACT, CHUNK, RELAY, STATE, TEXT, WANT, Change, Sessions, subject

CHECK_INTERVAL = 5.0
KINDS = {1: "events", 2: "screen", ASSET: "asset"}
PREFIXES = {"act": ACT, "want": WANT}
IMPLIES_CONSENT = {"control", "share"}


class Connection:
    """One side's connection to a session."""

    def __init__(  # noqa: PLR0913 - the parts of a relay, and whom this is about
        self,
        socket: WebSocket,
        role: Role,
        origin: str,
        session: Session,
        *,
        sessions: Sessions,
        bus: Bus,
        clock: Clock,
        config: Config,
        metrics: Metrics,
        assets: Assets,
    ) -> None:
        self.id = secrets.token_hex(8)
        self._socket = socket
        self._role = role
        self._origin = origin
        self._session = session
        self._sessions = sessions
        self._bus = bus
        self._clock = clock
        self._config = config
        self._metrics = metrics
        self._assets = assets
        self._wanted: asyncio.Queue[list[bytes]] = asyncio.Queue()
        self._outbox = Outbox(config.queue_bytes)
        self._pace = Pace(clock)
        self._outdated = False

    async def run(self) -> None:
        """Serve the connection until either end closes it."""
        own = subject(self._session.id, self._role)
        unsubscribe = await self._bus.subscribe(own, self._on_published, self._on_lost)
        gauge = self._metrics.connections.labels(self._role)
        gauge.inc()
        try:
            await self._change(lambda session: session.connect(self._role, self.id, self._clock.now()))
            self._outbox.first(json.dumps(self._welcome()))
            with self._assets.held(self._session.id, self._config.grace_seconds):
                await first_of(self._read(), self._write(), self._answer(), self._watch())
        finally:
            gauge.dec()
            await unsubscribe()
            try:
                await self._linger()
            finally:
                await self._change(lambda session: session.disconnect(self._role, self.id, self._clock.now()))

    async def _linger(self) -> None:
        """Let an agent whose viewer is loaded anew come back before the customer reads that nobody is there."""
        seconds = self._config.linger_seconds
        if self._role is Role.AGENT and self._session.state is not State.ENDED and seconds:
            await self._clock.sleep(seconds)

    def _welcome(self) -> dict[str, object]:
        session = self._session
        return {
            "t": "welcome",
            "role": self._role,
            "session": session.id,
            "mode": session.mode,
            "agent": session.name,
            "state": session.state,
            "peer": session.here(self._role.other),
            "grace": self._config.grace_seconds,
            "control": session.control,
            "ice": list(self._config.ice_servers),
            "sites": sorted(self._config.joinable) if self._role is Role.AGENT else [],
        }

    # To the client.

    def _on_published(self, raw: bytes) -> None:
        kind, content = raw[:1], raw[1:]
        if kind == CHUNK:
            if not self._outbox.chunk(content):
                self._count("slow_viewer")
        elif kind == STATE:
            self._update(Session.model_validate_json(content))
        elif kind == RELAY:
            self._apply(json.loads(content))
        elif kind == WANT:
            self._on_want(content)
        elif kind == TEXT or self._session.control:
            self._outbox.text(content.decode())
        else:
            self._count("no_control")

    def _on_want(self, content: bytes) -> None:
        """Answer for the customer where the asset is here; else the customer's script is asked."""
        want = read_text(content.decode()) or {}  # what is nested too deeply here was not where it came from
        chunks = self._assets.get(self._session.id, _digest(want.get("hash")))
        if chunks and self._session.state is State.LIVE:
            self._wanted.put_nowait(chunks)
        else:
            self._outbox.text(content.decode())

    async def _answer(self) -> None:
        while True:
            for chunk in await self._wanted.get():
                await self._forward(CHUNK + chunk, "asset")

    def _on_lost(self) -> None:
        """Something that was published is missing; if the bus was away, the session itself may be."""
        self._outdated = True
        self._outbox.lost()

    def _apply(self, message: dict[str, object]) -> None:
        if message["connection"] not in {None, self.id}:
            return
        self._outbox.text(json.dumps(message["message"]))
        if isinstance(message["close"], int):
            self._outbox.close(message["close"])

    async def _write(self) -> None:
        while True:
            item = await self._outbox.next()
            if isinstance(item, Close):
                await self._socket.close(item.code)
                return
            if isinstance(item, str):
                await self._socket.send_text(item)
            elif item is not None:
                await self._socket.send_bytes(item)
            await self._resynchronise()

    async def _resynchronise(self) -> None:
        if self._role is Role.AGENT and self._outbox.wants_key(self._clock.now()):
            self._metrics.resyncs.inc()
            await self._bus.publish(subject(self._session.id, Role.CUSTOMER), TEXT + b'{"t":"resync"}')

    async def _watch(self) -> None:
        """End the session when it is due; whichever side or relay is first does it."""
        while True:
            left = self._session.deadline - self._clock.now()
            await self._clock.sleep(min(CHECK_INTERVAL, max(0.05, left)))
            await self._resynchronise()
            if self._outdated or self._session.deadline <= self._clock.now():
                self._outdated = False
                await self._change(lambda session: (session, []))

    # From the client.

    async def _read(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if message.get("bytes") is not None:
                await self._on_binary(message["bytes"])
            else:
                await self._pace.wait()
                await self._on_text(message.get("text") or "")

    async def _on_binary(self, data: bytes) -> None:
        header = read_chunk(data)
        if header is None or self._role is Role.AGENT:
            self._count("malformed")
            return
        await self._imply_consent()
        if not self._session.shows(self._origin):
            self._count("no_consent")
            return
        if header.kind == ASSET:
            self._assets.add(self._session.id, data)
        await self._forward(CHUNK + data, KINDS[header.kind])

    async def _on_text(self, text: str) -> None:
        message = read_text(text)
        allowed = FROM_AGENT if self._role is Role.AGENT else FROM_CUSTOMER
        if message is None or message["t"] not in allowed:
            self._count("malformed" if message is None else "unknown")
            return
        await self._on_message(message, text)

    async def _on_message(self, message: dict[str, object], text: str) -> None:
        kind = message["t"]
        if kind == "end":
            await self._change(lambda session: session.end("agent" if self._role is Role.AGENT else "customer"))
        elif kind == "act" and not self._session.control:
            self._count("no_control")
        elif kind in SHOWING and not self._session.shows(self._origin):
            self._count("no_consent")
        elif self._role is Role.AGENT:
            await self._forward(PREFIXES.get(str(kind), TEXT) + text.encode(), "control")
        else:
            await self._apply_decision(message)
            if self._session.state is not State.ENDED:
                await self._forward(TEXT + text.encode(), "control")

    async def _apply_decision(self, message: dict[str, object]) -> None:
        """Apply what a customer's message means for the session, before the agent gets it."""
        if message["t"] in IMPLIES_CONSENT:
            await self._imply_consent()
        if message["t"] == "consent":
            view = message.get("view") is True
            named = message.get("origins")
            origins = [self._origin, *self._joinable(named if isinstance(named, list) else [])]
            await self._change(lambda session: session.consent(view=view, origins=origins))
        elif message["t"] == "control":
            allowed = message.get("allowed") is True
            await self._change(lambda session: session.allow_control(allowed=allowed))

    async def _imply_consent(self) -> None:
        """Assume the consent, which a relay has forgotten in a restart, of a customer who sends."""
        if self._session.restored and self._session.state is State.JOINED:
            await self._change(lambda session: session.consent(view=True, origins=[self._origin]))

    def _joinable(self, named: list[object]) -> list[str]:
        """Return those of the origins that a consent names on which customers may be."""
        return [each for each in self._config.joinable if each in named]

    async def _forward(self, raw: bytes, kind: str) -> None:
        self._metrics.messages.labels(kind).inc()
        self._metrics.bytes.labels(kind).inc(len(raw) - 1)
        await self._bus.publish(subject(self._session.id, self._role.other), raw)

    async def _change(self, change: Change) -> None:
        session = await self._sessions.change(self._session.id, change)
        self._update(session or self._session.end("lost")[0])  # or the bus has forgotten it
        if self._session.state is State.ENDED:  # that may have been told before anybody listened here, or got lost
            self._outbox.text(json.dumps({"t": "ended", "reason": self._session.reason}))
            self._outbox.close(NORMAL)

    def _update(self, session: Session) -> None:
        if session.version >= self._session.version:
            self._session = session
        if self._session.state is State.ENDED:
            self._assets.forget(self._session.id)

    def _count(self, reason: str) -> None:
        self._metrics.dropped.labels(reason).inc()


def _digest(text: object) -> bytes:
    try:
        digest = bytes.fromhex(text) if isinstance(text, str) else b""
    except ValueError:
        return b""
    return digest if len(digest) == DIGEST_BYTES else b""
