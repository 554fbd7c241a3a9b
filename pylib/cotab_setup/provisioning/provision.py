"""Set up and remove the rows that a solution cannot carry. Both may be cut off at any call and run again.

What an administrator may edit is written when a row is made, and kept from then on; `reset` restores it.
"""

from __future__ import annotations

from collections.abc import Iterable

from cotab_setup.provisioning.present import Found, Presence, RowPresence, present
from cotab_setup.provisioning.rows import PROVIDERS, Provisioning
from cotab_setup.provisioning.steps import Action, Report, Step, carry_out
from cotab_setup.web_api import WebApi

__all__ = ["plan_removal", "plan_set_up", "remove", "set_up"]


def _ignore(_step: Step) -> None:
    """Drop a step that nobody wants to know about."""


async def set_up(
    api: WebApi,
    provisioning: Provisioning,
    *,
    reset: bool = False,
    dry_run: bool = False,
    report: Report = _ignore,
) -> list[Step]:
    """Make the org's rows those of this version: nothing missing, nothing of an earlier one left.

    Returns the steps that were carried out, or would be. Raises WebApiError.
    """
    steps = plan_set_up(await present(api, provisioning), reset=reset)
    await carry_out(api, steps, report, dry_run=dry_run)
    return steps


async def remove(
    api: WebApi, provisioning: Provisioning, *, dry_run: bool = False, report: Report = _ignore
) -> list[Step]:
    """Delete every row of ours, of this version or an earlier one. Look at `widgets` before. Raises WebApiError."""
    steps = plan_removal(await present(api, provisioning))
    await carry_out(api, steps, report, dry_run=dry_run)
    return steps


def plan_set_up(presence: Presence, *, reset: bool = False) -> list[Step]:
    """Plan the steps. Rows of earlier versions go first: they may have a slash command that another row gets."""
    return [*_deletions(presence.ours, presence.stale), *(_wanted(row, reset=reset) for row in presence.rows)]


def plan_removal(presence: Presence) -> list[Step]:
    """Plan the steps. The cascade only clears lookups, so each row is deleted, those that point to others first."""
    if not presence.foreign:
        return _deletions(presence.ours, presence.ours)
    providers = [row for row in presence.ours if row.table == PROVIDERS]
    names = ", ".join(row.title for row in presence.foreign)
    reason = f"used by {names}, which this solution did not bring"
    kept = [Step(Action.LEAVE, row.title, row.path, reason=reason) for row in providers]
    return [*_deletions(presence.ours, [row for row in presence.ours if row not in providers]), *kept]


def _deletions(order: Iterable[Found], rows: Iterable[Found]) -> list[Step]:
    paths = {row.path for row in rows}
    return [Step(Action.DELETE, row.title, row.path) for row in order if row.path in paths]


def _wanted(presence: RowPresence, *, reset: bool) -> Step:
    row = presence.row
    if presence.found is None:
        return Step(Action.CREATE, row.title, row.path, row.body, row.once)
    if presence.differences or (reset and presence.edited):
        return Step(Action.UPDATE, row.title, row.path, {**row.body, **(row.once if reset else {})}, row.once)
    return Step(Action.KEEP, row.title, row.path)
