"""Creating and deleting custom tables: CreateEntities, POST and DELETE on EntityDefinitions.

A table has texts, whole numbers, yes or no, and choices of its own. Every other kind of column, lookups, narrower
ranges and a solution to hold the table are refused in the emulator's own name. No data package reaches such a table.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any, Literal

from pydantic import ConfigDict, Field, JsonValue

from cotab_kit.emulator.call import BOUND, Answer, Call
from cotab_kit.emulator.custom_tables import Definition, made, make, plural, tables, unmake
from cotab_kit.emulator.errors import bad_argument, invalid, not_here
from cotab_kit.emulator.keys import Key
from cotab_kit.emulator.metadata import describe, remove_table
from cotab_kit.emulator.parameters import Parameters, read, refuse_given
from cotab_kit.emulator.schema import IMPORTED, INTEGERS, OWNED, STATE, SYSTEM, Type
from cotab_kit.emulator.security import Caller
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables.platform import METADATA

MAX_NAME = 50  # inferred
MAX_LENGTHS = {Type.STRING: 4000, Type.MEMO: 1_048_576}
_NAME = re.compile(r"(?!mscrm)[A-Za-z][A-Za-z0-9]{1,7}_[A-Za-z0-9_]+")
_COMPLEX = re.compile(rf"#?{re.escape(BOUND)}(?:Complex)?(\w+)")
_AUTOMATIC = {each.name for each in (*OWNED, *STATE, *SYSTEM, *IMPORTED)}
Labels = JsonValue  # shown by no answer here, but for the title in messages


class _Member(Parameters):
    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True)

    kind: str = Field(default="", alias="@odata.type")


class _Level(_Member):
    Value: str
    CanBeChanged: Literal[True] | None = None
    ManagedPropertyLogicalName: str | None = None


class _Format(_Member):
    Value: str


class _Option(_Member):
    Value: int
    Label: Labels


class _OptionSet(_Member):
    IsGlobal: bool = False
    OptionSetType: str | None = None
    Options: list[_Option] | None = None
    TrueOption: _Option | None = None
    FalseOption: _Option | None = None


class _Column(_Member):
    SchemaName: str
    LogicalName: str | None = None
    AttributeType: str | None = None
    AttributeTypeName: _Format | None = None
    DisplayName: Labels = None
    Description: Labels = None
    RequiredLevel: _Level | None = None
    IsPrimaryName: bool = False
    MaxLength: int | None = None
    FormatName: _Format | None = None
    Format: str | None = None
    ImeMode: str | None = None  # of forms alone
    MinValue: float | None = None
    MaxValue: float | None = None
    Precision: int | None = None
    OptionSet: _OptionSet | None = None


class _Table(_Member):
    SchemaName: str
    LogicalName: str | None = None
    DisplayName: Labels
    DisplayCollectionName: Labels = None
    Description: Labels = None
    OwnershipType: str = "UserOwned"
    HasActivities: bool = False
    HasNotes: bool = False  # a note on a row of such a table is refused by name
    IsActivity: bool = False
    Attributes: list[_Column]


class CreateEntities(Parameters):
    """The parameters of the action."""

    Entities: list[JsonValue]


def create_all(store: Store, caller: Caller, given: CreateEntities) -> None:
    """Make tables, all or none."""
    for each in given.Entities:
        _create(store, caller, each)


def create(store: Store, call: Call) -> Answer:
    """Make one table. The answer says where its description is."""
    call.allow()
    if call.headers.get("mscrm.solutionuniquename"):
        raise not_here("a table in a solution")
    address = f"{call.base}{METADATA.entity_set}({_create(store, call.caller, call.body)})"
    return Answer(HTTPStatus.NO_CONTENT, None, {"OData-EntityId": address, "Location": address})


def delete(store: Store, call: Call, found: Key) -> Answer:
    """Delete a table with its rows, if somebody has made it."""
    call.allow()
    call.caller.need("Delete", METADATA)
    row = store.get(METADATA, found.row(store)) or {}
    entity = made(store).get(str(row["LogicalName"]))
    if entity is None:
        raise not_here(f"deleting the table {row['LogicalName']}")
    remove_table(store, entity.name)
    unmake(store, entity)
    return Answer(HTTPStatus.NO_CONTENT)


def _create(store: Store, caller: Caller, body: JsonValue) -> str:
    caller.need("Create", METADATA)
    given = read(_Table, body)
    if given.kind:
        _kind(given, "EntityMetadata")
    refuse_given(given, "HasActivities", "IsActivity")
    if given.OwnershipType not in ("UserOwned", "OrganizationOwned"):
        raise not_here(f"OwnershipType: {given.OwnershipType}")
    _check_name(given)
    known = tables(store)
    if given.SchemaName.lower() in known:
        raise invalid("0x8004700b", "An entity with the specified name already exists. Please specify a unique name.")
    if plural(given.SchemaName.lower()) in {each.entity_set for each in known.values()}:
        raise invalid("0x8006088e", "An entity with that collection name already exists. Specify a unique name.")
    return describe(store, make(store, _definition(given)))


def _definition(given: _Table) -> Definition:
    main = [each.SchemaName.lower() for each in given.Attributes if each.IsPrimaryName]
    columns = [_column(each) for each in given.Attributes]
    names = [each["name"] for each in columns]
    if len(set(names)) < len(names) or f"{given.SchemaName.lower()}id" in names:
        raise invalid("0x80047013", "An attribute with the specified name already exists")
    if len(main) != 1 or {each["name"]: each["type"] for each in columns}[main[0]] != Type.STRING:
        raise invalid("0x80044355", f"PrimaryName attribute not found for Entity: {given.SchemaName}")
    title = _label(given.DisplayName) or given.SchemaName
    owned = given.OwnershipType == "UserOwned"
    return {"schema": given.SchemaName, "title": title, "owned": owned, "main": main[0], "columns": columns}


def _column(given: _Column) -> dict[str, Any]:
    kind = _kind(given, "AttributeMetadata")
    _check_name(given)
    if kind not in (*MAX_LENGTHS, Type.INTEGER, Type.BOOLEAN, Type.PICKLIST):
        raise not_here(f"columns of the type {kind}")
    level = given.RequiredLevel.Value if given.RequiredLevel else "None"
    said = (given.AttributeType or kind, given.AttributeTypeName.Value if given.AttributeTypeName else f"{kind}Type")
    if said != (kind, f"{kind}Type"):
        raise bad_argument(f"The type of {given.SchemaName} is said in two ways.")
    if level not in ("None", "ApplicationRequired") or not _plain(given, kind):
        raise not_here(f"the format, the range or the required level of {given.SchemaName}")
    return {
        "name": given.SchemaName.lower(),
        "type": kind,
        "required": level,
        "length": _length(given, kind),
        "choices": _choices(given, kind),
    }


def _plain(given: _Column, kind: str) -> bool:
    """Return whether a column has no format of its own and no narrower range, which nothing here would keep to."""
    formats = {given.FormatName.Value if given.FormatName else "Text", given.Format or "None"}
    texts = {"Text", "TextArea", "None"} if kind in MAX_LENGTHS else {"Text", "None"}
    ends = (given.MinValue, given.MaxValue)
    whole = ends in ((None, None), (INTEGERS.start, INTEGERS.stop - 1))
    return (
        formats <= texts
        and whole
        and given.Precision is None
        and bool(given.OptionSet) == (kind in (Type.PICKLIST, Type.BOOLEAN))
    )


def _length(given: _Column, kind: str) -> int:
    limit = MAX_LENGTHS.get(Type(kind), 0)
    length = given.MaxLength if given.MaxLength is not None else min(limit, 100)
    if not min(limit, 1) <= length <= limit:
        raise bad_argument(f"MaxLength of {given.SchemaName} is not between 1 and {limit}.")
    return length


def _choices(given: _Column, kind: str) -> dict[int, str]:
    options = given.OptionSet or _OptionSet()
    refuse_given(options, "IsGlobal", *(("Options",) if kind == Type.BOOLEAN else ("TrueOption", "FalseOption")))
    if options.OptionSetType not in (None, kind):
        raise not_here(f"OptionSetType: {options.OptionSetType}")
    either = [options.FalseOption, options.TrueOption]
    listed = [each for each in (options.Options or either) if each]
    found = {each.Value: _label(each.Label) for each in listed}
    wrong = kind == Type.BOOLEAN and any(each and each.Value != number for number, each in enumerate(either))
    if wrong or len(found) < len(listed) or any(number not in INTEGERS for number in found):
        raise bad_argument(f"The options of {given.SchemaName} are not numbers of their own.")
    return found


def _kind(given: _Member, ending: str) -> str:
    """Return what the type of a member says before this ending."""
    match = _COMPLEX.fullmatch(given.kind)
    if not match or not match[1].endswith(ending):
        raise bad_argument(f"The type {given.kind[:100]!r} is not one of {ending}.")
    return match[1].removesuffix(ending)


def _check_name(given: _Table | _Column) -> None:
    """Refuse what is no name of a table or a column that somebody makes (0x80044366)."""
    name, kind = given.SchemaName, "Entity" if isinstance(given, _Table) else "Attribute"
    if not _NAME.fullmatch(name) or name.lower() in _AUTOMATIC:
        raise invalid(
            "0x80044366",
            f"The schema name {name[:100]} for type {kind} is invalid or missing. Custom attribute, entity, entitykey, "
            "option set and relationship names must start with a valid customization prefix.",
        )
    if len(name) > MAX_NAME:
        raise invalid("0x80044367", f"Identifiers cannot be more than {MAX_NAME} characters long. ({name[:100]})")
    if given.LogicalName not in (None, name.lower()):
        raise not_here(f"the logical name {given.LogicalName}")


def _label(given: Labels) -> str:
    """Return the first text of a label."""
    listed = given.get("LocalizedLabels") if isinstance(given, dict) else None
    first = listed[0] if isinstance(listed, list) and listed else None
    text = first.get("Label") if isinstance(first, dict) else None
    if not isinstance(text, str) or not text:
        raise bad_argument("A label has at least one of LocalizedLabels, with a Label.")
    return text
