"""HTTP calls of install, upgrade and uninstall fail in turn, in every way; in the end nothing shows of it, and no row
of the three neighbors in the org has changed. Each call fails in each way in the full size; in the core each kind of
call fails, and each way of failing comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from cotab_kit.emulator import FOREVER, Fault
from cotab_kit.errors import OrgError
from cotab_setup.provisioning import WebApiError
from cotab_setup.provisioning.rows import ACTIONS, LOCALES
from kit.deploy.runs import Run, at_once, release
from sizes import by_class_and_whole, crossed

if TYPE_CHECKING:
    from cotab_kit.emulator.org import Snapshot
    from sizes import Choose

OLD = release(
    "1.0.0.0",
    cobrowse={"languages": {"en-US": {"label": "Look"}, "de-DE": {"label": "Schau"}}},
    page={"adapter": "main:Adapter", "settings": {"region": "eu"}},
)
NEW = release("1.1.0.0", screenshare={"languages": {"en-US": {"label": "Share"}}})
FABRIKAM = release(
    publisher={"prefix": "fabrikam", "privacy_url": "https://fabrikam.example/privacy"},
    solution={"unique_name": "watch", "version": "2.0.0.0"},
    provider={"name": "Fabrikam Watch"},
)
OWN = release(
    managed=False,
    publisher={"prefix": "contoso", "unique_name": "by_hand", "privacy_url": "https://contoso.example/privacy"},
    solution={"unique_name": "assist_too", "version": "2.0.0.0"},
    provider={"name": "By Hand"},
)
WORKS = ["install", "upgrade", "uninstall"]

# The full size has a test for each way, as one of all would take longer than a test may.
WAYS = pytest.mark.parametrize(
    ("every", "faults"),
    [
        pytest.param(False, list(Fault), id="of each kind"),
        *(pytest.param(True, [fault], id=fault.name, marks=pytest.mark.full) for fault in Fault),
    ],
)


async def with_neighbors() -> Run:
    """An org with another vendor's provider, an unmanaged one of our prefix, and what an administrator made of ours."""
    run = Run()
    await run.install(FABRIKAM)
    await run.install(OWN)
    ours = OLD.provisioning
    looks: dict[str, Any] = {"msdyn_icon": f"{ours.icons}x.svg", "msdyn_eventparameter": ours.templates[0]}
    action = run.local.seed(ACTIONS.name, msdyn_name="Mine", msdyn_eventname=100000000, msdyn_order=5, **looks)
    texts: dict[str, Any] = {"msdyn_name": "Mine", "msdyn_label": "Mine", "msdyn_tooltip": "Mine"}
    bind = {"msdyn_conversationactionkey@odata.bind": f"/{ACTIONS.entity_set}({action})"}
    run.local.seed(LOCALES.name, msdyn_locale_picklist=1033, **texts, **bind)
    run.local.seed("webresource", name="contoso_/assist/mine.js", webresourcetype=3, content="MDs=")
    return run


@dataclass(frozen=True)
class Org:
    """An org before some work. Its database is copied for every call that fails."""

    run: Run
    work: str
    neighbors: Snapshot

    async def expected(self) -> tuple[list[str], dict[str, list[str]]]:
        """What is called where nothing fails, and what is there afterwards."""
        run = self.run.copy()
        assert await do(run, self.work)
        return run.network.calls, run.content()

    def check(self, run: Run, expected: dict[str, list[str]], call: str) -> None:
        """The work is done as ever, and every row of the neighbors is as it was, over the whole database."""
        assert run.content() == expected, call
        found = run.snapshot()
        changed = {table: [row for row in rows if row not in found[table]] for table, rows in self.neighbors.items()}
        assert not any(changed.values()), call
        if self.work == "uninstall":
            assert found == self.neighbors, call


@pytest.fixture
async def org(work: str) -> Org:
    run = await with_neighbors()
    neighbors = run.snapshot()
    if work != "install":
        await run.install(OLD)
        await run.set_settings('{"region": "us"}')
    return Org(run, work, neighbors)


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


@pytest.mark.parametrize("work", WORKS)
@WAYS
async def test_a_call_that_fails_once_is_absorbed(  # noqa: PLR0913 - pytest's
    org: Org, work: str, choose: Choose, seed: int, *, every: bool, faults: list[Fault]
) -> None:
    calls, expected = await org.expected()
    for place, fault in crossed(choose(calls), faults, every=every, seed=seed):
        run, call = org.run.copy(), f"{calls[place]}: {fault}"
        run.network.fault, run.network.at = fault, place + 1
        assert await do(run, work), call
        org.check(run, expected, call)


@pytest.mark.parametrize("work", WORKS)
@WAYS
async def test_a_call_that_fails_for_good_is_made_up_for_by_a_second_run(  # noqa: PLR0913 - pytest's
    org: Org, work: str, choose: Choose, seed: int, *, every: bool, faults: list[Fault]
) -> None:
    calls, expected = await org.expected()
    for place, fault in crossed(choose(calls), faults, every=every, seed=seed + 1):
        run, call = org.run.copy(), f"{calls[place]}: {fault}"
        run.network.fault, run.network.at, run.network.times = fault, place + 1, FOREVER
        assert not await do(run, work), call
        run.network.fault = None
        assert await do(run, work), call
        org.check(run, expected, call)


class KilledError(BaseException):
    """The process has ended, by Ctrl-C or otherwise."""


async def killed(_seconds: float) -> None:
    raise KilledError


@pytest.mark.parametrize("work", WORKS)
@by_class_and_whole
async def test_a_run_that_is_killed_after_a_change_is_made_up_for_by_a_second_run(
    org: Org, work: str, choose: Choose
) -> None:
    """The org goes on with what was begun, for longer than it takes to run the command again."""
    org.run.local.seed_settings(steps=12)
    calls, expected = await org.expected()
    for place in choose(calls):
        if calls[place].startswith("GET"):
            continue
        run = org.run.copy()
        run.network.fault, run.network.at, run.sleep = Fault.CUT_AFTER, place + 1, killed
        with pytest.raises(KilledError):
            await do(run, work)
        run.network.fault, run.sleep = None, at_once
        assert await do(run, work), calls[place]
        org.check(run, expected, calls[place])
