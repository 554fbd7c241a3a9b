"""Conversation Action Locale (msdyn_conversationactionlocale): what an agent reads on the button, in one language.

One row for each language, English always among them. The slash command starts the action from the keyboard and must be
unique in the org. Not solution-aware: the row travels as data. It outlives its action, so it is removed first.
"""

from __future__ import annotations

from cotab_kit.manifest.languages import LANGUAGES
from cotab_kit.manifest.resolved import ResolvedMode
from cotab_kit.solution.table import Column, Kind, Record, Reference, Table

TABLE = Table(
    name="msdyn_conversationactionlocale",
    entity_set="msdyn_conversationactionlocales",
    title="Conversation Action Locale",
    key="msdyn_conversationactionlocaleid",
    columns=(
        Column("msdyn_conversationactionlocaleid", "Conversation Action Locale", Kind.GUID, required=True),
        Column("msdyn_name", "Name", Kind.TEXT, max_length=100),
        Column(
            "msdyn_conversationactionkey",
            "Conversation Action",
            Kind.LOOKUP,
            required=True,
            target="msdyn_conversationaction",
            navigation="msdyn_conversationactionkey",
        ),
        Column("msdyn_locale_picklist", "Locale", Kind.CHOICE, required=True, choices=LANGUAGES),
        Column("msdyn_label", "Label", Kind.TEXT, required=True, max_length=100),
        Column("msdyn_tooltip", "Tooltip", Kind.TEXT, required=True, max_length=100),
        Column("msdyn_slashcommands", "Slash Commands", Kind.TEXT, max_length=100),
    ),
)


def records(mode: ResolvedMode) -> list[Record]:
    """Make the texts of a mode's button, one row for each language."""
    return [_record(mode, lcid) for lcid in mode.texts]


def _record(mode: ResolvedMode, lcid: int) -> Record:
    key, texts = str(mode.locale_id(lcid)), mode.texts[lcid]
    return Record(
        TABLE,
        key,
        {
            TABLE.id_column: key,
            "msdyn_name": mode.locale_name(lcid),
            "msdyn_conversationactionkey": Reference(str(mode.action_id), mode.name),
            "msdyn_locale_picklist": lcid,
            "msdyn_label": texts.label,
            "msdyn_tooltip": texts.tooltip,
            "msdyn_slashcommands": texts.slash_command,
        },
    )
