"""$apply: rows filtered, grouped and summed up: `filter(...)/groupby((a,b),aggregate(c with sum as d,$count as e))`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus

from pydantic import JsonValue

from cotab_kit.emulator.call import Answer, Call
from cotab_kit.emulator.conditions import Where, where
from cotab_kit.emulator.errors import bad_query, invalid, not_here
from cotab_kit.emulator.filters import parse
from cotab_kit.emulator.query import column, parts
from cotab_kit.emulator.schema import NUMBERS, YES_NO, Attribute, Entity, Scalar, Type
from cotab_kit.emulator.store import Store

MAX_AGGREGATED = 50_000
_STEP = re.compile(r"(?P<name>filter|groupby|aggregate)\((?P<inner>.*)\)", re.DOTALL)
_GROUPS = re.compile(r"\s*\((?P<names>[^()]*)\)\s*")
_SUM = re.compile(r"\s*(?:(?P<column>\w+)\s+with\s+(?P<how>\w+)|(?P<count>\$count))\s+as\s+(?P<alias>\w+)\s*")
_HOW = {"sum": "sum({})", "average": "avg({})", "min": "min({})", "max": "max({})"}
_HOW |= {"countdistinct": "count(DISTINCT {})"}


@dataclass(frozen=True)
class _Sums:
    """What is shown of each group: the columns that make it, then names with their SQL."""

    groups: list[Attribute]
    sums: list[tuple[str, str]]


def applied(store: Store, call: Call, entity: Entity) -> Answer:
    """Answer a query with $apply. Raises RefusedError."""
    *before, last = parts(call.query["$apply"], "/") or [""]
    condition, values = _filtered(call, entity, before)
    if store.count(entity, condition, values) > MAX_AGGREGATED:
        raise invalid("0x8004e023", "The maximum record limit is exceeded. Reduce the number of records.")
    sums = _read(entity, last)
    plain = [f't."{each.name}"' for each in sums.groups]
    grouped = f"GROUP BY {', '.join(plain)} ORDER BY {', '.join(plain)}" if plain else ""
    listed = ", ".join([*plain, *(sql for _, sql in sums.sums)])
    statement = f'SELECT {listed} FROM "{entity.name}" t WHERE {condition} {grouped}'
    with store.lock:
        found = store.sql.execute(statement, values).fetchall()
    shown = list[JsonValue](_row(sums, tuple(row)) for row in found)
    return Answer(HTTPStatus.OK, {"@odata.context": f"{call.base}$metadata#{entity.entity_set}", "value": shown})


def _filtered(call: Call, entity: Entity, steps: list[str]) -> Where:
    """Return the condition on the rows that are summed up: all, or those of one filter."""
    if not steps:
        return "1", ()
    name, inner = _step(steps[0])
    if name != "filter" or len(steps) > 1:
        raise not_here(f"$apply={call.query['$apply']}")
    return where(entity, parse(inner, call.aliases), call.caller.user_id)


def _step(text: str) -> tuple[str, str]:
    found = _STEP.fullmatch(text.strip())
    if not found:
        raise not_here(f"$apply={text}")
    return found["name"], found["inner"]


def _read(entity: Entity, text: str) -> _Sums:
    name, inner = _step(text)
    if name == "aggregate":
        return _Sums([], _sums(entity, inner))
    groups = _GROUPS.match(inner)
    names = [each.strip() for each in groups["names"].split(",")] if groups else []
    if name != "groupby" or not groups or any("/" in each for each in names):
        raise not_here(f"$apply={text}")
    rest = inner[groups.end() :].strip().removeprefix(",")
    return _Sums([column(entity, each) for each in names], _sums(entity, _step(rest)[1]) if rest else [])


def _sums(entity: Entity, text: str) -> list[tuple[str, str]]:
    return [_sum(entity, part) for part in parts(text, ",")]


def _sum(entity: Entity, text: str) -> tuple[str, str]:
    found = _SUM.fullmatch(text)
    if not found:
        raise bad_query(f"Syntax error in '{text[:200]}' of $apply.")
    if found["count"]:
        return found["alias"], "count(*)"
    attribute, how = column(entity, found["column"]), found["how"]
    if how not in _HOW:
        raise not_here(f"$apply with {how}")
    if how != "countdistinct" and attribute.type not in NUMBERS | {Type.DATE}:
        raise bad_query(f"Aggregate {how} is not supported for attribute of type {attribute.type}.")
    return found["alias"], _HOW[how].format(f't."{attribute.name}"')


def _row(sums: _Sums, values: tuple[Scalar, ...]) -> dict[str, JsonValue]:
    names = [*(each.property for each in sums.groups), *(name for name, _ in sums.sums)]
    flags = {each.property for each in sums.groups if each.type in YES_NO}
    return {
        name: bool(value) if name in flags and value is not None else value
        for name, value in zip(names, values, strict=True)
    }
