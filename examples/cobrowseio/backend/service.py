"""An example of the backend: it signs the tokens with which your agents use Cobrowse.io. The private key stays here.

What it lacks is your sign-in: see `agent_of`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

LIFETIME = 3600  # seconds; the tab asks for another token when one has expired


@dataclass(frozen=True)
class Config:
    """The license key of the account, and the private key whose public one the account knows."""

    license: str
    key: RSAKey


def agent_of(_request: Request) -> tuple[str, str]:
    """Return id and name of the agent who asks. Put your sign-in here, and answer with status 401 where it fails."""
    return "agent@contoso.example", "Agent"


def tokens(config: Config) -> Route:
    """Make the one route that the tab asks."""

    async def sign(request: Request) -> Response:
        agent, name = agent_of(request)
        now = int(time.time())
        claims = {"iss": config.license, "aud": "https://cobrowse.io", "sub": agent, "displayName": name}
        token = jwt.encode({"alg": "RS256"}, {**claims, "iat": now, "exp": now + LIFETIME}, config.key)
        return JSONResponse({"token": token})

    return Route("/tokens", sign, methods=["POST"])
