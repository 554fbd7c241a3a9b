"""The server of the benchmark: the stock pages, what they load, and the built tabs, compressed and cacheable.

Used by starts.py. It counts what each start takes from it, as gzip carries it.
"""

from __future__ import annotations

import gzip
import json
import mimetypes
import os
from dataclasses import dataclass, field
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

HEAP_BYTES = 30 * 1024 * 1024
TYPES = {".wasm": "application/wasm", ".mjs": "text/javascript", ".js": "text/javascript", ".whl": "application/zip"}


@dataclass
class Served:
    """Folders by their first path segment, files by their whole path, and the bytes sent since `count` was reset."""

    folders: dict[str, Path]
    files: dict[str, bytes] = field(default_factory=dict)
    count: int = 0
    _packed: dict[str, tuple[bytes, bool]] = field(default_factory=dict)

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(routes=[Route("/{path:path}", self.answer)])

    def answer(self, request: Request) -> Response:
        """A file, as compressed as it gets, for the browser to keep."""
        path = request.path_params["path"]
        if path in ("", "favicon.ico"):
            return Response("<!DOCTYPE html><title>top</title>", media_type="text/html")
        if path not in self._packed:
            content = self._content(path)
            if content is None:
                return Response(status_code=404)
            packed = gzip.compress(content, compresslevel=6, mtime=0)
            smaller = len(packed) < len(content)
            self._packed[path] = (packed if smaller else content, smaller)
        body, zipped = self._packed[path]
        self.count += len(body)
        headers = {"cache-control": "public, max-age=31536000, immutable"}
        if zipped:
            headers["content-encoding"] = "gzip"
        kind = TYPES.get(Path(path).suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
        return Response(body, headers=headers, media_type=kind)

    def _content(self, path: str) -> bytes | None:
        if path in self.files:
            return self.files[path]
        first, _, rest = path.partition("/")
        folder = self.folders.get(first)
        file = folder / rest if folder else None
        return file.read_bytes() if file and file.is_file() else None


def made_files(wheels: list[Path], library: bytes) -> dict[str, bytes]:
    """What the pages need beside files that exist: the wheels, pydantic-core's wasm, and a buffer to copy."""
    urls = [f"/made/{wheel.name}" for wheel in wheels]
    files = {wheel.name: wheel.read_bytes() for wheel in wheels} | {
        "wheels.json": json.dumps(urls).encode(),
        "pydantic_core.wasm": library,
        "heap.bin": os.urandom(HEAP_BYTES // 4) + bytes(HEAP_BYTES * 3 // 4),
    }
    return {f"made/{name}": content for name, content in files.items()}
