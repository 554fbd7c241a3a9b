"""Presence of the rows in an org: those of this version, of earlier ones, and what of others hangs on the provider.

Reading changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from cotab_setup.provisioning.rows import (
    ACTIONS,
    BIND,
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

__all__ = ["Found", "Presence", "RowPresence", "State", "in_order_of_removal", "present"]

ACTION, PROVIDER = "_msdyn_conversationaction_value", "_msdyn_provider_value"
ACTION_OF_LOCALE = "_msdyn_conversationactionkey_value"

# Beside what a row of ours has: to see what hangs on it, and to name what looks like it.
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

    @property
    def targets(self) -> set[UUID]:
        """The GUIDs of the provider and the action that it points to."""
        values = [self.values.get(column) for column in (ACTION, PROVIDER, ACTION_OF_LOCALE)]
        return {UUID(str(value)) for value in values if value}

    def is_called(self, names: Collection[str]) -> bool:
        """Return whether one of the names, written with small letters, is its name or its GUID."""
        return str(self.id) in names or str(self.values.get("msdyn_name") or "").casefold() in names

    def stands_for(self, row: Row) -> bool:
        """Return whether it has the row's name and points to the same rows, so that a second one would do no more."""
        return self.is_called([row.name.casefold()]) and self.targets == row.targets


@dataclass(frozen=True)
class RowPresence:
    """A row of this version and what the org has of it: the columns with other values, as (wanted, found).

    `edited` are those among them that an administrator may edit. `used` is a row of others that stands in its place:
    it has the same name, rows of ours may point to it, and it stays as it is.
    """

    row: Row
    found: Found | None
    used: Found | None = None
    differences: Mapping[str, tuple[Column, Column]] = field(default_factory=dict)
    edited: Mapping[str, tuple[Column, Column]] = field(default_factory=dict)


@dataclass(frozen=True)
class Presence:
    """What is there: each row of this version, rows of ours that it no longer has, and rows of others.

    Ours are those with a GUID that the kit has made, and no others. `foreign` are the others' rows that point to ours,
    which therefore cannot go; `similar` have an icon of ours or open our tab, or belong to such an action.
    """

    rows: tuple[RowPresence, ...]
    stale: tuple[Found, ...] = ()
    foreign: tuple[Found, ...] = ()
    similar: tuple[Found, ...] = ()

    @property
    def state(self) -> State:
        """All of it in one word."""
        there = [row for row in self.rows if row.found or row.used]
        if not any(row.found for row in there) and not self.stale and len(there) < len(self.rows):
            return State.NOTHING
        if len(there) < len(self.rows):
            return State.PARTLY
        return State.OTHER_VALUES if self.stale or any(row.differences for row in there) else State.COMPLETE

    @property
    def ours(self) -> list[Found]:
        """Every row of ours that is there, in the order in which they are removed."""
        return in_order_of_removal([*(row.found for row in self.rows if row.found), *self.stale])


def in_order_of_removal(rows: Iterable[Found]) -> list[Found]:
    """Sort rows: those that point to others first."""
    order = list(reversed(TABLES))
    return sorted(rows, key=lambda row: order.index(row.table.entity_set))


async def present(api: WebApi, provisioning: Provisioning, also: Collection[str] = ()) -> Presence:
    """Look at the four tables. What is called as `also` says is not used, but similar. Raises WebApiError."""
    search, used = _Search(api, provisioning), _Used(provisioning, also)
    providers, named = _ours(provisioning, PROVIDERS, await search.by_id(PROVIDERS, *search.names(PROVIDERS)))
    similar = used.choose(PROVIDERS, providers, named)
    opening = [f"msdyn_eventparameter eq {literal(name)}" for name in provisioning.templates]
    icons = f"startswith(msdyn_icon,{literal(provisioning.icons)})"
    found = await search.by_id(ACTIONS, icons, *opening, *search.names(ACTIONS))
    actions, others = _ours(provisioning, ACTIONS, found)
    free = used.choose(ACTIONS, actions, others)
    similar += [row for row in free if row.is_called(also) or _looks_like_ours(row, provisioning)]
    ids, similar_ids = [row.id for row in actions], {row.id for row in similar}
    users = [f"{PROVIDER} eq {provisioning.provider.id}", *(f"{ACTION} eq {guid}" for guid in ids)]
    found = await search.by_id(CAPABILITIES, *users, *search.names(CAPABILITIES))
    capabilities, others = _ours(provisioning, CAPABILITIES, found)
    ours = {provisioning.provider.id, *ids}
    foreign = [row for row in others if row.targets & ours]
    similar += [row for row in used.choose(CAPABILITIES, capabilities, others) if row.is_called(also)]
    # Deleting an action leaves its texts, with nothing in the lookup; among those ours are known by their GUIDs.
    theirs = {row.id for row in used.rows.values() if row.table is ACTIONS}
    texts = [f"{ACTION_OF_LOCALE} eq {guid}" for guid in (*ids, *sorted(similar_ids | theirs))]
    found = await search.by_id(LOCALES, f"{ACTION_OF_LOCALE} eq null", *texts, former=False)
    locales, others = _ours(provisioning, LOCALES, found)
    foreign += [row for row in others if row.targets & set(ids)]
    free = used.choose(LOCALES, locales, others)
    similar += [row for row in free if row.targets & similar_ids or row.is_called(also)]
    return _compared(provisioning, [*providers, *actions, *locales, *capabilities], used, foreign, similar)


