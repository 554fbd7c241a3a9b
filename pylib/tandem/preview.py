"""The relay for the preview's desktop: on loopback, with a local sign-in, for its desktop and its shop alone."""

from __future__ import annotations

from typing import Protocol

try:
    from starlette.applications import Starlette

    from tandem.app import create_app
    from tandem.config import configure
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(f"{error}. Run: pip install cotab[tandem]", name=error.name) from error


class Preview(Protocol):
    """What the relay needs of the preview: two origins."""

    @property
    def desktop(self) -> str:
        """Where the agent's desktop is."""

    @property
    def shop(self) -> str:
        """Where the customer's site is."""


def factory(preview: Preview) -> Starlette:
    """Make the relay as an ASGI application. Serve it with `tandem.sockets.SERVER`; it needs no lifespan events."""
    return create_app(
        configure(
            host="127.0.0.1",
            origin=None,
            bus=None,
            issuer=None,
            local_agent="Local agent",
            agent_origins=(preview.desktop,),
            customer_origins=(preview.shop,),
            sites=(),
        )
    )
