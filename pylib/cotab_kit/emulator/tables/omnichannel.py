"""Omnichannel's tables: those that the kit writes, what an administrator puts them into, the conversation.

Columns, lengths and cascades: docs/internals/dataverse.md#the-columns.
"""

from __future__ import annotations

from dataclasses import replace

from cotab_kit.emulator.schema import (
    COMPONENT,
    IMPORTED,
    OWNED,
    STATE,
    SYSTEM,
    Attribute,
    Entity,
    ManyToMany,
    OnDelete,
    Required,
    choice,
    from_kit,
    guid,
    lookup,
    text,
    whole,
    yes_no,
)
from cotab_kit.solution import (
    app_tab_template,
    channel_capability,
    conversation_action,
    conversation_action_locale,
    provider,
    template_parameter,
)

USER_OWNED = (*OWNED, *IMPORTED, *SYSTEM)
MAX_EXPRESSION = 1_048_576
MAX_CONTEXT = 4000  # how long a value may be is not documented
PANEL_MODES = {162450000: "Minimized", 162450001: "Hidden", 162450002: "Docked"}
DESKTOP_NOTIFICATIONS = {509180000: "Never", 509180001: "When app is in background", 509180002: "Always"}
THEMES = {509180000: "Dark", 509180001: "Light"}
TEMPLATE_PARAMETERS = "msdyn_applicationtabtemplate_templateparameter"


def _cascading(attributes: tuple[Attribute, ...], name: str) -> tuple[Attribute, ...]:
    """Let a lookup delete its row with the target, as a parameter goes with its template."""
    return tuple(replace(each, on_delete=OnDelete.CASCADE) if each.name == name else each for each in attributes)


PROVIDER = Entity("msdyn_provider", "msdyn_providers", "Provider", (*from_kit(provider.TABLE), *IMPORTED, *SYSTEM))

CONVERSATION_ACTION = Entity(
    "msdyn_conversationaction",
    "msdyn_conversationactions",
    "Conversation Action",
    (
        *from_kit(conversation_action.TABLE, (text("msdyn_functionname", 100), text("msdyn_webresource", 100))),
        *USER_OWNED,
    ),
    user_owned=True,
)

CONVERSATION_ACTION_LOCALE = Entity(
    "msdyn_conversationactionlocale",
    "msdyn_conversationactionlocales",
    "Conversation Action Locale",
    (
        *from_kit(
            conversation_action_locale.TABLE,
            msdyn_conversationactionkey="msdyn_msdyn_conversationaction_msdyn_conversationactionlocale_CAkey",
        ),
        *USER_OWNED,
    ),
    user_owned=True,
)

CHANNEL_CAPABILITY = Entity(
    "msdyn_channelcapability",
    "msdyn_channelcapabilities",
    "Channel Capability",
    (
        *from_kit(
            channel_capability.TABLE,
            msdyn_provider="msdyn_msdyn_provider_msdyn_channelcapability_Provider",
            msdyn_conversationaction="msdyn_msdyn_conversationaction_msdyn_channelcapability_ConversationAction",
        ),
        *COMPONENT,
        *IMPORTED,
        *SYSTEM,
    ),
    component_type=10_434,
)

APP_TAB_TEMPLATE = Entity(
    "msdyn_applicationtabtemplate",
    "msdyn_applicationtabtemplates",
    "Application Tab Template",
    (*from_kit(app_tab_template.TABLE, (text("msdyn_description", 2000),)), *COMPONENT, *USER_OWNED),
    keys=("msdyn_uniquename",),
    component_type=10_435,
    user_owned=True,
)

TEMPLATE_PARAMETER = Entity(
    "msdyn_templateparameter",
    "msdyn_templateparameters",
    "Template Parameter",
    (
        *_cascading(
            from_kit(template_parameter.TABLE, msdyn_applicationtabtemplateid=TEMPLATE_PARAMETERS),
            "msdyn_applicationtabtemplateid",
        ),
        *COMPONENT,
        *USER_OWNED,
    ),
    keys=("msdyn_uniquename",),
    component_type=10_436,
    user_owned=True,
)

SESSION_TEMPLATE = Entity(
    "msdyn_sessiontemplate",
    "msdyn_sessiontemplates",
    "Session Template",
    (
        guid("msdyn_sessiontemplateid", Required.SYSTEM),
        text("msdyn_name", 100, Required.APPLICATION),
        text("msdyn_uniquename", 128, Required.SYSTEM),
        text("msdyn_title", 200),
        text("msdyn_description", 2000),
        lookup(
            "msdyn_anchortab",
            "msdyn_applicationtabtemplate",
            collection="msdyn_applicationtabtemplate_sessiontemplate_anchortab",
        ),
        text("msdyn_entity", 100),
        choice("msdyn_panelstate", PANEL_MODES, Required.APPLICATION, 162450002),
        choice("msdyn_sessiontype", {0: "Generic", 1: "Entity"}, Required.APPLICATION, 0),
        yes_no("msdyn_type"),
        yes_no("msdyn_enablebuildexpression"),
        yes_no("msdyn_enabletitlesync"),
        text("msdyn_expressiondata", MAX_EXPRESSION),
        lookup("msdyn_sessionicon", "webresource", collection="msdyn_webresource_sessiontemplate_sessionicon"),
        *STATE,
        *COMPONENT,
        *USER_OWNED,
    ),
    keys=("msdyn_uniquename",),
    component_type=10_437,
    user_owned=True,
)

