"""Conversation Action (msdyn_conversationaction): a button in the agent's conversation.

It opens an app tab template, which it names in its event parameter. Its texts are rows of their own
(conversation_action_locale.py). Not solution-aware: the row travels as data.
"""

from __future__ import annotations

from cotab_kit.manifest.resolved import ResolvedMode, address
from cotab_kit.solution.table import Column, Kind, Record, Table

OPEN_APP_TAB_TEMPLATE = 100000000
EVENTS = {
    OPEN_APP_TAB_TEMPLATE: "Open App Tab Template",
    100000001: "Send message",
    100000002: "Customer Defined Function",
}

TABLE = Table(
    name="msdyn_conversationaction",
    entity_set="msdyn_conversationactions",
    title="Conversation Action",
    key="msdyn_conversationactionid",
    columns=(
        Column("msdyn_conversationactionid", "Conversation Action", Kind.GUID, required=True),
        Column("msdyn_name", "Name", Kind.TEXT, required=True, max_length=100),
        Column("msdyn_eventname", "Event Name", Kind.CHOICE, required=True, choices=EVENTS),
        Column("msdyn_eventparameter", "Event Parameter", Kind.TEXT, max_length=100),
        Column("msdyn_icon", "Icon", Kind.TEXT, max_length=100),
        Column("msdyn_order", "Order", Kind.WHOLE, required=True),
    ),
)


def record(mode: ResolvedMode) -> Record:
    """Make the button of a mode. An administrator may change its order."""
    key = str(mode.action_id)
    return Record(
        TABLE,
        key,
        {
            TABLE.id_column: key,
            "msdyn_name": mode.name,
            "msdyn_eventname": OPEN_APP_TAB_TEMPLATE,
            "msdyn_eventparameter": mode.template,
            "msdyn_icon": address(mode.icon) if mode.icon else None,
            "msdyn_order": mode.order,
        },
    )
