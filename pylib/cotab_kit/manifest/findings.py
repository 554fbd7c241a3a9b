"""What is wrong with a project: each finding with file, key, value and what to write instead, all of them at once.

manifest.py and rules.py make them; errors carry them, `check` prints them, as text or as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from pydantic_core import ErrorDetails

from cotab_kit.errors import Finding

MOST_SHOWN = 80  # characters of a key or a value
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
TABLES = {"model_type", "dict_type"}

# What to write instead, where pydantic's own words say too little to a human: by key, and by kind of finding.
ADVICE = {
    "publisher": "add [publisher] with prefix and privacy_url",
    "publisher.prefix": "write 3 to 8 lower-case letters and digits, beginning with a letter, but not with mscrm",
    "publisher.privacy_url": "write an address that begins with https://; every tab shows it",
    "publisher.support_url": "write an address that begins with https://, or leave it out",
    "publisher.unique_name": "write up to 64 letters, digits and underscores, beginning with a letter",
    "publisher.name": "write 1 to 100 characters on one line",
    "publisher.option_value_prefix": "write a number from 10000 to 99999, or leave it out",
    "solution": "add [solution] with unique_name and version",
    "solution.unique_name": "write up to 64 letters, digits and underscores, beginning with a letter",
    "solution.version": 'write four numbers, such as "1.0.0.0"',
    "solution.names.*": "write 1 to 100 characters on one line",
    "provider": "add [provider] with name",
    "provider.name": "write 1 to 100 characters on one line",
    "page": "add [page] with adapter",
    "page.adapter": 'write "module:Class", such as "main:Adapter"',
    "page.cdn": "write an address that begins with https://",
    "page.assets": "write the path of a folder, seen from provider.toml",
    "page.packages": 'write a list of lines, such as ["name==1.2.3 --hash=sha256:..."]',
    "modes": "add [modes.cobrowse], [modes.screenshare], or both",
    "modes.*.name": "write 1 to 100 characters on one line",
    "modes.*.capability_name": "write 1 to 100 characters on one line",
    "modes.*.template": "write the publisher's prefix, an underscore, letters, digits and underscores: 100 in all",
    "modes.*.order": "write a whole number; the smallest stands first",
    "modes.*.icon": "write the path of an SVG file, seen from provider.toml",
    "modes.*.languages.*.label": "write 1 to 100 characters on one line",
    "modes.*.languages.*.tooltip": "write 1 to 100 characters on one line",
    "modes.*.languages.*.slash_command": 'write a slash and up to 99 characters without blanks, such as "/cb"',
    "appsource.logo": "write the path of a PNG file of 32 by 32 pixels, seen from provider.toml",
    "appsource.terms": "write the path of an HTML file, seen from provider.toml",
    "appsource.countries": 'write a list of two capital letters each, such as ["US", "DE"]',
    "appsource.learn_more_url": "write an address that begins with https://, or leave it out",
    "preview.server": 'write "module:factory", such as "backend.service:factory"',
    "preview.command": 'write a list, such as ["python", "service.py", "{port}"]',
    "preview.script": 'write a path on the server, such as "/customer.js", or an address',
    "preview.script_attributes.*": "write data-..., async, defer, type, id, crossorigin or integrity, with a text",
    "preview.frame_sources": 'write a list of origins, such as ["{server}"]',
}
LANGUAGE = 'write a language of Omnichannel, such as "en-US" or its number "1033"; docs/manifest.md lists them'
GUID = 'write a GUID, such as "01234567-89ab-cdef-0123-456789abcdef", or leave it out'


def finding(file: object, key: str, value: object, problem: str, fix: str) -> Finding:
    """A finding whose value is still to be written as text; None for none."""
    return Finding(str(file), key, "" if value is None else shown_value(value), problem, fix)


def from_pydantic(file: object, details: Iterable[ErrorDetails]) -> list[Finding]:
    """What pydantic says of a document, in words of the manifest."""
    return [_finding(file, detail) for detail in details]


def _finding(file: object, detail: ErrorDetails) -> Finding:
    key = ".".join(_shown(str(part)) for part in detail["loc"] if part != "[key]")
    if detail["type"] == "missing":
        return finding(file, key, None, "is missing", ADVICE[_general(key)])
    if detail["type"] == "extra_forbidden":
        return finding(file, key, None, "is not a key of the manifest", "remove it or correct its spelling")
    if detail["type"] == "enum":
        return finding(file, key, None, "is not a mode", ADVICE["modes"])
    if "[key]" in detail["loc"]:
        return finding(file, key, None, "is not a language", LANGUAGE)
    value = None if isinstance(detail["input"], dict) else detail["input"]
    return finding(file, key, value, "", _advice(detail, key))


def _advice(detail: ErrorDetails, key: str) -> str:
    if detail["type"] in TABLES:
        return f"write a table, [{key}]"
    if detail["type"].startswith("uuid"):
        return GUID
    whole = re.sub(r"\.\d+$", "", key)  # the list of which this is an item
    return ADVICE.get(_general(whole)) or ADVICE.get(_general(key)) or detail["msg"].removeprefix("Value error, ")


def _general(key: str) -> str:
    """A key without what the author chose in it."""
    return re.sub(r"(^modes|\.languages|^solution\.names)\.[^.]+", r"\1.*", key)


def _shown(key: str) -> str:
    """A part of a key as TOML writes it."""
    return _short(key if BARE_KEY.fullmatch(key) else json.dumps(key))


def shown_value(value: object) -> str:
    """A value as TOML writes it, cut where it is too long to be read."""
    try:
        return _short(json.dumps(value, ensure_ascii=False, default=str))
    except (ValueError, RecursionError):  # too long or too deep to be shown
        return "..."


def _short(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}..."
