"""The parts of one relay, put together once for everything that answers requests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from tandem.assets import Assets
from tandem.bus import Bus
from tandem.clock import Clock
from tandem.config import LOOPBACK, Config
from tandem.errors import RefusedError, TokenError
from tandem.metrics import Metrics
from tandem.session import Role, Session
from tandem.sessions import Sessions
from tandem.tokens import Kind, Tokens
from tandem.visitors import Visitors

WEB = {"http": "http", "https": "https", "ws": "http", "wss": "https"}


@dataclass(frozen=True)
class Agent:
    """Who is signed in."""

    id: str
    name: str
    named: bool = True
    """Whether the issuer gave the name, or there is none."""

    known: tuple[str, ...] = ()
    """What else the issuer calls this person, in lower case: object id, addresses."""

    def shown(self, claimed: str, ids: Iterable[str]) -> str:
        """Return the name that customers read: the issuer's, or one that Dynamics has for the same person.

        What Dynamics says comes through the agent's browser, so a name that the issuer gave is never replaced.
        """
        same = bool({each.lower() for each in ids if each} & set(self.known))
        return claimed if claimed and same and not self.named else self.name


def _hostname(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:  # such as a bracket alone
        return None


@dataclass(frozen=True)
class Relay:
    """A relay's parts."""

    config: Config
    bus: Bus
    clock: Clock
    tokens: Tokens
    metrics: Metrics
    sessions: Sessions
    assets: Assets
    visitors: Visitors

    def origin(self, connection: HTTPConnection) -> str:
        """Return this relay's own origin; on loopback it may be read from the request. Raises RefusedError."""
        if self.config.origin:
            return self.config.origin
        host = connection.headers.get("host", "")
        if _hostname(host) not in LOOPBACK:
            raise RefusedError(
                HTTPStatus.FORBIDDEN, "origin", "This relay answers on loopback only. Set --origin to deploy it."
            )
        return f"{WEB[connection.url.scheme]}://{host}"

    def require_own(self, connection: HTTPConnection) -> str:
        """Return the relay's own origin. Raises RefusedError unless the page that asks is of it."""
        own = self.origin(connection)
        if connection.headers.get("origin") != own:
            raise RefusedError(HTTPStatus.FORBIDDEN, "origin", "Only the relay's own viewer may do this.")
        return own

    def require_customer(self, connection: HTTPConnection) -> str:
        """Return the origin of the customer's page. Raises RefusedError unless it is listed."""
        origin = connection.headers.get("origin", "")
        if origin not in self.config.joinable:
            raise RefusedError(
                HTTPStatus.FORBIDDEN, "origin", "This site is not listed. Start the relay with --customer-origin."
            )
        return origin

    def claims(self, ticket: object, role: Role, origin: str) -> dict[str, Any]:
        """Return what the ticket of a page of this origin says. Raises TokenError."""
        claims = self.tokens.read(Kind.TICKET, ticket)
        if claims["role"] != role:
            raise TokenError("The ticket is the other side's.")
        if role is Role.CUSTOMER and claims.get("origin") != origin:
            raise TokenError("The ticket is another site's.")
        return claims

    def admission(self, session: Session, origin: str) -> dict[str, object]:
        """Make what a page of this origin gets that comes into a session."""
        return {
            "session": session.id,
            "ticket": self.sessions.ticket(session, Role.CUSTOMER, origin),
            "mode": session.mode,
            "agent": session.name,
            "expires_in": int(session.expires - self.clock.now()),
        }

    def agent_token(self, agent: Agent) -> str:
        """Issue what a signed-in agent shows to the API."""
        claims = {"sub": agent.id, "name": agent.name, "named": agent.named, "known": list(agent.known)}
        return self.tokens.issue(Kind.AGENT, claims, self.config.agent_seconds)

    def agent(self, connection: HTTPConnection) -> Agent:
        """Return who asks. Raises TokenError."""
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise TokenError("Sign in first.")
        claims = self.tokens.read(Kind.AGENT, token)
        return Agent(claims["sub"], claims["name"], claims.get("named", True), tuple(claims.get("known", ())))
