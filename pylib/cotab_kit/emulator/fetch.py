"""The answer to a FetchXML query: rows, and what annotations say of pages and totals."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from pydantic import JsonValue

from cotab_kit.emulator.call import Answer, Call, Json
from cotab_kit.emulator.custom_tables import made
from cotab_kit.emulator.errors import invalid
from cotab_kit.emulator.fetchxml import read
from cotab_kit.emulator.fetchxml_parts import Fetch, Field, flag
from cotab_kit.emulator.headers import MAX_PAGE
from cotab_kit.emulator.paging import Cookie, Order, behind, cookie, number
from cotab_kit.emulator.schema import YES_NO, Entity, Scalar
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import ENTITIES
from cotab_kit.emulator.view import CRM, Names, View

MAX_AGGREGATED = 50_000
Values = tuple[Scalar, ...]


@dataclass(frozen=True)
class _Page:
    """Which rows are wanted, and behind which they begin."""

    size: int
    number: int
    after: Cookie | None
    last: bool  # there is no other page, whatever is left


def fetched(store: Store, call: Call, entity: Entity) -> Answer:
    """Answer a query by FetchXML on a table. Raises RefusedError."""
    fetch = read(call.query["fetchXml"], call.caller.user_id, made(store))
    if fetch.entity is not entity:
        text = "The entity name specified in fetchxml does not match the entity name specified in the Entity or "
        raise invalid("0x80041128", f"{text}Query Expression.")
    for table in (*(level.entity for level in fetch.levels.values()), *fetch.tested):
        call.caller.need("Read", table)
    if fetch.aggregate and _count(store, fetch) > MAX_AGGREGATED:
        raise invalid("0x8004e023", "The maximum record limit is exceeded. Reduce the number of records.")
    return _answer(store, call, fetch)


def _answer(store: Store, call: Call, fetch: Fetch) -> Answer:
    orders = _orders(fetch)
    page = _page(call, fetch, orders)
    shown = fetch.fields if fetch.aggregate or fetch.distinct else [*_own(fetch.entity, fetch.fields), *fetch.fields]
    found = _rows(store, fetch, page, orders, shown)
    body: Json = {"@odata.context": f"{call.base}$metadata#{fetch.entity.entity_set}"}
    if call.prefers.wants(f"{CRM}totalrecordcount"):
        total = _count(store, fetch) if flag(fetch.root, "returntotalrecordcount") else -1
        body[f"@{CRM}totalrecordcount"] = min(total, MAX_PAGE)
        body[f"@{CRM}totalrecordcountlimitexceeded"] = total > MAX_PAGE
    if len(found) > page.size and not page.last:
        body |= _following(call, page, orders, found[page.size - 1][len(shown) :])
    view = View(store, call.prefers)
    names = _names(store, shown, found) if call.prefers.annotations else {}
    body["value"] = list[JsonValue](_row(view, shown, row[: len(shown)], names) for row in found[: page.size])
    applied = {"Preference-Applied": call.prefers.applied} if call.prefers.applied else {}
    return Answer(HTTPStatus.OK, body, applied)


def _orders(fetch: Fetch) -> list[Order]:
    """Return what the rows are ordered by, the id as well where it tells them apart."""
    if fetch.aggregate or fetch.distinct:
        return fetch.orders
    own = fetch.entity.by_name[fetch.entity.primary_id]
    return [*fetch.orders, Order(own.name, own, f't."{own.name}"')]


def _page(call: Call, fetch: Fetch, orders: list[Order]) -> _Page:
    root = fetch.root
    if "top" in root.keys() and ("count" in root.keys() or "page" in root.keys()):  # noqa: SIM118 - no mapping
        raise invalid("0x80040303", "The top attribute cannot be specified with paging attribute page")
    size = number("count", root.get("count", "0")) or call.prefers.page or MAX_PAGE
    if "top" in root.keys():  # noqa: SIM118 - no mapping
        return _Page(min(number("top", root.get("top", "")), MAX_PAGE), 1, None, last=True)
    given = root.get("paging-cookie")
    after = cookie(given, _kept(fetch, orders)) if given else None
    return _Page(min(size, MAX_PAGE), max(number("page", root.get("page", "1")), 1), after, last=False)


def _kept(fetch: Fetch, orders: list[Order]) -> list[Order]:
    """Return the orders that a cookie keeps: none where a row may come more than once."""
    return [] if fetch.joins or fetch.aggregate or fetch.distinct else orders


def _own(entity: Entity, fields: list[Field]) -> list[Field]:
    """Return the version and the id, which every row has."""
    shown = {each.shown for each in fields}
    wanted = [entity.by_name[name] for name in ("versionnumber", entity.primary_id) if name in entity.by_name]
    names = ["@odata.etag" if each.name == "versionnumber" else each.property for each in wanted]
    return [
        Field(name, each, f't."{each.name}"') for name, each in zip(names, wanted, strict=True) if name not in shown
    ]


def _rows(store: Store, fetch: Fetch, page: _Page, orders: list[Order], shown: list[Field]) -> list[Values]:
    kept = _kept(fetch, orders)
    source, values, skipped = fetch.source, fetch.parameters, (page.number - 1) * page.size
    if page.after and page.after.last:
        condition, more = behind(kept, page.after.last)
        source += f" {'AND' if fetch.tests else 'WHERE'} {condition}"
        values, skipped = [*values, *more], 0
    listed = ", ".join([*(each.sql for each in shown), *(each.sql for each in kept)]) or "1"
    grouped = f"GROUP BY {', '.join(fetch.groups)}" if fetch.groups else ""
    sorting = f"ORDER BY {', '.join(each.clause for each in orders)}" if orders else ""
    distinct = "DISTINCT " if fetch.distinct and not fetch.aggregate else ""
    with store.lock:
        found = store.sql.execute(
            f"SELECT {distinct}{listed} FROM {source} {grouped} {sorting} LIMIT ? OFFSET ?",
            [*values, page.size + 1, skipped],
        ).fetchall()
    return [tuple(row) for row in found]


def _count(store: Store, fetch: Fetch) -> int:
    with store.lock:
        (found,) = store.sql.execute(f"SELECT count(*) FROM {fetch.source}", fetch.parameters).fetchone()
    return int(found)


def _following(call: Call, page: _Page, orders: list[Order], last: Values) -> Json:
    place = Cookie(page.number + 1, last).written(orders[: len(last)])
    found: Json = {f"@{CRM}fetchxmlpagingcookie": place}  # also for clients that do not ask: they page by it
    if call.prefers.wants(f"{CRM}morerecords"):
        found[f"@{CRM}morerecords"] = True
    return found


def _names(store: Store, shown: list[Field], found: list[Values]) -> Names:
    """Return the names of the rows that the shown lookups point to."""
    names: Names = {}
    for place, each in enumerate(shown):
        target = ENTITIES.get(each.attribute.target)
        if not each.aggregate and target and target.primary_name:
            columns = [target.primary_id, target.primary_name]
            for key in {row[place] for row in found if row[place]}:
                row = store.get(target, str(key), columns)
                names[target.name, key] = row[target.primary_name] if row else None
    return names


def _row(view: View, shown: list[Field], values: Values, names: Names) -> Json:
    made: Json = {}
    for each, given in zip(shown, values, strict=True):
        value: Any = (
            bool(given) if each.attribute.type in YES_NO and not each.aggregate and given is not None else given
        )
        if each.shown == "@odata.etag":
            made[each.shown] = f'W/"{value}"'
        elif value is not None or not (each.aggregate or "." in each.shown):
            made[each.shown] = value
        if value is not None and not each.aggregate and each.shown != "@odata.etag" and view.prefers.annotations:
            made |= view.annotations(each.attribute, each.shown, value, names)
    return made
