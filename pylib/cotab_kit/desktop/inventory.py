"""Inventory of what belongs to a solution in the org, its provider's rows included, whoever has published it.

A solution cannot carry a provider's rows, so they are found by what they name: actions by the solution's app tab
templates and web resources, and from these the locales, capabilities and providers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cotab_kit.emulator import LocalOrg
from cotab_kit.emulator.schema import Row
from cotab_kit.emulator.tables import COMPONENT_TYPES, ENTITIES

ACTION, LOCALE = "msdyn_conversationaction", "msdyn_conversationactionlocale"
CAPABILITY, PROVIDER, WIDGET = "msdyn_channelcapability", "msdyn_provider", "msdyn_livechatconfig"
VARIABLE, VARIABLE_VALUE = "environmentvariabledefinition", "environmentvariablevalue"
CHOICES = {
    "msdyn_cobrowseprovider": "msdyn_enablecobrowse",
    "msdyn_screensharingprovider": "msdyn_enablescreensharing",
}


@dataclass(frozen=True)
class Thing:
    """A row. `order` is when it is deleted: what points to others goes before them."""

    table: str
    key: str
    name: str

    @property
    def kind(self) -> str:
        """What people call such a row."""
        return ENTITIES[self.table].title

    @property
    def title(self) -> str:
        """What people call it."""
        return f"{self.kind} {self.name or self.key}"

    @property
    def path(self) -> str:
        """Its address in the Web API."""
        return f"{ENTITIES[self.table].entity_set}({self.key})"


def components(org: LocalOrg, solution: str) -> list[Thing]:
    """List what the solution itself carries, as far as there are tables for it."""
    found = []
    for row in org.rows("solutioncomponent", solutionid=solution):
        entity = COMPONENT_TYPES.get(int(row["componenttype"] or 0))
        held = org.store.get(entity, str(row["objectid"])) if entity else None
        if entity and held:
            found.append(_thing(entity.name, held))
    return found


def rows(org: LocalOrg, carried: list[Thing]) -> list[Thing]:
    """List the provider's rows, in the order of deleting."""
    names = {name for thing in carried for name in _names(org, thing)}
    actions = [
        row for row in org.rows(ACTION) if {_fold(row["msdyn_eventparameter"]), _fold(row["msdyn_webresource"])} & names
    ]
    keys = {row["msdyn_conversationactionid"] for row in actions}
    locales = [row for row in org.rows(LOCALE) if row["msdyn_conversationactionkey"] in keys]
    all_capabilities = org.rows(CAPABILITY)
    capabilities = [row for row in all_capabilities if row["msdyn_conversationaction"] in keys]
    kept = {row["msdyn_provider"] for row in all_capabilities if row not in capabilities}
    gone = {row["msdyn_provider"] for row in capabilities} - kept
    gone -= _theirs(org)
    providers = [row for row in org.rows(PROVIDER) if row["msdyn_providerid"] in gone]
    tables = ((LOCALE, locales), (CAPABILITY, capabilities), (ACTION, actions), (PROVIDER, providers))
    return [_thing(table, row) for table, found in tables for row in found]


def leave_alone(org: LocalOrg, keys: Iterable[str]) -> None:
    """Remember rows that a data package has found and only points at: they belong to no solution."""
    org.store.set_setting("theirs", json.dumps(sorted(_theirs(org) | set(keys))))


def _theirs(org: LocalOrg) -> set[str]:
    return set(json.loads(org.store.setting("theirs") or "[]"))


def values(org: LocalOrg, carried: list[Thing]) -> list[Thing]:
    """List what an administrator has set for the solution's variables; a value that it carries goes with it."""
    keys = {thing.key for thing in carried if thing.table == VARIABLE}
    own = {thing.key for thing in carried if thing.table == VARIABLE_VALUE}
    return [
        _thing(VARIABLE_VALUE, row)
        for row in org.rows(VARIABLE_VALUE)
        if row["environmentvariabledefinitionid"] in keys and row["environmentvariablevalueid"] not in own
    ]


def choices(org: LocalOrg, owned: list[Thing]) -> Iterator[tuple[Thing, str]]:
    """Yield chat widgets that have the provider chosen, each with the column that says so."""
    names = {
        _fold(text) for thing in owned if thing.table in (PROVIDER, CAPABILITY) for text in (thing.key, thing.name)
    }
    for widget in org.rows(WIDGET):
        for column in CHOICES:
            if _fold(widget[column]) in names:
                yield _thing(WIDGET, widget), column


def there(org: LocalOrg, thing: Thing) -> bool:
    """Return whether the row is still in the org."""
    return org.store.get(ENTITIES[thing.table], thing.key) is not None


def _thing(table: str, row: Row) -> Thing:
    entity = ENTITIES[table]
    named = row.get("name") if "name" in row else row.get(entity.primary_name or entity.primary_id)
    return Thing(table, str(row[entity.primary_id]), str(named or ""))


def _names(org: LocalOrg, thing: Thing) -> Iterator[str]:
    """Yield the names under which an action may mean a component."""
    entity = ENTITIES[thing.table]
    if thing.table in ("msdyn_applicationtabtemplate", "webresource"):
        row = org.store.get(entity, thing.key) or {}
        yield from (_fold(row[name]) for name in ("msdyn_uniquename", "msdyn_name", "name") if row.get(name))


def _fold(text: object) -> str:
    return str(text or "").strip().strip("{}").casefold()
