"""The body of a request, checked against a table: types, lengths, options, lookups.

What Dataverse ignores is ignored (columns that only the system sets), what it refuses is refused, with its codes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import JsonValue

from cotab_kit.emulator.errors import (
    BAD_PAYLOAD,
    RefusedError,
    bad_payload,
    bad_query,
    invalid,
    may_be_there,
    not_here,
)
from cotab_kit.emulator.filters import GUID
from cotab_kit.emulator.keys import bound_row
from cotab_kit.emulator.schema import (
    INTEGERS,
    NUMBERS,
    YES_NO,
    Attribute,
    Entity,
    Required,
    Row,
    Scalar,
    Type,
)
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import ENTITIES
from cotab_kit.emulator.tables.platform import NOTE
from cotab_kit.emulator.times import moment, written
from cotab_kit.manifest.lengths import units

BIND = "@odata.bind"
_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:\d\d))?")
_BROKEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what no XML can carry
READ_BACK = {"@odata.context", "@odata.etag", "@odata.id", "@odata.editLink"}
READ_BACK_COLUMNS = {
    "OData.Community.Display.V1.FormattedValue",
    "Microsoft.Dynamics.CRM.lookuplogicalname",
    "Microsoft.Dynamics.CRM.associatednavigationproperty",
}


def columns(store: Store, entity: Entity, body: Mapping[str, JsonValue]) -> Row:
    """Return the columns that a body sets. Raises RefusedError for what does not fit the table."""
    found: Row = {}
    for name, value in body.items():
        if name.endswith(BIND):
            attribute = _lookup(entity, name.removesuffix(BIND))
            found[attribute.name] = bound_row(store, ENTITIES[attribute.target], value)
        elif "@" in name:
            _annotation(entity, name, value)
        else:
            attribute, checked = _plain(entity, name, value)
            if attribute.writable:
                found[attribute.name] = checked
    return with_reason(entity, found)


def _annotation(entity: Entity, name: str, value: JsonValue) -> None:
    """Pass over what an answer said of a row; refuse what would change how the row is written."""
    if name == "@odata.type" and str(value).removeprefix("#") == f"Microsoft.Dynamics.CRM.{entity.name}":
        return
    if name not in READ_BACK and name.partition("@")[2] not in READ_BACK_COLUMNS:
        raise not_here(f"the member {name}")


def _lookup(entity: Entity, navigation: str) -> Attribute:
    attribute = entity.by_navigation.get(navigation)
    if attribute is None and entity is NOTE and navigation.startswith("objectid_"):
        raise not_here(f"notes on {navigation.removeprefix('objectid_')}")
    if attribute is None:
        raise bad_payload(
            entity.entity_set,
            f"Microsoft.OData.ODataException: An undeclared property '{navigation}' which only has property "
            "annotations in the payload but no property value was found in the payload. In OData, only declared "
            "navigation properties and declared named streams can be represented as properties without values.",
        )
    return attribute


def _plain(entity: Entity, name: str, value: JsonValue) -> tuple[Attribute, Scalar]:
    if name in entity.by_navigation:
        if value is not None:
            raise bad_payload(entity.entity_set, f"'{name}' is a navigation property; bind it with '{name}{BIND}'.")
        return entity.by_navigation[name], None
    attribute = entity.by_property.get(name)
    if attribute is None and may_be_there(name, entity.name):
        raise not_here(f"the column {name} of {entity.name}")
    if attribute is None:
        raise invalid(
            BAD_PAYLOAD,
            "An error occurred while validating input parameters: Microsoft.Crm.CrmException: Invalid property "
            f"'{name}' was found in entity 'Microsoft.Dynamics.CRM.{entity.name}'. ---> Microsoft.OData.ODataException:"
            f" The property '{name}' does not exist on type 'Microsoft.Dynamics.CRM.{entity.name}'. Make sure to only "
            "use property names that are defined by the type.",
        )
    if attribute.type is Type.LOOKUP:
        raise bad_query(
            "CRM do not support direct update of Entity Reference properties, Use Navigation properties instead."
        )
    if attribute.type is Type.MANAGED and not isinstance(value, dict):
        raise _not_of(entity, attribute, value, "BooleanManagedProperty")
    return attribute, check(entity, attribute, value)


def check(entity: Entity, attribute: Attribute, value: JsonValue) -> Scalar:
    """Return the value as the column holds it. Raises RefusedError if it cannot."""
    if attribute.type is Type.MANAGED and isinstance(value, dict):
        value = value.get("Value")
    if value is None:
        if attribute.required is Required.SYSTEM and attribute.writable:
            raise invalid("0x8004203e", f"Attribute '{attribute.name}' cannot be set to NULL")
        return None
    kind = _edm(attribute)
    if not isinstance(value, _PYTHON[kind]) or (kind == "Int32" and isinstance(value, bool)):
        raise _not_of(entity, attribute, value, kind)
    if isinstance(value, int) and kind == "Int32":
        return _number(entity, attribute, value)
    if isinstance(value, str) and kind == "Guid" and not GUID.fullmatch(value):
        raise _not_of(entity, attribute, value, kind)
    if attribute.type is Type.DATE:
        return _time(entity, attribute, str(value))
    if isinstance(value, str):
        return value.lower() if kind == "Guid" else _text(entity, attribute, value)
    return bool(value)


def _time(entity: Entity, attribute: Attribute, text: str) -> str:
    try:
        return written(moment(text if _DATE.fullmatch(text) else ""))
    except ValueError:
        raise _not_of(entity, attribute, text, "DateTimeOffset") from None


_PYTHON: dict[str, type] = {"Boolean": bool, "Int32": int, "Guid": str, "String": str}


def _edm(attribute: Attribute) -> str:
    """Return OData's name of the column's type."""
    if attribute.type in YES_NO:
        return "Boolean"
    if attribute.type in NUMBERS:
        return "Int32"
    return "Guid" if attribute.type is Type.GUID else "String"


def _not_of(entity: Entity, attribute: Attribute, value: JsonValue, kind: str) -> RefusedError:
    return bad_payload(
        entity.entity_set,
        f"Microsoft.OData.ODataException: Cannot convert the literal '{str(value)[:100]}' of '{attribute.name}' to the "
        f"expected type 'Edm.{kind}'.",
    )


def _number(entity: Entity, attribute: Attribute, value: int) -> int:
    if value not in INTEGERS:
        raise invalid(
            "0x8004432f",
            f"A validation error occurred.  The value {str(value)[:40]} of '{attribute.name}' is outside its range.",
        )
    if attribute.choices and value not in attribute.choices:
        accepted = ",".join(map(str, attribute.choices))
        raise invalid(
            "0x8004431a",
            f"A validation error occurred.  The value {value} of '{attribute.name}' on record of type '{entity.name}' "
            f"is outside the valid range. Accepted Values: {accepted}",
        )
    return value


def _text(entity: Entity, attribute: Attribute, value: str) -> str:
    """Check a text. Lengths count UTF-16 units, of which an emoji has two (docs/internals/dataverse.md#the-columns)."""
    broken = _BROKEN.search(value)
    if broken:
        raise invalid(
            "0x80040203",
            f"'{attribute.name}': '{ascii(broken[0])[1:-1]}', hexadecimal value 0x{ord(broken[0]):02X}, is an invalid "
            "character.",
        )
    if attribute.max_length and units(value) > attribute.max_length:
        raise invalid(
            "0x80044331",
            f"A validation error occurred.  The length of the '{attribute.name}' attribute of the '{entity.name}' "
            f"entity exceeded the maximum allowed length of '{attribute.max_length}'.",
        )
    return value


def with_reason(entity: Entity, found: Row) -> Row:
    """Let the status reason follow the state; refuse one that contradicts it."""
    if "statecode" in found and "statuscode" not in found:
        return found | {"statuscode": 2 if found["statecode"] else 1}
    if "statuscode" in found and found["statuscode"] != (2 if found.get("statecode") else 1) and "statecode" in found:
        raise invalid(
            "0x80048408",
            f"{found['statuscode']} is not a valid status code for state code {found['statecode']} on {entity.name}.",
        )
    return found
