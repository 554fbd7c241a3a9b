"""The Web API's address space: which request means what.

<set>                    GET many, POST one          <set>(<key>)   GET, PATCH, DELETE
<set>(<key>)/<column>    GET                         <set>(<key>)/<navigation>[/$ref]   GET, POST, PUT, DELETE
<function>(...)          GET                         <action>       POST
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from pydantic import JsonValue

from cotab_kit.emulator import actions, functions, jobs, metadata, records
from cotab_kit.emulator.errors import (
    RefusedError,
    bad_payload,
    invalid,
    managed_solution,
    no_such_property,
    no_such_segment,
)
from cotab_kit.emulator.keys import Key, Segment, key, segments
from cotab_kit.emulator.links import link, unlink
from cotab_kit.emulator.payload import columns
from cotab_kit.emulator.query import MAX_PAGE, Options, collection_target, needed, options, related, rows
from cotab_kit.emulator.schema import Entity, Row
from cotab_kit.emulator.security import Caller, user_with
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import ENTITIES, SETS
from cotab_kit.emulator.tables.platform import METADATA, ORGANIZATION, USER
from cotab_kit.emulator.tables.solutions import SOLUTION
from cotab_kit.emulator.uninstall import solution_named
from cotab_kit.emulator.view import View, etag

BOUND = "Microsoft.Dynamics.CRM."
Json = dict[str, JsonValue]


@dataclass(frozen=True)
class Call:
    """A request without HTTP: what is asked, by whom, under which conditions. Header names are in small letters."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: JsonValue
    caller: Caller
    base: str = ""

    @property
    def prefers(self) -> str:
        """What the client would like."""
        return self.headers.get("prefer", "").lower()

    @property
    def annotated(self) -> bool:
        """Whether the client wants formatted values."""
        return "odata.include-annotations" in self.prefers

    @property
    def page(self) -> int:
        """How many rows the client wants at most."""
        digits = self.prefers.partition("odata.maxpagesize=")[2].partition(",")[0].strip()
        return min(int(digits), MAX_PAGE) if digits.isascii() and digits.isdigit() and int(digits[:9]) else MAX_PAGE


@dataclass(frozen=True)
class Answer:
    """What is answered: a status, JSON, and headers beside the usual ones."""

    status: int
    body: JsonValue = None
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(store: Store, call: Call) -> Answer:
    """Do what a request asks. Raises RefusedError for what is refused."""
    first, *rest = segments(call.path) or [Segment("")]
    if first.name in functions.FUNCTIONS and not rest:
        return _function(store, call, first)
    if first.name in actions.ACTIONS and not rest and not first.bracketed:
        return _action(store, call, first.name)
    entity = _table(store, first)
    if not first.bracketed:
        return _collection(store, call, entity, rest)
    found = key(entity, first)
    if not rest:
        return _single(store, call, found)
    return _within(store, call, found, rest)


def _table(store: Store, segment: Segment) -> Entity:
    """Return the table of a set's name. Raises RefusedError if this org has none."""
    entity = SETS.get(segment.name)
    if entity is None or not metadata.present(store, entity):
        raise no_such_segment(segment.name)
    return entity


def _not_allowed(call: Call) -> RefusedError:
    return RefusedError(
        HTTPStatus.METHOD_NOT_ALLOWED, "0x0", f"The requested resource does not support http method '{call.method}'."
    )


def _function(store: Store, call: Call, segment: Segment) -> Answer:
    if call.method != "GET":
        raise _not_allowed(call)
    found = functions.call(segment.name, store, call.caller, _arguments(call, segment))
    context = f"{call.base}$metadata#{BOUND}{segment.name}Response"
    return Answer(HTTPStatus.OK, {"@odata.context": context, **found})


def _arguments(call: Call, segment: Segment) -> dict[str, str]:
    """Return the parameters of a function; `@p` stands for one in the query."""
    return {name: call.query.get(value, value) for name, value in segment.arguments.items()}


def _action(store: Store, call: Call, name: str) -> Answer:
    if call.method != "POST":
        raise _not_allowed(call)
    found = actions.run(name, store, call.caller, {} if call.body is None else call.body)
    if found is None:
        return Answer(HTTPStatus.NO_CONTENT)
    return Answer(HTTPStatus.OK, {"@odata.context": f"{call.base}$metadata#{BOUND}{name}Response", **found})


