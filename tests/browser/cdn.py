"""The CDN of a page with runtime "cdn", for test_policies.py and test_configuration.py."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Route

CDN = "https://cdn.jsdelivr.net/npm/pyodide@"
CDN_TYPES = {".mjs": "text/javascript", ".wasm": "application/wasm", ".zip": "application/zip"}


class Cdn:
    """Answers the CDN's addresses from the locked npm package, so that no test leaves the machine."""

    def __init__(self, context: BrowserContext, pyodide: Path) -> None:
        self.asked: list[str] = []
        self.tampered = ""
        self._pyodide = pyodide
        context.route(re.compile(f"^{re.escape(CDN)}"), self._answer)

    def _answer(self, route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        self.asked.append(name)
        path = self._pyodide / name
        body = path.read_bytes() + (b"\n" if name == self.tampered else b"")
        headers = {"access-control-allow-origin": "*", "content-type": CDN_TYPES[path.suffix]}
        route.fulfill(body=body, headers=headers)
