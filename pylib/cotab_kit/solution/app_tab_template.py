"""App Tab Template (msdyn_applicationtabtemplate): what opens when the agent presses the button.

A page type and its parameters. Ours is a web resource; `webresourceName` and `data` stand in the JSON column and again
as rows (template_parameter.py), as in Microsoft's own exports. Solution-aware: the solution carries it, by unique name.
"""

from __future__ import annotations

from cotab_kit.manifest.languages import ENGLISH
from cotab_kit.manifest.resolved import MAX_PARAMETER, ResolvedMode
from cotab_kit.solution.table import Column, Kind, Localized, Record, Table

WEB_RESOURCE = 509180002
PAGE_TYPES = {
    509180000: "Entity List",
    509180001: "Entity Record",
    WEB_RESOURCE: "Web Resource",
    509180003: "Control",
    509180004: "Dashboard",
    509180005: "Search",
    509180006: "Third Party Website",
    509180007: "Custom",
}

TABLE = Table(
    name="msdyn_applicationtabtemplate",
    entity_set="msdyn_applicationtabtemplates",
    title="Application Tab Template",
    key="msdyn_uniquename",
    columns=(
        Column("msdyn_uniquename", "Unique Name", Kind.TEXT, required=True, max_length=128),
        Column("msdyn_name", "Name", Kind.TEXT, required=True, max_length=100, localizable=True),
        Column("msdyn_title", "Title", Kind.TEXT, max_length=200, localizable=True),
        Column("msdyn_pagetype", "Page Type", Kind.CHOICE, required=True, choices=PAGE_TYPES),
        Column("msdyn_pinned", "Can close", Kind.YES_NO),  # true means that it can not be closed
        Column("msdyn_templateparameters", "Template Parameters", Kind.TEXT, max_length=MAX_PARAMETER),
        Column("statecode", "Status", Kind.STATE),
        Column("statuscode", "Status Reason", Kind.STATUS),
    ),
)


def record(mode: ResolvedMode) -> Record:
    """Make the template of a mode. Name and unique name are the same: which one an action names is not documented."""
    titles = {lcid: texts.label for lcid, texts in mode.texts.items()}
    return Record(
        TABLE,
        mode.template,
        {
            "msdyn_uniquename": mode.template,
            "msdyn_name": Localized(mode.template, {ENGLISH: mode.template}),
            "msdyn_title": Localized(titles[ENGLISH], titles),
            "msdyn_pagetype": WEB_RESOURCE,
            "msdyn_pinned": False,
            "msdyn_templateparameters": mode.parameters_column,
            "statecode": 0,
            "statuscode": 1,
        },
    )
