"""Template Parameter (msdyn_templateparameter): one parameter of an app tab template, as a row of its own.

Its unique name is that of the template with the parameter's name behind it. It goes when the template goes.
Solution-aware: the solution carries it, by unique name.
"""

from __future__ import annotations

from cotab_kit.manifest.languages import ENGLISH
from cotab_kit.manifest.resolved import MAX_PARAMETER, ResolvedMode
from cotab_kit.solution.table import Column, Kind, Localized, Record, Reference, Table

TABLE = Table(
    name="msdyn_templateparameter",
    entity_set="msdyn_templateparameters",
    title="Template Parameter",
    key="msdyn_uniquename",
    columns=(
        Column("msdyn_uniquename", "Unique Name", Kind.TEXT, required=True, max_length=128),
        Column("msdyn_name", "Name", Kind.TEXT, required=True, max_length=100, localizable=True),
        Column("msdyn_value", "Value", Kind.TEXT, max_length=MAX_PARAMETER),
        Column(
            "msdyn_applicationtabtemplateid",
            "Application Tab Template",
            Kind.LOOKUP,
            required=True,
            target="msdyn_applicationtabtemplate",
            navigation="msdyn_applicationtabtemplateid",
        ),
        Column("statecode", "Status", Kind.STATE),
        Column("statuscode", "Status Reason", Kind.STATUS),
    ),
)


def records(mode: ResolvedMode) -> list[Record]:
    """Make one row for each parameter of the mode's template."""
    return [_record(mode, name, value) for name, value in mode.parameters.items()]


def _record(mode: ResolvedMode, name: str, value: str | None) -> Record:
    unique_name = f"{mode.template}_{name}"
    return Record(
        TABLE,
        unique_name,
        {
            "msdyn_uniquename": unique_name,
            "msdyn_name": Localized(name, {ENGLISH: name}),
            "msdyn_value": value,
            "msdyn_applicationtabtemplateid": Reference(mode.template, mode.template),
            "statecode": 0,
            "statuscode": 1,
        },
    )
