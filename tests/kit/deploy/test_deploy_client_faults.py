"""Every single HTTP call of install and uninstall fails in turn; in the end nothing shows of it."""

from __future__ import annotations

import pytest

from cotab_kit.emulator import Fault
from cotab_kit.errors import OrgError
from cotab_setup.provisioning import WebApiError
from kit.deploy.runs import Run, at_once, release

ATTEMPTS = 5  # what the client makes of one request before it gives up
EVERY = pytest.mark.parametrize(
    ("work", "fault"),
    [(work, fault) for work in ("install", "uninstall") for fault in Fault if fault is not Fault.UNAVAILABLE]
    + [("upgrade", Fault.CUT_BEFORE), ("upgrade", Fault.CUT_AFTER)],
)
OLD = release(
    "1.0.0.0",
    cobrowse={"languages": {"en-US": {"label": "Look"}, "de-DE": {"label": "Schau"}}},
    page={"adapter": "main:Adapter", "settings": {"region": "eu"}},
)
NEW = release("1.1.0.0", screenshare={"languages": {"en-US": {"label": "Share"}}})


@pytest.fixture
async def prepared(work: str) -> Run:
    """An org before the work. Its database is copied for every call that fails."""
    run = Run()
    if work != "install":
        await run.install(OLD)
        await run.set_settings('{"region": "us"}')
    return run


async def do(run: Run, work: str) -> bool:
    """Whether it succeeded; where it does not, it ends with an error that the command line shows."""
    try:
        match work:
            case "install":
                verdict = await run.install(OLD)
            case "upgrade":
                verdict = await run.install(NEW)
            case _:
                verdict = await run.uninstall(OLD)
    except (WebApiError, OrgError):
        return False
    assert not verdict.residue if work == "uninstall" else verdict.complete
    return True


# Those after which the org has acted, and those after which it has not.
ONCE = pytest.mark.parametrize(
    ("work", "fault"),
    [(work, fault) for work in ("install", "upgrade", "uninstall") for fault in (Fault.CUT_AFTER, Fault.THROTTLED)],
)


@ONCE
async def test_a_call_that_fails_once_is_absorbed(prepared: Run, work: str, fault: Fault) -> None:
    run = prepared.copy()
    assert await do(run, work)
    calls, expected = run.network.calls.copy(), run.content()
    for number, call in enumerate(calls, start=1):
        run = prepared.copy()
        run.network.fault, run.network.at = fault, number
        assert await do(run, work), f"{number}: {call}"
        assert run.content() == expected, f"{number}: {call}"


@EVERY
async def test_a_call_that_goes_on_failing_is_made_up_for_by_a_second_run(
    prepared: Run, work: str, fault: Fault
) -> None:
    run = prepared.copy()
    assert await do(run, work)
    calls, expected, aborted = run.network.calls.copy(), run.content(), 0
    for number, call in enumerate(calls, start=1):
        run = prepared.copy()
        run.network.fault, run.network.at, run.network.times = fault, number, ATTEMPTS
        aborted += not await do(run, work)
        run.network.fault = None
        assert await do(run, work), f"{number}: {call}"
        assert run.content() == expected, f"{number}: {call}"
    assert aborted > len(calls) / 2


class KilledError(BaseException):
    """The process has ended, by Ctrl-C or otherwise."""


async def killed(_seconds: float) -> None:
    raise KilledError


@pytest.mark.parametrize("work", ["install", "upgrade", "uninstall"])
async def test_a_run_that_is_killed_after_any_change_is_made_up_for_by_a_second_run(prepared: Run, work: str) -> None:
    """The org goes on with what was begun, for longer than it takes to run the command again."""
    prepared.local.seed_settings(steps=12)
    run = prepared.copy()
    assert await do(run, work)
    writing = [number for number, call in enumerate(run.network.calls, start=1) if not call.startswith("GET")]
    expected = run.content()
    for number in writing:
        run = prepared.copy()
        run.network.fault, run.network.at, run.sleep = Fault.CUT_AFTER, number, killed
        with pytest.raises(KilledError):
            await do(run, work)
        run.network.fault, run.sleep = None, at_once
        assert await do(run, work), number
        assert run.content() == expected, number
