"""Web resources as a browser gets them: /WebResources/<name>, and the same under the version token.

The token changes when something is published or imported; under it everything may be cached for a year, so it is one
that has been in no other org and no other run either. Facts:
docs/internals/dataverse.md#addresses-and-mime-types; the Content-Type of each type is not documented, and neither is a
charset.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables.solutions import WEB_RESOURCE
from cotab_kit.emulator.webresource_rules import decoded

CONTENT_TYPES = {
    1: "text/html",
    2: "text/css",
    3: "text/jscript",
    4: "text/xml",
    5: "image/png",
    6: "image/jpeg",
    7: "image/gif",
    8: "application/x-silverlight-app",
    9: "text/xsl",
    10: "image/x-icon",
    11: "image/svg+xml",
    12: "text/xml",
}
ENDINGS = {
    1: "html",
    2: "css",
    3: "js",
    4: "xml",
    5: "png",
    6: "jpg",
    7: "gif",
    9: "xsl",
    10: "ico",
    11: "svg",
    12: "resx",
}
YEAR = 31_536_000
_TOKEN = re.compile(r"\{\d+\}")
_TICKS_OF_1970 = 621_355_968_000_000_000  # tokens are points in time, in .NET's ticks of 100 nanoseconds
# As https://learn.microsoft.com/en-us/power-platform/admin/content-security-policy has them. Here the platform is this
# org itself.
_ANCESTORS = "frame-ancestors 'self' https://*.powerapps.com"
_STRICT = (
    "default-src 'self'; script-src 'self' blob: data:{scripts}; worker-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' blob: data:; "
    "connect-src 'self' blob: data: wss:; base-uri 'none'; form-action 'self'; "
    f"{_ANCESTORS}; frame-src 'self' blob:{{frames}}"
)


def policies(frame_sources: Sequence[str] = ()) -> dict[str, str | None]:
    """Name the Content-Security-Policies that orgs have; an administrator has added `frame_sources` to frame-src."""
    frames = "".join(f" {source}" for source in frame_sources)
    return {
        "none": None,
        "default": (
            "script-src * 'unsafe-inline' 'unsafe-eval'; worker-src 'self' blob:; "
            f"style-src * 'unsafe-inline'; font-src * data:; {_ANCESTORS}"
        ),
        "strict": _STRICT.format(scripts="", frames=frames),
        "strict-wasm": _STRICT.format(scripts=" 'wasm-unsafe-eval'", frames=frames),
    }


def token(store: Store) -> str:
    """Return the version token, with its braces."""
    return f"{{{int(store.setting('token') or _TICKS_OF_1970)}}}"


def renew_token(store: Store) -> None:
    """Replace the version token by one that has never been: browsers keep what they got under another."""
    ticks = _TICKS_OF_1970 + time.time_ns() // 100
    store.set_setting("token", str(max(ticks, int(store.setting("token") or "0") + 1)))


class WebResources:
    """The two addresses of every web resource. `policy` is asked for the Content-Security-Policy, each time."""

    def __init__(self, store: Store, policy: Callable[[], str | None]) -> None:
        self._store = store
        self._policy = policy

    def plain(self, request: Request) -> Response:
        """Answer an address without a token, never to be kept."""
        return self._answer(request, "no-cache")

    def versioned(self, request: Request) -> Response:
        """Answer an address with a token, to be kept, because another version has another token."""
        if not _TOKEN.fullmatch(request.path_params["token"]):
            return _not_found()
        return self._answer(request, f"public, max-age={YEAR}")

    def redirect(self, request: Request) -> Response:
        """Open a web resource in the app: main.aspx?pagetype=webresource&webresourceName=..."""
        given = request.query_params
        data = f"?data={quote(given['data'], safe='')}" if "data" in given else ""
        return RedirectResponse(f"/{token(self._store)}/WebResources/{given.get('webresourceName', '')}{data}")

    def _answer(self, request: Request, caching: str) -> Response:
        found = self._store.find(WEB_RESOURCE, name=request.path_params["name"])
        if not found or found[0]["componentstate"] != 0:
            return _not_found()
        kind = self._kind(int(found[0]["webresourcetype"] or 0))
        headers = {"content-type": kind, "cache-control": caching, "x-content-type-options": "nosniff"}
        policy = self._policy()
        if policy:
            headers["content-security-policy"] = policy
        return Response(decoded(str(found[0]["content"] or "")), headers=headers)

    def _kind(self, number: int) -> str:
        """Return what a web resource of this type is delivered as."""
        known = json.loads(self._store.setting("mime-types") or "{}")
        return str(known.get(ENDINGS.get(number), CONTENT_TYPES.get(number, "text/plain")))


def _not_found() -> Response:
    return Response("There is no such web resource.", status_code=HTTPStatus.NOT_FOUND, media_type="text/plain")
