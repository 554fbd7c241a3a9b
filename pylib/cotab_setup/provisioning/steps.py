"""Steps of setting up and removing: planned first, reported one by one, carried out or not.

Every step may be repeated: what a run that was cut off has done already is no failure of the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus

from cotab_setup.provisioning.rows import Column
from cotab_setup.web_api import ABSENT, WebApi, call

__all__ = ["Action", "Report", "Step", "carry_out"]

ONLY_NEW = {"If-None-Match": "*"}
ONLY_EXISTING = {"If-Match": "*"}


class Action(StrEnum):
    """What is done with a row. KEEP: it is as it should be. LEAVE: it cannot go, and `reason` says why.

    USE: it is of others, and stands in the place of ours as it is.
    """

    CREATE = "create"
    UPDATE = "update"
    KEEP = "keep"
    DELETE = "delete"
    LEAVE = "leave"
    USE = "use"


@dataclass(frozen=True)
class Step:
    """One thing to do. `title` is for people, `path` the row's address; `once` is written only if the row is new."""

    action: Action
    title: str
    path: str
    body: Mapping[str, Column] = field(default_factory=dict)
    once: Mapping[str, Column] = field(default_factory=dict)
    reason: str = ""


Report = Callable[[Step], None]


async def carry_out(api: WebApi, steps: Iterable[Step], report: Report, *, dry_run: bool = False) -> None:
    """Report each step, then do it; with `dry_run` only report. Raises WebApiError at the first that is refused."""
    for step in steps:
        report(step)
        if not dry_run:
            await _do(api, step)


async def _do(api: WebApi, step: Step) -> None:
    match step.action:
        case Action.CREATE:
            await _create(api, step)
        case Action.UPDATE:
            await _update(api, step)
        case Action.DELETE:
            await call(api, "DELETE", step.path, f"Deleting {step.title}", accepted=ABSENT)


async def _create(api: WebApi, step: Step) -> None:
    """Create the row. If it has appeared since it was looked for, or in an earlier attempt, its values are set."""
    body, doing = {**step.body, **step.once}, f"Creating {step.title}"
    reply = await call(
        api, "PATCH", step.path, doing, body=body, headers=ONLY_NEW, accepted=[HTTPStatus.PRECONDITION_FAILED]
    )
    if reply.status == HTTPStatus.PRECONDITION_FAILED:
        await call(api, "PATCH", step.path, doing, body=step.body, headers=ONLY_EXISTING)


async def _update(api: WebApi, step: Step) -> None:
    """Update the row. If it has gone since it was looked at, it is created."""
    doing = f"Updating {step.title}"
    reply = await call(api, "PATCH", step.path, doing, body=step.body, headers=ONLY_EXISTING, accepted=ABSENT)
    if reply.status == HTTPStatus.NOT_FOUND:
        await call(api, "PATCH", step.path, doing, body={**step.body, **step.once}, headers=ONLY_NEW)
