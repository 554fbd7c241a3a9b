"""Apply what was found out about an org: write into it what the tabs of a provider obey there."""

from __future__ import annotations

from cotab_kit.deploy.client import Environment
from cotab_kit.deploy.journal import Journal
from cotab_kit.deploy.lookups import installed
from cotab_kit.deploy.release import Release
from cotab_kit.errors import OrgError
from cotab_setup.inspection import Findings, inspect
from cotab_setup.provisioning import carry_out, plan_behavior

LOOK = "Try it in an agent's window: “Look at this organization” on the set-up page has a button for that."


def obeyed(findings: Findings) -> str:
    """Say what tabs will obey. Raises OrgError where nobody has tried."""
    match findings.resident:
        case "auto":
            return "Tabs may have a page that outlives them: a hidden side pane was seen to keep its page"
        case "off":
            return "Tabs start by themselves: no hidden side pane was seen to keep its page"
        case _:
            raise OrgError("Nothing in it was seen in an agent's window, so there is nothing to obey", hint=LOOK)


async def apply(org: Environment, release: Release, findings: Findings, journal: Journal) -> None:
    """Write what tabs obey in an org. Raises OrgError for findings about another org, WebApiError.

    Findings name no org, so it is looked at again, and must give the same answers.
    """
    obeyed(findings)
    if await installed(org.api, release.name) is None:
        raise OrgError(f"{release.name} is not installed in this org", hint="Install it first: `cotab install`.")
    now = await inspect(org.api, org.resources, release.manifest.folder)
    if others := now.contradicting(findings):
        raise OrgError(f"This org answers otherwise: {', '.join(others)}", hint=f"Look at it again. {LOOK}")
    steps = await plan_behavior(org.api, release.provisioning, findings.resident or "off")
    await carry_out(org.api, steps, journal.step, dry_run=journal.dry_run)
