"""Inventory of what belongs to a solution in the org, its provider's rows included, whoever has published it.

A solution cannot carry a provider's rows. Its own are those with the GUIDs that the kit makes of its name, and those
that a data package has made here, if they hang on its app tab templates and web resources. Whatever else looks the same
is somebody else's, and so are rows that such ones point at.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from cotab.modes import EscalationMode
from cotab_kit.emulator import LocalOrg
from cotab_kit.emulator.schema import Row
from cotab_kit.emulator.tables import COMPONENT_TYPES, ENTITIES
from cotab_kit.manifest.identity import row_id
from cotab_kit.manifest.languages import LANGUAGES
from cotab_kit.solution.solution_xml import publisher_mark

ACTION, LOCALE = "msdyn_conversationaction", "msdyn_conversationactionlocale"
CAPABILITY, PROVIDER, WIDGET = "msdyn_channelcapability", "msdyn_provider", "msdyn_livechatconfig"
VARIABLE, VARIABLE_VALUE = "environmentvariabledefinition", "environmentvariablevalue"
POINTING = (
    (LOCALE, "msdyn_conversationactionkey"),
    (CAPABILITY, "msdyn_conversationaction"),
    (CAPABILITY, "msdyn_provider"),
)
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


def rows(org: LocalOrg, folder: str, carried: list[Thing]) -> list[Thing]:
    """List the provider's rows, in the order of deleting. `folder` is that of the solution's web resources."""
    names = {name for thing in carried for name in _names(org, thing)}
    ids, made = kit_ids(folder), _made(org)

    def owned(table: str, hangs: Callable[[Row], bool]) -> list[Row]:
        key = ENTITIES[table].primary_id
        return [row for row in org.rows(table) if row[key] in ids or (row[key] in made and hangs(row))]

    actions = owned(
        ACTION, lambda row: bool({_fold(row["msdyn_eventparameter"]), _fold(row["msdyn_webresource"])} & names)
    )
    keys = {row["msdyn_conversationactionid"] for row in actions}
    locales = owned(LOCALE, lambda row: row["msdyn_conversationactionkey"] in keys)
    capabilities = owned(CAPABILITY, lambda row: row["msdyn_conversationaction"] in keys)
    chosen = {row["msdyn_provider"] for row in capabilities}
    providers = owned(PROVIDER, lambda row: row["msdyn_providerid"] in chosen)
    found = {LOCALE: locales, CAPABILITY: capabilities, ACTION: actions, PROVIDER: providers}
    found |= {table: owned(table, lambda _row: False) for table in (VARIABLE_VALUE, VARIABLE)}  # what tabs obey
    pointed = {row[column] for table, column in POINTING for row in org.rows(table) if row not in found[table]}
    things = [_thing(table, row) for table, owned_rows in found.items() for row in owned_rows]
    return [thing for thing in things if thing.key not in pointed]


def kit_ids(folder: str) -> set[str]:
    """Return the GUIDs that the kit makes for the rows of a solution, whatever its version."""
    rows: list[tuple[object, ...]] = [(PROVIDER,)]
    for mode in EscalationMode:
        rows += [(ACTION, mode), (CAPABILITY, mode), *((LOCALE, mode, lcid) for lcid in LANGUAGES)]
    rows += [(VARIABLE_VALUE, "behavior"), (VARIABLE, "behavior")]
    return {str(row_id(folder, str(table), *parts)) for table, *parts in rows}


def remember(org: LocalOrg, keys: Iterable[str]) -> None:
    """Remember rows, publishers among them, that an upload has made; what was there before belongs to no solution."""
    org.store.set_setting("made by uploads", json.dumps(sorted(_made(org) | set(keys))))


def has_made(org: LocalOrg, publisher: Row) -> bool:
    """Return whether a publisher has come with a solution."""
    mark = str(publisher_mark(str(publisher["uniquename"])))
    return publisher["publisherid"] in _made(org) or mark in str(publisher["description"])


def _made(org: LocalOrg) -> set[str]:
    return set(json.loads(org.store.setting("made by uploads") or "[]"))


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
