"""The rows that a solution cannot carry: what they must be, what is there, setting them up and removing them.

Runs in the browser (the configuration page) and on the host (`install`, `uninstall`, `verify`), over anything
that carries requests to Dataverse's Web API (docs/internals/dataverse.md#what-travels-as-data).
"""

from cotab_setup.provisioning.behavior import Resident, plan_behavior, plan_behavior_removal
from cotab_setup.provisioning.org_settings import orphaned_values, plan_settings_removal
from cotab_setup.provisioning.present import Found, Presence, RowPresence, State, present
from cotab_setup.provisioning.privileges import missing_privileges
from cotab_setup.provisioning.provision import plan_removal, plan_set_up, remove, set_up
from cotab_setup.provisioning.rows import Provisioning, Row
from cotab_setup.provisioning.steps import Action, Report, Step, carry_out
from cotab_setup.provisioning.widgets import Widget, reset_widgets, widgets
from cotab_setup.web_api import LostConnectionError, Reply, Retrying, WebApi, WebApiError

__all__ = [
    "Action",
    "Found",
    "LostConnectionError",
    "Presence",
    "Provisioning",
    "Reply",
    "Report",
    "Resident",
    "Retrying",
    "Row",
    "RowPresence",
    "State",
    "Step",
    "WebApi",
    "WebApiError",
    "Widget",
    "carry_out",
    "missing_privileges",
    "orphaned_values",
    "plan_behavior",
    "plan_behavior_removal",
    "plan_removal",
    "plan_set_up",
    "plan_settings_removal",
    "present",
    "remove",
    "reset_widgets",
    "set_up",
    "widgets",
]