def _collection(store: Store, call: Call, entity: Entity, rest: list[Segment]) -> Answer:
    if [each.name for each in rest] == ["$count"] and call.method == "GET":
        call.caller.need("Read", entity)
        query = options(entity, call.query)
        return Answer(HTTPStatus.OK, store.count(entity, query.where, query.values))
    if rest:
        raise no_such_segment(rest[0].name)
    if call.method == "GET":
        call.caller.need("Read", entity)
        return _many(store, call, options(entity, call.query))
    if call.method == "POST":
        return _created(store, call, entity, None)
    raise _not_allowed(call)


def _many(store: Store, call: Call, query: Options) -> Answer:
    entity = query.shape.entity
    found, more = rows(store, query, call.page)
    body: Json = {"@odata.context": f"{call.base}$metadata#{entity.entity_set}"}
    if query.count:
        body["@odata.count"] = store.count(entity, query.where, query.values)
    view = View(store, call.annotated)
    body["value"] = [view.row(query.shape, row) for row in found]
    if more:
        given = {**call.query, "$skiptoken": str(query.skip + len(found))}
        body["@odata.nextLink"] = metadata.address(call.base, call.path, given)
    return Answer(HTTPStatus.OK, body)


def _single(store: Store, call: Call, found: Key) -> Answer:
    match call.method:
        case "GET":
            call.caller.need("Read", found.entity)
            return _shown(store, call, found.entity, found.row(store), HTTPStatus.OK)
        case "PATCH":
            return _upserted(store, call, found)
        case "DELETE":
            return _deleted(store, call, found)
    raise _not_allowed(call)


def _shown(store: Store, call: Call, entity: Entity, row_id: str, status: int) -> Answer:
    query = options(entity, {name: value for name, value in call.query.items() if name in ("$select", "$expand")})
    row = store.get(entity, row_id, needed(query.shape)) or {}
    tag = etag(row) if "versionnumber" in row else ""
    if tag and status == HTTPStatus.OK and call.headers.get("if-none-match") == tag and not query.shape.expanded:
        return Answer(HTTPStatus.NOT_MODIFIED)
    context = f"{call.base}$metadata#{entity.entity_set}/$entity"
    body = {"@odata.context": context, **View(store, call.annotated).row(query.shape, row)}
    return Answer(status, body, {"ETag": tag} if tag else {})


def _upserted(store: Store, call: Call, found: Key) -> Answer:
    """Change a row or create it, as PATCH does; If-Match forbids the one, If-None-Match the other."""
    row_id, match = found.find(store), call.headers.get("if-match", "")
    if row_id is None:
        if match:
            found.row(store)
        return _created(store, call, found.entity, found)
    if call.headers.get("if-none-match") == "*":
        raise RefusedError(
            HTTPStatus.PRECONDITION_FAILED, "0x80040237", "A record with matching key values already exists."
        )
    _writable(call, found.entity, "Write")
    _check_version(store, found.entity, row_id, match)
    changes = columns(store, found.entity, _body(call, found.entity))
    _need_links(call, found.entity, changes)
    records.change(store, found.entity, row_id, changes)
    return _written(store, call, found.entity, row_id, HTTPStatus.OK)


def _check_version(store: Store, entity: Entity, row_id: str, match: str) -> None:
    row = store.get(entity, row_id, [entity.primary_id, "versionnumber"])
    if match not in ("", "*") and row and match != etag(row):
        text = "The version of the existing record doesn't match the RowVersion property provided."
        raise RefusedError(HTTPStatus.PRECONDITION_FAILED, "0x80060882", text)


def _created(store: Store, call: Call, entity: Entity, named: Key | None) -> Answer:
    _writable(call, entity, "Create")
    row = {**columns(store, entity, _body(call, entity)), **(named.values if named else {})}
    _need_links(call, entity, row)
    if entity.user_owned:
        row = {"ownerid": call.caller.user_id, **row}
    solution = _solution(store, call, entity)
    row_id = records.create(store, entity, row)
    if solution:
        records.list_in(store, solution, entity, row_id)
    return _written(store, call, entity, row_id, HTTPStatus.CREATED)


def _solution(store: Store, call: Call, entity: Entity) -> str:
    """Return the unmanaged solution that the new component is to be part of."""
    name = call.headers.get("mscrm.solutionuniquename", "")
    if not name or not entity.component_type:
        return ""
    solution = solution_named(store, name)
    if solution["ismanaged"]:
        raise managed_solution(name)
    return str(solution["solutionid"])


