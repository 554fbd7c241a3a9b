"""Metadata: the org's description of its own tables.

A table whose description is gone is not there: that is how an org without Omnichannel looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote
from uuid import NAMESPACE_OID, uuid5

from pydantic import JsonValue

from cotab_kit.emulator.schema import Attribute, Entity
from cotab_kit.emulator.security import type_code
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import ENTITIES
from cotab_kit.emulator.tables.platform import METADATA
from cotab_kit.emulator.tables.solutions import COMPONENT_DEFINITION


def describe_all(store: Store) -> None:
    """Describe all tables in a new org."""
    for entity in ENTITIES.values():
        if entity is not METADATA:
            store.insert(METADATA, _description(entity))
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


def _description(entity: Entity) -> dict[str, str | int | bool]:
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
        "IsCustomEntity": entity.name.startswith("msdyn_"),
        "IsManaged": True,
        "IsOptimisticConcurrencyEnabled": True,
    }


def remove_table(store: Store, name: str) -> None:
    """Take a table out of the org."""
    for entity, column in ((METADATA, "LogicalName"), (COMPONENT_DEFINITION, "primaryentityname")):
        for row in store.find(entity, **{column: name}):
            store.delete(entity, str(row[entity.primary_id]))


def present(store: Store, entity: Entity) -> bool:
    """Return whether this org has the table."""
    return entity is METADATA or bool(store.find(METADATA, LogicalName=entity.name))


def details(store: Store, metadata_id: str, part: str) -> JsonValue:
    """Return the columns of a table, or its alternate keys where `part` is Keys."""
    row = store.get(METADATA, metadata_id) or {}
    entity = ENTITIES[str(row["LogicalName"])]
    if part == "Keys":
        return {
            "value": [
                {"LogicalName": name, "KeyAttributes": [name], "EntityKeyIndexStatus": "Active"} for name in entity.keys
            ]
        }
    return {"value": [_attribute(entity, attribute) for attribute in entity.shown]}


def _attribute(entity: Entity, attribute: Attribute) -> dict[str, JsonValue]:
    made: dict[str, JsonValue] = {
        "@odata.type": f"#Microsoft.Dynamics.CRM.{attribute.type}AttributeMetadata",
        "LogicalName": attribute.name,
        "EntityLogicalName": entity.name,
        "AttributeType": attribute.type,
        "RequiredLevel": {"Value": attribute.required, "CanBeChanged": False},
        "IsPrimaryId": attribute.name == entity.primary_id,
        "IsPrimaryName": attribute.name == entity.primary_name,
        "IsValidForCreate": attribute.writable,
        "IsValidForUpdate": attribute.writable,
    }
    if attribute.max_length:
        made["MaxLength"] = attribute.max_length
    if attribute.target:
        made["Targets"] = [attribute.target]
    return made


def address(base: str, path: str, query: Mapping[str, str]) -> str:
    """Return the address of a request, with its query."""
    pairs = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
    return f"{base}{path}?{pairs}"
