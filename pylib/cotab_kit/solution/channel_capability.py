"""Channel Capability (msdyn_channelcapability): what a provider can do in a channel, and which button starts it.

For one action and one provider there is one capability. The table has become solution-aware, but no export of it is
known and the tables it points to are not; so the row travels as data, like theirs, and is the first to be removed.
"""

from __future__ import annotations

from cotab.modes import EscalationMode
from cotab_kit.manifest.resolved import ResolvedMode, provider_id
from cotab_kit.solution.table import Column, Kind, Record, Reference, Table

SCREEN_SHARING = 100000000
CO_BROWSE = 192350002
ESCALATION_MODES = {
    SCREEN_SHARING: "Screen sharing",
    192350000: "Audio",
    192350001: "Video",
    CO_BROWSE: "Co-browse",
    192350003: "None",
}
VALUES = {EscalationMode.CO_BROWSE: CO_BROWSE, EscalationMode.SCREEN_SHARE: SCREEN_SHARING}

TABLE = Table(
    name="msdyn_channelcapability",
    entity_set="msdyn_channelcapabilities",
    title="Channel Capability",
    key="msdyn_channelcapabilityid",
    columns=(
        Column("msdyn_channelcapabilityid", "Channel Capability", Kind.GUID, required=True),
        Column("msdyn_name", "Name", Kind.TEXT, required=True, max_length=100),
        Column(
            "msdyn_escalationchannelmode",
            "Escalation Channel Mode",
            Kind.CHOICE,
            required=True,
            choices=ESCALATION_MODES,
        ),
        Column(
            "msdyn_provider",
            "Provider",
            Kind.LOOKUP,
            required=True,
            target="msdyn_provider",
            navigation="msdyn_Provider",
        ),
        Column(
            "msdyn_conversationaction",
            "Conversation Action",
            Kind.LOOKUP,
            target="msdyn_conversationaction",
            navigation="msdyn_ConversationAction",
        ),
    ),
)


def record(mode: ResolvedMode) -> Record:
    """Make the capability of a mode."""
    key = str(mode.capability_id)
    return Record(
        TABLE,
        key,
        {
            TABLE.id_column: key,
            "msdyn_name": mode.capability_name,
            "msdyn_escalationchannelmode": VALUES[mode.mode],
            "msdyn_provider": Reference(str(provider_id(mode.manifest)), mode.manifest.provider.name),
            "msdyn_conversationaction": Reference(str(mode.action_id), mode.name),
        },
    )
