"""Rows of a data package, written into an org over the Web API as the Configuration Migration tool does it.

A row is found by the columns that the package's schema marks, or else by its id, and changed; otherwise it is made. Of
a provider's own package, which goes by ids, a row of the same name that points to the same rows is somebody else's: it
stands in the place of the package's, rows of the package may point at it, and it is never changed.
Source: docs/internals/dataverse.md#the-data-package-and-appsource.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from cotab_kit.desktop.data_package import DataPackage, DataPair, DataRow, Pointer, Value
from cotab_kit.emulator.schema import TEXTS, Entity
from cotab_kit.emulator.tables import ENTITIES
from cotab_setup.provisioning import WebApi
from cotab_setup.replies import OK
from cotab_setup.web_api import ABSENT, Values, call, literal, query, rows_of

Target = tuple[str, str]  # a table, and the id that the package has for one of its rows


@dataclass(frozen=True)
class Theirs:
    """A row of somebody else's that rows of the package point at."""

    key: str
    title: str


@dataclass
class Outcome:
    """What has been written, the ids of what was not there before, whose rows are used, and what is passed over."""

    written: int = 0
    made: list[str] = field(default_factory=list)
    theirs: list[Theirs] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Say it in a line."""
        used = [f"theirs, used: {', '.join(each.title for each in self.theirs)}"] if self.theirs else []
        left = [f"passed over: {'; '.join(self.passed_over)}"] if self.passed_over else []
        return "; ".join([f"{self.written} rows are written", *used, *left])


async def write_package(api: WebApi, package: DataPackage) -> Outcome:
    """Write the rows and pairs of a package. Raises WebApiError where the org refuses one."""
    writing = _Writing(api, package)
    for row in package.rows:
        await writing.find(row)
    for row in package.rows:
        await writing.write(row)
    await writing.write_lookups()
    for pair in package.pairs:
        await writing.write_pair(pair)
    return writing.outcome


class _Writing:
    """One package on its way into an org."""

    def __init__(self, api: WebApi, package: DataPackage) -> None:
        self._api, self._package = api, package
        self._ids: dict[Target, str] = {}
        self._there: set[Target] = set()
        self._later: list[tuple[DataRow, dict[str, Pointer]]] = []
        self.outcome = Outcome(passed_over=list(package.passed_over))

    async def find(self, row: DataRow) -> None:
        """Find the row of the org that a row of the package is."""
        target = row.entity.name, row.key
        self._ids[target] = row.key
        found = await self._ids_by(row)
        if await self._exists(row.entity, row.key):
            found = found if found and row.key not in found else [row.key]
        elif self._package.is_of_a_provider:
            found = await self._standing_for(row)
            self.outcome.theirs += [Theirs(found[0], row.title)] if found else []
        if found:
            self._ids[target] = found[0]
            self._there.add(target)

    async def _ids_by(self, row: DataRow) -> list[str]:
        """List the rows that have the same values in the columns by which this table's rows are compared."""
        columns = self._package.compare.get(row.entity.name, ())
        known = {name: row.values.get(name) for name in columns if name != row.entity.primary_id}
        for name in set(known) & set(row.lookups):
            pointer = row.lookups[name]
            known[name] = self._ids.get((pointer.entity.name, pointer.key), pointer.key)
        return await self._ids_where(row.entity, known) if known else []

    async def _standing_for(self, row: DataRow) -> list[str]:
        """List the rows of the same name that point to the same rows."""
        pointers = {name: self._ids.get((each.entity.name, each.key), each.key) for name, each in row.lookups.items()}
        name = row.entity.primary_name
        return await self._ids_where(row.entity, pointers | {name: row.values.get(name)})

    async def _ids_where(self, entity: Entity, values: Mapping[str, Value | None]) -> list[str]:
        if not all(name in entity.by_name and value is not None for name, value in values.items()):
            return []
        where = " and ".join(_condition(entity, name, value) for name, value in values.items())
        path = query(entity.entity_set, select=[entity.primary_id], where=where)
        rows = await rows_of(self._api, path, f"Looking for {entity.title}", guid=entity.primary_id)
        return [str(row[entity.primary_id]) for row in rows]

    async def _exists(self, entity: Entity, key: str) -> bool:
        path = f"{entity.entity_set}({key})?$select={entity.primary_id}"
        return (await call(self._api, "GET", path, f"Looking for {entity.title}", accepted=ABSENT)).status in OK

    async def write(self, row: DataRow) -> None:
        """Make or change a row. Lookups to rows of the package that are not there yet wait."""
        target = row.entity.name, row.key
        if self._ids[target] in {each.key for each in self.outcome.theirs}:
            return
        waiting = self._ids.keys() - self._there
        later = {name: each for name, each in row.lookups.items() if (each.entity.name, each.key) in waiting}
        now = {name: each for name, each in row.lookups.items() if name not in later}
        await self._patch(row, {**row.values, **await self._bound(row, now)})
        if target not in self._there:
            self.outcome.made.append(self._ids[target])
        self._there.add(target)
        self.outcome.written += 1
        if later:
            self._later.append((row, later))

    async def write_lookups(self) -> None:
        """Write the lookups that had to wait."""
        for row, lookups in self._later:
            await self._patch(row, await self._bound(row, lookups))

    async def _patch(self, row: DataRow, body: Values) -> None:
        path = f"{row.entity.entity_set}({self._ids[row.entity.name, row.key]})"
        await call(self._api, "PATCH", path, f"Writing {row.title}", body=body)

    async def _bound(self, row: DataRow, lookups: Mapping[str, Pointer]) -> dict[str, str]:
        """Return the lookups as the Web API takes them. Who is not here owns nothing; other gaps are listed."""
        body = {}
        for name, pointer in lookups.items():
            key = self._ids.get((pointer.entity.name, pointer.key))
            if key or await self._exists(pointer.entity, pointer.key):
                address = f"/{pointer.entity.entity_set}({key or pointer.key})"
                body[f"{row.entity.by_name[name].navigation}@odata.bind"] = address
            elif name != "ownerid":
                self.outcome.passed_over.append(f"{name} of {row.title}, as {pointer.key} is not here")
        return body

    async def write_pair(self, pair: DataPair) -> None:
        """Relate two rows, if both are here."""
        ends = [(ENTITIES[pair.pair.first], pair.first), (ENTITIES[pair.pair.second], pair.second)]
        keys = [self._ids.get((entity.name, key), key) for entity, key in ends]
        if not all([await self._exists(entity, key) for (entity, _), key in zip(ends, keys, strict=True)]):
            self.outcome.passed_over.append(f"{pair.pair.navigation} of {pair.first} and {pair.second}")
            return
        first, second = (f"{entity.entity_set}({key})" for (entity, _), key in zip(ends, keys, strict=True))
        path = f"{first}/{pair.pair.navigation}/$ref"
        await call(self._api, "POST", path, "Relating rows", body={"@odata.id": second})


def _condition(entity: Entity, name: str, value: Value | None) -> str:
    attribute = entity.by_name[name]
    text = literal(str(value)) if attribute.type in TEXTS else str(value) if attribute.target else json.dumps(value)
    return f"{attribute.property} eq {text}"
