"""$metadata: the tables of the org as CSDL, OData's own description."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

from cotab_kit.emulator.schema import NUMBERS, YES_NO, Attribute, Entity, Type
from cotab_kit.emulator.tables import ENTITIES, MANY_TO_MANY

_HEAD = """<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>\
<Schema Namespace="Microsoft.Dynamics.CRM" Alias="mscrm" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EntityType Name="crmbaseentity" Abstract="true" />
"""
_FOOT = "</Schema></edmx:DataServices></edmx:Edmx>\n"


def document(entities: Iterable[Entity]) -> str:
    """Return the description of these tables."""
    here = {entity.name: entity for entity in entities}
    types = "".join(_type(entity, here) for entity in here.values())
    sets = "".join(
        f"<EntitySet{_named(entity.entity_set)} EntityType={quoteattr(f'Microsoft.Dynamics.CRM.{entity.name}')} />\n"
        for entity in here.values()
    )
    return f'{_HEAD}{types}<EntityContainer Name="System">\n{sets}</EntityContainer>\n{_FOOT}'


def _named(name: str) -> str:
    return f" Name={quoteattr(name)}"


def _type(entity: Entity, here: dict[str, Entity]) -> str:
    columns = "".join(f'<Property{_named(each.property)} Type="Edm.{edm(each)}" />\n' for each in entity.shown)
    one = "".join(
        f"<NavigationProperty{_named(name)} Type={quoteattr(f'mscrm.{each.target}')}>"
        f"<ReferentialConstraint Property={quoteattr(each.property)} "
        f"ReferencedProperty={quoteattr(ENTITIES[each.target].primary_id)} /></NavigationProperty>\n"
        for name, each in entity.by_navigation.items()
        if each.target in here
    )
    many = "".join(
        f"<NavigationProperty{_named(name)} Type={quoteattr(f'Collection(mscrm.{target})')} />\n"
        for name, target in collections(entity)
        if target in here
    )
    key = f"<Key><PropertyRef{_named(entity.by_name[entity.primary_id].property)} /></Key>\n"
    return f'<EntityType{_named(entity.name)} BaseType="mscrm.crmbaseentity">\n{key}{columns}{one}{many}</EntityType>\n'


def collections(entity: Entity) -> list[tuple[str, str]]:
    """List the navigation properties of a table with many rows behind them, and the tables of those."""
    found = [
        (attribute.collection, other.name)
        for other in ENTITIES.values()
        for attribute in other.attributes
        if attribute.target == entity.name and attribute.collection
    ]
    pairs = [each for each in MANY_TO_MANY if entity.name in (each.first, each.second)]
    return found + [(each.navigation, each.second if entity.name == each.first else each.first) for each in pairs]


def edm(attribute: Attribute) -> str:
    """Return OData's name of a column's type."""
    if attribute.type in YES_NO:
        return "Boolean"
    if attribute.type in NUMBERS:
        return {Type.BIG: "Int64", Type.DOUBLE: "Double"}.get(attribute.type, "Int32")
    if attribute.type is Type.DATE:
        return "DateTimeOffset"
    return "Guid" if attribute.type in (Type.GUID, Type.LOOKUP) else "String"
