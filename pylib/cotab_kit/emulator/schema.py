"""Tables of the org in the words of Dataverse's metadata: entities and their attributes.

The kit's own table modules (cotab_kit/solution) describe the columns that it writes; `from_kit` takes them over, and
the modules in tables/ add what an org has beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from cotab_kit.solution.table import Column, Kind, Table

Scalar = str | int | float | bool | None
Row = dict[str, Scalar]

INTEGERS = range(-(2**31), 2**31)


class Type(StrEnum):
    """Dataverse's names of attribute types."""

    GUID = "Uniqueidentifier"
    STRING = "String"
    MEMO = "Memo"
    INTEGER = "Integer"
    BIG = "BigInt"
    DOUBLE = "Double"
    BOOLEAN = "Boolean"
    PICKLIST = "Picklist"
    STATE = "State"
    STATUS = "Status"
    LOOKUP = "Lookup"
    DATE = "DateTime"
    MANAGED = "ManagedProperty"
    LABEL = "Label"  # of metadata alone: a text with its language


TEXTS = {Type.STRING, Type.MEMO}
NUMBERS = {Type.INTEGER, Type.BIG, Type.DOUBLE, Type.PICKLIST, Type.STATE, Type.STATUS}
YES_NO = {Type.BOOLEAN, Type.MANAGED}


class Required(StrEnum):
    """Only what the system requires is enforced by the Web API; what an application requires binds forms alone."""

    NONE = "None"
    APPLICATION = "ApplicationRequired"
    SYSTEM = "SystemRequired"


class OnDelete(StrEnum):
    """What becomes of a row when the row it points to is deleted."""

    REMOVE_LINK = "RemoveLink"
    CASCADE = "Cascade"
    RESTRICT = "Restrict"


@dataclass(frozen=True, eq=False)
class Attribute:
    """A column. For a lookup, `navigation` leads to the target and `collection` from the target back here."""

    name: str
    type: Type
    required: Required = Required.NONE
    max_length: int = 0
    choices: Mapping[int, str] = field(default_factory=dict)
    target: str = ""
    navigation: str = ""
    collection: str = ""
    on_delete: OnDelete = OnDelete.REMOVE_LINK
    default: Scalar = None
    writable: bool = True
    hidden: bool = False  # has no name in the Web API but its navigation property's

    @property
    def property(self) -> str:
        """Its name in the Web API."""
        return f"_{self.name}_value" if self.type is Type.LOOKUP else self.name


@dataclass(frozen=True)
class ManyToMany:
    """A relationship between two tables, kept as pairs; `navigation` has the same name on both sides."""

    navigation: str
    first: str
    second: str
    dependent: str = ""  # the side that cannot do without the other: it blocks uninstalling the other


@dataclass(frozen=True, eq=False)
class Entity:
    """A table. `keys` are alternate keys, `component_type` its number as a part of solutions."""

    name: str
    entity_set: str
    title: str
    attributes: tuple[Attribute, ...]
    primary_name: str = "msdyn_name"
    keys: tuple[str, ...] = ()
    component_type: int = 0
    user_owned: bool = False
    privilege: str = ""
    writable: bool = True
    id_name: str = ""

    @property
    def primary_id(self) -> str:
        """The column with the GUID."""
        return self.id_name or f"{self.name}id"

    @cached_property
    def by_name(self) -> Mapping[str, Attribute]:
        """Its columns by logical name."""
        return {attribute.name: attribute for attribute in self.attributes}

    @cached_property
    def by_property(self) -> Mapping[str, Attribute]:
        """Its columns by their names in the Web API."""
        return {attribute.property: attribute for attribute in self.shown}

    @cached_property
    def shown(self) -> tuple[Attribute, ...]:
        """The columns that the Web API shows."""
        return tuple(attribute for attribute in self.attributes if not attribute.hidden)

    @cached_property
    def by_navigation(self) -> Mapping[str, Attribute]:
        """Its lookups by navigation property, capital letters and all."""
        return {attribute.navigation: attribute for attribute in self.attributes if attribute.navigation}


_TYPES = {
    Kind.GUID: Type.GUID,
    Kind.TEXT: Type.STRING,
    Kind.WHOLE: Type.INTEGER,
    Kind.YES_NO: Type.BOOLEAN,
    Kind.CHOICE: Type.PICKLIST,
    Kind.LOOKUP: Type.LOOKUP,
    Kind.STATE: Type.STATE,
    Kind.STATUS: Type.STATUS,
}


