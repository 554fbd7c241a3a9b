"""What lies behind a table's description: its columns, keys, options and relationships, as lists of JSON objects.

EntityDefinitions(...)/Attributes|Keys|OneToManyRelationships|ManyToOneRelationships|ManyToManyRelationships
    [(LogicalName='...')][/Microsoft.Dynamics.CRM.<kind>]                  RelationshipDefinitions[/<kind>]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from uuid import NAMESPACE_OID, uuid5

from pydantic import JsonValue

from cotab_kit.emulator import objects
from cotab_kit.emulator.call import BOUND, Answer, Call, Json
from cotab_kit.emulator.custom_tables import tables
from cotab_kit.emulator.errors import RefusedError, no_such_segment, not_here
from cotab_kit.emulator.keys import Key, Segment, unquoted
from cotab_kit.emulator.metadata import present
from cotab_kit.emulator.query import parts
from cotab_kit.emulator.reading import read_row, read_set
from cotab_kit.emulator.schema import Attribute, Entity, ManyToMany, Row, Scalar, Type
from cotab_kit.emulator.store import Store
from cotab_kit.emulator.tables import ENTITIES, MANY_TO_MANY
from cotab_kit.emulator.tables.platform import METADATA
from cotab_kit.emulator.view import label

OPTIONS = ("$select", "$filter", "$expand")
ENGLISH = 1033
_OPTION_SETS = {Type.PICKLIST, Type.STATE, Type.STATUS, Type.BOOLEAN}


def details(store: Store, call: Call, found: Key, rest: list[Segment]) -> Answer:
    """Answer for one of the lists behind a table's description, or for one member of it."""
    entity = _described(store, found)
    name = rest[0].name
    if name not in _LISTS:
        raise not_here(f"the path {call.path}")
    return _answer(call, f"EntityDefinitions('{entity.name}')/{name}", _here(store, _LISTS[name](store, entity)), rest)


def change(store: Store, call: Call, found: Key | None) -> Answer:
    """Change the texts of a table's description by PUT. Raises RefusedError: Dataverse has no PATCH for metadata."""
    if call.method == "PATCH":
        text = "Operation not supported on EntityMetadata"
        raise RefusedError(HTTPStatus.METHOD_NOT_ALLOWED, "0x80060888", text)
    if call.method != "PUT" or found is None or not isinstance(call.body, dict):
        raise not_here(f"{call.method} {call.path}")
    call.allow()
    call.caller.need("Write", METADATA)
    row = store.get(METADATA, found.row(store)) or {}
    changes = {name: _changed(row, name, value) for name, value in call.body.items() if "@" not in name}
    store.update(METADATA, str(row[METADATA.primary_id]), changes)
    return Answer(HTTPStatus.NO_CONTENT)


def _changed(row: Row, name: str, value: JsonValue) -> Scalar:
    """Return what a column of a description holds from now on; only its texts change here."""
    attribute = METADATA.by_name.get(name)
    if attribute and attribute.type is Type.LABEL and isinstance(value, dict):
        own = value.get("UserLocalizedLabel") or next(iter(_labels(value)), None)
        if isinstance(own, dict) and own.get("LanguageCode") == ENGLISH and isinstance(own.get("Label"), str):
            return str(own["Label"])
    if attribute is None or value != row.get(name):
        raise not_here(f"a change of {name} in metadata")
    return row[name]


def _labels(value: Json) -> list[JsonValue]:
    found = value.get("LocalizedLabels")
    return found if isinstance(found, list) else []


def relationships(store: Store, call: Call, first: Segment, rest: list[Segment]) -> Answer:
    """Answer for the relationships of all tables."""
    if call.method != "GET":
        raise not_here(f"{call.method} {call.path}")
    found = [each for entity in ENTITIES.values() for each in one_to_many(store, entity)]
    found += [_pair(each) for each in MANY_TO_MANY]
    return _answer(call, "RelationshipDefinitions", _here(store, found), [first, *rest])


