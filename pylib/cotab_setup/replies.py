"""What comes back from the address of an org: Dataverse's own answer, or that of a gateway on the way to it.

A proxy, a firewall or a sign-in answers with pages, redirections and statuses that look like Dataverse's and mean
something else: its 404 does not say that a row is gone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import urlsplit

__all__ = ["OK", "Reply", "gateway_reason"]

OK = range(200, 300)
MOVED = range(300, 400)
UNTITLED = "untitled"
MAX_TITLE = 100  # characters
MAX_LOCATION = 200
MAX_READ = 20_000
TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,400})", re.IGNORECASE)


@dataclass(frozen=True)
class Reply:
    """An answer: its status, its headers by their names in small letters, its JSON (None where there is none).

    `page` is the title where a page has come in place of JSON.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    page: str = ""

    @classmethod
    def of(cls, status: int, headers: Mapping[str, str], content: str | bytes) -> Self:
        """Read the content of an answer."""
        body = _parsed(content)
        return cls(status, headers, body, "" if isinstance(body, dict) else _title(content))

    def succeeds(self, method: str) -> bool:
        """Return whether Dataverse has done what it was asked to: only a question is never answered with nothing."""
        nothing = self.status == HTTPStatus.NO_CONTENT and method != "GET" and not self.page
        return self.status in OK and (nothing or isinstance(self.body, dict))

    @property
    def error(self) -> Mapping[str, Any] | None:
        """What Dataverse says of a failure: {"error": {"code": "0x...", "message": "..."}}."""
        error = self.body.get("error") if isinstance(self.body, dict) else None
        return error if isinstance(error, dict) else None


def gateway_reason(reply: Reply) -> str:
    """Say what has come in place of Dataverse's answer: where it leads, what the page is called."""
    if reply.status in MOVED:
        return f"the answer leads elsewhere, to {_place(reply.headers.get('location', ''))}, and is not followed"
    if reply.page:
        return f"a page came in place of an answer, “{reply.page}”"
    if reply.status in OK:
        return "the answer is empty, cut off or no JSON object"
    return "it was refused without a reason"


def _place(location: str) -> str:
    """Return an address without what only its host should read."""
    try:
        parts = urlsplit(location)
    except ValueError:
        return "an address that cannot be read"
    known = f"{parts.scheme}://{parts.hostname}{parts.path}" if parts.hostname else parts.path
    return known[:MAX_LOCATION] or "no address"


def _title(content: str | bytes) -> str:
    """Return the title of a page; empty for what is none."""
    start = content[:MAX_READ]
    text = start.decode("utf-8", "replace") if isinstance(start, bytes) else start
    if not text.lstrip("\ufeff \t\r\n").startswith("<"):
        return ""
    found = TITLE.search(text)
    return (" ".join(unescape(found[1]).split())[:MAX_TITLE] if found else "") or UNTITLED


def _parsed(content: str | bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(content) if content else None
    except (ValueError, RecursionError):
        return None
