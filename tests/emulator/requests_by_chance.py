"""Requests by chance: of words that addresses, options and bodies have, put together at random, or so that they fit."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from cotab_kit.emulator.actions import ACTIONS
from cotab_kit.emulator.bulk import BULK
from cotab_kit.emulator.call import BOUND
from cotab_kit.emulator.functions import FUNCTIONS
from cotab_kit.emulator.headers import KNOWN
from cotab_kit.emulator.relations import collection_target, target_of
from cotab_kit.emulator.schema import NUMBERS, TEXTS, YES_NO, Attribute, Entity, Type
from cotab_kit.emulator.tables import ENTITIES, MANY_TO_MANY
from emulator.client import import_body, package

ROOT = "/api/data/v9.2/"
IDS = [str(UUID(int=number)) for number in range(1, 5)]
TABLES = ["msdyn_provider", "msdyn_channelcapability", "msdyn_sessiontemplate", "webresource", "solution", "entity"]
SHOWN = [ENTITIES[name] for name in TABLES if name in ENTITIES]

SETS = st.sampled_from([entity.entity_set for entity in SHOWN] * 3 + [each.entity_set for each in ENTITIES.values()])
PROPERTIES = st.sampled_from([name for entity in SHOWN for name in entity.by_property])
COLLECTIONS = [each.collection for entity in ENTITIES.values() for each in entity.attributes if each.collection]
COLLECTIONS += [pair.navigation for pair in MANY_TO_MANY]
NAVIGATIONS = st.sampled_from([name for entity in SHOWN for name in entity.by_navigation] + COLLECTIONS)
TEXT = st.text(max_size=12)
QUOTE = '"'


def quoted(text: str) -> str:
    """A text as a condition has it."""
    return "'" + text.replace("'", "''") + "'"


NAMES = PROPERTIES | NAVIGATIONS | SETS | TEXT
LITERALS = st.sampled_from(
    ["1", "-1", "1.5", "null", "true", "'x'", "'a''b'", "2026-01-31", "2026-01-31T00:00:00Z", "9" * 30, "@p1", *IDS]
) | TEXT.map(quoted)


def joined(mark: str, part: st.SearchStrategy[str], most: int = 3) -> st.SearchStrategy[str]:
    """Several parts with a mark between them."""
    return st.lists(part, min_size=1, max_size=most).map(mark.join)


PATHS = joined("/", NAMES, 2)
LISTS = st.builds("[{}]".format, joined(",", LITERALS))
CONDITIONS = st.recursive(
    st.builds("{} {} {}".format, PATHS, st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"]), LITERALS | PATHS)
    | st.builds("{}({},{})".format, st.sampled_from(["contains", "startswith", "endswith"]), PATHS, LITERALS)
    | st.builds("{} in ({})".format, PATHS, joined(",", LITERALS))
    | st.builds(
        "Microsoft.Dynamics.CRM.{}(PropertyName={},PropertyValue={})".format,
        st.sampled_from(["LastXDays", "Between", "In", "On", "EqualUserId", "ContainsValues", "Nonsense"]),
        LITERALS | NAMES,
        LITERALS | LISTS,
    ),
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner)
        | st.builds("not {}".format, inner)
        | st.builds("{}/{}(o:{})".format, NAVIGATIONS, st.sampled_from(["any", "all"]), inner)
    ),
    max_leaves=6,
)
ORDERS = joined(",", st.builds("{} {}".format, PATHS, st.sampled_from(["asc", "desc", "", "up"])))
COUNTS = st.sampled_from(["0", "1", "2", "-1", "5000", "5001", "99999999999", "x", ""])
EXPANDS = st.recursive(
    NAVIGATIONS,
    lambda inner: st.builds(
        "{}({}={};{}={})".format,
        NAVIGATIONS,
        st.sampled_from(["$select", "$filter", "$top", "$orderby", "$expand", "$nonsense"]),
        NAMES | CONDITIONS | COUNTS | ORDERS,
        st.just("$expand"),
        inner,
    ),
    max_leaves=4,
)
FETCHES = st.builds(
    "<fetch {}><entity name='{}'><attribute name='{}' {}/><filter><condition attribute='{}' operator='{}' value='{}'/>"
    "</filter><link-entity name='{}' from='{}' to='{}'/></entity></fetch>".format,
    st.sampled_from(["", "count='2' page='2'", "aggregate='true'", "distinct='true'", "top='1'", "page='x'"]),
    st.sampled_from(TABLES),
    NAMES,
    st.sampled_from(["", "aggregate='count' alias='a'", "groupby='true' alias='b'", "alias='c'"]),
    NAMES,
    st.sampled_from(["eq", "null", "in", "like", "last-x-days", "on", "eq-userid", "between", "nonsense"]),
    TEXT,
    st.sampled_from(TABLES),
    NAMES,
    NAMES,
)
OPTIONS: dict[str, st.SearchStrategy[str]] = {
    "$select": joined(",", NAMES),
    "$filter": CONDITIONS | TEXT,
    "$expand": joined(",", EXPANDS) | TEXT,
    "$orderby": ORDERS,
    "$top": COUNTS,
    "$count": st.sampled_from(["true", "false", "x"]),
    "$skiptoken": TEXT | st.just('<cookie pagenumber="2" pagingcookie="%253Ccookie%2520%2F%253E" />'),
    "$apply": st.builds("groupby(({}),aggregate({} with {} as x))".format, NAMES, NAMES, st.sampled_from(["sum", "x"])),
    "fetchXml": FETCHES | TEXT,
    "sql": st.builds("SELECT {} FROM {} WHERE {} = {}".format, NAMES, st.sampled_from(TABLES), NAMES, LITERALS),
    "@p1": LITERALS,
    "$id": st.builds((ROOT + "{}({})").format, SETS, st.sampled_from(IDS)),
    "nonsense": TEXT,
}
KEYS = st.sampled_from(IDS) | st.builds("{}={}".format, PROPERTIES, LITERALS) | LITERALS
ROWS = st.builds("{}({})".format, SETS, KEYS)
CALLS = st.builds(
    "{}({})".format,
    st.sampled_from([*FUNCTIONS, *ACTIONS]),
    joined(
        ",",
        st.builds("{}={}".format, st.sampled_from(["ObjectId", "ComponentType", "SolutionUniqueName", "x"]), LITERALS),
    ),
)
ADDRESSES = (
    SETS
    | ROWS
    | st.builds("{}/{}".format, ROWS, NAMES | st.sampled_from(["$count", "$ref", "$value"]))
    | st.builds("{}/{}/{}".format, ROWS, NAMES, st.sampled_from(["$count", "$ref", "$value", "x"]))
    | st.builds(f"{{}}/{BOUND}{{}}".format, SETS, st.sampled_from(BULK))
    | st.builds("{}/$count".format, SETS)
    | CALLS
    | st.sampled_from([*ACTIONS, *FUNCTIONS, "$metadata", "$batch", "", "RelationshipDefinitions"])
    | TEXT
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
JSON = st.recursive(
    SCALARS | st.sampled_from(IDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
)
MEMBERS = (
    NAMES
    | st.builds("{}@odata.bind".format, NAVIGATIONS)
    | st.sampled_from(
        ["@odata.type", "@odata.id", "Targets", "SolutionUniqueName", "UniqueName", "ParameterXml", "value"]
    )
)
BODIES = st.dictionaries(MEMBERS, JSON | ROWS.map("/{}".format), max_size=4) | st.just(import_body(package())) | JSON
HEADERS = st.dictionaries(
    st.sampled_from([*KNOWN, "x-nonsense"]),
    st.sampled_from(["*", 'W/"1000001"', "return=representation", "odata.maxpagesize=1", "4.0", "null", *IDS])
    | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20),
    max_size=2,
)
QUERIES = st.lists(st.sampled_from(sorted(OPTIONS)), max_size=3, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: OPTIONS[name] for name in names})
)

FITTING: dict[Type, st.SearchStrategy[object]] = {
    Type.GUID: st.sampled_from(IDS),
    Type.LOOKUP: st.sampled_from(IDS),
    Type.DATE: st.sampled_from(["2026-01-31T00:00:00Z", "1900-01-01"]),
    **dict.fromkeys(YES_NO, st.booleans()),
    **dict.fromkeys(NUMBERS, st.sampled_from([0, 1, 2, 192350002, 509180002, 2**31 - 1])),
    **dict.fromkeys(TEXTS | {Type.LABEL}, st.sampled_from(["x", "c1", "ctb_t"]) | TEXT),
}


def fitting_condition(entity: Entity, depth: int = 0) -> st.SearchStrategy[str]:
    """A condition about a column, or about one behind a lookup, with a value that it may have."""

    def written(attribute: Attribute, operator: str, value: object) -> str:
        kept = isinstance(value, bool | int) or attribute.type in (Type.GUID, Type.LOOKUP, Type.DATE)
        return f"{attribute.property} {operator} {json.dumps(value).strip(QUOTE) if kept else quoted(str(value))}"

    def compared(attribute: Attribute) -> st.SearchStrategy[str]:
        operators = st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"])
        return st.builds(written, st.just(attribute), operators, FITTING[attribute.type])

    own = st.sampled_from(entity.shown).flatmap(compared)
    found = own | st.builds("{} and not ({})".format, own, own)
    if depth < 2 and entity.by_navigation:
        behind = st.sampled_from(sorted(entity.by_navigation)).flatmap(
            lambda name: st.builds(
                f"{name}/{{}}".format, fitting_condition(ENTITIES[entity.by_navigation[name].target], depth + 1)
            )
        )
        return found | behind
    return found


def fitting_expand(entity: Entity, depth: int = 0) -> st.SearchStrategy[str]:
    """What lies behind a row, with options that fit it, in either direction."""
    ways = [*entity.by_navigation, *(name for name in COLLECTIONS if collection_target(entity, name))]

    def within(name: str) -> st.SearchStrategy[str]:
        target = target_of(entity, name)
        options = [st.sampled_from(sorted(target.by_property)).map("$select={}".format)]
        if name not in entity.by_navigation:
            options += [fitting_condition(target).map("$filter={}".format), st.sampled_from(["$top=1", "$top=0"])]
        if depth < 2:
            options.append(fitting_expand(target, depth + 1).map("$expand={}".format))
        return st.lists(st.one_of(options), max_size=2).map(
            lambda parts: f"{name}({';'.join(parts)})" if parts else name
        )

    return st.sampled_from(ways).flatmap(within) if ways else st.just("nothing")


def fitting_query(entity: Entity) -> st.SearchStrategy[dict[str, str]]:
    """Query options that fit a table."""
    columns = st.sampled_from(sorted(entity.by_property))
    options = {
        "$select": joined(",", columns),
        "$filter": fitting_condition(entity),
        "$expand": fitting_expand(entity),
        "$orderby": st.builds("{} {}".format, columns, st.sampled_from(["asc", "desc"])),
        "$top": st.sampled_from(["0", "1", "2"]),
        "$count": st.just("true"),
    }
    return st.fixed_dictionaries({}, optional=options)


def fitting_row(entity: Entity) -> st.SearchStrategy[dict[str, object]]:
    """The columns of a row that fits a table."""
    return st.fixed_dictionaries({}, optional={each.property: FITTING[each.type] for each in entity.shown})


TABLE = st.sampled_from([*SHOWN, *ENTITIES.values()])
PREFERENCES = ("odata.maxpagesize=1", 'odata.include-annotations="*"', "return=representation")
FITTING_HEADERS = st.just(dict[str, str]()) | st.sampled_from(PREFERENCES).map(lambda each: {"prefer": each})
WRITES = st.sampled_from(["PATCH", "PUT", "DELETE", "HEAD"])
BODY = st.none() | BODIES
Request = tuple[str, str, dict[str, str], dict[str, str], Any]  # method, path, query, headers, body


def fitting_look(entity: Entity) -> st.SearchStrategy[Request]:
    """A read of a table, or of what is behind one of its rows."""
    row = st.sampled_from(IDS).map(f"{entity.entity_set}({{}})".format)
    ways = [
        *entity.by_property,
        *entity.by_navigation,
        *(name for name in COLLECTIONS if collection_target(entity, name)),
    ]
    behind = st.builds("{}/{}".format, row, st.sampled_from(ways))
    where = st.just(entity.entity_set) | row | behind
    return st.tuples(st.just("GET"), where, fitting_query(entity), FITTING_HEADERS, st.none())


def fitting_write(entity: Entity) -> st.SearchStrategy[Request]:
    """A row to be made or changed."""
    new = st.tuples(st.just("POST"), st.just(entity.entity_set))
    old = st.tuples(st.just("PATCH"), st.sampled_from(IDS).map(f"{entity.entity_set}({{}})".format))
    return st.builds(
        lambda where, headers, row: (*where, dict[str, str](), headers, row),
        new | old,
        FITTING_HEADERS,
        fitting_row(entity),
    )


# Each kind of request has a part of its own: a test of all of them would take too long for one.
PARTS: dict[str, st.SearchStrategy[Request]] = {
    "reads of a table that fit it": TABLE.flatmap(fitting_look),
    "reads of few tables that fit them": st.sampled_from(SHOWN).flatmap(fitting_look),
    "rows that fit their table": TABLE.flatmap(fitting_write),
    "reads of tables": st.tuples(st.just("GET"), SETS, QUERIES, HEADERS, st.none()),
    "reads of rows": st.tuples(st.just("GET"), ROWS, QUERIES, HEADERS, st.none()),
    "reads": st.tuples(st.just("GET"), ADDRESSES, QUERIES, HEADERS, BODY),
    "actions": st.tuples(st.just("POST"), st.sampled_from(sorted(ACTIONS)) | ADDRESSES, QUERIES, HEADERS, BODY),
    "other writes": st.tuples(WRITES, ADDRESSES, QUERIES, HEADERS, BODY),
}

BYTES = st.binary(max_size=30) | st.sampled_from([b"$filter=", b"%00", b"%ff%fe", b"&&==", b"{", b"\r\n\r\n", b"--b"])
RAW = st.fixed_dictionaries(
    {
        "method": st.sampled_from(["GET", "POST", "PATCH", "OPTIONS", "TRACE", "get", "\x7f", ""]) | TEXT,
        "path": st.builds((ROOT + "{}").format, ADDRESSES | st.text()) | st.text(),
        "query_string": st.lists(BYTES, max_size=4).map(b"".join),
        "headers": st.lists(
            st.tuples(st.sampled_from([name.encode() for name in KNOWN]) | st.binary(max_size=8), BYTES), max_size=4
        ),
    }
)
BATCH = b"--b\r\nContent-Type: application/http\r\n\r\nGET /api/data/v9.2/WhoAmI HTTP/1.1\r\n\r\n\r\n--b--"