def expanded(store: Store, call: Call, found: Key | None) -> Answer:
    """Describe tables together with lists behind them, as $expand asks."""
    wanted = {}
    for part in parts(call.query["$expand"], ","):
        name, _, inner = part.strip().partition("(")
        if name not in _LISTS:
            raise not_here(f"$expand={part} on EntityDefinitions")
        wanted[name] = objects.Wanted.nested(inner.removesuffix(")"))
    selected = call.query.get("$select", "")
    query = {key: value for key, value in call.query.items() if key != "$expand"}
    query |= {"$select": f"{selected},LogicalName"} if selected else {}
    plain = replace(call, query=query)
    answer = read_row(store, plain, found) if found else read_set(store, plain, METADATA)
    body = answer.body if isinstance(answer.body, dict) else {}
    listed = body["value"] if found is None else [body]
    for each in listed if isinstance(listed, list) else []:
        if isinstance(each, dict):
            entity = tables(store)[str(each["LogicalName"])]
            for name, options in wanted.items():
                each[name] = list[JsonValue](options.shown(_here(store, _LISTS[name](store, entity))))
    return answer


def _described(store: Store, found: Key) -> Entity:
    row = store.get(METADATA, found.row(store)) or {}
    return tables(store)[str(row["LogicalName"])]


def _here(store: Store, found: list[Json]) -> list[Json]:
    """Leave out what leads to tables that this org lacks."""
    ends = ("ReferencedEntity", "ReferencingEntity", "Entity1LogicalName", "Entity2LogicalName")
    known = tables(store)
    return [each for each in found if all(present(store, known[str(each[name])]) for name in ends if each.get(name))]


def _answer(call: Call, context: str, found: list[Json], path: list[Segment]) -> Answer:
    """Show a list, those of its members that are of one kind, or the one that is named."""
    call.allow(*OPTIONS)
    first, *rest = path
    if rest and rest[0].name.startswith(BOUND) and not rest[0].bracketed:
        kind = f"#{rest[0].name}"
        found = [each for each in found if each["@odata.type"] == kind]
        context, rest = f"{context}/{rest[0].name}", rest[1:]
    if rest:
        raise not_here(f"the path {call.path}")
    context = f"{call.base}$metadata#{context}"
    wanted = objects.Wanted.of(call.query)
    if not first.bracketed:
        return Answer(HTTPStatus.OK, {"@odata.context": context, "value": list[JsonValue](wanted.shown(found))})
    named = {name: unquoted(value).lower() for name, value in first.arguments.items()}
    named = {name or "MetadataId": value for name, value in named.items()}
    one = [each for each in found if all(str(each.get(key)).lower() == value for key, value in named.items())]
    if not one:
        raise no_such_segment(f"{first.name}({', '.join(named.values())})")
    return Answer(HTTPStatus.OK, {"@odata.context": f"{context}/$entity", **wanted.shown(one)[0]})


def columns(_store: Store, entity: Entity) -> list[Json]:
    """List the columns of a table."""
    return [_attribute(entity, attribute) for attribute in entity.shown]


def _attribute(entity: Entity, attribute: Attribute) -> Json:
    kind = "ManagedProperty" if attribute.type is Type.MANAGED else str(attribute.type)
    made: Json = {
        "@odata.type": f"#{BOUND}{_kind(attribute)}AttributeMetadata",
        "MetadataId": str(uuid5(NAMESPACE_OID, f"column {entity.name} {attribute.name}")),
        "LogicalName": attribute.name,
        "SchemaName": attribute.navigation or attribute.name,
        "EntityLogicalName": entity.name,
        "AttributeType": kind,
        "AttributeTypeName": {"Value": f"{kind}Type"},
        "DisplayName": label(attribute.name),
        "RequiredLevel": {"Value": attribute.required, "CanBeChanged": entity.name not in ENTITIES},
        "AttributeOf": None,
        "IsPrimaryId": attribute.name == entity.primary_id,
        "IsPrimaryName": attribute.name == entity.primary_name,
        "IsValidForRead": True,
        "IsValidForCreate": attribute.writable,
        "IsValidForUpdate": attribute.writable and attribute.name != entity.primary_id,
        "IsCustomAttribute": attribute.name.startswith(f"{entity.name.partition('_')[0]}_"),
        "IsLogical": False,
    }
    if attribute.max_length:
        made["MaxLength"] = attribute.max_length
    if attribute.type is Type.LOOKUP:
        made["Targets"] = [attribute.target] if attribute.target else []
    if attribute.type in _OPTION_SETS:
        made |= {"OptionSet": _options(entity, attribute), "GlobalOptionSet": None}
    return made


