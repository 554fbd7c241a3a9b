"""The Web API's address space: which request means what.

<set>                    GET many, POST one          <set>(<key>)   GET, PATCH, DELETE
<set>(<key>)/<column>    GET, PUT, DELETE            <set>(<key>)/<navigation>[/$ref]   GET, POST, PUT, DELETE
<set>/Microsoft.Dynamics.CRM.<bulk action>   POST    <function>(...)   GET    <action>   POST    $metadata   GET
"""

from __future__ import annotations

from http import HTTPStatus

from pydantic import JsonValue

from cotab_kit.emulator import (
    actions,
    bulk,
    csdl,
    definitions,
    functions,
    headers,
    imports,
    metadata,
    reading,
    table_writing,
    writing,
)
from cotab_kit.emulator.absent import nothing_at
from cotab_kit.emulator.call import BOUND, Answer, Call, not_allowed
from cotab_kit.emulator.custom_tables import set_made, tables
from cotab_kit.emulator.errors import RefusedError, no_such_segment, not_here
from cotab_kit.emulator.keys import Key, Segment, key, segments
from cotab_kit.emulator.schema import Entity
from cotab_kit.emulator.security import user_with
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import SETS
from cotab_kit.emulator.tables.platform import METADATA, USER

REFERENCE = 2  # segments behind a row: a navigation property and $ref


def answer(store: Store, call: Call) -> Answer:
    """Do what a request asks. Raises RefusedError for what is refused."""
    headers.check(call.headers, call.method)
    _ = call.prefers  # refused, where nothing here follows them, whatever the request is
    first, *rest = segments(call.path) or [Segment("")]
    if first.name in ("", "$metadata") and not rest and not first.bracketed:
        return _description(store, call, first.name)
    if first.name in functions.FUNCTIONS and not rest:
        return _function(store, call, first)
    if first.name in actions.ACTIONS and not rest and not first.bracketed:
        return _action(store, call, first.name)
    if first.name == "RelationshipDefinitions":
        return definitions.relationships(store, call, first, rest)
    entity = SETS.get(first.name) or set_made(store, first.name)
    if entity is None:
        raise nothing_at(first)
    if not metadata.present(store, entity):
        raise no_such_segment(first.name)
    if entity is METADATA and call.method != "GET":
        return _table(store, call, first, rest)
    if entity is METADATA and "$expand" in call.query and not rest:
        return definitions.expanded(store, call, key(entity, first) if first.bracketed else None)
    if not first.bracketed:
        return _collection(store, call, entity, rest)
    return _row(store, call, key(entity, first), rest)


def _description(store: Store, call: Call, name: str) -> Answer:
    """Describe the service: its tables in JSON, or all that they consist of in CSDL."""
    if call.method != "GET":
        raise not_allowed(call)
    call.allow()
    present = [each for each in tables(store).values() if metadata.present(store, each) and each is not METADATA]
    if name:
        return Answer(HTTPStatus.OK, csdl.document(present), media_type="application/xml")
    listed: list[JsonValue] = [
        {"name": each.entity_set, "kind": "EntitySet", "url": each.entity_set} for each in present
    ]
    return Answer(HTTPStatus.OK, {"@odata.context": f"{call.base}$metadata", "value": listed})


def _table(store: Store, call: Call, first: Segment, rest: list[Segment]) -> Answer:
    """Make a table, delete one, or change its texts."""
    if call.method == "POST" and not rest and not first.bracketed:
        return table_writing.create(store, call)
    if call.method == "DELETE" and not rest and first.bracketed:
        return table_writing.delete(store, call, key(METADATA, first))
    return definitions.change(store, call, key(METADATA, first) if first.bracketed and not rest else None)


def _function(store: Store, call: Call, segment: Segment) -> Answer:
    if call.method != "GET":
        text = f"No HTTP resource was found that matches the request URI '{call.base}{call.path}'."
        raise RefusedError(HTTPStatus.NOT_FOUND, "", text)
    call.allow()
    found = functions.call(segment.name, store, call.caller, _arguments(call, segment))
    context = f"{call.base}$metadata#{BOUND}{segment.name}Response"
    return Answer(HTTPStatus.OK, {"@odata.context": context, **found})


