"""Rows in SQLite: one SQL table for each table of the org, and a few for what Dataverse keeps out of sight.

No rules beside types and unique ids are kept here; records.py has them.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from cotab_kit.emulator.schema import NUMBERS, TEXTS, YES_NO, Attribute, Entity, Row, Scalar, Type
from cotab_kit.emulator.tables import ENTITIES, MANY_TO_MANY
from cotab_kit.errors import DesktopError

LAYOUT = 3  # of the database; another number is another layout
FOUND_BY = {"webresource": ("name",), "solutioncomponent": ("objectid",)}  # beside alternate keys
LISTED = "(SELECT value FROM json_each(?))"  # the values of a list, given as JSON
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
CREATE INDEX IF NOT EXISTS "_unknown by ending" ON _unknown (ending(name));
"""


class Store:
    """A database. `path` None keeps it in memory."""

    def __init__(self, path: Path | None) -> None:
        self.lock = threading.RLock()
        try:
            self.sql = connect(path)
            self._lay_out()
        except sqlite3.Error as error:
            raise DesktopError(
                f"{path} is not the database of a local org: {error}", hint="Choose another file, or delete this one."
            ) from error
        self._depth = 0
        self._version: int | None = None  # the newest one, while a transaction is under way that has made one

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
        lookups = (attribute.name for attribute in entity.attributes if attribute.target)
        for name in (*entity.keys, *FOUND_BY.get(entity.name, ()), *lookups):
            folded = _is_folded(entity, name)
            index = f'"{entity.name} by {name}"' if folded else f'"{entity.name} {name}"'
            column = f'fold("{name}")' if folded else f'"{name}"'
            self.sql.execute(f'CREATE INDEX IF NOT EXISTS {index} ON "{entity.name}" ({column})')

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
                if self._depth == 1:
                    self._keep_version()
            except BaseException:
                self.sql.execute(f"ROLLBACK TO {name}")
                if self._depth == 1:
                    self._version = None
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
        tests = [f"{_folded(entity, name)} IS ?" for name in values]
        return self.select(entity, " AND ".join(tests), [fold(value) for value in values.values()])

    def ids(self, entity: Entity, column: str, values: Iterable[Scalar]) -> dict[Scalar, str]:
        """Find the rows with one of these values, whatever their case: their ids, by the folded values."""
        listed, folded = json.dumps([fold(value) for value in values]), _folded(entity, column)
        with self.lock:
            found = self.sql.execute(
                f'SELECT {folded}, t."{entity.primary_id}" FROM "{entity.name}" t WHERE {folded} IN {LISTED}',
                [listed],
            ).fetchall()
        return {row[0]: str(row[1]) for row in reversed(found)}

    def get(self, entity: Entity, key: str, columns: Iterable[str] = ()) -> Row | None:
        """Read the row with this id."""
        rows = self.select(entity, f't."{entity.primary_id}" = ?', [key], columns=columns)
        return rows[0] if rows else None

    def among(self, entity: Entity, column: str, values: Iterable[Scalar], columns: Iterable[str] = ()) -> list[Row]:
        """Find the rows with one of these values, compared without regard to case."""
        listed = json.dumps([fold(value) for value in values])
        return self.select(entity, f"{_folded(entity, column)} IN {LISTED}", [listed], columns=columns)

    def count(self, entity: Entity, where: str = "", values: Sequence[Scalar] = ()) -> int:
        """Count the rows."""
        condition = f"WHERE {where}" if where else ""
        with self.lock:
            (number,) = self.sql.execute(f'SELECT count(*) FROM "{entity.name}" t {condition}', values).fetchone()
        return int(number)

    def look(self, statement: str, values: Sequence[Scalar] = ()) -> list[sqlite3.Row]:
        """Read what no table of the org has, when nobody writes."""
        with self.lock:
            return self.sql.execute(statement, values).fetchall()

    def insert(self, entity: Entity, values: Mapping[str, Scalar]) -> str:
        """Insert a row; what is not given has its default. Returns its id."""
        (key,) = self.insert_all(entity, [values])
        return key

    def insert_all(self, entity: Entity, rows: Iterable[Mapping[str, Scalar]]) -> list[str]:
        """Insert rows with the same columns; what is not given has its default. Returns their ids."""
        defaults = {attribute.name: attribute.default for attribute in entity.attributes}
        times = _times(entity, "createdon", "modifiedon", "overwritetime")
        made = [defaults | times | self._new(entity) | dict(values) for values in rows]
        names = list(made[0]) if made else []
        listed, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
        with self.lock:
            if made:
                statement = f'INSERT INTO "{entity.name}" ({listed}) VALUES ({marks})'
                self.sql.executemany(statement, [[row[name] for name in names] for row in made])
        return [str(row[entity.primary_id]) for row in made]

    def _new(self, entity: Entity) -> Row:
        """Return what the database itself says of a new row."""
        row = {entity.primary_id: str(uuid4())} | self._version_of(entity)
        return row | {"componentidunique": str(uuid4())} if "componentidunique" in entity.by_name else row

    def update(self, entity: Entity, key: str, changes: Mapping[str, Scalar]) -> None:
        """Change a row."""
        self.update_all(entity, {key: changes})

    def update_all(self, entity: Entity, rows: Mapping[str, Mapping[str, Scalar]]) -> None:
        """Change rows: what changes in each, by its id."""
        alike, times = defaultdict[tuple[str, ...], list[list[Scalar]]](list), _times(entity, "modifiedon")
        for key, changes in rows.items():
            row = {**times, **self._version_of(entity), **changes}
            alike[tuple(row)].append([*row.values(), key])
        for names, values in alike.items():
            listed = ", ".join(f'"{name}" = ?' for name in names)
            with self.lock:
                if names:
                    statement = f'UPDATE "{entity.name}" SET {listed} WHERE "{entity.primary_id}" = ?'
                    self.sql.executemany(statement, values)

    def delete(self, entity: Entity, key: str) -> None:
        """Remove a row, and nothing else."""
        self.delete_all(entity, [key])

    def delete_all(self, entity: Entity, keys: Iterable[str]) -> None:
        """Remove rows, and nothing else."""
        with self.lock:
            statement = f'DELETE FROM "{entity.name}" WHERE "{entity.primary_id}" IN {LISTED}'
            self.sql.execute(statement, [json.dumps(list(keys))])

    def _version_of(self, entity: Entity) -> Row:
        return {"versionnumber": self._next_version()} if "versionnumber" in entity.by_name else {}

    def _next_version(self) -> int:
        """Return a version that no row has, counted in memory for the length of a transaction."""
        with self.lock:
            version = int(self.setting("versionnumber") or 1_000_000) if self._version is None else self._version
            self._version = version + 1
            if not self._depth:
                self._keep_version()
            return version + 1

    def _keep_version(self) -> None:
        if self._version is not None:
            self.set_setting("versionnumber", str(self._version))
            self._version = None

    def next_number(self, name: str) -> int:
        """Return a number that has not been before."""
        number = int(self.setting(name) or "0") + 1
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