@dataclass
class _Used:
    """Rows of others that stand in the place of ours; `instead` has their GUIDs by those of ours."""

    provisioning: Provisioning
    also: Collection[str]
    instead: dict[UUID, UUID] = field(default_factory=dict)
    rows: dict[UUID, Found] = field(default_factory=dict)

    def choose(self, table: Table, ours: Iterable[Found], others: Sequence[Found]) -> list[Found]:
        """Choose those of a table, for what is not there. Returns the others' rows that are left."""
        there, free = {row.id for row in ours}, [row for row in others if not row.is_called(self.also)]
        for row in self.provisioning.of_table(table):
            wanted = row.leading(self.instead)
            found = next((other for other in free if other.stands_for(wanted)), None)
            if found and row.id not in there:
                self.instead[row.id], self.rows[row.id] = found.id, found
        return [row for row in others if row not in self.rows.values()]


def _ours(provisioning: Provisioning, table: Table, found: Iterable[Found]) -> tuple[list[Found], list[Found]]:
    """Part rows with a GUID of ours from all others."""
    known, parted = provisioning.known(table), (list[Found](), list[Found]())
    for row in found:
        parted[row.id not in known].append(row)
    return parted


def _looks_like_ours(row: Found, provisioning: Provisioning) -> bool:
    """Judge again what the org has found: it takes `_` for any letter."""
    icon = str(row.values.get("msdyn_icon") or "").casefold()
    opens = str(row.values.get("msdyn_eventparameter") or "").casefold()
    return icon.startswith(provisioning.icons.casefold()) or opens in map(str.casefold, provisioning.templates)


@dataclass(frozen=True)
class _Search:
    """Asks for rows of ours."""

    api: WebApi
    provisioning: Provisioning

    def names(self, table: Table) -> list[str]:
        """Return the conditions for rows with the name of one of ours."""
        return [f"msdyn_name eq {literal(row.name)}" for row in self.provisioning.of_table(table)]

    async def by_id(self, table: Table, *conditions: str, former: bool = True) -> list[Found]:
        """Find rows with a GUID of ours, or for which one of the conditions holds."""
        wanted = self.provisioning.of_table(table)
        known = self.provisioning.known(table) if former else {row.id for row in wanted}
        where = [*(f"{table.id_column} eq {guid}" for guid in sorted(known)), *conditions]
        columns = {table.id_column, "msdyn_name", "statecode", *TRACES[table.entity_set]}
        columns |= {_read_as(name) for row in wanted for name in {**row.body, **row.once}}
        path = query(table.entity_set, select=sorted(columns), where=any_of(where))
        doing = f"Reading rows of {table.title}"
        return [Found(table, row) for row in await rows_of(self.api, path, doing, guid=table.id_column)]


def _read_as(name: str) -> str:
    """Return the name under which the Web API gives what it takes under `name`: lookups have another one."""
    return f"_{name.removesuffix(BIND).lower()}_value" if name.endswith(BIND) else name


def _compared(
    provisioning: Provisioning, ours: list[Found], used: _Used, foreign: list[Found], similar: list[Found]
) -> Presence:
    by_path = {row.path: row for row in ours}
    wanted = [row.leading(used.instead) for row in provisioning.rows]
    rows = [_compare(row, by_path.pop(row.path, None), used.rows.get(row.id)) for row in wanted]
    return Presence(tuple(rows), tuple(by_path.values()), tuple(foreign), tuple(similar))


def _compare(row: Row, found: Found | None, used: Found | None) -> RowPresence:
    if found is None:
        return RowPresence(row, None, used)
    return RowPresence(row, found, None, _differences(row.body, found), _differences(row.once, found))


def _differences(wanted: Mapping[str, Column], found: Found) -> dict[str, tuple[Column, Column]]:
    pairs = {name: (value, found.values.get(_read_as(name))) for name, value in wanted.items()}
    return {name: pair for name, pair in pairs.items() if not _is_same(name, *pair)}


def _is_same(name: str, wanted: Column, found: Column) -> bool:
    if name.endswith(BIND):  # "/msdyn_providers(GUID)" is given back as the GUID
        return str(found or "").casefold() == str(wanted).partition("(")[2].rstrip(")").casefold()
    return (wanted or None) == (found or None) if isinstance(wanted, str | None) else wanted == found
