"""A wasm module in halves does exactly what the whole one does, whichever functions are in which half.

The halves run in Node with the page's own second_half.js, joined at every moment at which they can be.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Collection
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from cotab_kit.build.fast_start import split as split_module
from cotab_kit.build.fast_start.split import code_digest, runs, split, used_at_start
from cotab_kit.build.fast_start.wasm import Kind, Module, Section, block, number, vector, written
from cotab_kit.layout import Workspace, kit_files, source_root
from cotab_kit.progress import Steps
from cotab_kit.tools.node import Node, ensure_node
from sizes import examples
from small_wasm import FUNCTIONS, IMPORTED, NAMES, WOVEN_TYPES, Woven, everything, own, woven

HARNESS = Path(__file__).with_name("halves.mjs")
REST = kit_files().page / "second_half.js"
ALL = frozenset(range(len(FUNCTIONS)))

Calls = list[list[Any]]
Case = tuple[bytes, Collection[int], Calls]
Run = Callable[[list[Case]], list[dict[str, Any]]]

# What is done with `everything`: each function, by name and through the table, and every way to fail.
CALLS: Calls = [
    ["even", 41],
    ["count"],
    ["constants", 1],
    ["through", 1, 7],
    ["through", 3, 5],  # throws
    ["through", 2, 0],  # of another type
    ["through", 0, 0],  # nothing is there
    ["through", 99, 0],  # outside
    ["wide", {"big": "9007199254740993"}, 0.25],
    ["store", 32, 123],
    ["store", 2_000_000, 1],  # outside
    ["grow", 1],
    ["store", 70_000, 5],
    ["grow", 9],  # more than there may be
    ["throws", 13],
    ["catches", 13],
    ["keep", 1, "an object"],
    ["keep", 7, None],  # outside
    ["grow_table", 2],
    ["keep", 3, ["another"]],
    ["quiet"],
    ["reenters", 6],
    ["two", 5],
    ["fill"],
    ["odd", 100_000_000],  # no stack is as deep
    ["count"],
]


def name_of(function: str) -> int:
    """The number of one of the functions of `everything` among its own."""
    return own(function) - IMPORTED


@pytest.fixture(scope="module")
def node() -> Node:
    workspace, steps = Workspace(source_root() or Path()), Steps(Console(stderr=True), quiet=True)
    return ensure_node(workspace, kit_files(), steps, dev=True)


@pytest.fixture(scope="module")
def run(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs cases in one process, and tells what each did as a whole and in halves."""
    file = tmp_path_factory.mktemp("halves") / "cases.json"

    def run_cases(cases: list[Case]) -> list[dict[str, Any]]:
        orders = []
        for binary, used, calls in cases:
            halves = split(binary, used)
            modules = {"whole": binary, "first": halves.first, "rest": halves.rest}
            orders.append({name: b64encode(data).decode() for name, data in modules.items()} | {"calls": calls})
        file.write_text(json.dumps(orders), "utf-8")
        found: list[dict[str, Any]] = json.loads(node.run(HARNESS, REST, file, timeout=300))
        return found

    return run_cases


def expect_the_same(answer: dict[str, Any]) -> None:
    for way, halves in answer["halves"].items():
        assert halves["did"] == answer["whole"], way


@pytest.mark.full
def test_any_subset_in_the_first_half_behaves_as_the_whole(run: Run) -> None:
    subsets = [[index for index in ALL if bits >> index & 1] for bits in range(0, 1 << len(ALL), 163)]
    subsets += [[], [*ALL], *([index] for index in ALL), *([*ALL - {index}] for index in ALL)]
    answers = run([(everything(), subset, CALLS) for subset in subsets])
    assert len(answers) > 400
    for subset, answer in zip(subsets, answers, strict=True):
        assert {way: halves["did"] for way, halves in answer["halves"].items()} == dict.fromkeys(
            ("hurried", "joined", "between", "racing"), answer["whole"]
        ), subset
        loads = {way: halves["loads"] for way, halves in answer["halves"].items()}
        assert loads["joined"] == 0
        assert loads["hurried"] == (0 if len(subset) == len(ALL) else 1), "loaded once only"
        assert [halves["hurried"] for halves in answer["halves"].values()] == [bool(count) for count in loads.values()]


def test_the_calls_above_do_everything(run: Run) -> None:
    (answer,) = run([(everything(), ALL, CALLS)])
    did = [str(item) for item in answer["whole"]]
    assert {name for name, *_ in CALLS} == set(NAMES)
    for text in ("throws 5", "113", "signature", "RangeError", "out of bounds", "9007199254740998", "nothing"):
        assert any(text in item for item in did), text


@pytest.mark.parametrize("binary", [everything(void_type=False), everything(tool_section=False)])
def test_a_module_may_lack_the_type_of_the_loader_and_sections_of_tools(run: Run, binary: bytes) -> None:
    for answer in run([(binary, used, CALLS) for used in ([], [0, 3, 9], [*ALL])]):
        expect_the_same(answer)


