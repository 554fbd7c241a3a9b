"""The manifest as the records of an org: those that a solution carries, and those that travel as data.

Both lists are in the order in which an org can take them; removing goes the other way round.
"""

from __future__ import annotations

from cotab_kit.manifest.model import Manifest
from cotab_kit.manifest.resolved import resolved_modes
from cotab_kit.solution import (
    app_tab_template,
    channel_capability,
    conversation_action,
    conversation_action_locale,
    provider,
    settings_variable,
    template_parameter,
)
from cotab_kit.solution.table import Record

# The tables whose rows a solution cannot carry, each after those it points to.
DATA_TABLES = (provider.TABLE, conversation_action.TABLE, conversation_action_locale.TABLE, channel_capability.TABLE)


def solution_records(manifest: Manifest) -> list[Record]:
    """List app tab templates with their parameters, and what an administrator may set for the org."""
    records = settings_variable.records(manifest)
    for mode in resolved_modes(manifest):
        records += [app_tab_template.record(mode), *template_parameter.records(mode)]
    return records


def data_records(manifest: Manifest) -> list[Record]:
    """List the provider, the actions with their texts, the capabilities."""
    modes = resolved_modes(manifest)
    return [
        provider.record(manifest),
        *(conversation_action.record(mode) for mode in modes),
        *(record for mode in modes for record in conversation_action_locale.records(mode)),
        *(channel_capability.record(mode) for mode in modes),
    ]
