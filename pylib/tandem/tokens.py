"""Signed tokens, so that the relay need not remember whom it gave what: agents' tokens, tickets, invitations.

A relay that is started again with the same secret believes the tokens of its former life; that is how sessions
survive a restart. Invitations stand in links that people see, and are short: a session and an end, as a JWS without its
constant header.
"""

from __future__ import annotations

import secrets
from enum import StrEnum
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from tandem.clock import Clock
from tandem.errors import TokenError

ISSUER = "tandem"
ALGORITHM = "HS256"
MAX_LENGTH = 4096
SESSION_BYTES, END_BYTES = 12, 5
INVITATION = {"alg": ALGORITHM, "typ": "invitation"}


class Kind(StrEnum):
    """What a token is good for; one kind never passes for another."""

    AGENT = "agent"
    TICKET = "ticket"
    SIGN_IN = "sign-in"
    VISITOR = "visitor"


class Tokens:
    """Issues and reads tokens with one secret."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._key = OctKey.import_key(secret)
        self._clock = clock

    def issue(self, kind: Kind, claims: dict[str, Any], seconds: float) -> str:
        """Issue a token that nobody can guess or change, good for that many seconds."""
        now = int(self._clock.now())
        frame = {"iss": ISSUER, "aud": kind.value, "iat": now, "exp": now + int(seconds), "jti": secrets.token_hex(16)}
        return jwt.encode({"alg": ALGORITHM}, {**claims, **frame}, self._key)

    def read(self, kind: Kind, token: object) -> dict[str, Any]:
        """Return the claims of a token. Raises TokenError when it is forged, expired or of another kind."""
        if not isinstance(token, str) or len(token) > MAX_LENGTH:
            raise TokenError
        rules = jwt.JWTClaimsRegistry(
            now=lambda: int(self._clock.now()),
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": kind.value},
            exp={"essential": True},
        )
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
            rules.validate(claims)
        except (JoseError, ValueError) as error:
            raise TokenError from error
        return claims

    def invite(self, session: str, seconds: float) -> str:
        """Issue a token with which somebody may join this session for that many seconds; safe in an address."""
        end = int(self._clock.now() + seconds)
        content = bytes.fromhex(session) + end.to_bytes(END_BYTES, "big")
        return jws.serialize_compact(INVITATION, content, self._key).partition(".")[2]

    def invited(self, token: str) -> str:
        """Return the session that the token invites to. Raises TokenError when it is forged or expired."""
        header = jws.serialize_compact(INVITATION, b"", self._key).partition(".")[0]
        try:
            content = jws.deserialize_compact(f"{header}.{token}", self._key, [ALGORITHM]).payload
        except (JoseError, ValueError) as error:
            raise TokenError from error
        if int.from_bytes(content[SESSION_BYTES:], "big") <= self._clock.now():
            raise TokenError
        return content[:SESSION_BYTES].hex()