def connect(path: Path | None = None) -> sqlite3.Connection:
    """Open a database, with the functions that its statements have."""
    sql = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
    sql.create_function("fold", 1, fold, deterministic=True)
    sql.create_function("ending", 1, _ending, deterministic=True)
    sql.row_factory = sqlite3.Row
    return sql


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


def _times(entity: Entity, *names: str) -> Row:
    """Return the time that it is for those of the columns that the table has."""
    return dict.fromkeys((name for name in names if name in entity.by_name), now())


def _declaration(entity: Entity, attribute: Attribute) -> str:
    kind = "INTEGER" if attribute.type in NUMBERS | YES_NO and attribute.type is not Type.DOUBLE else "TEXT"
    kind = "REAL" if attribute.type is Type.DOUBLE else kind
    return f'"{attribute.name}" {kind}' + (" PRIMARY KEY" if attribute.name == entity.primary_id else "")


def _folded(entity: Entity, column: str) -> str:
    """Return the SQL by which a column is compared."""
    return f'fold(t."{column}")' if _is_folded(entity, column) else f't."{column}"'


def _is_folded(entity: Entity, column: str) -> bool:
    """Return whether a column is compared without regard to case; ids are kept in small letters."""
    return entity.by_name[column].type in TEXTS


def fold(value: Scalar) -> Scalar:
    """Fold case, as Dataverse compares texts without regard to it."""
    return value.casefold() if isinstance(value, str) else value


def _ending(name: str) -> str:
    """Return the last two parts of a file's path: the row and the table of a component, whatever their case."""
    return "/".join(name.split("/")[-2:]).casefold()


def _flag(value: Scalar) -> bool | None:
    return None if value is None else bool(value)
