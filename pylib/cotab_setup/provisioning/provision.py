"""Set up and remove the rows that a solution cannot carry. Both may be cut off at any call and run again.

What an administrator may edit is written when a row is made, and kept from then on; `reset` restores it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from cotab_setup.provisioning.present import Found, Presence, RowPresence, in_order_of_removal, present
from cotab_setup.provisioning.rows import Provisioning
from cotab_setup.provisioning.steps import Action, Report, Step, carry_out
from cotab_setup.web_api import WebApi

__all__ = ["plan_removal", "plan_set_up", "remove", "set_up"]


def _ignore(_step: Step) -> None:
    """Drop a step that nobody wants to know about."""


async def set_up(  # noqa: PLR0913 - the options of a command
    api: WebApi,
    provisioning: Provisioning,
    *,
    reset: bool = False,
    also: Collection[str] = (),
    dry_run: bool = False,
    report: Report = _ignore,
) -> list[Step]:
    """Make the org's rows those of this version: nothing missing, nothing of an earlier one left.

    Rows of others that are called as `also` says go too. Returns the steps that were carried out, or would be.
    Raises WebApiError.
    """
    steps = plan_set_up(await present(api, provisioning, also), reset=reset, also=also)
    await carry_out(api, steps, report, dry_run=dry_run)
    return steps


async def remove(
    api: WebApi,
    provisioning: Provisioning,
    *,
    also: Collection[str] = (),
    dry_run: bool = False,
    report: Report = _ignore,
) -> list[Step]:
    """Delete every row of ours, of this version or an earlier one. Look at `widgets` before. Raises WebApiError.

    Rows of others that are called as `also` says go too.
    """
    steps = plan_removal(await present(api, provisioning, also), also=also)
    await carry_out(api, steps, report, dry_run=dry_run)
    return steps


def plan_set_up(presence: Presence, *, reset: bool = False, also: Collection[str] = ()) -> list[Step]:
    """Plan the steps. Rows of earlier versions go first: they may have a slash command that another row gets."""
    return [*_deletions(presence, presence.stale, also), *(_wanted(row, reset=reset) for row in presence.rows)]


def plan_removal(presence: Presence, *, also: Collection[str] = ()) -> list[Step]:
    """Plan the steps. The cascade only clears lookups, so each row is deleted, those that point to others first."""
    return _deletions(presence, presence.ours, also)


def _deletions(presence: Presence, rows: Iterable[Found], also: Collection[str]) -> list[Step]:
    """Delete these rows and chosen ones of others; but what others use would change theirs, so it is left."""
    others = [*presence.foreign, *presence.similar]
    chosen = [row for row in others if row.is_called(also)]
    staying = [row for row in others if row not in chosen]
    return [_deletion(row, staying) for row in in_order_of_removal([*rows, *chosen])]


def _deletion(row: Found, staying: Iterable[Found]) -> Step:
    users = ", ".join(other.title for other in staying if row.id in other.targets)
    if not users:
        return Step(Action.DELETE, row.title, row.path)
    return Step(Action.LEAVE, row.title, row.path, reason=f"used by {users}, which this solution did not bring")


def _wanted(presence: RowPresence, *, reset: bool) -> Step:
    row = presence.row
    if presence.used:
        return Step(Action.USE, presence.used.title, presence.used.path)
    if presence.found is None:
        return Step(Action.CREATE, row.title, row.path, row.body, row.once)
    if presence.differences or (reset and presence.edited):
        return Step(Action.UPDATE, row.title, row.path, {**row.body, **(row.once if reset else {})}, row.once)
    return Step(Action.KEEP, row.title, row.path)
