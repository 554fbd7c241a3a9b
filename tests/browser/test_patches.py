"""Patches of Pyodide whose loss would only make a start slower: each is seen to apply in a started page."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from cotab_kit.build.fast_start.snapshot import PYSCRIPT
from sizes import in_full

if TYPE_CHECKING:
    from collections.abc import Callable

    from cotab_kit.testing.tab import Tab

COUNT_SMALL_MODULES = """
if (window !== top) {
  window.small = [];
  WebAssembly.Module = new Proxy(WebAssembly.Module, {
    construct(Module, [bytes]) {
      if (bytes.length <= 64) small.push(String(bytes));
      return new Module(bytes);
    },
  });
}
"""

# Made by the page itself: the shortest module, and that of second_half.js, which is also Emscripten's for "v".
EMPTY = "0,97,115,109,1,0,0,0"
OURS = f"{EMPTY},1,4,1,96,0,0,2,7,1,1,101,1,102,0,0,7,5,1,1,102,0,0"

NEVER_RUN = """
import inspect, _pyodide._base
codes = inspect.getclosurevars(_pyodide._base._parse_and_compile_gen).nonlocals["codes"]
repr([source for source, _ in codes])
"""


def test_functions_of_one_signature_are_wrapped_in_one_module(tab: Tab) -> None:
    tab.context.add_init_script(COUNT_SMALL_MODULES)
    tab.open()
    tab.expect_state("inviting")
    made = Counter(tab.frame.evaluate("small"))
    del made[EMPTY], made[OURS]
    assert len(made) > 5, "Emscripten wraps functions in another way, or in larger modules: see `construct`"
    assert set(made.values()) == {1}


@pytest.mark.parametrize(
    ("boot", "left"),
    [
        pytest.param("pyodide", [PYSCRIPT], marks=pytest.mark.variant(project="faults", boot="pyodide")),
        in_full("pyscript", [], marks=[pytest.mark.variant(project="faults", boot="pyscript")]),
    ],
)
def test_what_every_start_runs_was_compiled_when_the_snapshot_was_made(
    tab: Tab, python: Callable[[str], Any], boot: str, left: list[str]
) -> None:
    tab.open()
    tab.expect_state("inviting")
    assert python(NEVER_RUN) == repr(left), boot


@pytest.mark.variant(project="faults", boot="pyodide")
def test_the_log_counts_from_the_restore(tab: Tab, python: Callable[[str], Any]) -> None:
    tab.open()
    tab.expect_state("inviting")
    assert 0 <= python("import logging\nlogging.makeLogRecord({}).relativeCreated") < 600_000
