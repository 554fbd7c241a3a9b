"""The built files as they are served: the customer script to anybody, the viewer to the agent origins alone.

The origins that may embed the viewer stand in a <meta> for its page, and in frame-ancestors for the browser.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from http import HTTPStatus
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tandem.errors import RefusedError
from tandem.relay import Relay

TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
PARTS = ("app", "hand", "assets", "pictures", "origins", "frames", "screen", "chat", "languages")
SCRIPTS = ("tandem.js", *(f"tandem-{part}.js" for part in PARTS))
"""What a vendor's site loads: the customer script, the rest of it, and what that loads when it is wanted."""
YEAR = "public, max-age=31536000, immutable"

NAME = re.compile(r"[\w-]+\.(?:js|css)", re.ASCII)
META = re.compile(r"""<meta\s+name=["']tandem["'][^>]*>""")
HEAD = re.compile(r"<head[^>]*>")


class Pages:
    """The files of one relay; read for each request, so that a new build shows at once."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    def routes(self) -> list[Route]:
        """List where the files are."""
        return [
            *(Route(f"/{name}", self._script) for name in SCRIPTS),
            Route("/viewer", self._viewer),
            Route("/viewer/{name}", self._part),
        ]

    async def _script(self, request: Request) -> Response:
        answer = self._file(request, request.scope["path"].removeprefix("/"))
        answer.headers["access-control-allow-origin"] = "*"
        answer.headers["cross-origin-resource-policy"] = "cross-origin"
        return answer

    async def _part(self, request: Request) -> Response:
        name = request.path_params["name"]
        if not NAME.fullmatch(name):
            raise RefusedError(HTTPStatus.NOT_FOUND, "unknown", "There is no such file.")
        return self._file(request, name)

    async def _viewer(self, request: Request) -> Response:
        page = self._with_meta(self._read("viewer.html").decode("utf-8"))
        answer = Response(page, media_type="text/html")
        answer.headers["content-security-policy"] = self._policy(self._relay.origin(request))
        answer.headers["cache-control"] = "no-cache"
        answer.headers["x-content-type-options"] = "nosniff"
        answer.headers["referrer-policy"] = "no-referrer"
        return answer

    def _with_meta(self, page: str) -> str:
        content = html.escape(json.dumps({"agent_origins": list(self._relay.config.agent_origins)}))
        meta = f'<meta name="tandem" content="{content}">'
        if META.search(page):
            return META.sub(lambda _: meta, page, count=1)
        return HEAD.sub(lambda head: head[0] + meta, page, count=1)

    def _policy(self, origin: str) -> str:
        """Allow the replayed page's styles, pictures and fonts from its site and by https, scripts from here alone.

        A style sheet of elsewhere may say anything: not even that reaches what has no https, in an agent's own network.
        """
        socket = origin.replace("http", "ws", 1)
        shown = " ".join(["'self'", "https:", *sorted(self._relay.config.joinable)])
        ancestors = " ".join(self._relay.config.agent_origins) or "'none'"
        return "; ".join(
            [
                "default-src 'none'",
                "script-src 'self'",
                f"style-src {shown} 'unsafe-inline' data: blob:",
                f"img-src {shown} data: blob:",
                f"font-src {shown} data:",
                f"media-src {shown} data: blob:",
                f"connect-src 'self' {socket}",
                "worker-src 'self' blob:",
                "frame-src 'self'",
                "base-uri 'none'",
                "form-action 'none'",
                "object-src 'none'",
                "require-trusted-types-for 'script'",
                "trusted-types tandem tandem-loader",
                f"frame-ancestors {ancestors}",
            ]
        )

    def _file(self, request: Request, name: str) -> Response:
        content = self._read(name)
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        kept = YEAR if request.query_params.get("v") == tag.strip('"') else "no-cache"
        headers = {"etag": tag, "cache-control": kept, "x-content-type-options": "nosniff"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return Response(content, headers={**headers, "content-type": TYPES[Path(name).suffix]})

    def _read(self, name: str) -> bytes:
        try:
            return (self._relay.config.assets / name).read_bytes()
        except OSError as error:
            raise RefusedError(
                HTTPStatus.NOT_FOUND, "not_built", f"{name} is not built. Run `python build.py build`."
            ) from error
