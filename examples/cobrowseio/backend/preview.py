"""What the preview starts: the backend, and the stand-in of Cobrowse.io beside it, with a key made for the occasion."""

from __future__ import annotations

from typing import Protocol

from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from .service import Config, tokens
from .stand_in import LICENSE, StandIn


class Preview(Protocol):
    """What both need of the preview."""

    @property
    def desktop(self) -> str:
        """Where the agent's desktop is."""

    @property
    def shop(self) -> str:
        """Where the customer's site is."""


def factory(preview: Preview) -> Starlette:
    """Make both as one ASGI application."""
    key = RSAKey.generate_key(2048)
    cors = Middleware(
        CORSMiddleware, allow_origins=[preview.desktop, preview.shop], allow_methods=["*"], allow_headers=["*"]
    )
    return Starlette(routes=[tokens(Config(LICENSE, key)), *StandIn(key).routes()], middleware=[cors])
