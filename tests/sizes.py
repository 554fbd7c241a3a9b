"""The two sizes of the tests: the core, which runs always, and the full size, for what is marked `full`.

In the core a matrix runs by equivalence class, one case of each; the seed decides which. Hypothesis tries few examples,
the same in every run. In the full size matrices are whole, and Hypothesis tries many examples, from the seed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import combinations, product
from random import Random
from typing import TypeVar

import pytest
from _pytest.mark import ParameterSet
from hypothesis import HealthCheck, settings

Kind = TypeVar("Kind")
Choose = Callable[[list[str]], list[int]]  # the places of the calls that are to fail

# How long an example takes says more of the machine than of the code, and fixtures of these tests keep no state.
_CALM = settings(
    deadline=None,
    database=None,
    suppress_health_check=[
        *(HealthCheck.function_scoped_fixture, HealthCheck.too_slow),
        *(HealthCheck.data_too_large, HealthCheck.large_base_example),
    ],
)
settings.register_profile("core", _CALM, derandomize=True, max_examples=60)
settings.register_profile("full", _CALM, derandomize=False, max_examples=1000, print_blob=True)

# The kinds of tables: those of the org, of solutions, of what is in one, of the provider's rows, and of everybody.
KINDS = {
    "org": {"WhoAmI", "organizations", "systemusers", "EntityDefinitions"},
    "solution": {"solutions", "publishers", "solutioncomponents", "asyncoperations", "importjobs"},
    "component": {
        *("webresourceset", "environmentvariabledefinitions"),
        *("msdyn_applicationtabtemplates", "msdyn_templateparameters"),
    },
    "row": {
        *("msdyn_providers", "msdyn_channelcapabilities"),
        *("msdyn_conversationactions", "msdyn_conversationactionlocales"),
    },
}

# The parameter `every` of a test that is a matrix.
by_class_and_whole = pytest.mark.parametrize(
    "every", [pytest.param(False, id="of each kind"), pytest.param(True, id="every", marks=pytest.mark.full)]
)


def in_full(*values: object, id: str | None = None, marks: Sequence[pytest.MarkDecorator] = ()) -> ParameterSet:  # noqa: A002 - pytest's word
    """A case of a test that runs in the full size only: in the core another one stands for its class."""
    return pytest.param(*values, id=id, marks=[*marks, pytest.mark.full])


def examples(share: float) -> int:
    """This share of the examples of the size that runs, for a test whose examples are dear or cheap."""
    return max(1, int(settings().max_examples * share))


def of_size(core: int, full: int) -> int:
    """This many examples in the core, that many in the full size."""
    return full if settings().max_examples == settings.get_profile("full").max_examples else core


def kind_of(call: str) -> tuple[str, str]:
    """The class of a call: its method, and the kind of its table; a table or action of no kind is one of its own."""
    method, _, address = call.partition(" ")
    table = re.split(r"[(?/]", address.removeprefix("/api/data/v9.2/"))[0]
    return method, next((kind for kind, tables in KINDS.items() if table in tables), table)


def one_of_each(calls: list[str], seed: int) -> list[int]:
    """The places of one call of each kind, chosen by the seed, in the order of the calls."""
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, call in enumerate(calls):
        places[kind_of(call)].append(place)
    chance = Random(seed)  # noqa: S311 - no secret
    return sorted(chance.choice(candidates) for candidates in places.values())


def crossed(places: list[int], kinds: list[Kind], *, every: bool, seed: int) -> list[tuple[int, Kind]]:
    """Every kind at every place; or each place and each kind once at least, paired by the seed."""
    if every:
        return list(product(places, kinds))
    mixed = Random(seed).sample(kinds, len(kinds))  # noqa: S311 - no secret
    return [(places[n % len(places)], mixed[n % len(kinds)]) for n in range(max(len(places), len(kinds)))]


def pairwise(
    factors: Mapping[str, Sequence[object]], apart: Collection[frozenset[str]] = ()
) -> list[tuple[object, ...]]:
    """Few cases, always the same, in which every pair of values of two factors comes together.

    The first case has the first value of each. Factors that are `apart` have nothing to do with each other.
    """
    random = Random(1)  # noqa: S311 - no secret
    names = list(factors)
    rows = [tuple(values[0] for values in factors.values())]
    left = {
        ((one, a), (other, b))
        for one, other in combinations(names, 2)
        if {one, other} not in apart
        for a in factors[one]
        for b in factors[other]
    }

    def met(row: tuple[object, ...]) -> set[tuple[tuple[str, object], tuple[str, object]]]:
        return left & set(combinations(zip(names, row, strict=True), 2))

    while left := left - met(rows[-1]):
        tries = [tuple(random.choice(values) for values in factors.values()) for _ in range(200)]
        rows.append(max(tries, key=lambda row: len(met(row))))
    return rows
