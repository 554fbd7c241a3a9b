"""The samples of a new local org: customers, another agent, an account, a case, a chat widget."""

from __future__ import annotations

from pydantic import JsonValue

from cotab_kit.desktop.inventory import CHOICES
from cotab_kit.emulator import LocalOrg
from cotab_kit.emulator.tables.omnichannel import CHAT_WIDGET
from cotab_kit.manifest.resolved import RESIDENT_PAGE
from cotab_kit.solution.provisioning import behavior_of
from cotab_kit.solution.settings_variable import JSON_TYPE

CUSTOMERS = ("Alex Morgan", "Priya Natarajan", "Jonas Weber")
QUESTION = "Hello, I cannot find out how to change my order. Can you have a look?"
SECOND_AGENT = "Second agent"  # the desktop's switch `agent` knows its id (desktop/pages/platform.js)
ACCOUNT, CASE, WIDGET = "Fourth Coffee", "Parcel has not arrived", "Fourth Coffee shop"

RESIDENT = f"/{RESIDENT_PAGE}"
DEFINITION, VALUE = "environmentvariabledefinition", "environmentvariablevalue"

# Which column of a widget holds the provider of a mode; Microsoft does not document what stands in it.
COLUMNS = {192350002: "msdyn_cobrowseprovider", 100000000: "msdyn_screensharingprovider"}


def seed(org: LocalOrg) -> None:
    """Put samples into an org, unless it has customers already."""
    if org.rows("contact"):
        return
    for name in CUSTOMERS:
        org.seed("contact", fullname=name)
    org.seed_user(SECOND_AGENT)
    org.seed("account", name=ACCOUNT)
    org.seed("incident", title=CASE)
    org.seed_widget(WIDGET)


def let_reside(org: LocalOrg) -> None:
    """Have tabs obey that this org keeps a page in a hidden side pane, where they may have a resident at all."""
    names = (str(row["name"]) for row in org.rows("webresource"))
    for folder in [name.removesuffix(RESIDENT) for name in names if name.endswith(RESIDENT)]:
        variable = behavior_of(folder)
        if org.rows(DEFINITION, schemaname=variable.name):
            continue
        about: dict[str, JsonValue] = {"schemaname": variable.name, "displayname": variable.name, "type": JSON_TYPE}
        org.seed(DEFINITION, environmentvariabledefinitionid=str(variable.id), **about)
        bind = {"EnvironmentVariableDefinitionId@odata.bind": f"/{DEFINITION}s({variable.id})"}
        org.seed(VALUE, environmentvariablevalueid=str(variable.value_id), value='{"resident": "auto"}', **bind)


def enable(org: LocalOrg) -> None:
    """Choose a provider of each mode in the widgets that have none, as an administrator would."""
    for capability in org.rows("msdyn_channelcapability"):
        column = COLUMNS.get(int(capability["msdyn_escalationchannelmode"] or 0))
        for widget in org.rows(CHAT_WIDGET.name) if column else ():
            if column and not widget[column]:
                chosen = {column: capability["msdyn_provider"], CHOICES[column]: True}
                with org.store.transaction():
                    org.store.update(CHAT_WIDGET, str(widget[CHAT_WIDGET.primary_id]), chosen)
