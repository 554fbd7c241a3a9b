"""`?sql=SELECT ...`: the simplest SQL, as Microsoft's client for Python sends it, read as a query of OData."""

from __future__ import annotations

import re

from cotab_kit.emulator.errors import bad_query, not_here
from cotab_kit.emulator.schema import Entity

_SELECT = re.compile(
    r"\s*SELECT\s+(?:TOP\s+\(?(?P<top>\d+)\)?\s+)?(?P<columns>\*|[\w.]+(?:\s*,\s*[\w.]+)*)\s+FROM\s+(?P<table>\w+)"
    r"(?:\s+(?:AS\s+)?(?!WHERE\b|ORDER\b)\w+)?(?:\s+WHERE\s+(?P<where>.+?))?(?:\s+ORDER\s+BY\s+(?P<order>[\w., ]+))?"
    r"\s*;?\s*",
    re.IGNORECASE | re.DOTALL,
)
_TOKEN = re.compile(
    r"\s*(?:(?P<text>N?'(?:[^']|'')*')|(?P<sign><>|!=|<=|>=|=|<|>|\(|\))|(?P<word>[\w.-]+)|(?P<other>\S))"
)
_SIGNS = {"=": "eq", "<>": "ne", "!=": "ne", "<": "lt", ">": "gt", "<=": "le", ">=": "ge", "(": "(", ")": ")"}
_WORDS = {"and", "or", "not", "null"}
_NOT = {"like", "in", "between", "exists", "select", "case"}


def as_options(entity: Entity, text: str) -> dict[str, str]:
    """Return the query options that mean the same. Raises RefusedError for SQL that they cannot say."""
    found = _SELECT.fullmatch(text)
    if not found:
        raise not_here(f"sql={text}")
    if found["table"].lower() != entity.name:
        raise bad_query(f"The table '{found['table']}' is not the one that the address names.")
    columns = [] if found["columns"] == "*" else [_column(entity, name) for name in found["columns"].split(",")]
    order = [_order(entity, each) for each in found["order"].split(",")] if found["order"] else []
    given = {"$select": ",".join(columns), "$top": found["top"] or "", "$orderby": ",".join(order)}
    given["$filter"] = _filter(entity, found["where"]) if found["where"] else ""
    return {name: value for name, value in given.items() if value}


def _column(entity: Entity, name: str) -> str:
    """Return a column's name in the Web API."""
    plain = name.strip().rpartition(".")[2].lower()
    return entity.by_name[plain].property if plain in entity.by_name else plain


def _order(entity: Entity, text: str) -> str:
    name, _, direction = text.strip().partition(" ")
    return f"{_column(entity, name)} {direction.strip().lower()}".strip()


def _filter(entity: Entity, text: str) -> str:
    spaced = re.sub(r"\bIS\s+NOT\s+NULL\b", "<> null", text, flags=re.IGNORECASE)
    spaced = re.sub(r"\bIS\s+NULL\b", "= null", spaced, flags=re.IGNORECASE)
    return " ".join(_token(entity, token) for token in _TOKEN.finditer(spaced))


def _token(entity: Entity, token: re.Match[str]) -> str:
    word = (token["word"] or "").lower()
    if token["other"] or word in _NOT:
        raise not_here(f"sql with {token[0].strip()}")
    if token["text"]:
        return token["text"].lstrip("N")
    if token["sign"]:
        return _SIGNS[token["sign"]]
    return word if word in _WORDS or word[0] in "-0123456789" else _column(entity, word)
