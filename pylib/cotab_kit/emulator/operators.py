"""Conditions on one column, as FetchXML names them; the query functions of $filter are the same under other names.

Times are UTC, a week begins on Sunday, and text is compared without regard to case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from cotab_kit.emulator.errors import bad_query, not_here
from cotab_kit.emulator.schema import NUMBERS, TEXTS, YES_NO, Attribute, Scalar, Type
from cotab_kit.emulator.times import EARLIEST, LATEST, moment, written

COMPARISONS = {"eq": "=", "ne": "<>", "neq": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
LIKE = {
    "like": "{}", "not-like": "{}",
    "begins-with": "{}*", "not-begin-with": "{}*",
    "ends-with": "*{}", "not-end-with": "*{}",
    "contains": "*{}*",
}  # fmt: skip
MAX_SEARCHED = 8000  # bytes of a pattern; SQLite has a limit of its own further up
MAX_DIGITS = 18  # of a number that SQLite can hold
DECEMBER = 12
_WILD = {"%": "*", "_": "?", "*": "[*]", "?": "[?]"}
_WILDCARD = re.compile(r"\[[^\]]*\]|[%_*?]")
_X = re.compile(r"(?P<which>last|next|olderthan)-x-(?P<unit>minutes|hours|days|weeks|months|years)")
_NAMED = re.compile(r"(?P<which>last|this|next)-(?P<unit>week|month|year)")
Test = tuple[str, list[Scalar]]
Moment = datetime


def test(operator: str, column: str, attribute: Attribute, given: Sequence[str], me: str) -> Test:
    """Return SQL for a condition and its values. In `column`, text is folded already. Raises RefusedError."""
    match operator:
        case "null" | "not-null":
            return f"{column} IS {'NOT ' if operator == 'not-null' else ''}NULL", []
        case "eq-userid" | "ne-userid":
            return f"{column} {'=' if operator == 'eq-userid' else 'IS NOT'} ?", [me]
        case "in" | "not-in":
            marks = ",".join("?" * len(given))
            found = f"{column} IN ({marks})", [value(attribute, each) for each in given]
            return found if operator == "in" else (f"({column} IS NULL OR NOT {found[0]})", found[1])
        case "between" | "not-between" if len(given) == 2:  # noqa: PLR2004 - from and to
            word = "" if operator == "between" else "NOT "
            return f"{column} {word}BETWEEN ? AND ?", [value(attribute, each) for each in given]
    if operator in COMPARISONS:
        return compared(operator, column, value(attribute, _one(operator, given)))
    if operator in LIKE:
        return _like(operator, column, attribute, _one(operator, given))
    if attribute.type is Type.DATE:
        return _dated(operator, column, given)
    raise not_here(f"the operator {operator} on {attribute.name}")


def compared(operator: str, column: str, right: Scalar) -> Test:
    """Return SQL for a comparison with a value; what is not equal may be empty."""
    sign = COMPARISONS[operator]
    if right is None:
        return f"{column} IS {'NOT ' if sign == '<>' else ''}NULL", []
    plain = f"{column} {sign} ?"
    return f"({plain} OR {column} IS NULL)" if sign == "<>" else plain, [right]


def value(attribute: Attribute, text: str) -> Scalar:
    """Return a value as its column compares it. Raises RefusedError if the column cannot hold it."""
    try:
        if attribute.type in YES_NO:
            return {"1": True, "true": True, "0": False, "false": False}[text.strip().lower()]
        if attribute.type in NUMBERS:
            return float(text) if "." in text else int(text if len(text) <= MAX_DIGITS else "too long")
    except (KeyError, ValueError):
        raise bad_query(f"'{text[:100]}' is no value of {attribute.name}.") from None
    if attribute.type is Type.DATE:
        return time(text)
    return text.strip().strip("{}").lower() if attribute.type in (Type.GUID, Type.LOOKUP) else text.casefold()


def pattern(text: str) -> str:
    """Make a pattern as Dataverse searches, with LIKE: % _ [a-z] [^a] are wildcards, and nothing but [] escapes."""
    if len(text.encode()) > MAX_SEARCHED:
        raise bad_query("The text that is looked for is too long.")
    return _WILDCARD.sub(lambda found: _WILD.get(found[0], found[0]), text)


def time(text: str) -> str:
    """Return a time as columns hold it. Raises RefusedError for what is none, or none that a column can hold."""
    try:
        return written(moment(text.strip()))
    except ValueError:
        raise bad_query(f"'{text[:100]}' is no time.") from None


def _one(operator: str, given: Sequence[str]) -> str:
    if len(given) != 1:
        raise bad_query(f"The operator {operator} takes one value, not {len(given)}.")
    return given[0]


def _like(operator: str, column: str, attribute: Attribute, text: str) -> Test:
    if attribute.type not in TEXTS:
        raise bad_query(f"The operator {operator} takes texts; '{attribute.name}' is none.")
    found = f"{column} GLOB ?"
    values: list[Scalar] = [LIKE[operator].format(pattern(text.casefold()))]
    return (f"({column} IS NULL OR NOT {found})" if operator.startswith("not") else found), values


def _dated(operator: str, column: str, given: Sequence[str]) -> Test:
    """Return SQL for a time from, and before, certain moments."""
    start, end = _span(operator, given, datetime.now(UTC).replace(microsecond=0))
    tests = [f"{column} {sign} ?" for sign, when in ((">=", start), ("<", end)) if when]
    return f"({' AND '.join(tests)})", [written(when) for when in (start, end) if when]


def _span(operator: str, given: Sequence[str], now: Moment) -> tuple[Moment | None, Moment | None]:
    today = now.replace(hour=0, minute=0, second=0)
    day = timedelta(days=1)
    fixed = {
        "today": (today, today + day),
        "yesterday": (today - day, today),
        "tomorrow": (today + day, today + 2 * day),
        "last-seven-days": (today - 7 * day, now + timedelta(seconds=1)),
        "next-seven-days": (now, today + 8 * day),
    }
    if operator in fixed:
        return fixed[operator]
    if operator in ("on", "on-or-after", "on-or-before"):
        given_day = datetime.fromisoformat(time(_one(operator, given))).replace(hour=0, minute=0, second=0)
        return (
            None if operator == "on-or-before" else given_day,
            None if operator == "on-or-after" else given_day + day,
        )
    named, counted = _NAMED.fullmatch(operator), _X.fullmatch(operator)
    if named:
        return _calendar(named["which"], named["unit"], today)
    if counted:
        return _counted(counted["which"], counted["unit"], _number(_one(operator, given)), now)
    raise not_here(f"the operator {operator}")


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:9]) <= 100_000:  # noqa: PLR2004 - years have an end
        raise bad_query(f"'{text[:50]}' is no number of days, months or the like.")
    return int(text)


def _calendar(which: str, unit: str, today: Moment) -> tuple[Moment, Moment]:
    step = {"last": -1, "this": 0, "next": 1}[which]
    if unit == "week":
        first = today - timedelta(days=(today.weekday() + 1) % 7) + timedelta(days=7 * step)
        return first, first + timedelta(days=7)
    move: Callable[[Moment, int], Moment] = _months if unit == "month" else _years
    first = move(today.replace(day=1) if unit == "month" else today.replace(month=1, day=1), step)
    return first, move(first, 1)


def _counted(which: str, unit: str, number: int, now: Moment) -> tuple[Moment | None, Moment | None]:
    """Return the span of so many hours or days: whole days where the unit is longer than an hour."""
    if which == "olderthan":
        return None, _moved(unit, now, -number)
    edge = _moved(unit, now, number if which == "next" else -number)
    if unit not in ("minutes", "hours"):
        edge = edge.replace(hour=0, minute=0, second=0) + timedelta(days=which == "next")
    return (now, edge) if which == "next" else (edge, now + timedelta(seconds=1))


def _moved(unit: str, when: Moment, number: int) -> Moment:
    try:
        months = unit in ("months", "years")
        moved = (
            _months(when, number * (DECEMBER if unit == "years" else 1))
            if months
            else when + timedelta(**{unit: number})
        )
    except (OverflowError, ValueError):
        moved = None
    if moved is None or not EARLIEST <= moved <= LATEST:
        raise bad_query(f"There is no time {number} {unit} from now.")
    return moved


def _months(when: Moment, number: int) -> Moment:
    """Return the same day of another month, or its last day."""
    year, month = divmod(when.year * DECEMBER + when.month - 1 + number, DECEMBER)
    first = when.replace(year=year, month=month + 1, day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(when.day, last.day))


def _years(when: Moment, number: int) -> Moment:
    return _months(when, DECEMBER * number)