NOTIFICATION_FIELD = Entity(
    "msdyn_notificationfield",
    "msdyn_notificationfields",
    "Notification Field",
    (
        guid("msdyn_notificationfieldid", Required.SYSTEM),
        text("msdyn_name", 100, Required.APPLICATION),
        text("msdyn_uniquename", 128, Required.SYSTEM),
        text("msdyn_title", 200, Required.APPLICATION),
        text("msdyn_value", 1028),
        whole("msdyn_order"),
        *STATE,
        *COMPONENT,
        *USER_OWNED,
    ),
    keys=("msdyn_uniquename",),
    component_type=10_438,
    user_owned=True,
)

NOTIFICATION_TEMPLATE = Entity(
    "msdyn_notificationtemplate",
    "msdyn_notificationtemplates",
    "Notification Template",
    (
        guid("msdyn_notificationtemplateid", Required.SYSTEM),
        text("msdyn_name", 100, Required.APPLICATION),
        text("msdyn_uniquename", 128, Required.SYSTEM),
        text("msdyn_title", 100, Required.APPLICATION),
        text("msdyn_description", 2000),
        text("msdyn_icon", 1024),
        text("msdyn_acceptbuttontext", 100),
        text("msdyn_rejectbuttontext", 100),
        yes_no("msdyn_showrejectbutton", default=True),
        yes_no("msdyn_showtimeout", default=True),
        yes_no("msdyn_autoacceptnotification"),
        yes_no("msdyn_autopopupsession"),
        whole("msdyn_timeout"),
        choice("msdyn_theme", THEMES, default=509180000),
        choice("msdyn_desktopnotificationmode", DESKTOP_NOTIFICATIONS, default=509180000),
        *STATE,
        *COMPONENT,
        *USER_OWNED,
    ),
    keys=("msdyn_uniquename",),
    component_type=10_439,
    user_owned=True,
)

CHAT_WIDGET = Entity(
    "msdyn_livechatconfig",
    "msdyn_livechatconfigs",
    "Chat Widget",
    (
        guid("msdyn_livechatconfigid", Required.SYSTEM),
        text("msdyn_name", 100, Required.APPLICATION),
        text("msdyn_cobrowseprovider", 100),
        text("msdyn_screensharingprovider", 100),
        yes_no("msdyn_enablecobrowse"),
        yes_no("msdyn_enablescreensharing"),
        *STATE,
        *USER_OWNED,
    ),
    user_owned=True,
)

CONVERSATION = Entity(
    "msdyn_ocliveworkitem",
    "msdyn_ocliveworkitems",
    "Conversation",
    (
        guid("activityid", Required.SYSTEM),
        text("subject", 400),
        text("msdyn_title", 100),
        lookup("msdyn_activeagentid", "systemuser"),
        lookup("msdyn_livechatconfigid", "msdyn_livechatconfig"),
        *STATE,
        *USER_OWNED,
    ),
    primary_name="subject",
    user_owned=True,
    id_name="activityid",
)


def _context_item(name: str) -> Entity:
    """Make a table of what chats bring along."""
    return Entity(
        name,
        f"{name}s",
        "Conversation Context Item",
        (
            guid(f"{name}id", Required.SYSTEM),
            text("msdyn_name", 100, Required.APPLICATION),
            text("msdyn_value", MAX_CONTEXT),
            lookup("msdyn_ocliveworkitemid", CONVERSATION.name, collection=f"msdyn_ocliveworkitem_{name}"),
            *STATE,
            *USER_OWNED,
        ),
        user_owned=True,
    )


CONTEXT_ITEM = _context_item("msdyn_ocliveworkitemcontextitem")
CONTEXT_ITEM_ELASTIC = _context_item("msdyn_ocliveworkitemcontextitemelastic")

ENTITIES = (
    PROVIDER,
    CONVERSATION_ACTION,
    CONVERSATION_ACTION_LOCALE,
    CHANNEL_CAPABILITY,
    APP_TAB_TEMPLATE,
    TEMPLATE_PARAMETER,
    SESSION_TEMPLATE,
    NOTIFICATION_FIELD,
    NOTIFICATION_TEMPLATE,
    CHAT_WIDGET,
    CONVERSATION,
    CONTEXT_ITEM,
    CONTEXT_ITEM_ELASTIC,
)

MANY_TO_MANY = (
    ManyToMany(
        "msdyn_sessiontemplate_applicationtab",
        "msdyn_sessiontemplate",
        "msdyn_applicationtabtemplate",
        dependent="msdyn_sessiontemplate",
    ),
    ManyToMany(
        "msdyn_notificationtemplate_notificationfield",
        "msdyn_notificationtemplate",
        "msdyn_notificationfield",
        dependent="msdyn_notificationtemplate",
    ),
)
