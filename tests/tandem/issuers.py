"""An OpenID Connect issuer for tests: it knows one person, and checks what a client has to prove."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import parse_qs, urlencode

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tandem.clock import Clock

ISSUER = "https://issuer.test"


class Issuer:
    """An issuer that signs in everybody as Ada, and checks PKCE. Its page is parted from whoever opened it."""

    def __init__(self, clock: Clock, url: str = ISSUER) -> None:
        self.clock = clock
        self.url = url
        self.key = RSAKey.generate_key(2048, {"kid": "1"})
        self.signs_with = self.key
        self.asked: dict[str, str] = {}
        self.claims: dict[str, object] = {}
        discovery, keys = "/.well-known/openid-configuration", "/keys"
        self.app = Starlette(
            routes=[
                Route(discovery, self._discovery),
                Route(keys, self._keys),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
            ]
        )

    async def _discovery(self, _request: Request) -> Response:
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return JSONResponse({"issuer": self.url, **{name: f"{self.url}/{path}" for name, path in names.items()}})

    async def _keys(self, _request: Request) -> Response:
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    async def _authorize(self, request: Request) -> Response:
        self.asked = dict(request.query_params)
        back = urlencode({"code": "good", "state": self.asked["state"]})
        link = f'<a href="{self.asked["redirect_uri"]}?{back}">I am Ada</a>'
        page = f'<title>Issuer</title><link rel="icon" href="data:,">{link}'
        return HTMLResponse(page, headers={"cross-origin-opener-policy": "same-origin"})

    async def _token(self, request: Request) -> Response:
        form = parse_qs((await request.body()).decode())
        digest = hashlib.sha256(form["code_verifier"][0].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if challenge != self.asked["code_challenge"] or form["code"] != ["good"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(self.clock.now())
        claims = {"iss": self.url, "aud": "me", "sub": "7", "name": "Ada </script>", "exp": now + 60}
        claims |= {"nonce": self.asked["nonce"], **self.claims}
        token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.signs_with)
        return JSONResponse({"access_token": "unused", "token_type": "Bearer", "id_token": token})