def _arguments(call: Call, segment: Segment) -> dict[str, str]:
    """Return the parameters of a function; `@p` stands for one in the query."""
    return {name: call.query.get(value, value) for name, value in segment.arguments.items()}


def _action(store: Store, call: Call, name: str) -> Answer:
    if call.method != "POST":
        raise not_allowed(call)
    call.allow()
    found = actions.run(name, store, call.caller, {} if call.body is None else call.body)
    if found is None:
        return Answer(HTTPStatus.NO_CONTENT)
    return Answer(HTTPStatus.OK, {"@odata.context": f"{call.base}$metadata#{BOUND}{name}Response", **found})


def _collection(store: Store, call: Call, entity: Entity, rest: list[Segment]) -> Answer:
    names = [each.name for each in rest]
    match call.method, names:
        case "GET", []:
            return reading.read_set(store, call, entity)
        case "GET", ["$count"]:
            return reading.count_set(store, call, entity)
        case "POST", []:
            return writing.create(store, call, entity)
        case "POST", [name] if name.removeprefix(BOUND) in bulk.BULK and name.startswith(BOUND):
            return bulk.many(store, call, entity, name.removeprefix(BOUND))
        case _, []:
            raise not_allowed(call)
    raise not_here(f"the path {call.path}") if _may_be(names[0]) else no_such_segment(names[0])


def _may_be(name: str) -> bool:
    """Return whether a segment is one that OData or Dataverse may know."""
    return name.startswith("$") or "." in name


def _row(store: Store, call: Call, found: Key, rest: list[Segment]) -> Answer:
    if rest:
        return _within(store, call, found, rest)
    match call.method:
        case "GET":
            return reading.read_row(store, call, found)
        case "PATCH":
            return writing.upsert(store, call, found)
        case "DELETE":
            return writing.delete(store, call, found)
    raise not_allowed(call)


def _within(store: Store, call: Call, found: Key, rest: list[Segment]) -> Answer:
    """Answer for what lies behind a row: a bound function, a column, a navigation property."""
    name = rest[0].name
    if found.entity is USER and name.removeprefix(BOUND) in functions.USER_FUNCTIONS:
        return _user_function(store, call, found, rest[0])
    if found.entity is METADATA:
        return definitions.details(store, call, found, rest)
    if len(rest) == REFERENCE and rest[1].name == "$ref":
        return writing.refer(store, call, found, rest[0])
    if _may_be(name):
        raise not_here(f"the path {call.path}")
    if len(rest) == 1 and call.method in ("PUT", "DELETE") and not rest[0].bracketed:
        return writing.set_column(store, call, found, name)
    if call.method != "GET":
        raise not_here(f"{call.method} {call.path}")
    return reading.read_behind(store, call, found, rest)


def _user_function(store: Store, call: Call, found: Key, segment: Segment) -> Answer:
    if call.method != "GET":
        raise not_allowed(call)
    call.allow()
    name = segment.name.removeprefix(BOUND)
    made = functions.call(name, store, user_with(store, found.row(store)), _arguments(call, segment))
    return Answer(HTTPStatus.OK, {"@odata.context": f"{call.base}$metadata#{BOUND}{name}Response", **made})


def perform(store: Store, call: Call) -> Answer:
    """Do a request. A write happens all or not at all, but for what a failed import has to leave; a read locks nothing.

    Raises RefusedError.
    """
    try:
        if call.method == "GET" or call.path in actions.READING:
            return answer(store, call)
        imports.read_ahead(store, call.body)
        return _written(store, call)
    except RecursionError as error:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "0x0", "The request is nested too deeply.") from error


def _written(store: Store, call: Call) -> Answer:
    with store.transaction():
        try:
            return answer(store, call)
        except RefusedError as error:
            if not error.kept:
                raise
            refused = error
    raise refused
