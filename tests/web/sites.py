"""A site for tests: folders of pages, each with Tandem's script in it as a site would put it there."""

from __future__ import annotations

import html
import mimetypes
import re
from dataclasses import dataclass, field
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from customers import Stage

PRIVATE = "private"  # a folder for those who have the cookie `login`
SHARED = "shared"  # one that only pages of this site may read, also under another name of it
CORS = "cors/"  # before an address: whoever asks may read what is there
PLAIN = "plain"  # in the query of a page that is to carry no script
XML = {"application/xhtml+xml", "application/xml", "text/xml", "image/svg+xml"}
BEGINNING = re.compile(r"<(?:head|svg|list)\b[^>]*>")  # behind which a script comes first


@dataclass(frozen=True)
class Tag:
    """How a site puts the script into its pages: with which settings, and where."""

    allow: str = ""
    block: str = ""
    assets: str = ""
    last: bool = False
    """At the end of the page, after the page's own scripts; else before all of them."""

    def into(self, page: str, relay: str) -> str:
        """Return the page with the script."""
        settings = "".join(
            f' data-{name}="{html.escape(value)}"'
            for name, value in (("allow", self.allow), ("block", self.block), ("assets", self.assets))
            if value
        )
        script = f'<script xmlns="http://www.w3.org/1999/xhtml" src="{relay}/tandem.js"{settings}></script>'
        if self.last:
            before, end, after = page.rpartition("</body>")
            return f"{before}{script}{end}{after}"
        return BEGINNING.sub(lambda begin: begin[0] + script, page, count=1)


@dataclass
class WebSite:
    """Folders at the root of one origin; the first that has a file serves it. `tag` may change between two requests."""

    folders: tuple[Path, ...]
    tag: Tag = field(default_factory=Tag)
    policy: str = ""
    """Of pages, in their header."""

    def find(self, name: str) -> Path | None:
        """Where a file is."""
        found = ((folder, (folder / name).resolve()) for folder in self.folders)
        return next((path for folder, path in found if path.is_relative_to(folder.resolve()) and path.is_file()), None)

    def app(self, stage: Stage) -> Starlette:
        """Return what serves them."""

        async def file(request: Request) -> Response:
            name: str = request.path_params["path"]
            path = self.find(name.removeprefix(CORS))
            if path is None:
                return Response(status_code=404)
            if path.parent.name == PRIVATE and "login" not in request.cookies:
                return Response(status_code=401)
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            is_page = kind == "text/html" or (kind in XML and request.headers.get("sec-fetch-dest") == "document")
            if not is_page or PLAIN in request.query_params:
                return Response(path.read_bytes(), media_type=kind, headers=_cross_origin(request, path, name))
            headers = {"content-security-policy": self.policy} if self.policy else {}
            return Response(self.tag.into(path.read_text("utf-8"), stage.relay), media_type=kind, headers=headers)

        return Starlette(routes=[Route("/{path:path}", file)])


def _cross_origin(request: Request, path: Path, name: str) -> dict[str, str]:
    """What lets pages of another origin read what is shared with all, or with those of this site."""
    if name.startswith(CORS):
        return {"access-control-allow-origin": "*"}
    origin = request.headers.get("origin")
    if path.parent.name != SHARED or origin is None or not origin.endswith(f":{request.url.port}"):
        return {}
    return {"access-control-allow-origin": origin, "access-control-allow-credentials": "true"}