def _kind(attribute: Attribute) -> str:
    return {Type.GUID: "UniqueIdentifier", Type.MANAGED: "ManagedProperty"}.get(attribute.type, str(attribute.type))


def _options(entity: Entity, attribute: Attribute) -> Json:
    """Describe the options of a column."""
    made: Json = {
        "@odata.type": f"#{BOUND}{'Boolean' if attribute.type is Type.BOOLEAN else ''}OptionSetMetadata",
        "MetadataId": str(uuid5(NAMESPACE_OID, f"options {entity.name} {attribute.name}")),
        "Name": f"{entity.name}_{attribute.name}",
        "IsGlobal": False,
        "OptionSetType": str(attribute.type),
    }
    if attribute.type is Type.BOOLEAN:
        said = attribute.choices
        return made | {"TrueOption": _option(1, said.get(1, "Yes")), "FalseOption": _option(0, said.get(0, "No"))}
    return made | {"Options": [_option(number, text) for number, text in attribute.choices.items()]}


def _option(number: int, text: str) -> Json:
    return {"Value": number, "Label": label(text), "IsManaged": True}


def keys(_store: Store, entity: Entity) -> list[Json]:
    """List the alternate keys of a table."""
    return [
        {
            "@odata.type": f"#{BOUND}EntityKeyMetadata",
            "MetadataId": str(uuid5(NAMESPACE_OID, f"key {entity.name} {name}")),
            "LogicalName": name,
            "SchemaName": name,
            "EntityLogicalName": entity.name,
            "KeyAttributes": [name],
            "EntityKeyIndexStatus": "Active",
        }
        for name in entity.keys
    ]


def one_to_many(store: Store, entity: Entity) -> list[Json]:
    """List the relationships in which other rows point to those of a table."""
    return [
        _relationship(other, attribute)
        for other in tables(store).values()
        for attribute in other.attributes
        if attribute.target == entity.name
    ]


def _many_to_one(_store: Store, entity: Entity) -> list[Json]:
    return [_relationship(entity, attribute) for attribute in entity.attributes if attribute.target]


def _relationship(entity: Entity, attribute: Attribute) -> Json:
    target = ENTITIES[attribute.target]
    name = attribute.collection or f"{target.name}_{entity.name}_{attribute.name}"
    return {
        "@odata.type": f"#{BOUND}OneToManyRelationshipMetadata",
        "MetadataId": str(uuid5(NAMESPACE_OID, f"relationship {name}")),
        "SchemaName": name,
        "RelationshipType": "OneToManyRelationship",
        "ReferencedEntity": target.name,
        "ReferencedAttribute": target.primary_id,
        "ReferencedEntityNavigationPropertyName": attribute.collection or None,
        "ReferencingEntity": entity.name,
        "ReferencingAttribute": attribute.name,
        "ReferencingEntityNavigationPropertyName": attribute.navigation,
        "CascadeConfiguration": {"Delete": str(attribute.on_delete)},
        "IsCustomRelationship": "_" in entity.name,
    }


def _many_to_many(_store: Store, entity: Entity) -> list[Json]:
    return [_pair(each) for each in MANY_TO_MANY if entity.name in (each.first, each.second)]


def _pair(pair: ManyToMany) -> Json:
    return {
        "@odata.type": f"#{BOUND}ManyToManyRelationshipMetadata",
        "MetadataId": str(uuid5(NAMESPACE_OID, f"relationship {pair.navigation}")),
        "SchemaName": pair.navigation,
        "RelationshipType": "ManyToManyRelationship",
        "IntersectEntityName": pair.navigation,
        "Entity1LogicalName": pair.first,
        "Entity1IntersectAttribute": ENTITIES[pair.first].primary_id,
        "Entity1NavigationPropertyName": pair.navigation,
        "Entity2LogicalName": pair.second,
        "Entity2IntersectAttribute": ENTITIES[pair.second].primary_id,
        "Entity2NavigationPropertyName": pair.navigation,
        "IsCustomRelationship": True,
    }


_LISTS: dict[str, Callable[[Store, Entity], list[Json]]] = {
    "Attributes": columns,
    "Keys": keys,
    "OneToManyRelationships": one_to_many,
    "ManyToOneRelationships": _many_to_one,
    "ManyToManyRelationships": _many_to_many,
}
