"""Addresses of rows: `msdyn_providers(<guid>)`, `msdyn_templateparameters(msdyn_uniquename='...')`.

They stand in the path of a request and in what @odata.bind points to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from cotab_kit.emulator.errors import (
    bad_query,
    invalid,
    no_row_with_key,
    no_such_row,
    no_such_segment,
)
from cotab_kit.emulator.filters import GUID
from cotab_kit.emulator.schema import Entity
from cotab_kit.emulator.store import Store

API = "api/data/"  # the Web API's path, with a version behind it
MAX_ADDRESS = 32_768

_SEGMENT = re.compile(r"(?P<name>[\w.$]+)(?:\((?P<inside>(?:'[^']*'|[^')])*)\))?(?:/|$)")
_PAIR = re.compile(r"\s*(?:(?P<name>[\w@]+)\s*=)?\s*(?P<value>[\w.]*'(?:[^']|'')*'|\[[^\]]*\]|[^',\s]+)\s*(?:,|$)")


@dataclass(frozen=True)
class Segment:
    """A part of a path. `arguments` are what stands in its brackets; without a name it is under ""."""

    name: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    bracketed: bool = False


def segments(path: str) -> list[Segment]:
    """Split a path into its parts. Slashes and commas within quotes are text."""
    found, at = [], 0
    while at < len(path):
        match = _SEGMENT.match(path, at)
        if not match:
            raise no_such_segment(path[at : at + 200])
        inside = match["inside"]
        found.append(Segment(match["name"], _arguments(inside or ""), inside is not None))
        at = match.end()
    return found


def _arguments(text: str) -> dict[str, str]:
    found, at = {}, 0
    while at < len(text):
        match = _PAIR.match(text, at)
        if not match:
            raise bad_query(f"Syntax error at position {at} in '{text[:200]}'.")
        found[match["name"] or ""] = match["value"]
        at = match.end()
    return found


def unquoted(value: str) -> str:
    """Return a text without its quotes."""
    return value[1:-1].replace("''", "'") if value[:1] == "'" else value


@dataclass(frozen=True)
class Key:
    """How a row is named: by its id, or by the values of an alternate key."""

    entity: Entity
    values: Mapping[str, str]

    @property
    def by_id(self) -> str | None:
        """The id, if that is how the row is named."""
        return self.values.get(self.entity.primary_id)

    def find(self, store: Store) -> str | None:
        """Find the row. Returns its id."""
        rows = store.find(self.entity, **self.values)
        return str(rows[0][self.entity.primary_id]) if rows else None

    def row(self, store: Store) -> str:
        """Return the id of the row. Raises RefusedError if there is none."""
        found = self.find(store)
        if found is None:
            raise (no_such_row(self.entity.name, self.by_id) if self.by_id else no_row_with_key(self.entity.name))
        return found


def key(entity: Entity, segment: Segment) -> Key:
    """Read the brackets behind a table's name. Raises RefusedError for what is no key of the table."""
    arguments = dict(segment.arguments)
    if "" in arguments:
        arguments[entity.primary_id] = arguments.pop("")
    if set(arguments) == {entity.primary_id}:
        value = unquoted(arguments[entity.primary_id])
        if not GUID.fullmatch(value):
            raise bad_query(f"Unrecognized 'Edm.String' literal '{value[:100]}' in '{segment.name}'.")
        return Key(entity, {entity.primary_id: value.lower()})
    if not arguments or set(arguments) != set(entity.keys):
        raise invalid("0x8006088a", "Bad Request - Error in query syntax.")
    return Key(entity, {name: unquoted(value) for name, value in arguments.items()})


def bound_row(store: Store, target: Entity, value: object) -> str | None:
    """Return the id of the row that @odata.bind names, as `/msdyn_providers(<guid>)` or with the address before it."""
    return None if value is None else address_key(target, value).row(store)


def address_key(target: Entity, value: object) -> Key:
    """Return the key in the address of a row of this table. Raises RefusedError for any other address."""
    if not isinstance(value, str) or len(value) > MAX_ADDRESS:
        raise no_such_segment(str(value)[:200])
    path = re.sub(rf"^(https?://[^/]+)?/?({API}v[\d.]+/)?", "", value)
    try:
        (segment,) = segments(path)
    except ValueError:
        raise no_such_segment(value[:200]) from None
    if not segment.bracketed or segment.name != target.entity_set:
        raise no_such_segment(value[:200])
    return key(target, segment)
