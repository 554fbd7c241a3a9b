"""Writes of the Web API: a row created, changed, upserted, deleted; one of its columns; what it is related to."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from pydantic import JsonValue

from cotab_kit.emulator import jobs, records
from cotab_kit.emulator.call import Answer, Call, not_allowed
from cotab_kit.emulator.errors import (
    RefusedError,
    bad_payload,
    invalid,
    managed_solution,
    no_such_segment,
    not_here,
)
from cotab_kit.emulator.keys import Key, Segment
from cotab_kit.emulator.links import End, link, unlink
from cotab_kit.emulator.payload import BIND, columns, with_reason
from cotab_kit.emulator.query import ONE
from cotab_kit.emulator.reading import shown
from cotab_kit.emulator.relations import collection_target, target_of, way_back
from cotab_kit.emulator.schema import Entity, Row
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import ENTITIES
from cotab_kit.emulator.tables.platform import ORGANIZATION
from cotab_kit.emulator.tables.solutions import SOLUTION
from cotab_kit.emulator.uninstall import solution_named
from cotab_kit.emulator.view import etag

Body = Mapping[str, JsonValue]


def create(store: Store, call: Call, entity: Entity) -> Answer:
    """Create a row, with the rows that the body has behind its navigation properties."""
    call.allow(*_shown_options(call))
    row_id = create_row(store, call, entity, _body(call, entity))
    return _written(store, call, entity, row_id, HTTPStatus.CREATED)


def create_row(store: Store, call: Call, entity: Entity, body: Body, named: Row | None = None) -> str:
    """Create a row, and those within it. `named` are the values of the key that names it. Returns its id."""
    need_writable(call, entity, "Create")
    behind = {name: value for name, value in body.items() if _is_behind(entity, name)}
    before = {name: value for name, value in body.items() if name in entity.by_navigation and isinstance(value, dict)}
    rest = {name: value for name, value in body.items() if name not in behind and name not in before}
    row = {**columns(store, entity, rest), **(named or {})}
    for name, inner in before.items():
        lookup = entity.by_navigation[name]
        row[lookup.name] = create_row(store, call, ENTITIES[lookup.target], _row(entity, inner))
    _need_links(call, entity, row)
    if entity.user_owned:
        row = {"ownerid": call.caller.user_id, **row}
    solution = _solution(store, call, entity)
    row_id = records.create(store, entity, row)
    if solution:
        records.list_in(store, solution, entity, row_id)
    for name, value in behind.items():
        _create_behind(store, call, End(entity, row_id), name, value)
    return row_id


def _is_behind(entity: Entity, name: str) -> bool:
    return "@" not in name.removesuffix(BIND) and collection_target(entity, name.removesuffix(BIND)) is not None


def _create_behind(store: Store, call: Call, end: End, name: str, value: JsonValue) -> None:
    """Create the rows of a deep insert, or relate the ones that @odata.bind names."""
    entity, navigation = end.entity, name.removesuffix(BIND)
    target, back = target_of(entity, navigation), way_back(entity, navigation)
    if not isinstance(value, list):
        raise bad_payload(entity.entity_set, f"'{name}' is no list.")
    for each in value:
        if name.endswith(BIND):
            link(store, entity, end.row_id, navigation, each)
            continue
        known: Row = {back[1].name: end.row_id} if back else {}
        child = create_row(store, call, target, _row(entity, each), known)
        if not back:
            link(store, entity, end.row_id, navigation, f"{target.entity_set}({child})")


def _row(entity: Entity, value: JsonValue) -> Body:
    if not isinstance(value, dict):
        raise bad_payload(entity.entity_set, "a row within the row is no JSON object.")
    return value


def upsert(store: Store, call: Call, found: Key) -> Answer:
    """Change a row or create it, as PATCH does; If-Match forbids the one, If-None-Match the other."""
    call.allow(*_shown_options(call))
    body, row_id, match = _body(call, found.entity), found.find(store), call.headers.get("if-match", "")
    if row_id is None:
        if match:
            found.row(store)
        row_id = create_row(store, call, found.entity, body, _named(found, body))
        return _written(store, call, found.entity, row_id, HTTPStatus.CREATED)
    body = {name: value for name, value in body.items() if name not in found.values}  # as documented: not to be changed
    if call.headers.get("if-none-match") == "*":
        raise RefusedError(
            HTTPStatus.PRECONDITION_FAILED, "0x80040237", "A record with matching key values already exists."
        )
    change_row(store, call, found.entity, row_id, body)
    return _written(store, call, found.entity, row_id, HTTPStatus.OK)


def _named(found: Key, body: Body) -> Row:
    """Return what an address says of a row that is not there yet; of an alternate key the body has the last word."""
    return {name: value for name, value in found.values.items() if found.by_id or name not in body}


def change_row(store: Store, call: Call, entity: Entity, row_id: str, body: Body) -> None:
    """Change a row, if it is still the one that the client read."""
    need_writable(call, entity, "Write")
    _check_version(store, entity, row_id, call.headers.get("if-match", ""))
    changes = columns(store, entity, body)
    _check_reason(store, entity, row_id, changes)
    _need_links(call, entity, changes)
    records.change(store, entity, row_id, changes)


def _check_reason(store: Store, entity: Entity, row_id: str, changes: Row) -> None:
    """Refuse a status reason of the state that the row is not in."""
    if "statuscode" in changes and "statecode" not in changes:
        row = store.get(entity, row_id, ["statecode"]) or {}
        with_reason(entity, {**row, **changes})


def set_column(store: Store, call: Call, found: Key, name: str) -> Answer:
    """Set one column by PUT, or empty it by DELETE."""
    call.allow()
    entity, row_id = found.entity, found.row(store)
    if name not in entity.by_property:
        raise no_such_segment(name)
    if call.method == "PUT" and (not isinstance(call.body, dict) or set(call.body) - {"@odata.context"} != {"value"}):
        raise bad_payload(entity.entity_set, "the body of a column is an object with the member 'value'.")
    value = call.body["value"] if call.method == "PUT" and isinstance(call.body, dict) else None
    change_row(store, call, entity, row_id, {name: value})
    return Answer(HTTPStatus.NO_CONTENT)


def delete(store: Store, call: Call, found: Key) -> Answer:
    """Delete a row; to delete a solution is to uninstall it."""
    call.allow()
    entity, row_id = found.entity, found.row(store)
    if entity is ORGANIZATION:
        raise not_allowed(call)
    need_writable(call, entity, "Delete")
    _check_version(store, entity, row_id, call.headers.get("if-match", ""))
    if entity is SOLUTION:
        row = store.get(entity, row_id) or {}
        jobs.at_once(store, {"kind": "Uninstall", "does": "Uninstall", "name": row["uniquename"]})
    else:
        records.remove(store, entity, row_id)
    return Answer(HTTPStatus.NO_CONTENT)


def refer(store: Store, call: Call, found: Key, segment: Segment) -> Answer:
    """Relate a row to another one, or undo that: `<navigation>/$ref`."""
    call.allow(*(("$id",) if call.method == "DELETE" else ()))
    call.caller.need("Append", found.entity)
    row_id = found.row(store)
    if call.method in ("POST", "PUT"):
        body = call.body if isinstance(call.body, dict) else {}
        wrong = set(body) - {"@odata.id", "@odata.context"}
        if wrong:
            raise not_here(f"the member {min(wrong)} of a reference")
        link(store, found.entity, row_id, segment.name, body.get("@odata.id"))
    elif call.method == "DELETE":
        unlink(store, found.entity, row_id, segment, call.query.get("$id"))
    else:
        raise not_here(f"reading references: {call.path}")
    return Answer(HTTPStatus.NO_CONTENT)


def _check_version(store: Store, entity: Entity, row_id: str, match: str) -> None:
    row = store.get(entity, row_id, [entity.primary_id, "versionnumber"])
    if match not in ("", "*") and row and match != etag(row):
        text = "The version of the existing record doesn't match the RowVersion property provided."
        raise RefusedError(HTTPStatus.PRECONDITION_FAILED, "0x80060882", text)


def _solution(store: Store, call: Call, entity: Entity) -> str:
    """Return the unmanaged solution that the new component is to be part of."""
    name = call.headers.get("mscrm.solutionuniquename", "")
    if not name or not entity.component_type:
        return ""
    solution = solution_named(store, name)
    if solution["ismanaged"]:
        raise managed_solution(name)
    return str(solution["solutionid"])


def need_writable(call: Call, entity: Entity, verb: str) -> None:
    """Raise RefusedError if the rows of a table are not written by requests, or not by this caller."""
    if not entity.writable:
        raise invalid("0x80040800", f"The '{verb}' method does not support entities of type '{entity.name}'.")
    call.caller.need(verb, entity)


def _need_links(call: Call, entity: Entity, row: Row) -> None:
    """Demand a privilege on either side of each lookup that is set."""
    lookups = [entity.by_name[name] for name, value in row.items() if value]
    targets = [ENTITIES[lookup.target] for lookup in lookups if lookup.target]
    if targets:
        call.caller.need("Append", entity)
    for target in targets:
        call.caller.need("AppendTo", target)


def _body(call: Call, entity: Entity) -> Body:
    if not isinstance(call.body, dict):
        raise bad_payload(entity.entity_set, "the request's body is not a JSON object")
    return call.body


def _shown_options(call: Call) -> tuple[str, ...]:
    return ONE if call.prefers.representation else ("$select",)


def _written(store: Store, call: Call, entity: Entity, row_id: str, status: int) -> Answer:
    address = f"{call.base}{entity.entity_set}({row_id})"
    where = {"OData-EntityId": address} | ({"Location": address} if status == HTTPStatus.CREATED else {})
    if not call.prefers.representation:
        return Answer(HTTPStatus.NO_CONTENT, None, where)
    made = shown(store, call, entity, row_id, status)
    return Answer(status, made.body, {**made.headers, **where})
