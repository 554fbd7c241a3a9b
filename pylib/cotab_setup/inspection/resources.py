"""Web resources as an org delivers them: which headers come with one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

__all__ = ["SHOWN", "Resources", "policy_of", "words_of"]

SHOWN = ("content-type", "content-security-policy")
STRICT = "default-src"  # the strict policy begins with it, the default one has none (documented)


class Resources(Protocol):
    """Whatever fetches web resources of an org."""

    async def headers_of(self, name: str) -> Mapping[str, str] | None:
        """Return the headers SHOWN of a web resource, in lower case; None where it is not there or may not be read."""
        ...


def policy_of(header: str) -> str:
    """Return which of the documented policies a Content-Security-Policy is: its kind, and no source of it."""
    directives = words_of(header)
    if not directives:
        return "none"
    scripts = directives.get("script-src", directives.get(STRICT, set()))
    if STRICT not in directives:
        return "default" if {"'unsafe-eval'", "*"} <= scripts else "other"
    if "'unsafe-eval'" in scripts:
        return "other"
    return "strict-wasm" if "'wasm-unsafe-eval'" in scripts else "strict"


def words_of(header: str) -> dict[str, set[str]]:
    """Return the directives of a policy, each with its words; of one that is there twice the first counts (CSP 3)."""
    found: dict[str, set[str]] = {}
    for directive in header.split(";"):
        name, *words = directive.split() or [""]
        if name:
            found.setdefault(name.lower(), {word.lower() for word in words})
    return found
