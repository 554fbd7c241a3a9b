"""Serve dist/webresources the way Dataverse serves web resources.

Types by file extension, names by Dataverse's rules, an address with a version token that changes with the
content, and a Content-Security-Policy that the token names: the page's relative references keep it. Used by
server.py.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from starlette.responses import Response
    from starlette.types import Scope

# Types 1 to 12 of a web resource; there is none for wasm, JSON, fonts or anything else. Microsoft documents
# no header per type; of these, JScript is the one that surprises. None names a charset, so a page that does
# not declare its own is caught here.
CONTENT_TYPES = {
    ".htm": "text/html",
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/jscript",
    ".xml": "text/xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".xap": "application/x-silverlight-app",
    ".xsl": "text/xsl",
    ".xslt": "text/xsl",
    ".ico": "image/x-icon",
    ".svg": "image/svg+xml",
    ".resx": "text/xml",
}

_STRICT = (
    "default-src 'self'; script-src 'self'{scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' blob: data:; connect-src 'self' blob: data: wss:; frame-src 'self' blob:{frames}"
)
_TOKEN = re.compile(r"\{\d+(?:-(?P<policy>[a-z-]+))?\}")
_NAME = re.compile(r"[A-Za-z0-9]+_[A-Za-z0-9_.]*(/[A-Za-z0-9_.]+)*")


def policies(frame_sources: Sequence[str] = ()) -> dict[str, str | None]:
    """The policies of an organisation, by name; its administrator has added `frame_sources` to frame-src."""
    frames = "".join(f" {source}" for source in frame_sources)
    return {
        "none": None,
        "default": (
            "script-src * 'unsafe-inline' 'unsafe-eval'; worker-src 'self' blob:; "
            "style-src * 'unsafe-inline'; font-src * data:"
        ),
        "strict": _STRICT.format(scripts="", frames=frames),
        "strict-wasm": _STRICT.format(scripts=" 'wasm-unsafe-eval'", frames=frames),
    }


def version_token(folder: Path) -> str:
    """The digits of the version token: others as soon as a file in `folder` is another."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in files:
        stat = path.stat()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return f"639{int.from_bytes(digest.digest()[:6]) % 10**15:015d}"


class TypedFiles(StaticFiles):
    """Files whose Content-Type comes from our own table: Windows' registry has its own ideas."""

    def __init__(self, folder: Path, types: Mapping[str, str]) -> None:
        super().__init__(directory=folder, check_dir=False)
        self.types = types

    async def check_config(self) -> None:
        """A folder that is not there yet is an empty one."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """The file with its type; 404 if there is no such type."""
        content_type = self.types.get(PurePath(full_path).suffix.lower())
        if content_type is None:
            raise HTTPException(404, f"{scope['path']}: there is no such type of file here")
        response = super().file_response(full_path, stat_result, scope, status_code)
        if response.status_code != 304:  # noqa: PLR2004 - not modified: it has no type
            response.headers["content-type"] = content_type
        response.headers["cache-control"] = "no-cache"
        return response


class WebResources(TypedFiles):
    """`dist/webresources`, mounted under /WebResources and under /{token}/WebResources."""

    def __init__(self, folder: Path, policy: str, known: Mapping[str, str | None]) -> None:
        super().__init__(folder, CONTENT_TYPES)
        self._policy = policy
        self._policies = known

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A web resource, if its name is one and the token names a policy there is."""
        name = scope["path"].partition("/WebResources/")[2]
        if not _NAME.fullmatch(name) or any(part.strip(".") == "" for part in name.split("/")):
            raise HTTPException(404, f"{name!r} cannot be the name of a web resource")
        policy = self._policy_of(scope)
        response = await super().get_response(path, scope)
        response.headers["x-content-type-options"] = "nosniff"
        if policy is not None:
            response.headers["content-security-policy"] = policy
        if "token" in scope["path_params"]:
            response.headers["cache-control"] = "public, max-age=31536000"
        return response

    def _policy_of(self, scope: Scope) -> str | None:
        token = _TOKEN.fullmatch(scope["path_params"].get("token", "{0}"))
        policy = (token["policy"] or self._policy) if token else ""
        if policy not in self._policies:
            raise HTTPException(404, "this is no version token, or it names no policy")
        return self._policies[policy]
