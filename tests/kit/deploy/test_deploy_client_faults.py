"""HTTP calls of install and uninstall fail in turn; in the end nothing shows of it. Every single one fails in the full
size, one of each kind in the core.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cotab_kit.emulator import Fault
from cotab_kit.errors import OrgError
from cotab_setup.provisioning import WebApiError
from kit.deploy.runs import Run, at_once, release
from sizes import by_class_and_whole

if TYPE_CHECKING:
    from sizes import Choose

ATTEMPTS = 5  # what the client makes of one request before it gives up
PERSISTENT = pytest.mark.parametrize(
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
@by_class_and_whole
async def test_a_call_that_fails_once_is_absorbed(prepared: Run, work: str, fault: Fault, choose: Choose) -> None:
    run = prepared.copy()
    assert await do(run, work)
    calls, expected = run.network.calls, run.content()
    for place in choose(calls):
        run = prepared.copy()
        run.network.fault, run.network.at = fault, place + 1
        assert await do(run, work), calls[place]
        assert run.content() == expected, calls[place]


@PERSISTENT
@by_class_and_whole
async def test_a_call_that_goes_on_failing_is_made_up_for_by_a_second_run(
    prepared: Run, work: str, fault: Fault, choose: Choose
) -> None:
    run = prepared.copy()
    assert await do(run, work)
    calls, expected, aborted = run.network.calls, run.content(), 0
    places = choose(calls)
    for place in places:
        run = prepared.copy()
        run.network.fault, run.network.at, run.network.times = fault, place + 1, ATTEMPTS
        aborted += not await do(run, work)
        run.network.fault = None
        assert await do(run, work), calls[place]
        assert run.content() == expected, calls[place]
    assert aborted > len(places) / 2


class KilledError(BaseException):
    """The process has ended, by Ctrl-C or otherwise."""


async def killed(_seconds: float) -> None:
    raise KilledError


@pytest.mark.parametrize("work", ["install", "upgrade", "uninstall"])
@by_class_and_whole
async def test_a_run_that_is_killed_after_a_change_is_made_up_for_by_a_second_run(
    prepared: Run, work: str, choose: Choose
) -> None:
    """The org goes on with what was begun, for longer than it takes to run the command again."""
    prepared.local.seed_settings(steps=12)
    run = prepared.copy()
    assert await do(run, work)
    calls, expected = run.network.calls, run.content()
    for place in choose(calls):
        if calls[place].startswith("GET"):
            continue
        run = prepared.copy()
        run.network.fault, run.network.at, run.sleep = Fault.CUT_AFTER, place + 1, killed
        with pytest.raises(KilledError):
            await do(run, work)
        run.network.fault, run.sleep = None, at_once
        assert await do(run, work), calls[place]
        assert run.content() == expected, calls[place]
