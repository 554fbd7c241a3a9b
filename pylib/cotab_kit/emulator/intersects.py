"""Pairs of a many-to-many relationship in a solution: `<name>set` with an element for each pair.

The two rows stand as attributes, `msdyn_sessiontemplateid.msdyn_uniquename="..."`, in customizations.xml or in a file
below Assets (seen): docs/internals/dataverse.md#components-in-the-zip.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cotab_kit.emulator.parts import invalid_xml, xml
from cotab_kit.emulator.schema import ManyToMany
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import ENTITIES, MANY_TO_MANY
from cotab_kit.solution.xml import Element

ASPAIR_SETS = "Assets/"
PAIR_SETS = {f"{pair.navigation}set": pair for pair in MANY_TO_MANY}

End = tuple[str, str]  # a column of the row's table, and its value
Pair = tuple[str, str, str]  # the relationship and the ids of the two rows


@dataclass(frozen=True)
class Link:
    """A pair of rows, each named by a column and its value."""

    pair: ManyToMany
    first: End
    second: End


def read_links(customizations: Element, files: Mapping[str, bytes], used: set[str]) -> list[Link]:
    """Read the pairs of the relationships that are known here; `used` gets the names of their files."""
    sections = [section for section in customizations if section.tag in PAIR_SETS]
    for name in (f"{ASPAIR_SETS}{section}.xml" for section in PAIR_SETS):
        if name in files:
            used.add(name)
            sections.append(xml(files, name))
    return [link for section in sections for link in _links(section)]


def _links(section: Element) -> Iterator[Link]:
    pair = PAIR_SETS.get(section.tag)
    if pair is None:
        raise invalid_xml(ASPAIR_SETS, f"{section.tag[:100]!r} is no set of pairs")
    for each in section.iterfind(pair.navigation):
        yield Link(pair, _end(each, pair.first), _end(each, pair.second))


def _end(element: Element, table: str) -> End:
    head = f"{ENTITIES[table].primary_id}."
    for name, value in element.attrib.items():
        if name.startswith(head) and name.removeprefix(head) in ENTITIES[table].by_name:
            return name.removeprefix(head), value
    raise invalid_xml(element.tag, f"no attribute names its {table}")


def put_links(store: Store, solution: str, pairs: Iterable[Pair]) -> None:
    """Relate rows, as a solution says."""
    listed = list(pairs)
    store.sql.executemany("INSERT INTO _link VALUES (?, ?, ?, ?)", [(solution, *each) for each in listed])
    for name in {each[0] for each in listed}:
        ends = [(first, second) for each, first, second in listed if each == name]
        store.sql.executemany(f'INSERT OR IGNORE INTO "{name}" VALUES (?, ?)', ends)


def drop_links(store: Store, solution: str, *, undo: bool) -> None:
    """Forget the pairs of a solution; `undo` also parts the rows that no other solution relates."""
    named = store.look("SELECT DISTINCT pair FROM _link WHERE solutionid = ?", [solution])
    for name in [str(row[0]) for row in named] if undo else ():
        mine = "SELECT first, second FROM _link WHERE pair = ? AND solutionid = ?"
        others = "SELECT first, second FROM _link WHERE pair = ? AND solutionid <> ?"
        statement = f'DELETE FROM "{name}" WHERE (first, second) IN ({mine} EXCEPT {others})'
        store.sql.execute(statement, [name, solution, name, solution])
    store.sql.execute("DELETE FROM _link WHERE solutionid = ?", [solution])
