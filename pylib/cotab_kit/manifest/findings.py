"""Findings about the manifest, each with file, key, value and what to write instead."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from pydantic_core import ErrorDetails

from cotab_kit.errors import Finding
from cotab_kit.manifest.keys import CHOSEN_KEY, key_at

MAX_SHOWN = 80  # characters of a key or a value
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
TABLES = {"model_type", "dict_type"}
NO_KEY = "is not a key of the manifest"


def finding(file: object, key: str, value: object, problem: str, fix: str) -> Finding:
    """Make a finding whose value is still to be written as text; None for none."""
    return Finding(str(file), key, "" if value is None else shown_value(value), problem, fix)


def from_pydantic(file: object, details: Iterable[ErrorDetails]) -> list[Finding]:
    """Put what pydantic says of a document into words of the manifest."""
    return [_finding(file, detail) for detail in details]


def _finding(file: object, detail: ErrorDetails) -> Finding:
    place = detail["loc"]
    known = key_at(place)
    is_chosen = known.name[-1:] == (CHOSEN_KEY,)
    key = ".".join(_shown(str(part)) for part in (place[:-1] if is_chosen else place))
    if is_chosen:
        return finding(file, key, None, NO_KEY, f"write {known.form}")
    if detail["type"] == "extra_forbidden":
        return finding(file, key, None, NO_KEY, known.instead_of(_short(str(place[-1]))))
    if detail["type"] == "missing":
        return finding(file, key, None, "is missing", f"{known.advice}. {known.description}")
    value = None if isinstance(detail["input"], dict) else detail["input"]
    if detail["type"] in TABLES and not (known.field and known.field.is_required()):
        return finding(file, key, value, "", f"write a table, [{key}]")
    problem, _, fix = detail["msg"].partition("Value error, ")[2].partition("; ")  # what values.py says
    return finding(file, key, value, problem, fix or known.advice)


def _shown(key: str) -> str:
    """Write a part of a key as TOML does."""
    return _short(key if BARE_KEY.fullmatch(key) else json.dumps(key))


def shown_value(value: object) -> str:
    """Write a value as TOML does, cut where it is too long to be read."""
    try:
        return _short(json.dumps(value, ensure_ascii=False, default=str))
    except (ValueError, RecursionError):  # too long or too deep to be shown
        return "..."


def _short(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."
