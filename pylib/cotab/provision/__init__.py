"""The rows that a solution cannot carry: what they must be, what is there, setting them up and removing them.

Runs in the browser (the configuration page) and on the host (`install`, `uninstall`, `verify`), over anything
that carries requests to Dataverse's Web API (facts: dataverse.md, sections 0 and 5).
"""

from cotab.provision.org_settings import plan_settings_removal
from cotab.provision.present import Found, Presence, RowPresence, State, present
from cotab.provision.privileges import missing_privileges
from cotab.provision.provision import plan_removal, plan_set_up, remove, set_up
from cotab.provision.rows import Provisioning, Row
from cotab.provision.steps import Action, Report, Step, carry_out
from cotab.provision.web_api import LostConnectionError, Reply, Retrying, WebApi, WebApiError
from cotab.provision.widgets import Widget, reset_widgets, widgets

__all__ = [
    "Action",
    "Found",
    "LostConnectionError",
    "Presence",
    "Provisioning",
    "Reply",
    "Report",
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
    "plan_removal",
    "plan_set_up",
    "plan_settings_removal",
    "present",
    "remove",
    "reset_widgets",
    "set_up",
    "widgets",
]
