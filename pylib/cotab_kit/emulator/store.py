"""Rows in SQLite: one SQL table for each table of the org, and a few for what Dataverse keeps out of sight.

No rules beside types and unique ids are kept here; records.py has them.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from cotab_kit.emulator.schema import NUMBERS, YES_NO, Attribute, Entity, Row, Scalar, Type
from cotab_kit.emulator.tables import ENTITIES, MANY_TO_MANY
from cotab_kit.errors import DesktopError

LAYOUT = 3  # of the database; another number is another layout
FOUND_BY = {"webresource": ("name",), "solutioncomponent": ("objectid",)}  # beside alternate keys
HIDDEN = """
CREATE TABLE IF NOT EXISTS _setting (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS _privilege (userid TEXT, name TEXT, UNIQUE (userid, name));
CREATE TABLE IF NOT EXISTS _job (id TEXT PRIMARY KEY, steps INTEGER, payload TEXT);
CREATE TABLE IF NOT EXISTS _unpublished (id TEXT PRIMARY KEY, changes TEXT);
CREATE TABLE IF NOT EXISTS _layer (
    number INTEGER PRIMARY KEY, solutionid TEXT, entity TEXT, id TEXT, columns TEXT, UNIQUE (solutionid, entity, id));
CREATE INDEX IF NOT EXISTS "_layer by id" ON _layer (id);
CREATE TABLE IF NOT EXISTS _need (
    solutionid TEXT, kind TEXT, id TEXT, name TEXT, dependentkind TEXT, dependentid TEXT, dependentname TEXT);
CREATE TABLE IF NOT EXISTS _package (solutionid TEXT PRIMARY KEY, content TEXT);
CREATE TABLE IF NOT EXISTS _made (name TEXT PRIMARY KEY, definition TEXT);
CREATE TABLE IF NOT EXISTS _staged (id TEXT PRIMARY KEY, file TEXT);
CREATE TABLE IF NOT EXISTS _link (solutionid TEXT, pair TEXT, first TEXT, second TEXT);
CREATE TABLE IF NOT EXISTS _unknown (solutionid TEXT, kind TEXT, name TEXT, content BLOB);
"""


class Store:
    """A database. `path` None keeps it in memory."""

    def __init__(self, path: Path | None) -> None:
        self.lock = threading.RLock()
        try:
            self.sql = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
            self.sql.create_function("fold", 1, _fold, deterministic=True)
            self._lay_out()
        except sqlite3.Error as error:
            raise DesktopError(
                f"{path} is not the database of a local org: {error}", hint="Choose another file, or delete this one."
            ) from error
        self.sql.row_factory = sqlite3.Row
        self._depth = 0

    def _lay_out(self) -> None:
        (found,) = self.sql.execute("PRAGMA user_version").fetchone()
        if found not in (0, LAYOUT):
            raise sqlite3.DatabaseError(f"its layout is {found}, this version of the kit knows {LAYOUT}")
        self.sql.executescript(HIDDEN)
        for entity in ENTITIES.values():
            self.lay_out(entity)
        for pair in MANY_TO_MANY:
            self.sql.execute(
                f'CREATE TABLE IF NOT EXISTS "{pair.navigation}" (first TEXT, second TEXT, UNIQUE (first, second))'
            )
        self.sql.execute(f"PRAGMA user_version = {LAYOUT}")

    def lay_out(self, entity: Entity) -> None:
        """Make the SQL table of a table, and what it is searched by."""
        columns = ", ".join(_declaration(entity, attribute) for attribute in entity.attributes)
        self.sql.execute(f'CREATE TABLE IF NOT EXISTS "{entity.name}" ({columns})')
        for name in (*entity.keys, *FOUND_BY.get(entity.name, ())):
            index = f'"{entity.name} by {name}" ON "{entity.name}" (fold("{name}"))'
            self.sql.execute(f"CREATE INDEX IF NOT EXISTS {index}")
        for each in entity.attributes:
            if each.target:
                index = f'CREATE INDEX IF NOT EXISTS "{entity.name} {each.name}" ON "{entity.name}" ("{each.name}")'
                self.sql.execute(index)

    def close(self) -> None:
        """Let go of the file."""
        self.sql.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all of the block or nothing. May be nested; what fails inside undoes only what was done inside."""
        with self.lock:
            name = f"depth{self._depth}"
            self._depth += 1
            self.sql.execute(f"SAVEPOINT {name}")
            try:
                yield
            except BaseException:
                self.sql.execute(f"ROLLBACK TO {name}")
                raise
            finally:
                self.sql.execute(f"RELEASE {name}")
                self._depth -= 1

    def select(
        self,
        entity: Entity,
        where: str = "",
        values: Sequence[Scalar] = (),
        rest: str = "",
        columns: Iterable[str] = (),
    ) -> list[Row]:
        """Read rows as the Web API has them: yes and no are booleans. `where` names the table `t`."""
        names = list(dict.fromkeys(columns)) or [attribute.name for attribute in entity.attributes]
        listed = ", ".join(f't."{name}"' for name in names)
        condition = f"WHERE {where}" if where else ""
        with self.lock:
            found = self.sql.execute(f'SELECT {listed} FROM "{entity.name}" t {condition} {rest}', values).fetchall()
        flags = {name for name in names if entity.by_name[name].type in YES_NO}
        return [{name: _flag(row[name]) if name in flags else row[name] for name in names} for row in found]

    def find(self, entity: Entity, **values: Scalar) -> list[Row]:
        """Find the rows with these values, compared without regard to case."""
        tests = [f'fold(t."{name}") IS fold(?)' for name in values]
        return self.select(entity, " AND ".join(tests), list(values.values()))

    def get(self, entity: Entity, key: str, columns: Iterable[str] = ()) -> Row | None:
        """Read the row with this id."""
        rows = self.select(entity, f't."{entity.primary_id}" = ?', [key], columns=columns)
        return rows[0] if rows else None

    def count(self, entity: Entity, where: str = "", values: Sequence[Scalar] = ()) -> int:
        """Count the rows."""
        condition = f"WHERE {where}" if where else ""
        with self.lock:
            (number,) = self.sql.execute(f'SELECT count(*) FROM "{entity.name}" t {condition}', values).fetchone()
        return int(number)

    def insert(self, entity: Entity, values: Mapping[str, Scalar]) -> str:
        """Insert a row; what is not given has its default. Returns its id."""
        row: Row = {attribute.name: attribute.default for attribute in entity.attributes}
        row |= {entity.primary_id: str(uuid4())} | self._stamps(entity, "createdon", "modifiedon", "overwritetime")
        if "componentidunique" in row:
            row["componentidunique"] = str(uuid4())
        row |= values
        marks = ", ".join("?" * len(row))
        listed = ", ".join(f'"{name}"' for name in row)
        with self.lock:
            self.sql.execute(f'INSERT INTO "{entity.name}" ({listed}) VALUES ({marks})', list(row.values()))
        return str(row[entity.primary_id])

    def update(self, entity: Entity, key: str, changes: Mapping[str, Scalar]) -> None:
        """Change a row."""
        row = {**self._stamps(entity, "modifiedon"), **changes}
        if not row:
            return
        listed = ", ".join(f'"{name}" = ?' for name in row)
        with self.lock:
            self.sql.execute(
                f'UPDATE "{entity.name}" SET {listed} WHERE "{entity.primary_id}" = ?', [*row.values(), key]
            )

    def delete(self, entity: Entity, key: str) -> None:
        """Remove a row, and nothing else."""
        with self.lock:
            self.sql.execute(f'DELETE FROM "{entity.name}" WHERE "{entity.primary_id}" = ?', [key])

    def _stamps(self, entity: Entity, *times: str) -> Row:
        stamps: Row = {name: now() for name in times if name in entity.by_name}
        if "versionnumber" in entity.by_name:
            stamps["versionnumber"] = self.next_number("versionnumber")
        return stamps

    def next_number(self, name: str) -> int:
        """Return a number that has not been before."""
        number = int(self.setting(name) or "1000000") + 1
        self.set_setting(name, str(number))
        return number

    def setting(self, name: str) -> str | None:
        """Return what is kept under this name."""
        with self.lock:
            found = self.sql.execute("SELECT value FROM _setting WHERE name = ?", [name]).fetchone()
        return found[0] if found else None

    def set_setting(self, name: str, value: str) -> None:
        """Keep something under a name."""
        with self.lock:
            self.sql.execute("INSERT OR REPLACE INTO _setting VALUES (?, ?)", [name, value])


def now() -> str:
    """Return the time as Dataverse writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def packed(values: Mapping[str, Scalar]) -> str:
    """Write columns as text for a hidden table."""
    return json.dumps(values)


def unpacked(text: str) -> Row:
    """Read what `packed` wrote."""
    row: Row = json.loads(text)
    return row


def _declaration(entity: Entity, attribute: Attribute) -> str:
    kind = "INTEGER" if attribute.type in NUMBERS | YES_NO and attribute.type is not Type.DOUBLE else "TEXT"
    kind = "REAL" if attribute.type is Type.DOUBLE else kind
    return f'"{attribute.name}" {kind}' + (" PRIMARY KEY" if attribute.name == entity.primary_id else "")


def _fold(value: Scalar) -> Scalar:
    """Fold case, as Dataverse compares texts without regard to it."""
    return value.casefold() if isinstance(value, str) else value


def _flag(value: Scalar) -> bool | None:
    return None if value is None else bool(value)
