"""Reads of the Web API: many rows, one row, one column, what lies behind a row."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from http import HTTPStatus

from pydantic import JsonValue

from cotab_kit.emulator.apply import applied
from cotab_kit.emulator.call import Answer, Call, Json, not_allowed
from cotab_kit.emulator.errors import RefusedError, no_such_property, no_such_row, no_such_segment, not_here
from cotab_kit.emulator.fetch import fetched
from cotab_kit.emulator.headers import MAX_PAGE
from cotab_kit.emulator.keys import Key, Segment
from cotab_kit.emulator.paging import Cookie, address
from cotab_kit.emulator.query import MANY, ONE, Options, Reading, needed, options, rows
from cotab_kit.emulator.relations import children, collection_target
from cotab_kit.emulator.schema import Attribute, Entity, Row
from cotab_kit.emulator.sql import as_options
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import ENTITIES
from cotab_kit.emulator.tables.platform import METADATA
from cotab_kit.emulator.view import CRM, View, etag

_FUNCTION = re.compile(r"\b(startswith|endswith|contains)\(")


def read_set(store: Store, call: Call, entity: Entity) -> Answer:
    """Read the rows of a table, by query options, FetchXML or SQL."""
    call.caller.need("Read", entity)
    if "fetchXml" in call.query:
        call.allow("fetchXml")
        return fetched(store, call, entity)
    if "$apply" in call.query:
        call.allow("$apply")
        return applied(store, call, entity)
    if "sql" in call.query:
        call.allow("sql")
        return _many(store, call, _options(replace(call, query=as_options(entity, call.query["sql"])), entity))
    call.allow(*MANY)
    if entity is METADATA:
        _refuse_functions(call.query.get("$filter", ""))
    return _many(store, call, _options(call, entity))


def count_set(store: Store, call: Call, entity: Entity) -> Answer:
    """Count the rows of a table, as plain text."""
    call.caller.need("Read", entity)
    call.allow("$filter")
    return _counted(store, _options(call, entity))


def _counted(store: Store, query: Options) -> Answer:
    number = min(store.count(query.shape.entity, query.where, query.values), MAX_PAGE)
    return Answer(HTTPStatus.OK, str(number), media_type="text/plain")


def read_row(store: Store, call: Call, found: Key) -> Answer:
    """Read the row of an id or an alternate key."""
    call.allow(*ONE)
    call.caller.need("Read", found.entity)
    return shown(store, call, found.entity, found.row(store), HTTPStatus.OK)


def _options(call: Call, entity: Entity) -> Options:
    return options(entity, call.query, Reading(call.caller.user_id, call.aliases))


def _refuse_functions(text: str) -> None:
    """Refuse the functions on texts, which Dataverse has not for its metadata."""
    found = _FUNCTION.search(text)
    if found:
        said = f'The "{found[1]}" function isn\'t supported for Metadata Entities'
        raise RefusedError(HTTPStatus.NOT_IMPLEMENTED, "0x8006088a", said)


def _many(store: Store, call: Call, query: Options) -> Answer:
    entity = query.shape.entity
    found, following = rows(store, query, call.prefers.page)
    body: Json = {"@odata.context": f"{call.base}$metadata#{entity.entity_set}", **_totals(store, call, query)}
    body["value"] = list[JsonValue](View(store, call.prefers, call.base).rows(query.shape, found))
    if following:
        body["@odata.nextLink"] = _next_link(call, query, following)
    return Answer(HTTPStatus.OK, body, _applied(call))


def _totals(store: Store, call: Call, query: Options) -> Json:
    """Return how many rows there are, as far as the client wants to know: no more than 5,000 are counted."""
    number = store.count(query.shape.entity, query.where, query.values) if query.count else -1
    found: Json = {"@odata.count": min(number, MAX_PAGE)} if query.count else {}
    if call.prefers.wants(f"{CRM}totalrecordcount"):
        found[f"@{CRM}totalrecordcount"] = min(number, MAX_PAGE)
        found[f"@{CRM}totalrecordcountlimitexceeded"] = number > MAX_PAGE
    return found


def _next_link(call: Call, query: Options, following: Cookie) -> str:
    given = {name: value for name, value in call.query.items() if name != "$top"}
    return address(f"{call.base}{call.path}", given | {"$skiptoken": following.written(query.order, encoded=1)})


def _applied(call: Call) -> dict[str, str]:
    return {"Preference-Applied": call.prefers.applied} if call.prefers.applied else {}


def shown(store: Store, call: Call, entity: Entity, row_id: str, status: int) -> Answer:
    """Show a row. One that the client has already is not sent again, unless something may have changed around it."""
    query = options(entity, {name: value for name, value in call.query.items() if name in ONE})
    row = _row(store, entity, row_id, needed(query.shape))
    tag = etag(row) if "versionnumber" in row else ""
    plain = not query.shape.expanded and not call.prefers.annotations
    if tag and plain and status == HTTPStatus.OK and call.headers.get("if-none-match") == tag:
        return Answer(HTTPStatus.NOT_MODIFIED)
    context = f"{call.base}$metadata#{entity.entity_set}/$entity"
    body = {"@odata.context": context, **View(store, call.prefers, call.base).row(query.shape, row)}
    return Answer(status, body, ({"ETag": tag} if tag else {}) | _applied(call))


def _row(store: Store, entity: Entity, row_id: str, columns: Iterable[str]) -> Row:
    """Read a row that has been found, unless it has gone meanwhile. Raises RefusedError."""
    row = store.get(entity, row_id, columns)
    if row is None:
        raise no_such_row(entity.name, row_id)
    return row


def read_behind(store: Store, call: Call, found: Key, rest: list[Segment]) -> Answer:
    """Read a column of a row, or what lies behind a navigation property."""
    if call.method != "GET":
        raise not_allowed(call)
    call.caller.need("Read", found.entity)
    name, row_id = rest[0].name, found.row(store)
    tail = "/".join(each.name for each in rest[1:])
    if rest[0].bracketed or tail not in ("", "$count", "$value"):
        raise not_here(f"the path {call.path}")
    if name in found.entity.by_navigation and not tail:
        return _target(store, call, found.entity.by_navigation[name], found, row_id)
    target = collection_target(found.entity, name)
    if target and tail != "$value":
        return _collection(store, call, target, children(found.entity, name), row_id)
    if name not in found.entity.by_property or tail == "$count":
        raise no_such_property(name, found.entity.name) if not tail else no_such_segment(tail)
    return _column(store, call, found.entity, found.entity.by_property[name], row_id)


def _target(store: Store, call: Call, lookup: Attribute, found: Key, row_id: str) -> Answer:
    call.allow(*ONE)
    row = _row(store, found.entity, row_id, [lookup.name])
    if row[lookup.name] is None:
        return Answer(HTTPStatus.NO_CONTENT)
    target = ENTITIES[lookup.target]
    call.caller.need("Read", target)
    return shown(store, call, target, str(row[lookup.name]), HTTPStatus.OK)


def _collection(store: Store, call: Call, target: Entity, behind: tuple[str, str], row_id: str) -> Answer:
    """Read or count the rows behind a row."""
    parents, source = behind
    counting = call.path.endswith("/$count")
    call.allow(*(("$filter",) if counting else MANY))
    call.caller.need("Read", target)
    key = target.primary_id
    query = _options(call, target).within(f't."{key}" IN (SELECT t."{key}" FROM {source} WHERE {parents} = ?)', row_id)
    return _counted(store, query) if counting else _many(store, call, query)


def _column(store: Store, call: Call, entity: Entity, attribute: Attribute, row_id: str) -> Answer:
    call.allow()
    row = _row(store, entity, row_id, [attribute.name])
    value = row[attribute.name]
    if value is None:
        return Answer(HTTPStatus.NO_CONTENT)
    if call.path.endswith("/$value"):
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return Answer(HTTPStatus.OK, text, media_type="text/plain")
    context = f"{call.base}$metadata#{entity.entity_set}({row_id})/{attribute.property}"
    return Answer(HTTPStatus.OK, {"@odata.context": context, "value": value})
