"""What a relay counts, for Prometheus. One registry for each app, so that several live in one process (tests)."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest


class Metrics:
    """The counters of one relay; no label ever holds a name, an address or a PIN."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.sessions = Counter("tandem_sessions", "Sessions created", ["mode"], registry=self.registry)
        self.ended = Counter("tandem_sessions_ended", "Sessions ended", ["reason"], registry=self.registry)
        self.restored = Counter("tandem_sessions_restored", "Sessions made again", registry=self.registry)
        self.joins = Counter("tandem_joins", "Customers joined", ["by"], registry=self.registry)
        self.wrong_pins = Counter("tandem_wrong_pins", "Joins refused", ["reason"], registry=self.registry)
        self.visitors = Counter("tandem_visitors", "Chats whose customer may be asked", registry=self.registry)
        self.asked = Counter("tandem_asked", "Questions to customers of chats", ["answer"], registry=self.registry)
        self.wrong_visitors = Counter(
            "tandem_wrong_visitors", "Tokens of chats refused", ["reason"], registry=self.registry
        )
        self.connections = Gauge("tandem_connections", "Open WebSockets", ["role"], registry=self.registry)
        self.refused = Counter("tandem_connections_refused", "WebSockets refused", ["code"], registry=self.registry)
        self.messages = Counter("tandem_messages", "Messages forwarded", ["kind"], registry=self.registry)
        self.bytes = Counter("tandem_bytes", "Bytes forwarded", ["kind"], registry=self.registry)
        self.dropped = Counter("tandem_dropped", "Messages dropped", ["reason"], registry=self.registry)
        self.resyncs = Counter("tandem_resyncs", "Fresh snapshots asked for", registry=self.registry)

    def text(self) -> bytes:
        """Write everything in Prometheus' text format."""
        return generate_latest(self.registry)
