"""The agent who signed in, handed to the viewer that opened the window for it.

Issuers part their pages from whoever opened them (Cross-Origin-Opener-Policy, as Entra ID may), so the window cannot
tell the viewer anything. The viewer thinks of a claim and gives its SHA-256 along; with the claim it fetches who signed
in. A page that is not the relay's own must not bring a claim of its own, or it would get whoever follows its link:
browsers say in Sec-Fetch-Site who opened the window, and no page can change that.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import astuple
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tandem.bus import Bucket
from tandem.errors import RefusedError
from tandem.relay import Agent, Relay

HASH = re.compile(r"[0-9a-f]{64}")


class Handover:
    """Between the window and the viewer, which may be on different relays of one bus."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    def viewer(self, request: Request) -> str:
        """Read the hash that stands for the viewer that opened this window. Raises RefusedError."""
        key = request.query_params.get("for", "")
        if request.headers.get("sec-fetch-site") != "same-origin" or not HASH.fullmatch(key):
            raise RefusedError(HTTPStatus.FORBIDDEN, "viewer", "Sign in from the agent's tab: it opens this window.")
        return key

    async def store(self, viewer: str, agent: Agent) -> None:
        """Store who signed in until the viewer asks."""
        await self._relay.bus.create(Bucket.SIGN_INS, viewer, json.dumps(astuple(agent)).encode())

    async def answer(self, request: Request) -> Response:
        """Answer the viewer that has the claim: once with a token, before and after that with no content."""
        self._relay.require_own(request)
        claim = request.headers.get("authorization", "").removeprefix("Bearer ")
        viewer = hashlib.sha256(claim.encode()).hexdigest()
        entry = await self._relay.bus.get(Bucket.SIGN_INS, viewer)
        if entry is None:
            return Response(status_code=HTTPStatus.NO_CONTENT)
        await self._relay.bus.delete(Bucket.SIGN_INS, viewer)
        identity, name, named, known = json.loads(entry.value)
        agent = Agent(identity, name, named, tuple(known))
        return JSONResponse({"token": self._relay.agent_token(agent), "name": agent.name})