def from_kit(table: Table, more: tuple[Attribute, ...] = (), **collections: str) -> tuple[Attribute, ...]:
    """Return the columns of one of the kit's tables. `collections` names the way back of its lookups, by column."""
    taken = {column.name: _attribute(table, column, collections) for column in table.columns}
    state = () if "statecode" in taken else STATE
    own_id = () if table.id_column in taken else (guid(table.id_column, Required.SYSTEM),)
    stated = {attribute.name: attribute for attribute in STATE}
    return (*own_id, *(stated.get(name, attribute) for name, attribute in taken.items()), *more, *state)


def _attribute(table: Table, column: Column, collections: Mapping[str, str]) -> Attribute:
    required = Required.APPLICATION if column.required else Required.NONE
    if column.name in (table.key, table.id_column):
        required = Required.SYSTEM
    return Attribute(
        column.name,
        _TYPES[column.kind],
        required,
        column.max_length,
        column.choices,
        column.target,
        column.navigation,
        collections.get(column.name, ""),
        default=False if column.kind is Kind.YES_NO else None,
    )


def guid(name: str, required: Required = Required.NONE, *, writable: bool = True) -> Attribute:
    """Describe a column with a GUID that is no lookup."""
    return Attribute(name, Type.GUID, required, writable=writable)


def text(name: str, max_length: int, required: Required = Required.NONE, *, writable: bool = True) -> Attribute:
    """Describe a column with text; more than 4000 characters make it a memo."""
    kind = Type.STRING if max_length <= 4000 else Type.MEMO  # noqa: PLR2004 - Dataverse's own limit
    return Attribute(name, kind, required, max_length, writable=writable)


def whole(name: str, required: Required = Required.NONE, default: int | None = None) -> Attribute:
    """Describe a column with a whole number."""
    return Attribute(name, Type.INTEGER, required, default=default)


def yes_no(name: str, *, default: bool | None = False, writable: bool = True) -> Attribute:
    """Describe a column with yes or no."""
    return Attribute(name, Type.BOOLEAN, default=default, writable=writable)


def choice(
    name: str, choices: Mapping[int, str], required: Required = Required.NONE, default: int | None = None
) -> Attribute:
    """Describe a column with one of several numbered options."""
    return Attribute(name, Type.PICKLIST, required, choices=choices, default=default)


def lookup(  # noqa: PLR0913 - as many as a lookup has properties
    name: str,
    target: str,
    navigation: str = "",
    *,
    collection: str = "",
    on_delete: OnDelete = OnDelete.REMOVE_LINK,
    required: Required = Required.NONE,
    writable: bool = True,
) -> Attribute:
    """Describe a column that points to a row of `target`."""
    return Attribute(
        name,
        Type.LOOKUP,
        required,
        target=target,
        navigation=navigation or name,
        collection=collection,
        on_delete=on_delete,
        writable=writable,
    )


def label(name: str) -> Attribute:
    """Describe a column of metadata with a text that people read."""
    return Attribute(name, Type.LABEL)


def date(name: str) -> Attribute:
    """Describe a column with a time that only the system sets."""
    return Attribute(name, Type.DATE, writable=False)


def managed_property(name: str) -> Attribute:
    """Describe a column with yes or no, decided by the publisher of a managed solution."""
    return Attribute(name, Type.MANAGED, Required.SYSTEM, default=True)


def read_only(*attributes: Attribute) -> tuple[Attribute, ...]:
    """Return the same columns, set by the system alone."""
    return tuple(replace(attribute, writable=False) for attribute in attributes)


STATE = (
    Attribute("statecode", Type.STATE, Required.SYSTEM, choices={0: "Active", 1: "Inactive"}, default=0),
    Attribute("statuscode", Type.STATUS, choices={1: "Active", 2: "Inactive"}, default=1),
)
SYSTEM = (
    date("createdon"),
    date("modifiedon"),
    Attribute("versionnumber", Type.BIG, writable=False),
)
OWNED = (lookup("ownerid", "systemuser"),)
IMPORTED = (
    Attribute("overriddencreatedon", Type.DATE),
    whole("importsequencenumber"),
    whole("timezoneruleversionnumber"),
    whole("utcconversiontimezonecode"),
)
COMPONENT_STATES = {0: "Published", 1: "Unpublished", 2: "Deleted", 3: "Deleted Unpublished"}
COMPONENT = (
    *read_only(
        choice("componentstate", COMPONENT_STATES, Required.SYSTEM, 0),
        guid("componentidunique"),
        yes_no("ismanaged"),
        guid("solutionid"),
        guid("supportingsolutionid"),
        date("overwritetime"),
    ),
    managed_property("iscustomizable"),
)
