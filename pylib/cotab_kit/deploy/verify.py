"""Verification that a release is in an org: what is there, missing, other than it should be, or left over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from cotab_kit.deploy.leftovers import components, settings
from cotab_kit.deploy.lookups import (
    PUBLISHER_ID,
    Component,
    Installed,
    held,
    installed,
    other_solutions,
    publisher,
)
from cotab_kit.deploy.preflight import missing_tables
from cotab_kit.deploy.release import Release, kind, numbers
from cotab_setup.provisioning import (
    Presence,
    Step,
    WebApi,
    orphaned_values,
    plan_behavior_removal,
    present,
    widgets,
)

SIMILAR = "looks like ours, and somebody else made it"


class Standing(StrEnum):
    """How an item stands. KEPT: it is not ours, and only worth knowing."""

    THERE = "there"
    MISSING = "missing"
    DIFFERENT = "different"
    LEFT_OVER = "left over"
    KEPT = "kept"


@dataclass(frozen=True)
class Item:
    """One thing that was looked for. What is `shared` others use too, so it stays when the provider goes."""

    title: str
    standing: Standing
    detail: str = ""
    shared: bool = False


@dataclass(frozen=True)
class Verdict:
    """Everything that was looked for."""

    items: tuple[Item, ...]

    @property
    def complete(self) -> bool:
        """Whether the release is in the org, all of it and nothing else of the provider's."""
        return all(item.standing is Standing.THERE for item in self.items if item.standing is not Standing.KEPT)

    @property
    def found(self) -> list[Item]:
        """What the org has."""
        return [item for item in self.items if item.standing is not Standing.MISSING]

    @property
    def residue(self) -> list[Item]:
        """What is there of ours alone: after an uninstallation it should be nothing."""
        return [item for item in self.found if item.standing is not Standing.KEPT and not item.shared]

    def as_json(self) -> dict[str, Any]:
        """Return the verdict for machines."""
        return {
            "complete": self.complete,
            "nothing": not self.residue,
            "items": [asdict(item) for item in self.items],
        }


async def verify(api: WebApi, release: Release) -> Verdict:
    """Look for everything that a release has or may have left. Raises WebApiError."""
    there = await installed(api, release.name)
    items = [_solution(there, release), await _publisher(api, release)]
    if begun := await held(api, release.name):
        items.append(Item(f"solution {begun.name} {begun.version}", Standing.LEFT_OVER, "an upgrade not finished"))
    if not await missing_tables(api):
        items += _rows(await present(api, release.provisioning))
        chosen = await widgets(api, release.provisioning)
        items += [Item(f"chat widget “{widget.name}”", Standing.KEPT, "has the provider chosen") for widget in chosen]
    ours, others = await settings(api, release)
    items += _settings(ours, there, release)
    obeyed = Standing.KEPT if there else Standing.LEFT_OVER
    behavior = await plan_behavior_removal(api, release.provisioning)
    items += [Item(step.title, obeyed, "what tabs obey in this org") for step in behavior]
    items += [Item(step.title, Standing.KEPT, "of a variable that is not ours") for step in others]
    items += [Item(step.title, Standing.KEPT, step.reason) for step in await orphaned_values(api)]
    return Verdict((*items, *_components(await components(api, release), there, release)))


def _solution(there: Installed | None, release: Release) -> Item:
    title = f"solution {release.name} {release.manifest.solution.version}"
    if there is None:
        return Item(title, Standing.MISSING)
    same = there.managed == release.managed and numbers(there.version) == release.version
    if same:
        return Item(title, Standing.THERE)
    return Item(title, Standing.DIFFERENT, f"{there.version}, {kind(managed=there.managed)}")


async def _publisher(api: WebApi, release: Release) -> Item:
    title = f"publisher {release.provisioning.publisher}"
    found = await publisher(api, release.provisioning.publisher)
    if found is None:
        return Item(title, Standing.MISSING)
    others = await other_solutions(api, found[PUBLISHER_ID], release.name)
    detail = f"also publishes {', '.join(others)}" if others else ""
    if not release.has_made(found):
        return Item(title, Standing.THERE, detail or "was there before", shared=True)
    return Item(title, Standing.THERE, detail, shared=bool(others))


def _rows(presence: Presence) -> Iterator[Item]:
    for row in presence.rows:
        if row.used:
            yield Item(row.used.title, Standing.KEPT, "theirs, used")
            continue
        found = Standing.DIFFERENT if row.differences else Standing.THERE
        changed = ", ".join(
            f"{name}: {other!r} instead of {value!r}" for name, (value, other) in row.differences.items()
        )
        edited = ", ".join(f"{name} was set to {other!r}" for name, (_, other) in row.edited.items())
        detail = "; ".join(part for part in (changed, edited) if part)
        shared = row.found is not None and any(row.found.id in other.targets for other in presence.foreign)
        yield Item(row.row.title, found if row.found else Standing.MISSING, detail, shared=shared)
    for stale in presence.stale:
        yield Item(stale.title, Standing.LEFT_OVER, "of another version")
    used = [row.used for row in presence.rows]
    for foreign in (row for row in presence.foreign if row not in used):
        yield Item(foreign.title, Standing.KEPT, "uses a row of ours, and is not ours")
    for similar in presence.similar:
        yield Item(similar.title, Standing.KEPT, SIMILAR)


def _settings(values: list[Step], there: Installed | None, release: Release) -> Iterator[Item]:
    """Yield an administrator's settings: not ours to judge, but left over without a solution that has any."""
    standing = Standing.KEPT if there and release.has_settings else Standing.LEFT_OVER
    for value in values:
        yield Item(value.title, standing, value.reason)


def _components(found: list[Component], there: Installed | None, release: Release) -> Iterator[Item]:
    by_name = {component.name.casefold(): component for component in found if component.ours or there}
    for name in [*release.resources, *(key for keys in release.records.values() for key in keys)]:
        component = by_name.pop(name.casefold(), None)
        yield Item(component.title if component else name, Standing.THERE if component else Standing.MISSING)
    for component in found:
        if not component.ours and (not there or component.name.casefold() in by_name):
            yield Item(component.title, Standing.KEPT, SIMILAR)
        elif component.name.casefold() in by_name:
            yield Item(component.title, Standing.LEFT_OVER, "not part of this version")
