"""CreateMultiple, UpdateMultiple, UpsertMultiple: many rows of one table, all or nothing."""

from __future__ import annotations

from http import HTTPStatus

from pydantic import JsonValue

from cotab_kit.emulator.call import Answer, Call, Json
from cotab_kit.emulator.errors import RefusedError, bad_argument, bad_payload, not_here
from cotab_kit.emulator.keys import Key, address_key
from cotab_kit.emulator.schema import Entity
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.writing import change_row, create_row

BULK = ("CreateMultiple", "UpdateMultiple", "UpsertMultiple")


def many(store: Store, call: Call, entity: Entity, name: str) -> Answer:
    """Create, change or upsert many rows of a table at once: all of them or none."""
    call.allow()
    targets = _targets(call, entity)
    match name:
        case "CreateMultiple":
            ids: list[JsonValue] = [create_row(store, call, entity, each) for each in targets]
            context = f"{call.base}$metadata#Microsoft.Dynamics.CRM.CreateMultipleResponse"
            return Answer(HTTPStatus.OK, {"@odata.context": context, "Ids": ids})
        case "UpdateMultiple":
            for each in targets:
                _update(store, call, entity, each)
        case _:
            for each in targets:
                _upsert(store, call, entity, each)
    return Answer(HTTPStatus.NO_CONTENT)


def _targets(call: Call, entity: Entity) -> list[Json]:
    body = call.body if isinstance(call.body, dict) else {}
    wrong, targets = set(body) - {"Targets"}, body.get("Targets")
    if wrong:
        raise not_here(f"the parameter {min(wrong)}")
    if not isinstance(targets, list) or not targets:
        raise bad_argument("The parameter 'Targets' is missing or no list of rows.")
    found: list[Json] = []
    for each in targets:
        kind = each.get("@odata.type") if isinstance(each, dict) else None
        if not isinstance(each, dict) or str(kind).removeprefix("#") != f"Microsoft.Dynamics.CRM.{entity.name}":
            raise bad_payload(entity.entity_set, f"a target's @odata.type is {str(kind)[:100]!r}.")
        found.append(each)
    return found


def _update(store: Store, call: Call, entity: Entity, row: Json) -> None:
    found = _key(entity, row)
    if found is None:
        raise bad_argument("Each target of UpdateMultiple must have an id or a key.")
    change_row(store, call, entity, found.row(store), row)


def _upsert(store: Store, call: Call, entity: Entity, row: Json) -> None:
    found = _key(entity, row)
    row_id = found.find(store) if found else None
    if row_id is not None:
        change_row(store, call, entity, row_id, row)
    elif found and "@odata.id" in row and set(found.values) & set(row):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "0x80040216", "An unexpected error occurred.")
    else:
        create_row(store, call, entity, row, dict(found.values) if found else None)


def _key(entity: Entity, row: Json) -> Key | None:
    """Return the key that names a target: @odata.id, or its id among the columns."""
    if isinstance(row.get("@odata.id"), str):
        return address_key(entity, str(row["@odata.id"]))
    row_id = row.get(entity.primary_id)
    return address_key(entity, f"{entity.entity_set}({row_id})") if isinstance(row_id, str) else None
