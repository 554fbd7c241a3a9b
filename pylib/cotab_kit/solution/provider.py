"""Provider (msdyn_provider): who brings the capabilities. Administrators choose it in the settings of a chat widget.

Not solution-aware: the row travels as data. It belongs to the organization and has no owner.
"""

from __future__ import annotations

from cotab_kit.manifest.model import Manifest
from cotab_kit.manifest.resolved import provider_id
from cotab_kit.solution.table import Column, Kind, Record, Table

TABLE = Table(
    name="msdyn_provider",
    entity_set="msdyn_providers",
    title="Provider",
    key="msdyn_providerid",
    columns=(
        Column("msdyn_providerid", "Provider", Kind.GUID, required=True),
        Column("msdyn_name", "Name", Kind.TEXT, required=True, max_length=100),
    ),
)


def record(manifest: Manifest) -> Record:
    """Make the provider of the manifest."""
    key = str(provider_id(manifest))
    return Record(TABLE, key, {TABLE.id_column: key, "msdyn_name": manifest.provider.name})
