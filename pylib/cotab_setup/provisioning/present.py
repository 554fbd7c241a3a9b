"""Presence of the rows in an org: those of this version, of earlier ones, and what of others hangs on the provider.

Reading changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from cotab_setup.provisioning.rows import (
    ACTIONS,
    CAPABILITIES,
    LOCALES,
    PROVIDERS,
    TABLES,
    Column,
    Provisioning,
    Row,
    Table,
)
from cotab_setup.web_api import WebApi, any_of, literal, query, rows_of

__all__ = ["Found", "Presence", "RowPresence", "State", "present"]

BIND = "@odata.bind"
ACTION, PROVIDER = "_msdyn_conversationaction_value", "_msdyn_provider_value"
ACTION_OF_LOCALE = "_msdyn_conversationactionkey_value"

# Beside what a row of ours has, to recognize those of earlier versions.
TRACES = {
    PROVIDERS.entity_set: (),
    ACTIONS.entity_set: ("msdyn_eventparameter", "msdyn_icon"),
    LOCALES.entity_set: (ACTION_OF_LOCALE,),
    CAPABILITIES.entity_set: (ACTION, PROVIDER),
}


class State(StrEnum):
    """How much of this version is there. OTHER_VALUES: every row, but some do not say what this version says."""

    NOTHING = "nothing"
    PARTLY = "partly"
    OTHER_VALUES = "other values"
    COMPLETE = "complete"


@dataclass(frozen=True)
class Found:
    """A row of the org, with the columns that were asked for."""

    table: Table
    values: Mapping[str, Any]

    @property
    def id(self) -> UUID:
        """Its GUID."""
        return UUID(str(self.values[self.table.id_column]))

    @property
    def title(self) -> str:
        """What administrators call it."""
        return f"{self.table.title} “{self.values.get('msdyn_name') or self.id}”"

    @property
    def path(self) -> str:
        """Its address in the Web API."""
        return f"{self.table.entity_set}({self.id})"

    def lookup(self, column: str) -> UUID | None:
        """Return the GUID that a lookup points to."""
        value = self.values.get(column)
        return UUID(str(value)) if value else None


@dataclass(frozen=True)
class RowPresence:
    """A row of this version and what the org has of it: the columns with other values, as (wanted, found).

    `edited` are those among them that an administrator may edit.
    """

    row: Row
    found: Found | None
    differences: Mapping[str, tuple[Column, Column]] = field(default_factory=dict)
    edited: Mapping[str, tuple[Column, Column]] = field(default_factory=dict)


@dataclass(frozen=True)
class Presence:
    """What is there: each row of this version, rows of ours that it no longer has, and capabilities of others.

    Those of others point to our provider, so it cannot go.
    """

    rows: tuple[RowPresence, ...]
    stale: tuple[Found, ...] = ()
    foreign: tuple[Found, ...] = ()

    @property
    def state(self) -> State:
        """All of it in one word."""
        there = [row for row in self.rows if row.found]
        if not there and not self.stale:
            return State.NOTHING
        if len(there) < len(self.rows):
            return State.PARTLY
        return State.OTHER_VALUES if self.stale or any(row.differences for row in there) else State.COMPLETE

    @property
    def ours(self) -> list[Found]:
        """Every row of ours that is there, in the order in which they are removed."""
        found = [*(row.found for row in self.rows if row.found), *self.stale]
        order = list(reversed(TABLES))
        return sorted(found, key=lambda row: order.index(row.table.entity_set))


async def present(api: WebApi, provisioning: Provisioning) -> Presence:
    """Look at the four tables. Raises WebApiError."""
    search = _Search(api, provisioning)
    providers = await search.by_id(PROVIDERS)
    capabilities = await search.by_id(CAPABILITIES, f"{PROVIDER} eq {provisioning.provider.id}")
    linked = {action for row in capabilities if (action := row.lookup(ACTION))}
    candidates = await search.by_id(ACTIONS, f"startswith(msdyn_icon,{literal(provisioning.icons)})", also=linked)
    actions = [row for row in candidates if _is_our_action(row, provisioning, linked)]
    action_ids = {row.id for row in actions}
    of_actions = [f"{ACTION_OF_LOCALE} eq {guid}" for guid in sorted(action_ids)]
    # Deleting an action leaves its texts, with nothing in the lookup; among those ours are known by their GUIDs.
    texts = await search.by_id(LOCALES, f"{ACTION_OF_LOCALE} eq null", *of_actions, former=False)
    known = provisioning.known(LOCALES)
    locales = [row for row in texts if row.id in known or row.lookup(ACTION_OF_LOCALE) in action_ids]
    known = provisioning.known(CAPABILITIES)
    ours = [row for row in capabilities if row.id in known or row.lookup(ACTION) in action_ids]
    foreign = [row for row in capabilities if row not in ours]
    return _compared(provisioning, [*providers, *actions, *locales, *ours], foreign)


def _is_our_action(row: Found, provisioning: Provisioning, linked: set[UUID]) -> bool:
    icon = str(row.values.get("msdyn_icon") or "").casefold()
    opens = str(row.values.get("msdyn_eventparameter") or "").casefold()
    templates = {name.casefold() for name in provisioning.templates}
    return (
        row.id in provisioning.known(ACTIONS)
        or icon.startswith(provisioning.icons.casefold())
        or (row.id in linked and opens in templates)
    )


@dataclass(frozen=True)
class _Search:
    """Asks for rows of ours."""

    api: WebApi
    provisioning: Provisioning

    async def by_id(
        self, table: Table, *conditions: str, also: Iterable[UUID] = (), former: bool = True
    ) -> list[Found]:
        """Find rows with a GUID of ours, or one of `also`, or for which one of the conditions holds."""
        wanted = self.provisioning.of_table(table)
        known = self.provisioning.known(table) if former else {row.id for row in wanted}
        where = [*(f"{table.id_column} eq {guid}" for guid in sorted(known | set(also))), *conditions]
        columns = {table.id_column, "msdyn_name", "statecode", *TRACES[table.entity_set]}
        columns |= {_read_as(name) for row in wanted for name in {**row.body, **row.once}}
        path = query(table.entity_set, select=sorted(columns), where=any_of(where))
        doing = f"Reading rows of {table.title}"
        return [Found(table, row) for row in await rows_of(self.api, path, doing, guid=table.id_column)]


def _read_as(name: str) -> str:
    """Return the name under which the Web API gives what it takes under `name`: lookups have another one."""
    return f"_{name.removesuffix(BIND).lower()}_value" if name.endswith(BIND) else name


def _compared(provisioning: Provisioning, ours: list[Found], foreign: list[Found]) -> Presence:
    by_path = {row.path: row for row in ours}
    rows = [_compare(row, by_path.pop(row.path, None)) for row in provisioning.rows]
    return Presence(tuple(rows), tuple(by_path.values()), tuple(foreign))


def _compare(row: Row, found: Found | None) -> RowPresence:
    if found is None:
        return RowPresence(row, None)
    return RowPresence(row, found, _differences(row.body, found), _differences(row.once, found))


def _differences(wanted: Mapping[str, Column], found: Found) -> dict[str, tuple[Column, Column]]:
    pairs = {name: (value, found.values.get(_read_as(name))) for name, value in wanted.items()}
    return {name: pair for name, pair in pairs.items() if not _is_same(name, *pair)}


def _is_same(name: str, wanted: Column, found: Column) -> bool:
    if name.endswith(BIND):  # "/msdyn_providers(GUID)" is given back as the GUID
        return str(found or "").casefold() == str(wanted).partition("(")[2].rstrip(")").casefold()
    return (wanted or None) == (found or None) if isinstance(wanted, str | None) else wanted == found
