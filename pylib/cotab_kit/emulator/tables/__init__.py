"""All tables of the org, and the relationships between them.

The Omnichannel tables (omnichannel.py), those of the platform (platform.py), those of solutions (solutions.py).
"""

from __future__ import annotations

from cotab_kit.emulator.schema import Entity, ManyToMany
from cotab_kit.emulator.tables import omnichannel, platform, solutions

ENTITIES: dict[str, Entity] = {
    entity.name: entity for entity in (*omnichannel.ENTITIES, *solutions.ENTITIES, *platform.ENTITIES)
}
SETS: dict[str, Entity] = {entity.entity_set: entity for entity in ENTITIES.values()}
MANY_TO_MANY: tuple[ManyToMany, ...] = omnichannel.MANY_TO_MANY
COMPONENT_TYPES: dict[int, Entity] = {
    entity.component_type: entity for entity in ENTITIES.values() if entity.component_type
}
FIRST_OWN_TYPE = 10_000  # from here on, component types are numbers that every org gives itself


def many_to_many(entity: Entity, navigation: str) -> ManyToMany | None:
    """Find the relationship of this name in which the table takes part."""
    sides = (each for each in MANY_TO_MANY if entity.name in (each.first, each.second))
    return next((each for each in sides if each.navigation == navigation), None)
