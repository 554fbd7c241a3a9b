"""Overview of an org, as the lines of the page: this version's rows and app tab templates, what is left of others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cotab_setup.provisioning import Found, Presence, Provisioning, RowPresence, State, WebApi, present
from cotab_setup.provisioning.rows import TABLES
from cotab_setup.web_api import any_of, literal, query, rows_of

__all__ = ["Line", "Overview", "look"]

TEMPLATE = "msdyn_applicationtabtemplate"
TEMPLATES = f"{TEMPLATE}s"


@dataclass(frozen=True)
class Line:
    """One row: its table, its name, how it was found (a key below `row.` of the texts), and what differs."""

    path: str
    table: str
    name: str
    found: str
    detail: str = ""

    @property
    def key(self) -> str:
        """What tells it from the others, as an id in the document."""
        return "row-" + "".join(letter if letter.isalnum() else "-" for letter in self.path)


@dataclass(frozen=True)
class Overview:
    """Everything that is shown of the org, and what the steps are planned from."""

    presence: Presence
    lines: tuple[Line, ...]

    @property
    def state(self) -> str:
        """All of it in one word: nothing, partly, differs, complete."""
        state = self.presence.state
        if state is State.NOTHING:
            return "nothing"
        if state is State.PARTLY or not self.has_templates:
            return "partly"
        return "complete" if state is State.COMPLETE else "differs"

    @property
    def has_templates(self) -> bool:
        """Whether the solution brought its app tab templates."""
        return all(line.found == "there" for line in self.lines if line.table == TEMPLATE)


async def look(api: WebApi, provisioning: Provisioning, templates: Iterable[str]) -> Overview:
    """Read everything that is shown of the org. Raises WebApiError."""
    presence = await present(api, provisioning)
    there = await _templates(api, list(templates))
    rows = [_line(row) for row in presence.rows]
    others = [
        *(_other(row, "stale") for row in presence.stale),
        *(_other(row, "foreign") for row in (*presence.foreign, *presence.similar)),
    ]
    lines = {line.path: line for line in (*others, *there, *rows)}  # a row of others that is used is told once
    return Overview(presence, tuple(line for line in (*rows, *there, *others) if lines[line.path] is line))


async def _templates(api: WebApi, names: list[str]) -> list[Line]:
    where = any_of(f"msdyn_uniquename eq {literal(name)}" for name in names)
    path = query(TEMPLATES, select=["msdyn_uniquename"], where=where)
    rows = await rows_of(api, path, "Reading the app tab templates")
    there = {str(row.get("msdyn_uniquename")).casefold() for row in rows}
    return [
        Line(f"{TEMPLATES}({name})", TEMPLATE, name, "there" if name.casefold() in there else "missing")
        for name in names
    ]


def _line(presence: RowPresence) -> Line:
    row, wrong, edited = presence.row, presence.differences, presence.edited
    if presence.used:
        return Line(presence.used.path, TABLES[row.entity_set].name, row.name, "used")
    found = "missing" if presence.found is None else "differs" if wrong else "edited" if edited else "there"
    detail = ", ".join(name.partition("@")[0] for name in wrong or edited)
    return Line(row.path, TABLES[row.entity_set].name, row.name, found, detail)


def _other(row: Found, found: str) -> Line:
    return Line(row.path, row.table.name, str(row.values.get("msdyn_name") or row.id), found)