def _writable(call: Call, entity: Entity, verb: str) -> None:
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


def _body(call: Call, entity: Entity) -> Mapping[str, JsonValue]:
    if not isinstance(call.body, dict):
        raise bad_payload(entity.entity_set, "the request's body is not a JSON object")
    return call.body


def _written(store: Store, call: Call, entity: Entity, row_id: str, status: int) -> Answer:
    where = {"OData-EntityId": f"{call.base}{entity.entity_set}({row_id})"}
    if "return=representation" in call.prefers:
        made = _shown(store, call, entity, row_id, status)
        return Answer(status, made.body, {**made.headers, **where, "Preference-Applied": "return=representation"})
    return Answer(HTTPStatus.NO_CONTENT, None, where)


def _deleted(store: Store, call: Call, found: Key) -> Answer:
    entity, row_id = found.entity, found.row(store)
    if entity is ORGANIZATION:
        raise _not_allowed(call)
    _writable(call, entity, "Delete")
    _check_version(store, entity, row_id, call.headers.get("if-match", ""))
    if entity is SOLUTION:
        row = store.get(entity, row_id) or {}
        jobs.at_once(store, {"kind": "Uninstall", "does": "Uninstall", "name": row["uniquename"]})
    else:
        records.remove(store, entity, row_id)
    return Answer(HTTPStatus.NO_CONTENT)


def _within(store: Store, call: Call, found: Key, rest: list[Segment]) -> Answer:
    """Answer for what lies behind a row: a bound function, a column, a navigation property."""
    name = rest[0].name
    if found.entity is USER and name.removeprefix(BOUND) in functions.USER_FUNCTIONS:
        return _user_function(store, call, found, rest[0])
    if found.entity is METADATA and name in ("Attributes", "Keys"):
        return Answer(HTTPStatus.OK, metadata.details(store, found.row(store), name))
    if len(rest) == 2 and rest[1].name == "$ref":  # noqa: PLR2004 - navigation and $ref
        return _reference(store, call, found, rest[0])
    if len(rest) == 1 and call.method == "GET":
        return _behind(store, call, found, name)
    raise no_such_segment(rest[-1].name)


def _user_function(store: Store, call: Call, found: Key, segment: Segment) -> Answer:
    name = segment.name.removeprefix(BOUND)
    made = functions.USER_FUNCTIONS[name](store, user_with(store, found.row(store)), _arguments(call, segment))
    return Answer(HTTPStatus.OK, {"@odata.context": f"{call.base}$metadata#{BOUND}{name}Response", **made})


def _reference(store: Store, call: Call, found: Key, segment: Segment) -> Answer:
    call.caller.need("Append", found.entity)
    row_id = found.row(store)
    if call.method in ("POST", "PUT"):
        target = call.body.get("@odata.id") if isinstance(call.body, dict) else None
        link(store, found.entity, row_id, segment.name, target)
    elif call.method == "DELETE":
        unlink(store, found.entity, row_id, segment, call.query.get("$id"))
    else:
        raise _not_allowed(call)
    return Answer(HTTPStatus.NO_CONTENT)


def _behind(store: Store, call: Call, found: Key, name: str) -> Answer:
    entity, row_id = found.entity, found.row(store)
    call.caller.need("Read", entity)
    if name in entity.by_navigation:
        lookup = entity.by_navigation[name]
        row = store.get(entity, row_id, [lookup.name]) or {}
        if row.get(lookup.name) is None:
            return Answer(HTTPStatus.NO_CONTENT)
        return _shown(store, call, ENTITIES[lookup.target], str(row[lookup.name]), HTTPStatus.OK)
    target = collection_target(entity, name)
    if target:
        condition, value = related(entity, name, row_id)
        return _many(store, call, options(target, call.query).within(condition, value))
    if name not in entity.by_property:
        raise no_such_property(name, entity.name)
    row = store.get(entity, row_id, [entity.by_property[name].name]) or {}
    value = row[entity.by_property[name].name]
    if value is None:
        return Answer(HTTPStatus.NO_CONTENT)
    return Answer(
        HTTPStatus.OK, {"@odata.context": f"{call.base}$metadata#{entity.entity_set}({row_id})/{name}", "value": value}
    )
