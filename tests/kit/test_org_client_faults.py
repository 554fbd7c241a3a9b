"""Every single HTTP call of install and uninstall fails in turn; in the end nothing shows of it."""

from __future__ import annotations

import pytest

from cotab.provision import WebApiError
from cotab_kit.desktop.org import Fault
from cotab_kit.errors import OrgError
from kit.org_runs import Run, release

ATTEMPTS = 5
WORK = ["install", "uninstall"]
SMALL = {"cobrowse": {"languages": {"en-US": {"label": "Look"}, "de-DE": {"label": "Schau"}}}}


async def ready(work: str) -> Run:
    run = Run()
    if work == "uninstall":
        await run.install(release(**SMALL))
    run.network.calls.clear()
    return run


async def do(run: Run, work: str) -> bool:
    """Whether it succeeded; a fault ends it with an error that the command line shows."""
    try:
        verdict = await (run.install(release(**SMALL)) if work == "install" else run.uninstall(release(**SMALL)))
    except (WebApiError, OrgError):
        return False
    assert verdict.complete if work == "install" else not verdict.residue
    return True


@pytest.mark.parametrize("work", WORK)
@pytest.mark.parametrize("fault", [Fault.CUT_BEFORE, Fault.CUT_AFTER, Fault.THROTTLED, Fault.BROKEN])
async def test_a_call_that_fails_once_is_absorbed(work: str, fault: Fault) -> None:
    run = await ready(work)
    assert await do(run, work)
    calls, expected = run.network.calls.copy(), run.snapshot()
    for number, call in enumerate(calls, start=1):
        run = await ready(work)
        run.network.fault, run.network.at = fault, number
        assert await do(run, work), f"{number}: {call}"
        assert run.snapshot() == expected, f"{number}: {call}"


@pytest.mark.parametrize("work", WORK)
@pytest.mark.parametrize("fault", [Fault.CUT_BEFORE, Fault.CUT_AFTER, Fault.THROTTLED, Fault.BROKEN])
async def test_a_call_that_goes_on_failing_is_made_up_for_by_a_second_run(work: str, fault: Fault) -> None:
    run = await ready(work)
    assert await do(run, work)
    calls, expected, aborted = run.network.calls.copy(), run.snapshot(), 0
    for number, call in enumerate(calls, start=1):
        run = await ready(work)
        run.network.fault, run.network.at, run.network.times = fault, number, ATTEMPTS
        aborted += not await do(run, work)
        run.network.fault = None
        assert await do(run, work), f"{number}: {call}"
        assert run.snapshot() == expected, f"{number}: {call}"
    assert aborted > len(calls) / 2
