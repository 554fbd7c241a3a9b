"""Rows by Dataverse's rules: ids and keys are unique, required columns stay, deleting cascades.

Requests and the import and removal of solutions obey the same rules.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus

from cotab_kit.emulator import webresource_rules
from cotab_kit.emulator.dependencies import refuse_if_needed
from cotab_kit.emulator.errors import RefusedError, invalid, managed_solution
from cotab_kit.emulator.layers import cover
from cotab_kit.emulator.schema import Attribute, Entity, OnDelete, Required, Row
from cotab_kit.emulator.store import LISTED, Store, fold, now, packed, unpacked
from cotab_kit.emulator.tables import ENTITIES, MANY_TO_MANY
from cotab_kit.emulator.tables.platform import GREATEST_LIMIT, NOTE, NOTED, ORGANIZATION
from cotab_kit.emulator.tables.solutions import PUBLISHER, SOLUTION, SOLUTION_COMPONENT, VARIABLE_VALUE, WEB_RESOURCE

UNIQUE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
VERSION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}){1,3}")
PREFIX = re.compile(r"(?!mscrm)[a-z][a-z0-9]{1,7}", re.IGNORECASE)


def create(store: Store, entity: Entity, row: Row) -> str:
    """Create a row. Returns its id."""
    _need_columns(entity, [row])
    _refuse_taken(store, entity, [row])
    _unique(store, entity, {"": row})
    check_rules(store, entity, [row])
    return store.insert(entity, _stamped(entity, row))


def create_all(store: Store, entity: Entity, rows: Sequence[Row]) -> None:
    """Create the rows of a package, whose names are known to be free."""
    _need_columns(entity, rows)
    _refuse_taken(store, entity, rows)
    check_rules(store, entity, rows, imported=True)
    store.insert_all(entity, [_stamped(entity, row) for row in rows])


def _need_columns(entity: Entity, rows: Iterable[Row]) -> None:
    required = [each for each in entity.attributes if each.required is Required.SYSTEM and each.writable]
    needed = {each.name: each.default for each in required if each.name != entity.primary_id}
    for row in rows:
        for name, default in needed.items():
            if row.get(name, default) is None:
                raise invalid("0x80040200", f"Required field '{name}' is missing on {entity.name}.")


def _stamped(entity: Entity, row: Row) -> Row:
    """Return a row with what is known of it as it is made."""
    hidden: Row = {"componentstate": 1} if entity is WEB_RESOURCE else {}
    if row.get("overriddencreatedon"):  # whoever migrates a row says when it was made
        row = row | {"createdon": row["overriddencreatedon"], "overriddencreatedon": now()}
    return hidden | _with_target(entity, row)


def _refuse_taken(store: Store, entity: Entity, rows: Sequence[Row]) -> None:
    """Refuse the ids of other rows, and a second value of an environment variable."""
    texts = {entity.primary_id: "Cannot insert duplicate key."}
    if entity is VARIABLE_VALUE:
        texts["environmentvariabledefinitionid"] = "A value of this environment variable already exists."
    for column, text in texts.items():
        given = [row[column] for row in rows if row.get(column)]
        if len(set(given)) < len(given) or (given and store.ids(entity, column, given)):
            raise RefusedError(HTTPStatus.PRECONDITION_FAILED, "0x80040237", text)


def _with_target(entity: Entity, row: Row) -> Row:
    """Put what a note is attached to under the one name by which it is read."""
    for name in NOTED if entity is NOTE else ():
        if row.get(f"objectid_{name}"):
            row = row | {"objectid": row[f"objectid_{name}"], "objecttypecode": name}
    return row


def change(store: Store, entity: Entity, key: str, changes: Row, *, imported: bool = False) -> None:
    """Change a row. A web resource shows it once it is published."""
    change_all(store, entity, {key: changes}, imported=imported)


def change_all(store: Store, entity: Entity, rows: Mapping[str, Row], *, imported: bool = False) -> None:
    """Change rows: what changes in each, by its id. Web resources show it once they are published."""
    rows = {key: {name: row[name] for name in row if name != entity.primary_id} for key, row in rows.items()}
    _refuse_managed(store, entity, rows, "Update")
    _unique(store, entity, rows)
    check_rules(store, entity, rows.values(), imported=imported)
    if entity is WEB_RESOURCE:
        merged = {key: before | rows[key] for key, before in unpublished(store, rows).items()}
        values = [(key, packed(merged.get(key, changes))) for key, changes in rows.items()]
        store.sql.executemany("INSERT OR REPLACE INTO _unpublished VALUES (?, ?)", values)
        return
    apply_changes(store, entity, rows)


def unpublished(store: Store, keys: Iterable[str]) -> dict[str, Row]:
    """Find what has been written to these web resources since they were published, by their ids."""
    found = store.look(f"SELECT id, changes FROM _unpublished WHERE id IN {LISTED}", [json.dumps(list(keys))])
    return {str(row[0]): unpacked(row[1]) for row in found}


def apply_changes(store: Store, entity: Entity, rows: Mapping[str, Row]) -> None:
    """Change rows at once; over managed ones, the changes lie on top as an unmanaged layer."""
    cover(store, entity, rows)
    store.update_all(entity, {key: _with_target(entity, changes) for key, changes in rows.items()})


def remove(store: Store, entity: Entity, key: str) -> None:
    """Delete a row as a request does: not if it came with a managed solution, nor if something else needs it."""
    _refuse_managed(store, entity, [key], "Delete")
    if entity is PUBLISHER and _is_readonly(store, key):
        raise invalid("0x8004f006", "Attempting to delete a restricted publisher.")
    if entity.component_type:
        refuse_if_needed(store, entity, key)
    discard_all(store, {entity: [key]})


def discard_all(store: Store, going: Mapping[Entity, Sequence[str]], *, uninstalling: bool = False) -> None:
    """Delete rows and what depends on them: links are cut, children go, components leave their solutions.

    Uninstalling leaves the values of environment variables that an administrator set
    (docs/internals/dataverse.md#environment-variables).
    """
    for entity, keys in going.items():
        store.delete_all(entity, keys)  # before what points to them: rows may point at each other
    for entity, keys in going.items():
        for other in ENTITIES.values():
            for attribute in other.attributes:
                if attribute.target == entity.name and not (uninstalling and other is VARIABLE_VALUE):
                    _cascade(store, other, attribute, keys)
        _forget(store, entity, json.dumps(list(keys)))


def _forget(store: Store, entity: Entity, keys: str) -> None:
    """Delete what is kept about rows beside them: their pairs, their places in solutions, their layers."""
    for pair in MANY_TO_MANY:
        for side, name in (("first", pair.first), ("second", pair.second)):
            if name == entity.name:
                store.sql.execute(f'DELETE FROM "{pair.navigation}" WHERE {side} IN {LISTED}', [keys])
    if entity.component_type:
        statement = f"DELETE FROM solutioncomponent WHERE componenttype = ? AND objectid IN {LISTED}"
        store.sql.execute(statement, [entity.component_type, keys])
    store.sql.execute(f"DELETE FROM _unpublished WHERE id IN {LISTED}", [keys])
    store.sql.execute(f"DELETE FROM _layer WHERE entity = ? AND id IN {LISTED}", [entity.name, keys])


def _cascade(store: Store, entity: Entity, lookup: Attribute, keys: Sequence[str]) -> None:
    rows = store.among(entity, lookup.name, keys, [entity.primary_id])
    children = [str(row[entity.primary_id]) for row in rows]
    if children and lookup.on_delete is OnDelete.RESTRICT:
        text = "The object you tried to delete is associated with another object and cannot be deleted."
        raise invalid("0x80040227", text)
    if children and lookup.on_delete is OnDelete.CASCADE:
        discard_all(store, {entity: children})
    elif children and lookup.on_delete is OnDelete.REMOVE_LINK:
        store.update_all(entity, {child: {lookup.name: None} for child in children})


def _unique(store: Store, entity: Entity, rows: Mapping[str, Row]) -> None:
    """Refuse a value that another row has in an alternate key, or in a name that Dataverse guards like one.

    The rows are named by their ids, a new one by none.
    """
    names = {SOLUTION: ("uniquename",), PUBLISHER: ("uniquename",), WEB_RESOURCE: ("name",)}.get(entity, entity.keys)
    for name in names:
        given = {key: row[name] for key, row in rows.items() if row.get(name)}
        there = store.ids(entity, name, given.values()) if given else {}
        taken = [value for key, value in given.items() if there.get(fold(value), key) != key]
        if not taken:
            continue
        if entity is WEB_RESOURCE:
            raise invalid("0x8004f115", "A webresource with the same name already exists. Use a different name.")
        raise RefusedError(
            HTTPStatus.PRECONDITION_FAILED,
            "0x80060892",
            f"A record that has the attribute values {name}: {taken[0]} already exists. The entity key {name} "
            "requires that this set of attributes contains unique values. Select unique values and try again.",
        )


def check_rules(store: Store, entity: Entity, rows: Iterable[Row], *, imported: bool = False) -> None:
    """Check the rules of single tables. Raises RefusedError. `imported` takes the names that a package may bring."""
    if entity is WEB_RESOURCE:
        webresource_rules.check(store, rows, imported=imported)
    if entity in (PUBLISHER, SOLUTION):
        for row in rows:
            _check_names(entity, row)
    if entity is ORGANIZATION and any(int(row.get("maxuploadfilesize") or 0) > GREATEST_LIMIT for row in rows):
        raise invalid("0x8004432f", f"A validation error occurred. maxuploadfilesize is {GREATEST_LIMIT} at most.")


def _check_names(entity: Entity, row: Row) -> None:
    """Check name, version and prefix of what somebody makes by hand."""
    name, version, prefix = row.get("uniquename"), row.get("version"), row.get("customizationprefix")
    if name is not None and not UNIQUE_NAME.fullmatch(str(name)):
        raise invalid("0x8004f002", f"Invalid character specified for {entity.name} unique name. ({str(name)[:100]!r})")
    if version is not None and not VERSION.fullmatch(str(version)):
        raise invalid("0x8004f01e", f"An invalid solution version was specified. ({str(version)[:50]!r})")
    if prefix is not None and not PREFIX.fullmatch(str(prefix)):
        raise invalid("0x80044366", f"The customization prefix is not valid: {str(prefix)[:20]!r}")


def _refuse_managed(store: Store, entity: Entity, keys: Iterable[str], operation: str) -> None:
    """Refuse to delete a part of a managed solution alone, or to change it where its publisher does not allow it."""
    if entity is SOLUTION and operation == "Update":
        for solution in store.among(entity, entity.primary_id, keys):
            if solution["ismanaged"]:
                raise managed_solution(str(solution["uniquename"]))
    names = {"ismanaged", "iscustomizable"}
    if not names <= set(entity.by_name):
        return
    rows = [
        row for row in store.among(entity, entity.primary_id, keys, [*names, entity.primary_id]) if row["ismanaged"]
    ]
    fixed = [str(row[entity.primary_id]) for row in rows if operation == "Delete" or not row["iscustomizable"]]
    if not fixed:
        return
    key = fixed[0]
    if operation == "Delete":
        raise invalid(
            "0x8004f013",
            f"You cannot delete {entity.title} {key}. Deletion cannot be performed when {entity.title} is managed.",
        )
    raise invalid(
        "0x8004f026",
        f"The evaluation of the current component(name={entity.title}, id={key}) in the current operation "
        f"({operation}) failed during managed property evaluation of condition: 'Managed Property Name: "
        f"iscustomizable; Component Name: {entity.title}; Attribute Name: iscustomizable;'",
    )


def _is_readonly(store: Store, key: str) -> bool:
    row = store.get(PUBLISHER, key)
    return bool(row and row["isreadonly"])


def list_in(store: Store, solution: str, entity: Entity, key: str) -> str:
    """Make a component part of a solution. Returns the id of that entry."""
    return list_component(store, solution, entity.component_type, key)


def list_component(store: Store, solution: str, kind: int, key: str, behavior: int = 0) -> str:
    """Make a component part of a solution, even one without a table here. Returns the id of that entry."""
    values: Row = {"solutionid": solution, "componenttype": kind, "objectid": key}
    found = store.find(SOLUTION_COMPONENT, **values)
    if found:
        return str(found[0]["solutioncomponentid"])
    return store.insert(SOLUTION_COMPONENT, values | {"rootcomponentbehavior": behavior})


def list_components(store: Store, solution: str, behaviors: Mapping[tuple[int, str], int]) -> None:
    """Make components part of a solution: their behaviors as root components, by type and id."""
    columns = ["componenttype", "objectid"]
    rows = store.select(SOLUTION_COMPONENT, 't."solutionid" = ?', [solution], columns=columns)
    listed = {(row["componenttype"], row["objectid"]) for row in rows}
    store.insert_all(
        SOLUTION_COMPONENT,
        [
            {"solutionid": solution, "componenttype": kind, "objectid": key, "rootcomponentbehavior": behavior}
            for (kind, key), behavior in behaviors.items()
            if (kind, key) not in listed
        ],
    )
