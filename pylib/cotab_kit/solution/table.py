"""Table, column, record: the terms in which the modules of the tables are written.

A record knows its table, so every form of it (XML of a solution, data package, Web API) is made from the same values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds, in the words of the Configuration Migration tool."""

    GUID = "guid"
    TEXT = "string"
    WHOLE = "number"
    YES_NO = "bool"
    CHOICE = "optionsetvalue"
    LOOKUP = "entityreference"
    STATE = "state"
    STATUS = "status"


@dataclass(frozen=True)
class Column:
    """A column that the kit writes. `navigation` is a lookup's name in the Web API, with its capital letters."""

    name: str
    title: str
    kind: Kind
    required: bool = False
    max_length: int = 0
    choices: Mapping[int, str] = field(default_factory=dict)
    target: str = ""
    navigation: str = ""
    localizable: bool = False


@dataclass(frozen=True)
class Table:
    """A table of Dataverse. `key` is the column by which its records are found: the id, or a unique name."""

    name: str
    entity_set: str
    title: str
    key: str
    columns: tuple[Column, ...]

    @property
    def id_column(self) -> str:
        """The column with the GUID."""
        return f"{self.name}id"

    @property
    def solution_aware(self) -> bool:
        """Whether a solution can carry its records. Those have a unique name, the others only a GUID."""
        return self.key != self.id_column

    def column(self, name: str) -> Column:
        """Return the column of this name."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True)
class Reference:
    """The value of a lookup: which record it points to, and what that one is called."""

    key: str
    name: str


@dataclass(frozen=True)
class Localized:
    """A text in several languages. `default` is the English one."""

    default: str
    labels: Mapping[int, str]


Value = str | int | bool | None | Reference | Localized


@dataclass(frozen=True)
class Record:
    """A row of a table: its key, and a value for each column that the kit writes."""

    table: Table
    key: str
    values: Mapping[str, Value]

    def web_api(self) -> dict[str, str | int | bool | None]:
        """Write the body of the Web API's request that creates it. Names before @odata.bind mind capital letters."""
        return dict(self._member(self.table.column(name), value) for name, value in self.values.items())

    def _member(self, column: Column, value: Value) -> tuple[str, str | int | bool | None]:
        if isinstance(value, Reference):
            by_name = f"msdyn_uniquename='{value.key}'" if "_" in value.key else value.key
            return f"{column.navigation}@odata.bind", f"/{column.target}s({by_name})"
        return column.name, value.default if isinstance(value, Localized) else value
