"""A relay as an ASGI application, put together from its configuration.

Without lifespan events it works too, on the bus of this process.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from starlette.applications import Starlette
from starlette.middleware import Middleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from tandem.api import Api, refusal, unavailable
from tandem.assets import Assets
from tandem.bus import Bus
from tandem.bus_memory import MemoryBus
from tandem.bus_nats import NatsBus
from tandem.clock import Clock, SystemClock
from tandem.config import Config
from tandem.errors import BusError, RefusedError
from tandem.metrics import Metrics
from tandem.relay import Relay
from tandem.sessions import Sessions
from tandem.sign_in import SignIn
from tandem.sockets import routes
from tandem.tokens import Tokens
from tandem.viewer_page import Pages
from tandem.visitors import Visitors


def create_app(
    config: Config,
    bus: Bus | None = None,
    clock: Clock | None = None,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> Starlette:
    """Make the relay. Bus, clock and the way to the issuer are those of the configuration unless given."""
    clock = clock or SystemClock()
    bus = bus or make_bus(config, clock)
    tokens, metrics = Tokens(config.secret, clock), Metrics()
    sessions = Sessions(bus, clock, config, tokens, metrics)
    assets = Assets(config.session_asset_bytes, config.asset_bytes)
    visitors = Visitors(bus, clock, config, tokens, metrics)
    relay = Relay(config, bus, clock, tokens, metrics, sessions, assets, visitors)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await bus.open()
        try:
            yield
        finally:
            await bus.close()

    sign_in = SignIn(relay, transport).routes() if config.sign_in == "oidc" else []
    return Starlette(
        routes=[*Api(relay).routes(), *sign_in, *Pages(relay).routes(), *routes(relay)],
        # X-Forwarded-For is believed from the declared proxies alone; anybody else could write into it what they like.
        middleware=[Middleware(ProxyHeadersMiddleware, trusted_hosts=list(config.proxies))],
        exception_handlers={RefusedError: refusal, BusError: unavailable},
        lifespan=lifespan,
    )


def make_bus(config: Config, clock: Clock) -> Bus:
    """Make the bus that the configuration names."""
    return NatsBus(config.bus, config.lifetimes) if config.bus else MemoryBus(clock, config.lifetimes)
