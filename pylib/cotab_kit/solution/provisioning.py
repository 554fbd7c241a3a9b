"""The manifest as the set-up of an org needs it: cotab_setup.provisioning works with it in the browser and on the host.

`provisioning(manifest).model_dump_json()` is what the configuration page reads.
"""

from __future__ import annotations

from uuid import UUID

from cotab.modes import EscalationMode
from cotab_kit.manifest.identity import row_id
from cotab_kit.manifest.languages import LANGUAGES
from cotab_kit.manifest.model import Manifest, Mode
from cotab_kit.manifest.resolved import ResolvedMode, address, resolved_modes
from cotab_kit.solution.records import data_records
from cotab_kit.solution.settings_variable import schema_name
from cotab_kit.solution.table import Record
from cotab_setup.provisioning.rows import ACTIONS, CAPABILITIES, LOCALES, Column, Provisioning, Row, Variable

# What an administrator may edit: where a button stands, and whether a row is active.
EDITABLE = {"msdyn_order"}
ACTIVE: dict[str, Column] = {"statecode": 0, "statuscode": 1}


def provisioning(manifest: Manifest) -> Provisioning:
    """Make the rows of the manifest, and what those of its other versions are recognized by."""
    conceivable = _conceivable(manifest)
    return Provisioning(
        solution=manifest.solution.unique_name,
        version=manifest.solution.version,
        publisher=manifest.publisher.unique_name or manifest.publisher.prefix,
        prefix=manifest.publisher.prefix,
        folder=manifest.folder,
        icons=address(f"{manifest.folder}/"),
        templates=tuple(dict.fromkeys(mode.template for mode in (*resolved_modes(manifest), *conceivable))),
        variable=schema_name(manifest),
        behavior=behavior_of(manifest.folder),
        rows=tuple(map(_row, data_records(manifest))),
        former=_former(manifest, conceivable),
    )


def behavior_of(folder: str) -> Variable:
    """Name the variable of what tabs obey; `folder` is that of the solution. The page has it too (settings.js)."""
    ids = (row_id(folder, table, "behavior") for table in ("environmentvariabledefinition", "environmentvariablevalue"))
    return Variable(name=f"{folder.replace('/', '')}_behavior", id=next(ids), value_id=next(ids))


def _row(record: Record) -> Row:
    body = {name: value for name, value in record.web_api().items() if name != record.table.id_column}
    return Row(
        entity_set=record.table.entity_set,
        id=UUID(record.key),
        name=str(record.values["msdyn_name"]),
        body={name: value for name, value in body.items() if name not in EDITABLE},
        once={name: value for name, value in body.items() if name in EDITABLE} | ACTIVE,
    )


def _conceivable(manifest: Manifest) -> list[ResolvedMode]:
    """List every mode as another version may have had it, without GUIDs and names of its own."""
    bare = manifest.model_copy(update={"modes": {mode: Mode() for mode in EscalationMode}})
    return [ResolvedMode(bare, mode) for mode in EscalationMode]


def _former(manifest: Manifest, conceivable: list[ResolvedMode]) -> dict[str, tuple[UUID, ...]]:
    """List the GUIDs that rows of other modes and languages have, without those of this version."""
    now = {UUID(record.key) for record in data_records(manifest)}
    guids = {
        ACTIONS.entity_set: [mode.action_id for mode in conceivable],
        LOCALES.entity_set: [mode.locale_id(lcid) for mode in conceivable for lcid in LANGUAGES],
        CAPABILITIES.entity_set: [mode.capability_id for mode in conceivable],
    }
    return {entity_set: tuple(guid for guid in all_of_it if guid not in now) for entity_set, all_of_it in guids.items()}
