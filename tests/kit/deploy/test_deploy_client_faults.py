"""HTTP calls of install, upgrade and uninstall fail in turn, in every way; in the end nothing shows of it, and no row
of the three neighbors in the org has changed. Each call fails in each way in the full size; in the core each kind of
call fails, and each way of failing comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cotab_kit.emulator import FOREVER, Fault
from cotab_kit.errors import OrgError
from cotab_setup.provisioning import WebApiError
from cotab_setup.provisioning.rows import ACTIONS, LOCALES
from kit.deploy.rehearsal import Rehearsal, repeatable
from kit.deploy.runs import Run, at_once, release
from sizes import by_class_and_whole, crossed

if TYPE_CHECKING:
    from collections.abc import Callable

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


def checked(work: str, neighbors: Snapshot) -> Callable[[Run], None]:
    """What looks whether the work is done as ever, and every row of the neighbors as it was, over all the database."""
    usual: list[dict[str, list[str]]] = []

    def check(run: Run) -> None:
        content, found = run.content(), run.snapshot()
        usual.append(content)
        assert content == usual[0]
        assert not [row for table, rows in neighbors.items() for row in rows if row not in found[table]]
        assert work != "uninstall" or found == neighbors

    return check


REHEARSALS: dict[str, Rehearsal] = {}  # by work; making one takes longer than using it


@pytest.fixture
async def usual(work: str, monkeypatch: pytest.MonkeyPatch) -> Rehearsal:
    repeatable(monkeypatch)
    if work not in REHEARSALS:
        REHEARSALS[work] = await rehearsed(work)
    return REHEARSALS[work]


async def rehearsed(work: str, *, steps: int = 2) -> Rehearsal:
    run = await with_neighbors()
    neighbors = run.snapshot()
    if work != "install":
        await run.install(OLD)
        await run.set_settings('{"region": "us"}')
    run.local.seed_settings(steps=steps)
    return await Rehearsal.of(run, lambda run: do(run, work), checked(work, neighbors))


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


def failing(run: Run, fault: Fault | None, *, times: int = 1) -> None:
    """Let the next calls fail, or none."""
    run.network.calls.clear()
    run.network.fault, run.network.at, run.network.times = fault, 1, times


@pytest.mark.parametrize("work", WORKS)
@WAYS
async def test_a_call_that_fails_once_is_absorbed(
    usual: Rehearsal, choose: Choose, seed: int, *, every: bool, faults: list[Fault]
) -> None:
    for place, fault in crossed(choose(usual.calls), faults, every=every, seed=seed):
        failing(usual.run, fault)
        assert await usual.enter(place, leave=every), f"{usual.calls[place]}: {fault}"


@pytest.mark.parametrize("work", WORKS)
@WAYS
async def test_a_call_that_fails_for_good_is_made_up_for_by_a_second_run(
    usual: Rehearsal, choose: Choose, seed: int, *, every: bool, faults: list[Fault]
) -> None:
    for place, fault in crossed(choose(usual.calls), faults, every=every, seed=seed + 1):
        failing(usual.run, fault, times=FOREVER)
        assert not await usual.enter(place), f"{usual.calls[place]}: {fault}"
        failing(usual.run, None)
        assert await usual.again(), f"{usual.calls[place]}: {fault}"


class KilledError(BaseException):
    """The process has ended, by Ctrl-C or otherwise."""


async def killed(_seconds: float) -> None:
    raise KilledError


@pytest.mark.full
@pytest.mark.parametrize("work", WORKS)
@by_class_and_whole
async def test_a_run_that_is_killed_after_a_change_is_made_up_for_by_a_second_run(
    work: str, choose: Choose, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The org goes on with what was begun, for longer than it takes to run the command again."""
    repeatable(monkeypatch)
    usual = await rehearsed(work, steps=12)
    run = usual.run
    for place in choose(usual.calls):
        if usual.calls[place].startswith("GET"):
            continue
        failing(run, Fault.CUT_AFTER)
        run.sleep = killed
        with pytest.raises(KilledError):
            await usual.enter(place)
        failing(run, None)
        run.sleep = at_once
        assert await usual.again(), usual.calls[place]
