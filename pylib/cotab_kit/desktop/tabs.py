"""Addresses of tabs: a version token that also names a policy and a latency, `{token-policy-120ms}`.

The page's relative references keep it, and so does the Referer of its calls.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

MAX_LATENCY = 60_000  # milliseconds
_TOKEN = re.compile(r"\{(?P<digits>\d+)(?:-(?P<policy>[a-z][a-z-]*[a-z]))?(?:-(?P<latency>\d{1,5})ms)?\}")
_TAB = re.compile(r"/(?:(?P<token>\{[^/]*\})/)?WebResources/(?P<name>.+)")


@dataclass(frozen=True)
class Token:
    """The parts of a token. `policy` "" is the org's own, `latency` in milliseconds."""

    digits: str
    policy: str = ""
    latency: int = 0

    @property
    def plain(self) -> str:
        """The token as the org knows it."""
        return f"{{{self.digits}}}"


def read_token(text: str) -> Token | None:
    """Read the parts of a token; None if it is none."""
    found = _TOKEN.fullmatch(text)
    if found is None:
        return None
    return Token(found["digits"], found["policy"] or "", min(int(found["latency"] or 0), MAX_LATENCY))


def tab_of(referer: str) -> tuple[str, int] | None:
    """Return name and latency of the web resource at an address; None if none is there."""
    try:
        path = unquote(urlsplit(referer).path)
    except ValueError:
        return None
    found = _TAB.fullmatch(path)
    if found is None:
        return None
    token = read_token(found["token"] or "")
    return found["name"], token.latency if token else 0
