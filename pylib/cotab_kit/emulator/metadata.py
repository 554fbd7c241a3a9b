"""Metadata: the org's description of its own tables.

A table whose description is gone is not there: that is how an org without Omnichannel looks.
"""

from __future__ import annotations

from uuid import NAMESPACE_OID, uuid5

from cotab_kit.emulator.schema import Entity, Row
from cotab_kit.emulator.security import type_code
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import ENTITIES
from cotab_kit.emulator.tables.platform import MESSAGE, MESSAGE_FILTER, METADATA
from cotab_kit.emulator.tables.solutions import COMPONENT_DEFINITION

READING = ("Retrieve", "RetrieveMultiple")
MESSAGES = (*READING, "Create", "CreateMultiple", "Update", "UpdateMultiple", "Upsert", "UpsertMultiple", "Delete")


def describe_all(store: Store) -> None:
    """Describe all tables in a new org, and the messages that they have."""
    for name in MESSAGES:
        store.insert(MESSAGE, {"sdkmessageid": _message_id(name), "name": name})
    for entity in ENTITIES.values():
        if entity is not METADATA:
            describe(store, entity)
        if entity.component_type:
            store.insert(
                COMPONENT_DEFINITION,
                {
                    "solutioncomponentdefinitionid": str(uuid5(NAMESPACE_OID, f"component {entity.name}")),
                    "solutioncomponenttype": entity.component_type,
                    "objecttypecode": type_code(entity.name),
                    "name": entity.name,
                    "primaryentityname": entity.name,
                },
            )


def describe(store: Store, entity: Entity) -> str:
    """Describe a table, and list its messages. Returns the id of its description."""
    for name in MESSAGES if entity.writable else READING:
        about: Row = {"primaryobjecttypecode": entity.name, "secondaryobjecttypecode": "none"}
        store.insert(MESSAGE_FILTER, {**about, "sdkmessageid": _message_id(name)})
    return store.insert(METADATA, _description(entity))


def _message_id(name: str) -> str:
    return str(uuid5(NAMESPACE_OID, f"message {name}"))


def _description(entity: Entity) -> Row:
    return {
        "MetadataId": str(uuid5(NAMESPACE_OID, f"table {entity.name}")),
        "LogicalName": entity.name,
        "SchemaName": entity.privilege or entity.name,
        "EntitySetName": entity.entity_set,
        "LogicalCollectionName": f"{entity.name}s" if entity.entity_set.endswith("set") else entity.entity_set,
        "PrimaryIdAttribute": entity.primary_id,
        "PrimaryNameAttribute": entity.primary_name,
        "OwnershipType": "UserOwned" if entity.user_owned else "OrganizationOwned",
        "ObjectTypeCode": type_code(entity.name),
        "IsSolutionAware": bool(entity.component_type),
        "IsCustomEntity": entity.name.startswith("msdyn_") or entity.name not in ENTITIES,
        "IsManaged": entity.name in ENTITIES,
        "IsOptimisticConcurrencyEnabled": True,
        "DisplayName": entity.title,
        "DisplayCollectionName": f"{entity.title}s",
        "TableType": "Standard",
        "IsActivity": entity.primary_id == "activityid",
    }


def remove_table(store: Store, name: str) -> None:
    """Take a table out of the org."""
    columns = {
        METADATA: "LogicalName",
        COMPONENT_DEFINITION: "primaryentityname",
        MESSAGE_FILTER: "primaryobjecttypecode",
    }
    for entity, column in columns.items():
        for row in store.find(entity, **{column: name}):
            store.delete(entity, str(row[entity.primary_id]))


def present(store: Store, entity: Entity) -> bool:
    """Return whether this org has the table."""
    return entity is METADATA or bool(store.find(METADATA, LogicalName=entity.name))
