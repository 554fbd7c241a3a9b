"""Environment Variable Definition (environmentvariabledefinition): the provider's settings, to be changed in an org.

It is there if the manifest has `[page.settings]`, which are its default value, as JSON. An administrator gives it a
current value, whose members replace those of the manifest in every tab (cotab/_tab/settings.py); that value is a row of
its own, no part of the solution. Solution-aware: the solution carries the definition, by schema name.
"""

from __future__ import annotations

import json

from cotab_kit.manifest.languages import ENGLISH
from cotab_kit.manifest.lengths import shortened
from cotab_kit.manifest.model import Manifest
from cotab_kit.solution.table import Column, Kind, Localized, Record, Table, Value

JSON_TYPE = 100000003
TYPES = {
    100000000: "String",
    100000001: "Number",
    100000002: "Boolean",
    JSON_TYPE: "JSON",
    100000004: "Data source",
    100000005: "Secret",
}
STORES = {0: "Azure Key Vault", 1: "Microsoft Dataverse"}
MAX_TITLE = 100
MAX_VALUE = 2000

TABLE = Table(
    name="environmentvariabledefinition",
    entity_set="environmentvariabledefinitions",
    title="Environment Variable Definition",
    key="schemaname",
    columns=(
        Column("schemaname", "Schema Name", Kind.TEXT, required=True, max_length=100),
        Column("displayname", "Display Name", Kind.TEXT, required=True, max_length=MAX_TITLE, localizable=True),
        Column("description", "Description", Kind.TEXT, max_length=2000, localizable=True),
        Column("defaultvalue", "Default Value", Kind.TEXT, max_length=MAX_VALUE),
        Column("introducedversion", "Introduced Version", Kind.TEXT, max_length=48),
        Column("isrequired", "Is Required", Kind.YES_NO),
        Column("secretstore", "Secret Store", Kind.CHOICE, choices=STORES),
        Column("type", "Type", Kind.CHOICE, required=True, choices=TYPES),
    ),
)


def schema_name(manifest: Manifest) -> str:
    """Return the name by which it is found in an org, whether or not this version has settings."""
    return f"{manifest.publisher.prefix}_{manifest.solution.unique_name}_settings"


def records(manifest: Manifest) -> list[Record]:
    """Make the definition; none without settings."""
    if not manifest.page.settings:
        return []
    name = schema_name(manifest)
    title = f"{shortened(manifest.provider.name, MAX_TITLE - len(' settings'))} settings"
    text = (
        f"Settings of {manifest.provider.name} in this environment, as a JSON object. "
        "Members of the current value replace those of the default value."
    )
    values: dict[str, Value] = {
        "schemaname": name,
        "displayname": Localized(title, {ENGLISH: title}),
        "description": Localized(text, {ENGLISH: text}),
        "defaultvalue": _default(manifest),
        "introducedversion": "1.0.0.0",
        "isrequired": False,
        "secretstore": 0,
        "type": JSON_TYPE,
    }
    return [Record(TABLE, name, values)]


def _default(manifest: Manifest) -> str | None:
    """Write what the administrator sees as the default; nothing where the column is too short for it.

    Pure ASCII, as XML has no way to write some of the characters that a setting may have.
    """
    text = json.dumps(manifest.page.settings)
    return text if len(text) <= MAX_VALUE else None