@pytest.mark.parametrize(
    ("used", "call", "loads"),
    [
        (["odd", "even"], ["even", 41], 0),  # hot calls hot
        (["even"], ["even", 0], 0),  # a hot function that calls a cold one in other cases
        (["even"], ["even", 41], 1),  # hot calls cold, which calls hot
        ([], ["even", 41], 1),  # a cold export
        (["through"], ["through", 1, 7], 1),  # a cold function in the table
        (["odd", "even"], ["through", 1, 7], 1),  # a hot one in the table, called by a cold one
        (["catches"], ["catches", 1], 1),  # what a cold function throws is caught by a hot one
        (["throws"], ["catches", 1], 1),
        (["reenters", "even"], ["reenters", 6], 1),  # JavaScript between the halves
    ],
)
def test_the_rest_is_loaded_when_a_function_in_it_is_called(
    run: Run, used: list[str], call: list[Any], loads: int
) -> None:
    (answer,) = run([(everything(), [name_of(function) for function in used], [call, call])])
    expect_the_same(answer)
    assert answer["halves"]["hurried"]["loads"] == loads


STEPS = st.tuples(st.sampled_from(["call", "call", "through", "add", "note", "count"]), st.integers(0, 30))
WOVEN = st.builds(
    lambda kind, steps: Woven(kind[0], kind[1], tuple(steps)), st.sampled_from(WOVEN_TYPES), st.lists(STEPS, max_size=6)
)
CASES = st.tuples(st.lists(WOVEN, min_size=1, max_size=12), st.sets(st.integers(0, 11)))


@pytest.mark.full
@settings(max_examples=examples(0.2))
@given(cases=st.lists(CASES, min_size=10, max_size=25))
def test_functions_that_call_each_other_at_random_behave_as_in_the_whole(
    run: Run, cases: list[tuple[list[Woven], set[int]]]
) -> None:
    orders: list[Case] = []
    for functions, used in cases:
        calls = [[f"f{index}", *range(item.parameters)] for index, item in enumerate(functions)]
        orders.append((woven(functions), used & {*range(len(functions))}, calls))
    for answer in run(orders):
        expect_the_same(answer)


def test_what_runs_while_a_module_is_instantiated_is_in_the_first_half(run: Run) -> None:
    module = Module(everything())
    binary = written(module.sections | {Section.START: number(own("fill"))}, module.custom)
    (answer,) = run([(binary, [], [["count"]])])
    expect_the_same(answer)
    assert "65,65,65" in str(answer["whole"])


def test_a_start_function_may_be_imported() -> None:
    module = Module(everything())
    imported = vector([block(b"env") + block(b"begin") + b"\0" + number(6)])
    sections = {Section.TYPE: module.sections[Section.TYPE], Section.IMPORT: imported, Section.START: b"\0"}
    assert Module(split(written(sections), []).first).sections[Section.START] == b"\0"


def test_functions_keep_their_numbers_and_bodies_are_not_rewritten() -> None:
    module = Module(everything())
    halves = split(everything(), [0, 5])
    first, rest = Module(halves.first), Module(halves.rest)
    for index, body in enumerate(module.bodies):
        assert (first.bodies[index] == body) == (index in (0, 5))
        assert (rest.bodies[index] == body) == (index not in (0, 5))
    assert first.imports == module.imports
    assert first.imported(Kind.FUNCTION) == rest.imported(Kind.FUNCTION)
    assert first.exports[: len(module.exports)] == module.exports
    assert rest.exports == []
    assert {export.name[:6] for export in first.exports[len(module.exports) :]} == {"cotab:"}
    assert first.custom == module.custom
    assert split(everything(), [5, 0]) == halves, "the same bytes every time"


@given(indexes=st.sets(st.integers(0, 60)))
def test_runs_say_the_same_in_few_numbers(indexes: set[int]) -> None:
    found = list(runs(indexes))
    assert [index for start, count in found for index in range(start, start + count)] == sorted(indexes)
    assert all(count > 0 for _, count in found)
    assert all(start + count < following for (start, count), (following, _) in pairwise(found))


def test_a_module_that_was_not_recorded_is_not_split(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert used_at_start(everything()) is None
    profile = tmp_path / "profile.json"
    profile.write_text(json.dumps({code_digest(Module(everything())): [[1, 2], [9, 1]]}), "utf-8")
    monkeypatch.setattr(split_module, "PROFILE", profile)
    assert used_at_start(everything()) == frozenset({1, 2, 9})
    module = Module(everything())
    fewer = written(module.sections | {Section.EXPORT: vector([])})
    assert used_at_start(fewer) == frozenset({1, 2, 9}), "what is exported does not matter"


def test_what_is_no_module_cannot_be_split() -> None:
    with pytest.raises(ValueError, match="not a WebAssembly module"):
        split(b"<html>", [])
