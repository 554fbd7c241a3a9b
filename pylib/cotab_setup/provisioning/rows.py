"""The rows that a solution cannot carry, as the set-up needs them, and what ours are recognized by.

The kit makes it of the manifest (cotab_kit/solution/provisioning.py); the configuration page reads it as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

__all__ = [
    "ACTIONS",
    "BIND",
    "CAPABILITIES",
    "LOCALES",
    "PROVIDERS",
    "TABLES",
    "Column",
    "Provisioning",
    "Row",
    "Table",
    "Variable",
]

Column = str | int | bool | None
BIND = "@odata.bind"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Table(_Model):
    """A table whose rows are data: its entity set, its logical name, and what administrators call it."""

    entity_set: str
    name: str
    title: str

    @property
    def id_column(self) -> str:
        """The column with the GUID."""
        return f"{self.name}id"


PROVIDERS = Table(entity_set="msdyn_providers", name="msdyn_provider", title="Provider")
ACTIONS = Table(entity_set="msdyn_conversationactions", name="msdyn_conversationaction", title="Conversation Action")
LOCALES = Table(
    entity_set="msdyn_conversationactionlocales",
    name="msdyn_conversationactionlocale",
    title="Conversation Action Locale",
)
CAPABILITIES = Table(entity_set="msdyn_channelcapabilities", name="msdyn_channelcapability", title="Channel Capability")

# Each after those that it points to; removing goes the other way round
# (docs/internals/dataverse.md#order-of-writing-and-deleting).
TABLES = {table.entity_set: table for table in (PROVIDERS, ACTIONS, LOCALES, CAPABILITIES)}


class Row(_Model):
    """A row as this version wants it.

    `body` is what the Web API takes, without the id. `once` is what an administrator may edit: it is written when the
    row is made, and left alone from then on.
    """

    entity_set: str
    id: UUID
    name: str
    body: dict[str, Column]
    once: dict[str, Column] = {}

    @property
    def title(self) -> str:
        """What administrators call it."""
        return f"{TABLES[self.entity_set].title} “{self.name}”"

    @property
    def path(self) -> str:
        """Its address in the Web API."""
        return f"{self.entity_set}({self.id})"

    @property
    def targets(self) -> set[UUID]:
        """The GUIDs of the rows that it points to."""
        return {UUID(_guid(value)) for name, value in self.body.items() if name.endswith(BIND)}

    def leading(self, instead: Mapping[UUID, UUID]) -> Self:
        """Return the row with lookups to others in the place of some."""
        body = {name: _led(value, instead) if name.endswith(BIND) else value for name, value in self.body.items()}
        return self.model_copy(update={"body": body})


def _guid(address: Column) -> str:
    """Return the GUID of an address such as /msdyn_providers(GUID)."""
    return str(address).partition("(")[2].rstrip(")")


def _led(address: Column, instead: Mapping[UUID, UUID]) -> Column:
    guid = _guid(address)
    return str(address).replace(guid, str(instead.get(UUID(guid), guid)))


class Variable(_Model):
    """An environment variable that no solution carries: its schema name, its GUID and that of its value."""

    name: str
    id: UUID
    value_id: UUID


class Provisioning(_Model):
    """One version of a provider's set-up.

    `rows` stand in the order in which an org can take them. `former` are GUIDs that a row of ours may have had in
    another version, by entity set: those of modes and languages that this version does not have. An action of others
    looks like ours if its icon lies in our folder (`icons` is how its address begins), or if it opens one of
    `templates`, which are unique names of app tab templates. `variable` is the schema name of the environment variable
    that versions with settings have; `behavior` is the one with what tabs obey (behavior.py).
    """

    solution: str
    version: str
    publisher: str
    prefix: str
    folder: str
    icons: str
    templates: tuple[str, ...]
    variable: str
    behavior: Variable
    rows: tuple[Row, ...]
    former: dict[str, tuple[UUID, ...]] = {}

    @property
    def provider(self) -> Row:
        """The row of the provider."""
        return next(iter(self.of_table(PROVIDERS)))

    def of_table(self, table: Table) -> list[Row]:
        """Return the rows of one table."""
        return [row for row in self.rows if row.entity_set == table.entity_set]

    def known(self, table: Table) -> set[UUID]:
        """Return the GUIDs that rows of ours have or may have had in a table."""
        return {row.id for row in self.of_table(table)} | set(self.former.get(table.entity_set, ()))
